//! Every limit on what a message, a source or a configuration may ask of this program, each with its reason.
//!
//! Beyond a limit nothing is lost: the original bytes are in the store, and what was left out is said.

/// A message larger than this is taken in by its header alone. Providers stop at 25 to 50 MB.
pub const MESSAGE_BYTES: usize = 50 * 1024 * 1024;
/// Of a header block, this much is parsed. Real ones stay under 100 kB; a long one is a list of addresses or an attack.
pub const HEADER_BLOCK_BYTES: usize = 1024 * 1024;
/// One field's text in the reader: more than a screen of it tells nothing.
pub const HEADER_FIELD_BYTES: usize = 64 * 1024;
/// Fields parsed in one message.
pub const HEADER_FIELDS: usize = 1_000;
/// Addresses kept of To and Cc; the largest real lists of recipients have some hundred.
pub const ADDRESSES: usize = 1_000;
/// References kept: the first and the latest ones, which are what threads hang on.
pub const REFERENCES: usize = 100;
/// Levels of parts within parts. Forwards of forwards reach ten.
pub const NESTING: usize = 100;
/// Parts looked at in one message.
pub const PARTS: usize = 10_000;
/// Parts listed in the reader.
pub const PARTS_SHOWN: usize = 1_000;
/// A Message-ID longer than this is no name to find anything by (RFC 5322 allows 998 characters a line).
pub const MESSAGE_ID_BYTES: usize = 998;
/// A Date field longer than this is not a date.
pub const DATE_BYTES: usize = 1_024;
/// HTML laid out as text; beyond it the rest is left out.
pub const HTML_BYTES: usize = 2 * 1024 * 1024;
/// Depth of HTML elements laid out with their structure; deeper ones are reduced to bare text, which takes linear time.
pub const HTML_DEPTH: usize = 500;
/// Lines laid out of one letter.
pub const LETTER_LINES: usize = 10_000;
/// Columns of one line before it is broken whatever it holds.
pub const LINE_COLUMNS: usize = 10_000;
/// Links numbered in one letter.
pub const LINKS: usize = 1_000;
/// Combining marks kept on one character: no script needs more, and a tower of them covers the lines above.
pub const COMBINING_MARKS: usize = 8;
/// Text of one message that is searchable. A novel is 1 MB.
pub const SEARCHABLE_BYTES: usize = 1024 * 1024;
/// One line of JSON lines: a message in base64 is a third larger than the message.
pub const JSON_LINE_BYTES: usize = 70 * 1024 * 1024;
/// What a command may print for one sync.
pub const COMMAND_OUTPUT_BYTES: usize = 512 * 1024 * 1024;
/// How long a command may take.
pub const COMMAND_SECONDS: u64 = 300;
/// A configuration file; a real one has some kilobytes.
pub const CONFIG_BYTES: u64 = 1024 * 1024;
/// Terms in one query.
pub const QUERY_TERMS: usize = 200;
/// Parentheses within parentheses in one query.
pub const QUERY_DEPTH: usize = 50;
/// The text of one query; beyond it nobody typed it.
pub const QUERY_BYTES: usize = 16 * 1024;
