//! The syntax of address fields (RFC 5322 §3.4, with the obsolete forms of §4.4), read in one pass.
//!
//! What real programs write is read as well: semicolons between mailboxes, addresses without brackets behind a name,
//! names with dots and brackets in them, quotes and parentheses that never close. Encoded words are left as they are.

/// One mailbox as it stands in its field.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Mailbox {
    /// The phrase before the address, quotes taken off; without one, the comment (the old way to say a name).
    pub(super) name: String,
    /// Without white space and comments; quotes only around a local part that needs them. Empty where there is none.
    pub(super) address: String,
}

/// The mailboxes of an unfolded field. Groups (`name: a, b;`) give their members.
pub(super) fn all(field: &str) -> Mailboxes<'_> {
    Mailboxes { rest: field, comments: true, quotes: true }
}

pub(super) struct Mailboxes<'a> {
    rest: &'a str,
    /// False once a parenthesis, or a quote, was found not to close: those behind it are letters.
    comments: bool,
    quotes: bool,
}

enum Token<'a> {
    Space,
    /// What stands in quotes, `\` taken off.
    Quoted(String),
    Comment(String),
    Letter(char),
    Mark(char, &'a str),
}

/// The words of a phrase or of an address.
#[derive(Default)]
struct Words {
    /// As they stand, with single spaces between them.
    text: String,
    list: Vec<Word>,
    /// Whether the next letter stands apart from the last one.
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
}

impl Iterator for Mailboxes<'_> {
    type Item = Mailbox;

    fn next(&mut self) -> Option<Mailbox> {
        while !self.rest.is_empty() {
            let mailbox = self.one();
            if mailbox != Mailbox::default() {
                return Some(mailbox);
            }
        }
        None
    }
}

impl<'a> Mailboxes<'a> {
    /// Reads up to the comma behind the next mailbox.
    fn one(&mut self) -> Mailbox {
        let mut phrase = Words::default();
        let mut comment = String::new();
        let mut bracketed: Option<String> = None;
        while let Some(token) = self.token() {
            match token {
                Token::Space => phrase.apart = true,
                Token::Comment(text) => {
                    phrase.apart = true;
                    if comment.is_empty() {
                        text.trim().clone_into(&mut comment);
                    }
                }
                // Behind the address nothing counts but a comment.
                _ if bracketed.is_some() && !matches!(token, Token::Mark(',' | ';', _)) => {}
                Token::Quoted(text) => phrase.quoted(&text),
                Token::Mark(',' | ';', _) => break,
                Token::Mark('<', _) => bracketed = Some(self.bracketed()),
                // A group's name; but a colon may stand in a domain (`[IPv6:::1]`).
                Token::Mark(':', _) if phrase.list.iter().all(|word| word.at.is_none()) => {
                    phrase = Words::default();
                    comment.clear();
                }
                Token::Letter(letter) | Token::Mark(letter, _) => phrase.letter(letter),
            }
        }
        let (name, address) = match bracketed {
            Some(address) => (phrase.text, address),
            None => phrase.split(),
        };
        Mailbox { name: if name.is_empty() { comment } else { name }, address }
    }

    /// The address in angle brackets, its `<` already read: a route (`@a,@b:`) is left out.
    fn bracketed(&mut self) -> String {
        let mut words = Words::loose();
        while let Some(token) = self.token() {
            match token {
                Token::Space => words.apart = true,
                Token::Comment(_) => {}
                Token::Quoted(text) => words.quoted(&text),
                Token::Mark('>', _) => break,
                // Brackets in brackets, or a bracket that was forgotten.
                Token::Mark('<', _) => words = Words::loose(),
                Token::Mark(',' | ':', _) if words.text.starts_with('@') => words = Words::loose(),
                Token::Mark(',' | ';', before) => {
                    self.rest = before;
                    break;
                }
                Token::Letter(letter) | Token::Mark(letter, _) => words.letter(letter),
            }
        }
        words.address()
    }

