//! The words of a phrase or of an address, put together letter by letter.

#[derive(Default)]
pub(super) struct PhraseBuilder {
    /// As they stand, with single spaces between them.
    text: String,
    list: Vec<Word>,
    /// Whether white space separates the next letter from the last one.
    apart: bool,
    /// Whether blanks around any dot are forgiven (RFC 5322 §4.4), as between brackets.
    loose: bool,
}

#[derive(Default)]
struct Word {
    text: String,
    /// Where the last `@` outside of quotes stands.
    at: Option<usize>,
    /// It ends with a dot that had a blank before it.
    dotted: bool,
    /// Some of it stood in quotes.
    quoted: bool,
}

impl PhraseBuilder {
    pub(super) fn loose() -> Self {
        Self { loose: true, ..Self::default() }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The next letter begins a new word.
    pub(super) fn apart(&mut self) {
        self.apart = true;
    }

    pub(super) fn has_address(&self) -> bool {
        self.list.iter().any(|word| word.at.is_some())
    }

    pub(super) fn has_several(&self) -> bool {
        self.list.iter().filter(|word| word.at.is_some()).nth(1).is_some()
    }

    pub(super) fn letter(&mut self, letter: char) {
        let joins = self.list.last().is_some_and(|word| {
            let after_dot = word.text.ends_with('.') && (self.loose || word.dotted || word.at.is_some());
            matches!(letter, '@' | '.') || word.text.ends_with('@') || after_dot
        });
        let dotted = self.apart && letter == '.';
        self.go_on(joins);
        self.text.push(letter);
        if let Some(word) = self.list.last_mut() {
            if letter == '@' {
                word.at = Some(word.text.len());
            }
            word.dotted = dotted;
            word.text.push(letter);
        }
    }

    pub(super) fn quoted(&mut self, text: &str) {
        let joins = self.list.last().is_some_and(|word| self.loose && word.text.ends_with('.'));
        self.go_on(joins);
        self.text.push_str(text);
        if let Some(word) = self.list.last_mut() {
            word.quoted = true;
            word.text.push_str(text);
        }
    }

    /// Adds to the last word, or begins a new one.
    fn go_on(&mut self, joins: bool) {
        if self.apart && !self.text.is_empty() {
            self.text.push(' ');
        }
        if self.list.is_empty() || self.apart && !joins {
            self.list.push(Word::default());
        }
        self.apart = false;
    }

    /// The address of what stands between brackets. Of two, the first counts.
    pub(super) fn address(&self) -> String {
        let with_host = self.list.iter().find(|word| word.at.is_some());
        with_host.or(self.list.first()).map_or_else(String::new, Word::address)
    }

    /// Name and address where no brackets tell them apart, and whether there is another address.
    pub(super) fn split(&self) -> (String, String, bool) {
        if let Some(place) = self.list.iter().position(|word| word.at.is_some()) {
            let address = self.list.get(place).map_or_else(String::new, Word::address);
            let others = self.list.iter().filter(|word| word.at.is_none()).map(|word| word.text.as_str());
            return (others.collect::<Vec<_>>().join(" "), address, self.has_several());
        }
        let whole = self.text.trim().to_owned();
        match &self.list[..] {
            [word] if word.stands_for_an_address() => (String::new(), word.address(), false),
            _ => (whole, String::new(), false),
        }
    }
}

impl Word {
    /// The word as an address: in quotes what is no plain local part (RFC 5322 §3.4.1).
    fn address(&self) -> String {
        let (local, domain) = match self.at.and_then(|at| self.text.split_at_checked(at)) {
            Some(parts) => parts,
            None if self.quoted => (self.text.as_str(), ""),
            None => return self.text.clone(),
        };
        let plain = |letter: char| !letter.is_whitespace() && !r#"()<>[]:;@\,""#.contains(letter);
        if local.chars().all(plain) {
            return self.text.clone();
        }
        let mut out = String::from('"');
        for letter in local.chars() {
            if matches!(letter, '"' | '\\') {
                out.push('\\');
            }
            out.push(letter);
        }
        out.push('"');
        out.push_str(domain);
        out
    }

    /// Whether a word that stands alone and names no host is read as an address, as other programs do (`root`): not one in
    /// quotes, unless it looks like an address.
    fn stands_for_an_address(&self) -> bool {
        !self.quoted || self.text.contains('@')
    }
}
