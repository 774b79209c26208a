//! Content-Type and Content-Disposition (RFC 2045 §5.1, RFC 2183, RFC 2231): a value and its parameters.

use mail_parser::parsers::MessageStream;

use super::{charset, header, word};
use crate::domain::limits::{PARAMETER_BYTES, PARAMETERS};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Field {
    /// `text/plain`, `attachment`; in lower case.
    pub(super) value: String,
    /// Names in lower case, values decoded.
    parameters: Vec<(String, String)>,
}

impl Field {
    pub(super) fn is(&self, value: &str) -> bool {
        self.value == value
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

pub(super) fn field(raw: &[u8]) -> Field {
    let text = charset::guess(&header::unfold(raw), None);
    let text = charset::cut(&text, PARAMETER_BYTES);
    let end = text.match_indices(';').nth(PARAMETERS).map_or(text.len(), |(at, _)| at);
    let mut line = text.get(..end).unwrap_or_default().to_owned();
    line.push('\n');
    let parsed = MessageStream::new(line.as_bytes()).parse_content_type();
    let Some(parsed) = parsed.as_content_type() else { return Field::default() };
    let mut value = parsed.ctype().trim().to_ascii_lowercase();
    if let Some(sub) = parsed.subtype() {
        value = format!("{value}/{}", sub.trim().to_ascii_lowercase());
    }
    let parameters = parsed.attributes().unwrap_or_default().iter();
    let parameters = parameters.map(|it| (it.name.trim().to_ascii_lowercase(), it.value.to_string())).collect();
    Field { value, parameters }
}

/// A file's name as a part gives it: of its disposition, else of its type. Encoded words are decoded, though RFC 2047
/// forbids them here, because half of the world writes them.
pub(super) fn file_name(kind: &Field, disposition: Option<&Field>) -> String {
    let name = disposition.and_then(|it| it.parameter("filename")).or_else(|| kind.parameter("name"));
    let name = name.unwrap_or_default().trim();
    if name.contains("=?") { word::decode(name) } else { name.to_owned() }
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
    fn floods_of_parameters_are_cut() {
        let many: String = (0..60_000).map(|n| format!("; p*{n}=a")).collect();
        field(format!("text/plain{many}").as_bytes());
        let names: String = (0..60_000).map(|n| format!("; p{n}=a")).collect();
        assert!(field(format!("text/plain{names}").as_bytes()).parameters.len() <= 128);
    }
}
