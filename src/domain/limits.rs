//! Every limit on what a message, a source or a configuration may ask of this program, each with its reason.
//!
//! Nothing is lost beyond a limit: the original bytes are in the store, and the reader tells what was left out.

/// A message larger than this is taken in by its header alone. Providers stop at 25 to 50 MB.
pub const MESSAGE_BYTES: usize = 50 * 1024 * 1024;
/// Of a header block, this much is parsed. Real ones stay under 100 kB; a long one is a list of addresses or an attack.
pub const HEADER_BLOCK_BYTES: usize = 1024 * 1024;
/// Of one field, this much is read: more than a screen of it tells nothing. Of a longer References, both ends count.
pub const HEADER_FIELD_BYTES: usize = 64 * 1024;
/// Repeated To fields, and Cc fields, that are read. Of other fields the first one counts, and a second one is a
/// defect.
pub const HEADER_FIELDS: usize = 1_000;
/// Of a Content-Type or Content-Disposition, this much is read: a name of 300 letters in RFC 2231 takes 3 kB.
pub const PARAMETER_BYTES: usize = 16 * 1024;
/// Parameters read of one such field (CVE-2026-27859 is a flood of them).
pub const PARAMETERS: usize = 128;
/// Of an invitation, this much is read. Real ones with hundreds of attendees have 100 kB.
pub const INVITATION_BYTES: usize = 1024 * 1024;
/// Events of one invitation that are looked at: an event that repeats, with the dates that were moved.
pub const INVITATION_EVENTS: usize = 200;
/// Dates of one event that are read as added or left out.
pub const EVENT_DATES: usize = 1_000;
/// Descriptions of zones that one invitation may have, and rules in one of them. Real ones have up to twenty.
pub const ZONE_DESCRIPTIONS: usize = 100;
/// The description of a zone is repeated in an answer up to this size, in bytes.
pub const REPEATED_ZONE_BYTES: usize = 8 * 1_024;
/// Of one person's or one file's name, this much is kept.
pub const NAME_BYTES: usize = 1_024;
/// Of a subject, this much is laid out: some dozen rows.
pub const SUBJECT_BYTES: usize = 2 * 1024;
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
/// Of one part, this much is decoded as text: more than is searched or shown of it.
pub const TEXT_BYTES: usize = 8 * SEARCHABLE_BYTES;
/// HTML laid out as text; beyond it the rest is left out.
pub const HTML_BYTES: usize = 2 * 1024 * 1024;
/// Elements laid out; each takes some kB of memory on the way. Large newsletters have 5,000.
pub const HTML_ELEMENTS: usize = 20_000;
/// Depth of HTML elements that counts; deeper ones are the text that they hold, as browsers have it from 512 on.
pub const HTML_DEPTH: usize = 500;
/// Steps spent on finding out which rules of a style sheet hide which elements, at most: a tenth of a second.
pub const HTML_STYLE_STEPS: usize = 10_000_000;
/// Lines laid out of one letter.
pub const LETTER_LINES: usize = 10_000;
/// Columns of one line before it is broken whatever it holds.
pub const LINE_COLUMNS: usize = 10_000;
/// Links numbered in one letter.
pub const LINKS: usize = 1_000;
/// Marks shown before a quote: those of deeper ones would leave no room for the words.
pub const QUOTE_DEPTH: u8 = 12;
/// Pixels of a picture that is shown in the terminal: a photograph of a telephone has twelve million.
pub const PICTURE_PIXELS: usize = 16_000_000;
/// Memory for one picture: four bytes for each pixel.
pub const PICTURE_BYTES: usize = 64 * 1024 * 1024;
/// Pictures put into the copy of an HTML text that a browser shows, all together, as they are written there.
pub const INLINE_BYTES: usize = 64 * 1024 * 1024;
/// A saved file's name: file systems stop at 255 bytes, and a number may have to be added.
pub const FILE_NAME_BYTES: usize = 150;
/// Files of one name saved into one folder, told apart by a number.
pub const SAME_NAMES: u32 = 1_000;
/// Combining marks kept on one character: no script needs more, and a tower of them covers the lines above.
pub const COMBINING_MARKS: usize = 8;
/// Text of one message that is searchable. A novel is 1 MB.
pub const SEARCHABLE_BYTES: usize = 1024 * 1024;
/// One line of JSON lines: a message in base64 is a third larger than the message.
pub const JSON_LINE_BYTES: usize = 70 * 1024 * 1024;
/// What a command may print for one sync.
pub const COMMAND_OUTPUT_BYTES: usize = 512 * 1024 * 1024;
/// A position that a command may print: Linux gives a program no variable longer than 128 KiB.
pub const POSITION_BYTES: usize = 64 * 1024;
/// How long a command may take.
pub const COMMAND_SECONDS: u64 = 300;
/// A feed, as it was unpacked. Long ones have some hundred kilobytes.
pub const FEED_BYTES: usize = 16 * 1024 * 1024;
/// Entries taken from one feed at one time; they come newest first.
pub const FEED_ENTRIES: usize = 1_000;
/// A configuration file; a real one has some kilobytes.
pub const CONFIG_BYTES: u64 = 1024 * 1024;
/// A file with the rules of a time zone; real ones have up to four kilobytes.
pub const ZONE_BYTES: u64 = 256 * 1024;
/// Terms in one query.
pub const QUERY_TERMS: usize = 200;
/// Parentheses within parentheses in one query.
pub const QUERY_DEPTH: usize = 50;
/// The text of one query. Nobody types a longer one.
pub const QUERY_BYTES: usize = 16 * 1024;