    fn token(&mut self) -> Option<Token<'a>> {
        let before = self.rest;
        let mut letters = before.chars();
        let first = letters.next()?;
        let after = letters.as_str();
        self.rest = after;
        Some(match first {
            '"' if self.quotes => {
                let Some((text, rest)) = closed(after, '"') else {
                    self.quotes = false;
                    return Some(Token::Space);
                };
                self.rest = rest;
                Token::Quoted(text)
            }
            '(' if self.comments => {
                let Some((text, rest)) = closed(after, ')') else {
                    self.comments = false;
                    return Some(Token::Letter('('));
                };
                self.rest = rest;
                Token::Comment(text)
            }
            '\\' => match letters.next() {
                Some(letter) => {
                    self.rest = letters.as_str();
                    Token::Letter(letter)
                }
                None => Token::Space,
            },
            ',' | ';' | ':' | '<' | '>' => Token::Mark(first, before),
            letter if letter.is_whitespace() => Token::Space,
            letter => Token::Letter(letter),
        })
    }
}

/// What stands before the closing letter, and what behind it. Parentheses may stand in parentheses.
fn closed(text: &str, end: char) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut depth = 0usize;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => out.extend(letters.next()),
            letter if letter == end && depth == 0 => return Some((out, letters.as_str())),
            letter => {
                match letter {
                    '(' if end == ')' => depth += 1,
                    ')' if end == ')' => depth -= 1,
                    _ => {}
                }
                out.push(letter);
            }
        }
    }
    None
}

impl Words {
    fn loose() -> Self {
        Self { loose: true, ..Self::default() }
    }

