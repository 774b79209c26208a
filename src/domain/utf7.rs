//! Names of folders in modified UTF-7, as IMAP sends them (RFC 3501 §5.1.3).

use base64::Engine as _;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::{GeneralPurpose, general_purpose::NO_PAD};

const BASE64: GeneralPurpose = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);

/// Encodes a name.
#[must_use]
pub fn encode(name: &str) -> String {
    let mut wire = String::with_capacity(name.len());
    let mut shifted: Vec<u8> = Vec::new();
    for c in name.chars() {
        if !matches!(c, ' '..='~') {
            let mut units = [0; 2];
            shifted.extend(c.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()));
            continue;
        }
        flush(&mut shifted, &mut wire);
        wire.push(c);
        if c == '&' {
            wire.push('-');
        }
    }
    flush(&mut shifted, &mut wire);
    wire
}

fn flush(shifted: &mut Vec<u8>, wire: &mut String) {
    if !shifted.is_empty() {
        wire.push('&');
        BASE64.encode_string(std::mem::take(shifted), wire);
        wire.push('-');
    }
}

/// Decodes a name; `None` where the bytes are not what `encode` would write for any name.
#[must_use]
pub fn decode(wire: &[u8]) -> Option<String> {
    let text = str::from_utf8(wire).ok()?;
    let mut name = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, shifted)) = rest.split_once('&') {
        name.push_str(plain);
        let (shifted, after) = shifted.split_once('-')?;
        rest = after;
        if shifted.is_empty() {
            name.push('&');
            continue;
        }
        let bytes = BASE64.decode(shifted).ok()?;
        let (pairs, []) = bytes.as_chunks::<2>() else { return None };
        let units = pairs.iter().map(|pair| u16::from_be_bytes(*pair));
        name.extend(char::decode_utf16(units).collect::<Result<Vec<char>, _>>().ok()?);
    }
    name.push_str(rest);
    (encode(&name).as_bytes() == wire).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn names_go_both_ways() {
        // The third is the example of RFC 3501; the last needs two units.
        for (name, wire) in [
            ("Notes/Work", "Notes/Work"),
            ("AT&T", "AT&-T"),
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("Отправленные", "&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-"),
            ("Entwürfe & mehr", "Entw&APw-rfe &- mehr"),
            ("🌊", "&2DzfCg-"),
            ("a\u{1b}[2J", "a&ABs-[2J"),
            ("", ""),
        ] {
            assert_eq!(encode(name), wire);
            assert_eq!(decode(wire.as_bytes()).as_deref(), Some(name));
        }
    }

    #[test]
    fn what_is_not_written_as_it_should_be_is_no_name() {
        for wire in ["&", "a&b", "&AG", "&!!!-", "&2Dw-", "&AGE-", "&AOQ", "&AOQA-", "&AOQ-&AOQ-", "Müll", "a\x1bb"] {
            assert_eq!(decode(wire.as_bytes()), None, "{wire}");
        }
        assert_eq!(decode(b"\xff"), None);
    }

    proptest::proptest! {
        #[test]
        fn any_name_goes_there_and_back(name in ".{0,40}") {
            let wire = encode(&name);
            proptest::prop_assert!(wire.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            proptest::prop_assert_eq!(decode(wire.as_bytes()), Some(name));
        }

        #[test]
        fn what_has_a_name_is_led_back_to_by_it(wire in "[&,A-D/+=-]{0,20}") {
            if let Some(name) = decode(wire.as_bytes()) {
                proptest::prop_assert_eq!(encode(&name), wire);
            }
        }
    }
}
