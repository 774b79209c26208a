//! What could be a code: letters and digits in one of the usual forms, with what stands around them.

use super::mentions::{Mention, Mentions, is_of_word, small};
use super::words::{AMOUNTS, MentionKind};
use super::{LoginFinding, LoginSecret};

/// A word for a code counts as far before a candidate, and as far behind it, in characters.
const BEFORE: usize = 70;
const BEHIND: usize = 45;
/// A word that makes a number into something else counts as far before it, and behind it.
const OTHER: usize = 20;
/// Words of trade and travel count against the word "code" alone as far on both sides.
const TRADE: usize = 80;
/// Two candidates whose distances differ by less are in doubt.
const HAIR: i64 = 12;

const ALONE: i64 = 25;
const NAMED_WHOLE: i64 = 15;

/// Letters and digits in a text from `start` up to `end`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate {
    start: usize,
    end: usize,
    code: String,
}

/// The code that stands nearest to a word for one.
pub(super) fn best(text: &[char], mentions: &Mentions, addresses: &[String]) -> LoginFinding {
    let mut scores: Vec<(String, i64)> = Vec::new();
    for candidate in candidates(text) {
        if addresses.iter().any(|address| address.contains(&candidate.code)) {
            continue;
        }
        let Some(distance) = distance(text, mentions, &candidate) else { continue };
        match scores.iter_mut().find(|(code, _)| code.eq_ignore_ascii_case(&candidate.code)) {
            // What is said twice is more likely what is meant.
            Some((_, best)) => *best = distance.min(*best) - 5,
            None => scores.push((candidate.code, distance)),
        }
    }
    scores.sort_by_key(|(_, distance)| *distance);
    match scores.as_slice() {
        [] => LoginFinding::Nothing,
        [(_, first), (_, second), ..] if second - first < HAIR => LoginFinding::InDoubt,
        [(code, _), ..] => LoginFinding::One(LoginSecret::Code { code: code.clone(), bound_to: None }),
    }
}

/// How far a candidate is from a word for a code, less what speaks for it; `None` where it is none.
fn distance(text: &[char], mentions: &Mentions, candidate: &Candidate) -> Option<i64> {
    if is_something_else(mentions, candidate) {
        return None;
    }
    let far = |mention: &Mention| -> Option<i64> {
        let gap = if mention.end <= candidate.start {
            Some(candidate.start - mention.end).filter(|gap| *gap <= BEFORE)
        } else {
            mention.start.checked_sub(candidate.end).filter(|gap| *gap <= BEHIND).map(|gap| gap + 5)
        };
        let gap = i64::try_from(gap?).ok()?;
        match mention.kind {
            MentionKind::Strong => Some(gap - NAMED_WHOLE),
            MentionKind::Weak => Some(gap),
            MentionKind::Purpose if mention.start >= candidate.end && gap <= 7 => Some(gap),
            _ => None,
        }
    };
    let strong = mentions.all.iter().filter(|it| it.kind != MentionKind::Weak).filter_map(far).min();
    let weak = || {
        let allowed = mentions.is_about_a_login() && !trades(mentions, candidate);
        allowed.then(|| mentions.all.iter().filter(|it| it.kind == MentionKind::Weak).filter_map(far).min()).flatten()
    };
    let nearest = match (strong, weak()) {
        (Some(strong), Some(weak)) => strong.min(weak),
        (strong, weak) => strong.or(weak)?,
    };
    Some(if stands_alone(text, candidate) { nearest - ALONE } else { nearest })
}

/// Whether a word beside it says that it is an order, an area, a backup.
fn is_something_else(mentions: &Mentions, candidate: &Candidate) -> bool {
    let named = |from: usize, to: usize| {
        mentions.all.iter().any(|it| it.kind.names_a_code() && it.start >= from && it.end <= to)
    };
    let before = mentions.all.iter().filter(|it| it.end <= candidate.start && candidate.start - it.end <= OTHER);
    let before = before.filter(|it| !ends_sentence(&mentions.lower, it.end, candidate.start)).any(|it| match it.kind {
        MentionKind::OtherCode => true,
        MentionKind::Number => !named(it.end, candidate.start),
        _ => false,
    });
    let behind = mentions.all.iter().filter(|it| it.start >= candidate.end && it.start - candidate.end <= OTHER);
    let behind = behind
        .filter(|it| matches!(it.kind, MentionKind::OtherCode | MentionKind::Number))
        .any(|it| says_what_it_is(&mentions.lower, candidate.end, it.start) && !named(candidate.end, it.start));
    before || behind
}

