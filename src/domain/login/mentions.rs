//! Which of the words that tell what a number is stand where in a text.

use super::words::{CODE_LETTER, CONTEXT, KINDS, MentionKind, NOT_TO_BE_SHARED};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mention {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: MentionKind,
}

/// The words of a text that count, by where they begin, and the text in small letters.
pub(super) struct Mentions {
    pub(super) all: Vec<Mention>,
    pub(super) lower: Vec<char>,
}

impl Mentions {
    pub(super) fn of(text: &[char]) -> Self {
        let lower: Vec<char> = text.iter().map(|c| small(*c)).collect();
        let mut all = Vec::new();
        for (kind, patterns) in KINDS {
            for pattern in patterns.split('|') {
                each(&lower, pattern, |start, end| all.push(Mention { start, end, kind: *kind }));
            }
        }
        all.sort_by_key(|mention| (mention.start, mention.end));
        // A "verification number" is no other number.
        let strong: Vec<Mention> = all.iter().copied().filter(|it: &Mention| it.kind == MentionKind::Strong).collect();
        let mut next = 0;
        all.retain(|mention| {
            while strong.get(next).is_some_and(|it| it.end < mention.end && it.start < mention.start) {
                next += 1;
            }
            let within = strong.get(next).is_some_and(|it| it.start <= mention.start && mention.end <= it.end);
            mention.kind == MentionKind::Strong || !within
        });
        // "In order to" is about no order.
        all.retain(|mention| !(mention.kind == MentionKind::Number && is_in_order_to(&lower, mention.start)));
        all.retain(|mention| !(mention.kind.names_a_code() && is_warning(&lower, mention.start)));
        Self { all, lower }
    }

    pub(super) fn has(&self, kind: MentionKind) -> bool {
        self.all.iter().any(|mention| mention.kind == kind)
    }

    /// Whether one of these patterns stands anywhere in the text.
    pub(super) fn says(&self, patterns: &str) -> bool {
        patterns.split('|').any(|pattern| stands_in(&self.lower, pattern))
    }

    pub(super) fn is_about_a_login(&self) -> bool {
        self.has(MentionKind::Strong) || self.says(CONTEXT) || self.says(CODE_LETTER)
    }
}

/// Whether a pattern stands in a text of small letters.
pub(super) fn stands_in(lower: &[char], pattern: &str) -> bool {
    let mut found = false;
    each(lower, pattern, |_, _| found = true);
    found
}

/// A letter in its small form, where that is one letter; the signs of quotes and hyphens that have several forms in one.
pub(super) fn small(c: char) -> char {
    match c {
        '\u{2019}' | '\u{2018}' => '\'',
        '\u{2010}' | '\u{2011}' | '\u{2013}' => '-',
        '\u{a0}' | '\u{202f}' | '\u{2009}' => ' ',
        c => {
            let mut letters = c.to_lowercase();
            letters.next().unwrap_or(c)
        }
    }
}

/// Whether a sign belongs to a word of a script that divides words.
pub(super) fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() && !is_undivided(c)
}

/// Chinese, Japanese, Thai: scripts that write words without a space between them. Korean puts endings to its words.
fn is_undivided(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{e7f}' | '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}')
}

/// Calls `found` for each place of a pattern. `*` at its beginning or its end lets the word go on there.
fn each(lower: &[char], pattern: &str, mut found: impl FnMut(usize, usize)) {
    let open_before = pattern.starts_with('*');
    let open_after = pattern.ends_with('*');
    let letters: Vec<char> = pattern.trim_matches('*').chars().collect();
    let Some(first) = letters.first() else { return };
    for (start, window) in lower.windows(letters.len()).enumerate() {
        if window.first() != Some(first) || window != letters {
            continue;
        }
        let end = start + letters.len();
        let goes_on = |at: Option<usize>| at.and_then(|at| lower.get(at)).copied().is_some_and(is_of_word);
        let before = !open_before && is_of_word(*first) && goes_on(start.checked_sub(1));
        let after = !open_after && letters.last().copied().is_some_and(is_of_word) && goes_on(Some(end));
        if !before && !after {
            found(start, end);
        }
    }
}

fn is_in_order_to(lower: &[char], at: usize) -> bool {
    let text = |from: usize, to: usize| lower.get(from..to).unwrap_or_default().iter().collect::<String>();
    text(at.saturating_sub(3), at) == "in " && text(at, at + 8) == "order to"
}

/// Whether what is said there is that a code is to be kept to oneself, which tells of no code that follows.
fn is_warning(lower: &[char], at: usize) -> bool {
    let sentence = lower.get(at.saturating_sub(45)..at).unwrap_or_default();
    let begins =
        sentence.iter().rposition(|c| matches!(c, '.' | '!' | '?' | '\n' | '。' | '！')).map_or(0, |at| at + 1);
    let sentence = sentence.get(begins..).unwrap_or_default();
    NOT_TO_BE_SHARED.split('|').any(|pattern| stands_in(sentence, pattern))
}
