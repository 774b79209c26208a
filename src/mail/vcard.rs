//! A card of addresses (vCard: RFC 6350, RFC 2426, 2.1) as words.

use super::content_line::{ContentLine, lines};

/// At most so many lines of cards are written out for one text.
const LINES: usize = 500;

/// The words; empty where there is no card.
pub(super) fn words(text: &str) -> String {
    let mut out = String::new();
    for line in lines(text).iter().take(LINES) {
        if line.name == "END" && !out.is_empty() {
            out.push('\n');
        }
        if let Some(told) = property_text(line) {
            out.push_str(&told);
            out.push('\n');
        }
    }
    out.trim_end().to_owned()
}

fn property_text(line: &ContentLine) -> Option<String> {
    let text = line.text();
    let pieces = || text.split(';').map(str::trim).filter(|piece| !piece.is_empty()).collect::<Vec<_>>().join(", ");
    let (called, text) = match line.name.as_str() {
        "FN" => return Some(text).filter(|text| !text.is_empty()),
        "ORG" => ("Organisation", pieces()),
        "ADR" => ("Address", pieces()),
        "TITLE" => ("Title", text),
        "EMAIL" => ("Mail", text),
        "TEL" => ("Telephone", text.trim_start_matches("tel:").to_owned()),
        "URL" => ("Web", text),
        "BDAY" => ("Birthday", text),
        "NOTE" => ("Note", text),
        _ => return None,
    };
    (!text.is_empty()).then(|| format!("{called}: {text}"))
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_card_says_who_it_is() {
        let card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann Holm\r\nN:Holm;Ann;;;\r\nORG:Tide Office;Harbour\r\nitem1.EMAIL;TYPE=INTERNET:\
                    ann@a.example\r\nTEL;VALUE=uri:tel:+49-1\r\nADR:;;Dock 9;Kiel;;24103;DE\r\nPHOTO;ENCODING=b:AAAA\r\n AAAA\r\nEND:VCARD\r\n";
        let expected = "Ann Holm\nOrganisation: Tide Office, Harbour\nMail: ann@a.example\nTelephone: +49-1\nAddress: Dock 9, Kiel, 24103, DE";
        assert_eq!(words(card), expected);
        assert_eq!(words("BEGIN:VCARD\nFN;ENCODING=QUOTED-PRINTABLE:H=C3=B6lm\nEND:VCARD\n"), "Hölm");
        assert_eq!(words("hello"), "");
    }
}