/// Whether a sentence ends between two places.
fn ends_sentence(lower: &[char], from: usize, to: usize) -> bool {
    let between = lower.get(from..to).unwrap_or_default();
    between.windows(2).any(|pair| matches!(pair, ['.' | '!' | '?', ' ' | '\n'])) || between.contains(&'。')
}

/// `48291 is your order number`: what stands between the number and the word tells that the one is the other.
fn says_what_it_is(lower: &[char], from: usize, to: usize) -> bool {
    let between: String = lower.get(from..to).unwrap_or_default().iter().collect();
    let verbs = [" is ", " ist ", " est ", " es ", " è ", " é ", " är ", " er ", " to "];
    to - from <= 12 && verbs.iter().any(|verb| between.starts_with(verb))
}

fn trades(mentions: &Mentions, candidate: &Candidate) -> bool {
    let near = |it: &&Mention| {
        it.end + TRADE >= candidate.start && it.start <= candidate.end + TRADE && it.kind == MentionKind::Trade
    };
    mentions.all.iter().any(|it| near(&it))
}

fn stands_alone(text: &[char], candidate: &Candidate) -> bool {
    let quiet = |c: &&char| !c.is_alphanumeric();
    let before = text.get(..candidate.start).unwrap_or_default().iter().rev().take_while(|c| **c != '\n');
    let behind = text.get(candidate.end..).unwrap_or_default().iter().take_while(|c| **c != '\n');
    before.chain(behind).take(80).all(|c| quiet(&c))
}

/// Every run of letters and digits that has the form of a code.
fn candidates(text: &[char]) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if !text[at].is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let groups = groups_from(text, at);
        let end = groups.last().map_or(at + 1, |(_, end)| *end);
        found.extend(of_groups(text, &groups));
        at = end;
    }
    found
}

/// Neighbouring runs of ASCII letters and digits: of digits with one space or hyphen between them, of others with a hyphen.
fn groups_from(text: &[char], start: usize) -> Vec<(usize, usize)> {
    let run = |from: usize| {
        let length = text.get(from..).unwrap_or_default().iter().take_while(|c| c.is_ascii_alphanumeric()).count();
        (from, from + length)
    };
    let digits = |(from, to): (usize, usize)| text.get(from..to).unwrap_or_default().iter().all(char::is_ascii_digit);
    let mut groups = vec![run(start)];
    while let Some(last) = groups.last().copied() {
        let Some(between) = text.get(last.1).map(|c| small(*c)) else { break };
        let next = run(last.1 + 1);
        let joined = match between {
            '-' => next.1 > next.0,
            ' ' => next.1 > next.0 && digits(last) && digits(next),
            _ => false,
        };
        if !joined {
            break;
        }
        groups.push(next);
    }
    groups
}

fn of_groups(text: &[char], groups: &[(usize, usize)]) -> Vec<Candidate> {
    let written = |from: usize, to: usize| text.get(from..to).unwrap_or_default().iter().collect::<String>();
    let (Some(first), Some(last)) = (groups.first(), groups.last()) else { return Vec::new() };
    let (start, end) = (first.0, last.1);
    let all_digits = groups.iter().all(|(from, to)| written(*from, *to).bytes().all(|b| b.is_ascii_digit()));
    let hyphens = groups.windows(2).any(|pair| text.get(pair[0].1).is_some_and(|c| small(*c) == '-'));
    let total: usize = groups.iter().map(|(from, to)| to - from).sum();
    let as_one = |code: String| {
        let candidate = Candidate { start, end, code };
        if is_free(text, start, end) { vec![candidate] } else { Vec::new() }
    };
    let equal = groups.windows(2).all(|pair| pair[0].1 - pair[0].0 == pair[1].1 - pair[1].0);
    match groups {
        [_] => single(text, start, end).into_iter().collect(),
        // `G-482913`: the field has the letter already.
        [(from, to), digits]
            if to - from == 1 && text[*from].is_ascii_uppercase() && is_digits(text, *digits, 6..=8) =>
        {
            as_one(written(digits.0, digits.1))
        }
        [_, _, _, _, ..] if all_digits && equal && groups.len() == total && (4..=8).contains(&total) && !hyphens => {
            as_one(written(start, end).chars().filter(char::is_ascii_digit).collect())
        }
        [_, _] | [_, _, _]
            if all_digits && equal && (6..=9).contains(&total) && (total != 6 || groups.len() == 2 || !hyphens) =>
        {
            as_one(written(start, end).chars().filter(char::is_ascii_digit).collect())
        }
        [one, _] if !all_digits && equal && (3..=4).contains(&(one.1 - one.0)) && is_upper(text, start, end) => {
            as_one(written(start, end).chars().map(small).collect::<String>().to_uppercase())
        }
        // Dates, numbers of telephones and cards.
        _ if hyphens || total >= 9 || !all_digits => Vec::new(),
        _ => groups.iter().filter_map(|(from, to)| single(text, *from, *to)).collect(),
    }
}

