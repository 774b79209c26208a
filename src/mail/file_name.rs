//! Names of attachments that are safe to show and to write: one plain name, whatever the message says.

use crate::domain::limits::FILE_NAME_BYTES;
use crate::domain::printable::{MARK, Printable};

/// The longest extension, in bytes, that is kept when a name is cut.
const LONGEST_ENDING: usize = 16;

/// Characters that separate folders on some system, or look as if they did.
const SLASHES: [char; 9] =
    ['/', '\\', '\u{2044}', '\u{2215}', '\u{2216}', '\u{29F8}', '\u{29F9}', '\u{FF0F}', '\u{FF3C}'];

/// Names that Windows takes for devices, with any extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// A name to show and to save under: no folders, nothing that hides or turns around, no leading dash, dot or tilde,
/// nothing a shell or a file system reads its own way. Where nothing is left, `attachment-1` by its place.
pub(super) fn clean(name: &str, kind: &str, place: usize) -> String {
    let last = name.trim_end_matches(SLASHES).rsplit(SLASHES).next().unwrap_or_default();
    let plain: String = Printable::file_name(last)
        .as_str()
        .chars()
        .map(|c| match c {
            MARK | '<' | '>' | ':' | '"' | '|' | '?' | '*' | '$' | '`' | '\'' | '&' | ';' | '!' | '%' | '{' | '}' => {
                '_'
            }
            c => c,
        })
        .collect();
    let plain = plain.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '.' | '~' | '\u{FF0E}'));
    let plain = plain.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '\u{FF0E}'));
    if plain.chars().all(|c| matches!(c, '_' | ' ' | '.')) {
        return format!("attachment-{}{}", place + 1, ending_of(kind));
    }
    let stem = plain.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let port = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt")).is_some_and(|it| it.chars().count() == 1);
    let guarded = if port || DEVICES.contains(&stem.as_str()) { format!("_{plain}") } else { plain.to_owned() };
    shorten(&guarded)
}

fn shorten(name: &str) -> String {
    if name.len() <= FILE_NAME_BYTES {
        return name.to_owned();
    }
    let ending = name.rfind('.').and_then(|at| name.get(at..)).filter(|it| it.len() <= LONGEST_ENDING).unwrap_or("");
    let stem = name.get(..name.floor_char_boundary(FILE_NAME_BYTES - ending.len())).unwrap_or_default();
    format!("{stem}{ending}")
}

fn ending_of(kind: &str) -> &'static str {
    match kind {
        "text/plain" => ".txt",
        "text/html" => ".html",
        "text/calendar" => ".ics",
        "text/vcard" | "text/x-vcard" => ".vcf",
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        "image/gif" => ".gif",
        "application/pdf" => ".pdf",
        "application/zip" => ".zip",
        "message/rfc822" | "message/global" => ".eml",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn plain_names_stay() {
        for name in ["report.pdf", "Grüße 2024.txt", "来週.md", "a-b_c (1).tar.gz"] {
            assert_eq!(clean(name, "", 0), name);
        }
    }

    #[test]
    fn folders_and_tricks_come_off() {
        assert_eq!(clean("../../etc/passwd", "", 0), "passwd");
        assert_eq!(clean("C:\\Windows\\x.exe", "", 0), "x.exe");
        assert_eq!(clean("．．／．．／x.txt", "", 0), "x.txt");
        assert_eq!(clean("-rf", "", 0), "rf");
        assert_eq!(clean(".bashrc", "", 0), "bashrc");
        assert_eq!(clean("$(touch x).txt", "", 0), "_(touch x).txt");
        assert_eq!(clean("CON.txt", "", 0), "_CON.txt");
        assert_eq!(clean("com1", "", 0), "_com1");
        assert_eq!(clean("invoice\u{202e}fdp.exe", "", 0), "invoice_fdp.exe");
        assert_eq!(clean("a\r\nb\x1b[2J.txt", "", 0), "a b_[2J.txt");
    }

    #[test]
    fn what_is_no_name_gets_one_by_its_place() {
        for name in ["", "..", "/", "~", " ", "...", "\u{200b}", "../"] {
            assert_eq!(clean(name, "image/png", 1), "attachment-2.png", "{name:?}");
        }
    }

    #[test]
    fn long_names_keep_their_ending() {
        let name = clean(&format!("{}.pdf", "ä".repeat(300)), "", 0);
        assert!(name.len() <= 150 && name.ends_with("ä.pdf"));
    }

    proptest::proptest! {
        #[test]
        fn every_name_stays_in_its_folder(name in "(\\.|/|\\\\|-|~|%|[a-z]|.|\\x00|\\n){0,40}") {
            let clean = clean(&name, "", 0);
            proptest::prop_assert!(!clean.is_empty() && clean.len() <= 160);
            proptest::prop_assert!(!clean.contains(['/', '\\', '\0', '\n']) && !clean.starts_with(['.', '-', '~', ' ']));
        }
    }
}
