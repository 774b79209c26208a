//! Content-Type and Content-Disposition (RFC 2045 §5.1, RFC 2183, RFC 2231): a value and its parameters.

use super::{charset, encoded_word, header, parameters};
use crate::domain::limits::PARAMETER_BYTES;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct FieldWithParameters {
    /// `text/plain`, `attachment`; in lower case.
    pub(super) value: String,
    /// Names in lower case, values decoded.
    parameters: Vec<(String, String)>,
}

impl FieldWithParameters {
    pub(super) fn is(&self, value: &str) -> bool {
        self.value == value
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Reads a field. Raw letters in it are of the character set that it names itself, where it does.
pub(super) fn field(raw: &[u8]) -> FieldWithParameters {
    let unfolded = header::unfold(raw);
    let read = parsed(&charset::guess(&unfolded, None));
    match read.parameter("charset") {
        Some(name) if std::str::from_utf8(&unfolded).is_err() => parsed(&charset::guess(&unfolded, Some(name))),
        _ => read,
    }
}

fn parsed(text: &str) -> FieldWithParameters {
    let text = charset::cut(text, PARAMETER_BYTES);
    // Blanks may stand around the slash; a comment behind it.
    let (value, mut rest) = text.split_at(text.find(';').unwrap_or(text.len()));
    let mut words = value.split_whitespace();
    let mut value = words.next().unwrap_or_default().to_ascii_lowercase();
    for word in words {
        if !(value.ends_with('/') || word.starts_with('/')) {
            // The semicolon is missing.
            if let Some(at) = text.find(word).filter(|_| word.contains('=')) {
                rest = text.get(at..).unwrap_or_default();
            }
            break;
        }
        value.push_str(&word.to_ascii_lowercase());
    }
    let value = value.split('(').next().unwrap_or_default().trim_matches('"').to_owned();
    FieldWithParameters { value, parameters: parameters::read(rest) }
}

/// A file's name as a part gives it: of its disposition, else of its type. Encoded words are decoded, though RFC 2047
/// forbids them here, because half of the world writes them.
pub(super) fn file_name(kind: &FieldWithParameters, disposition: Option<&FieldWithParameters>) -> String {
    let name = disposition.and_then(|it| it.parameter("filename")).or_else(|| kind.parameter("name"));
    let name = name.unwrap_or_default().trim();
    if name.contains("=?") { encoded_word::decode(name) } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{field, file_name};

    #[test]
    fn values_and_parameters() {
        let kind = field(b" Text/HTML; Charset=\"UTF-8\";\r\n name=a.html");
        assert!(kind.is("text/html"));
        assert_eq!(kind.parameter("charset"), Some("UTF-8"));
        assert_eq!(kind.parameter("name"), Some("a.html"));
        assert_eq!(field(b"text").value, "text");
    }

    #[test]
    fn names_of_files_are_decoded() {
        let name = |text: &str| file_name(&field(b"a/b"), Some(&field(text.as_bytes())));
        assert_eq!(name("attachment; filename*=utf-8''%E2%82%AC.txt"), "€.txt");
        assert_eq!(name("attachment; filename*0=\"a b\"; filename*1=\"c.txt\""), "a bc.txt");
        assert_eq!(name("attachment; filename=\"=?utf-8?Q?=E2=82=AC=2Etxt?=\""), "€.txt");
        assert_eq!(name("attachment"), "");
    }

    #[test]
    fn values_as_programs_write_them() {
        for (text, value) in [
            ("text / plain (a comment); charset=x", "text/plain"),
            ("TEXT/PLAIN(now)", "text/plain"),
            ("\"text/html\"", "text/html"),
            ("text/html charset=utf-8", "text/html"),
            ("; charset=utf-8", ""),
        ] {
            assert_eq!(field(text.as_bytes()).value, value, "{text}");
        }
        assert_eq!(field(b"text/html charset=utf-8; x=y").parameter("charset"), Some("utf-8"));
    }

    #[test]
    fn raw_letters_are_read_by_the_set_that_the_field_names() {
        let kind = field(b"text/plain; charset=shift_jis; name=\"\x93\xfa\x96{.txt\"");
        assert_eq!(kind.parameter("name"), Some("日本.txt"));
    }

    #[test]
    fn words_cut_in_a_quoted_name_are_one() {
        let text = b"attachment; filename=\"=?UTF-8?Q?po=C5?=\r\n  =?UTF-8?Q?=82u=2Etxt?=\"";
        assert_eq!(file_name(&field(b"a/b"), Some(&field(text))), "połu.txt");
    }
}
