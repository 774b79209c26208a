//! Content lines of iCalendar (RFC 5545 §3.1) and vCard (RFC 6350 §3.2, and 2.1 before it): `NAME;PARAMETER=value:value`.

/// One line: its name and parameters in upper case as far as they are names, its value as it stands.
pub(super) struct ContentLine {
    pub(super) name: String,
    parameters: Vec<(String, String)>,
    value: String,
}

impl ContentLine {
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value as text: `\\n`, `\\,` and `\\;` read.
    pub(super) fn text(&self) -> String {
        let mut out = String::with_capacity(self.value.len());
        let mut letters = self.value.chars();
        while let Some(letter) = letters.next() {
            match (letter, letters.clone().next()) {
                ('\\', Some('n' | 'N')) => {
                    letters.next();
                    out.push('\n');
                }
                ('\\', Some(next @ (',' | ';' | '\\' | ':'))) => {
                    letters.next();
                    out.push(next);
                }
                _ => out.push(letter),
            }
        }
        out.trim().to_owned()
    }

    pub(super) fn value(&self) -> &str {
        self.value.trim()
    }
}

/// The lines of a text, unfolded. What is no content line is left out.
pub(super) fn lines(text: &str) -> Vec<ContentLine> {
    let mut whole: Vec<String> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix([' ', '\t']), whole.last_mut()) {
            (Some(more), Some(last)) => last.push_str(more),
            _ => whole.push(line.to_owned()),
        }
    }
    whole.iter().filter_map(|line| read(line)).collect()
}

fn read(line: &str) -> Option<ContentLine> {
    let mut quoted = false;
    let colon = line.char_indices().find_map(|(at, letter)| {
        quoted ^= letter == '"';
        (letter == ':' && !quoted).then_some(at)
    })?;
    let (head, value) = (line.get(..colon)?, line.get(colon + 1..)?);
    let mut pieces = head.split(';');
    let name = pieces.next()?.rsplit('.').next()?.trim().to_ascii_uppercase();
    let parameters = pieces
        .filter_map(|piece| piece.split_once('='))
        .map(|(name, value)| (name.trim().to_ascii_uppercase(), value.trim_matches('"').to_owned()))
        .collect();
    let printed = |parameters: &[(String, String)]| {
        parameters.iter().any(|(name, value)| name == "ENCODING" && value.eq_ignore_ascii_case("quoted-printable"))
    };
    let parameters: Vec<(String, String)> = parameters;
    let value = if printed(&parameters) {
        String::from_utf8_lossy(&super::transfer_encoding::quoted_printable(value.as_bytes()).0).into_owned()
    } else {
        value.to_owned()
    };
    (!name.is_empty()).then_some(ContentLine { name, parameters, value })
}
