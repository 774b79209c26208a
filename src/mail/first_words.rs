//! How a text begins, in one line: without quotes, the line that names their writer, and what `OpenPGP` puts around a text.

/// So many bytes are enough for a line.
const ENOUGH: usize = 240;

/// The first words of a text that its writer wrote.
#[must_use]
pub fn first_words(text: &str) -> String {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
    let mut begins = String::new();
    let mut armour = false;
    while let Some(line) = lines.next() {
        let names_writer = line.ends_with(':') && lines.peek().is_some_and(|next| next.starts_with('>'));
        if line == "-----BEGIN PGP SIGNED MESSAGE-----" || armour && line.starts_with("Hash:") {
            armour = true;
            continue;
        }
        if begins.len() >= ENOUGH || line == "--" || line.starts_with("-----") {
            break;
        }
        if line.starts_with('>') || names_writer {
            continue;
        }
        for word in line.split_whitespace() {
            if !begins.is_empty() {
                begins.push(' ');
            }
            begins.push_str(word);
            if begins.len() >= ENOUGH {
                break;
            }
        }
    }
    begins.truncate(begins.floor_char_boundary(ENOUGH));
    begins
}

#[cfg(test)]
mod tests {
    use super::first_words;

    #[test]
    fn quotes_and_what_is_around_them_are_passed_over() {
        for (text, begins) in [
            ("\n\nOne two\nthree\n\nfour\n", "One two three four"),
            ("On Monday, Ann wrote:\n> said\n>\n> more\n\nYes.\n-- \nBob", "Yes."),
            ("Three things:\n\none", "Three things: one"),
            (
                "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nSigned.\n-----BEGIN PGP SIGNATURE-----\nabc",
                "Signed.",
            ),
            ("-----Original Message-----\nFrom: x", ""),
            ("> only quoted", ""),
            ("", ""),
        ] {
            assert_eq!(first_words(text), begins, "{text}");
        }
        assert!(first_words(&"\u{e9}".repeat(10_000)).len() <= super::ENOUGH);
        assert!(first_words(&"word ".repeat(10_000)).len() <= super::ENOUGH);
    }
}