    fn letter(&mut self, letter: char) {
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

    fn quoted(&mut self, text: &str) {
        let joins = self.list.last().is_some_and(|word| self.loose && word.text.ends_with('.'));
        self.go_on(joins);
        self.text.push_str(text);
        if let Some(word) = self.list.last_mut() {
            word.text.push_str(text);
        }
    }

    /// Goes on with the last word, or begins one.
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
    fn address(&self) -> String {
        let with_host = self.list.iter().find(|word| word.at.is_some());
        with_host.or(self.list.first()).map_or_else(String::new, Word::address)
    }

    /// Name and address where no brackets tell them apart.
    fn split(&self) -> (String, String) {
        let Some(place) = self.list.iter().position(|word| word.at.is_some()) else {
            // A single word is an address, of this machine where it names no host.
            let whole = self.text.trim();
            let named = whole.contains(char::is_whitespace);
            return if named { (whole.to_owned(), String::new()) } else { (String::new(), whole.to_owned()) };
        };
        let address = self.list.get(place).map_or_else(String::new, Word::address);
        let others = self.list.iter().filter(|word| word.at.is_none()).map(|word| word.text.as_str());
        (others.collect::<Vec<_>>().join(" "), address)
    }
}

impl Word {
    /// The word as an address: in quotes what is no plain local part (RFC 5322 §3.4.1).
    fn address(&self) -> String {
        let Some((local, domain)) = self.at.and_then(|at| self.text.split_at_checked(at)) else {
            return self.text.clone();
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
}

#[cfg(test)]
mod tests {
    use super::all;

    fn read(field: &str) -> Vec<(String, String)> {
        all(field).map(|it| (it.name, it.address)).collect()
    }

    fn one(field: &str) -> (String, String) {
        let mut list = read(field);
        assert_eq!(list.len(), 1, "{field}: {list:?}");
        list.remove(0)
    }

    fn is(field: &str, name: &str, address: &str) {
        assert_eq!(one(field), (name.to_owned(), address.to_owned()), "{field}");
    }

    #[test]
    fn names_before_brackets() {
        is("Ann <ann@a.example>", "Ann", "ann@a.example");
        is("\"Smith, Ann (home)\" <ann@a.example>", "Smith, Ann (home)", "ann@a.example");
        is("Mr. John Q. Public <j@x.example>", "Mr. John Q. Public", "j@x.example");
        is("[build] #12 <ci@x.example>", "[build] #12", "ci@x.example");
        is("\"Joe\" Q. \"\\\"Public\\\"\"<j@x.example>", "Joe Q. \"Public\"", "j@x.example");
        is("alice@a.example <bob@b.example>", "alice@a.example", "bob@b.example");
        is("\"MAILER-DAEMON\" <>", "MAILER-DAEMON", "");
        assert_eq!(read("<>"), []);
    }

    #[test]
    fn comments_are_names_where_there_is_no_other() {
        is("ann@a.example (Ann (at home))", "Ann (at home)", "ann@a.example");
        is("(Ann) ann@a.example", "Ann", "ann@a.example");
        is("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", "Pete", "pete@silly.test");
        is("<ann@a.example> (Ann)", "Ann", "ann@a.example");
    }

    #[test]
    fn quoted_local_parts_keep_the_quotes_that_they_need() {
        is("\"a\\\"b c, d\"@x.example", "", "\"a\\\"b c, d\"@x.example");
        is("Ann <\"ann.b\"@x.example>", "Ann", "ann.b@x.example");
        is("<\"a@b\"@x.example>", "", "\"a@b\"@x.example");
        is("\"ann@a.example\"", "", "ann@a.example");
    }

    #[test]
    fn groups_give_their_members_and_empty_ones_nobody() {
        assert_eq!(read("undisclosed-recipients:;"), []);
        let list = read("A Group(of people):Ed <ed@x.example>,joe@y.example, John <j@z.example>; bob@b.example");
        let addresses: Vec<_> = list.iter().map(|(_, address)| address.as_str()).collect();
        assert_eq!(addresses, ["ed@x.example", "joe@y.example", "j@z.example", "bob@b.example"]);
        is("mailto:ann@a.example", "", "ann@a.example");
        is("ann@[IPv6:::1]", "", "ann@[IPv6:::1]");
    }

    #[test]
    fn routes_and_blanks_of_old_are_left_out() {
        is("Mary <@node.test,@b.test:mary@example.net>", "Mary", "mary@example.net");
        is("john . doe @ example . net", "", "john.doe@example.net");
        is("<john. doe @ example. net>", "", "john.doe@example.net");
        assert_eq!(read("a@a.example,, ,b@b.example;c@c.example").len(), 3);
    }

    #[test]
    fn what_is_not_closed_loses_nobody() {
        is("\"Ann <ann@a.example>", "Ann", "ann@a.example");
        is("Ann (at home <ann@a.example>", "Ann (at home", "ann@a.example");
        assert_eq!(read("Ann <ann@a.example, bob@b.example").len(), 2);
        is("Ann <<ann@a.example>>", "Ann", "ann@a.example");
        is("J. Doe j@x.example", "J. Doe", "j@x.example");
        is("two words", "two words", "");
        is("root", "", "root");
    }

    #[test]
    fn floods_take_linear_time() {
        for piece in ["(", "\"", "<", "\\(", "((a)", "\"\\", "<@a:", "a . ", ": ", "a@", "(\"", "[<("] {
            all(&piece.repeat(200_000 / piece.len())).for_each(drop);
        }
    }

    proptest::proptest! {
        #[test]
        fn anything_can_be_read(field in "([<>()\",;:@. \\\\\\[]|[a-c]|\\PC){0,40}") {
            for it in all(&field) {
                proptest::prop_assert!(!it.name.is_empty() || !it.address.is_empty());
            }
        }

        #[test]
        fn a_quoted_local_part_comes_back(local in "\\PC{1,20}") {
            let quoted = local.replace('\\', "\\\\").replace('"', "\\\"");
            let found = read(&format!("<\"{quoted}\"@x.example>"));
            let again = read(&format!("<{}>", found[0].1));
            proptest::prop_assert_eq!(found, again);
        }
    }
}