fn is_digits(text: &[char], (from, to): (usize, usize), length: std::ops::RangeInclusive<usize>) -> bool {
    length.contains(&(to - from)) && text.get(from..to).unwrap_or_default().iter().all(char::is_ascii_digit)
}

fn is_upper(text: &[char], from: usize, to: usize) -> bool {
    text.get(from..to).unwrap_or_default().iter().all(|c| !c.is_ascii_lowercase())
}

/// One run: four to eight digits, or five to eight letters and digits.
fn single(text: &[char], start: usize, end: usize) -> Option<Candidate> {
    let run = text.get(start..end)?;
    let digits = run.iter().filter(|c| c.is_ascii_digit()).count();
    let of_digits = digits == run.len() && (4..=8).contains(&digits) && !is_year(run);
    let mixed = digits > 0 && digits < run.len() && (5..=8).contains(&run.len()) && is_mixed(run);
    let code: String = run.iter().collect();
    ((of_digits || mixed) && is_free(text, start, end)).then_some(Candidate { start, end, code })
}

fn is_year(run: &[char]) -> bool {
    matches!(run, ['1', '9', _, _] | ['2', '0', _, _])
}

/// Letters and digits as a machine mixes them: no name with a number (`iphone15`), no length of time (`30days`).
fn is_mixed(run: &[char]) -> bool {
    let changes = run.windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count();
    let upper = run.iter().all(|c| !c.is_ascii_lowercase());
    changes >= 2 || (upper && changes == 1)
}

/// Whether nothing at its edges makes it a part of something larger, an amount or a reference.
fn is_free(text: &[char], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).and_then(|at| text.get(at)).copied();
    let second = start.checked_sub(2).and_then(|at| text.get(at)).copied();
    let behind = text.get(end).copied();
    let third = text.get(end + 1).copied();
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let is_money = |c: char| matches!(c, '$' | '€' | '£' | '¥' | '₩' | '₹' | '₽' | '₺' | '￥');
    let bad_before = before.is_some_and(|c| {
        matches!(c, '#' | '/' | '=' | '.' | '@' | '+' | '-' | '_' | '&' | '*' | '•' | '%' | '\\' | '№' | '…')
            || is_money(c)
            || is_of_word(c)
            || (matches!(c, ',' | ':') && is_digit(second))
    }) || (before.is_some_and(|c| c == ' ' || c == '\u{a0}')
        && second.is_some_and(|c| is_money(c) || matches!(c, '*' | '•' | '…' | '№' | '#' | '+')));
    let bad_behind = behind.is_some_and(|c| {
        matches!(c, '@' | '/' | '=' | '_' | '%' | '°' | '円' | '元')
            || is_money(c)
            || is_of_word(c)
            || (matches!(c, '.' | '-' | ':') && third.is_some_and(|c| c.is_ascii_alphanumeric()))
            || (c == ',' && is_digit(third) && !ends_in_undivided_script(text, end + 1))
    });
    !bad_before && !bad_behind && !is_amount(text, end) && !is_postcode(text, start, end)
}

/// `482913,10分钟`: a comma between a code and a length of time.
fn ends_in_undivided_script(text: &[char], from: usize) -> bool {
    let next = text.get(from..).unwrap_or_default().iter().find(|c| !c.is_ascii_digit());
    next.is_some_and(|c| c.is_alphabetic() && !is_of_word(*c))
}

/// `4829 EUR`, `1440 minutes`.
fn is_amount(text: &[char], end: usize) -> bool {
    let next: String = text
        .get(end..)
        .unwrap_or_default()
        .iter()
        .skip_while(|c| matches!(**c, ' ' | '\u{a0}'))
        .take_while(|c| c.is_alphabetic() || is_sign_of_money(**c))
        .take(20)
        .map(|c| small(*c))
        .collect();
    !next.is_empty() && AMOUNTS.split('|').any(|unit| unit == next)
}

fn is_sign_of_money(c: char) -> bool {
    matches!(c, '$' | '€' | '£' | '¥' | '%')
}

/// `San Francisco, CA 94105`, `Hafenstr. 12, 20457 Hamburg`.
fn is_postcode(text: &[char], start: usize, end: usize) -> bool {
    let before = text.get(start.saturating_sub(5)..start).unwrap_or_default();
    let state = matches!(before, [',', ' ', a, b, ' '] if a.is_ascii_uppercase() && b.is_ascii_uppercase());
    let town = matches!(text.get(end..end + 2), Some([' ', c]) if c.is_uppercase()) && matches!(before, [.., ',', ' ']);
    end - start == 5 && (state || town)
}
