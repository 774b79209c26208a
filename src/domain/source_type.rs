//! What a source is, in one word: the word of a configured source is its `kind` in the settings, and the store keeps it
//! beside the name of each source.

use super::text_enum::text_enum;

text_enum! {
    pub enum SourceType {
        Maildir = "maildir",
        Mbox = "mbox",
        /// A file with one message, or a folder of them; taken in by hand only.
        Eml = "eml",
        Jsonl = "jsonl",
        Exec = "exec",
        Imap = "imap",
        Feed = "feed",
        /// Standard input; taken in by hand only.
        Stdin = "stdin",
        /// Rows that other programs put into the view `incoming` of the store.
        Incoming = "incoming",
    }
}
