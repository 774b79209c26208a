//! Prose whose lines end where their writer's program broke them (most break at 72 to 78 columns). In a column that is
//! somewhat narrower each of these lines would leave a word or two on a line of its own; so such paragraphs are joined and
//! broken anew. Everything that is laid out by its lines stays as it is: code, diffs, tables, lists, verses.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

/// Lines wider than this, in columns, were not broken by a mail program.
const WIDEST: usize = 100;
/// A line of prose has so many words at least, where another one follows that belongs to it.
const WORDS: usize = 3;

/// The lines, with those joined that are one paragraph. Nothing is joined where every line fits into so many columns, since
/// then nothing needs to be broken.
pub(super) fn joined<'t>(lines: &[&'t str], columns: usize) -> Vec<Cow<'t, str>> {
    let widest = lines.iter().filter(|line| is_prose(line)).map(|line| line.trim_end().width()).max().unwrap_or(0);
    let mut out: Vec<Cow<'t, str>> = Vec::with_capacity(lines.len());
    let mut before: Option<&str> = None;
    for line in lines {
        let joins = columns < widest && widest <= WIDEST && before.is_some_and(|before| joins(before, line, widest));
        match out.last_mut().filter(|_| joins) {
            Some(paragraph) => {
                let paragraph = paragraph.to_mut();
                paragraph.truncate(paragraph.trim_end().len());
                paragraph.push(' ');
                paragraph.push_str(line);
            }
            None => out.push(Cow::Borrowed(line)),
        }
        before = Some(line);
    }
    out
}

/// Whether the end of a line is one that a program made: the next word had no room on it.
fn joins(line: &str, next: &str, widest: usize) -> bool {
    let first = |line: &str| line.split_whitespace().next().map(str::to_owned).unwrap_or_default();
    let (own, word) = (first(line), first(next));
    is_prose(line)
        && begins_as_prose(next)
        && !begins_anew(next, &word)
        && own != word
        && line.trim_end().width() + 1 + word.width() > widest
}

/// A line of words: not of code, of a table, of numbers.
fn is_prose(line: &str) -> bool {
    let line = line.trim_end();
    let (mut letters, mut others) = (0, 0);
    for c in line.chars().filter(|c| !c.is_whitespace()) {
        if c.is_alphabetic() { letters += 1 } else { others += 1 }
    }
    begins_as_prose(line)
        && letters >= others * 4
        && line.split_whitespace().nth(WORDS - 1).is_some()
        && !line.ends_with(['{', '}', ';', '\\', '|'])
}

/// A line that begins with a blank, or with a sign of lists, diffs, quotes and rules, is laid out by its lines.
fn begins_as_prose(line: &str) -> bool {
    let opens = |c: char| c.is_alphanumeric() || "\"'“”‘’«»„(¿¡…$€£".contains(c);
    line.starts_with(opens) && !line.contains(['\t', '|']) && !line.contains("   ")
}

/// Whether a line begins something of its own: an item, a header line, an address.
fn begins_anew(line: &str, word: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let item = word.strip_suffix(['.', ')']).is_some_and(|it| number(it) || it.chars().count() == 1);
    let field =
        |name: &str| name.starts_with(char::is_uppercase) && name.chars().all(|c| c.is_alphanumeric() || c == '-');
    let header = word.strip_suffix(':').is_some_and(field);
    item || header || word.contains("://") || line.starts_with("diff ") || line.starts_with("index ")
}

#[cfg(test)]
mod tests {
    use super::joined;

    const PROSE: &str = "\
I have read your sketch twice now and I think that the second table can go too.
What matters is the order of operations, and the rest follows from it as we have
said before.";

    fn all(text: &str, columns: usize) -> Vec<String> {
        let lines: Vec<&str> = text.lines().collect();
        joined(&lines, columns).into_iter().map(std::borrow::Cow::into_owned).collect()
    }

    #[test]
    fn a_paragraph_that_overflows_is_one_line() {
        assert_eq!(all(PROSE, 72), [PROSE.replace('\n', " ")]);
        // Where it fits, every line end is kept.
        assert_eq!(all(PROSE, 80).len(), 3);
    }

    #[test]
    fn a_line_that_ends_early_ended_there() {
        let text = format!("Dear Ann,\n{PROSE}\nYours\nBob");
        assert_eq!(all(&text, 72), ["Dear Ann,", PROSE.replace('\n', " ").as_str(), "Yours", "Bob"]);
    }

    #[test]
    fn what_is_laid_out_by_its_lines_is_kept() {
        let wide = "a word and another word until the end of this line is reached as it is here";
        for text in [
            format!("{wide}\n- {wide}\n- {wide}"),
            format!("+{wide}\n+{wide}\n-{wide}\n@@ {wide}"),
            format!("1. {wide}\n2. {wide}\na) {wide}"),
            format!("    {wide}\n    {wide}"),
            format!("From: {wide}\nTo: {wide}\nReply-To: {wide}"),
            format!("| {wide} |\n| {wide} |"),
            format!("name   amount   {wide}\npear   12   {wide}"),
            format!("{wide}\nhttps://example.org/a/b/c"),
            format!("{wide}\n================"),
            format!(
                "{wide};\nreturn {wide};\nfoo(bar, baz) || quux[1] + 12 * (4 - 5) / 3 == 7 && !done(x, y, z, 1, 2)"
            ),
            "Nov 28 10:00:01 host sshd[1]: Accepted publickey for ann from 10.0.0.1 port 22\n\
             Nov 28 10:00:02 host sshd[1]: Accepted publickey for bob from 10.0.0.2 port 22"
                .to_owned(),
            format!("{}\n{}", "long ".repeat(40), "long ".repeat(40)),
        ] {
            assert_eq!(all(&text, 60).len(), text.lines().count(), "{text}");
        }
    }

    proptest::proptest! {
        /// Words stay what they are, in their order, and take no more than linear time.
        #[test]
        fn no_word_is_lost(text in "([a-zé中]{1,9}[ .,:]|[-+>|] |\\n| ){0,200}", columns in 20usize..100) {
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            proptest::prop_assert_eq!(words(&all(&text, columns).join("\n")), words(&text));
        }
    }
}
