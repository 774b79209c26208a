//! Links that let somebody in.

use super::mentions::{Mentions, small, stands_in};
use super::words::{CONTEXT, LINK_PROMISES, LINK_WORDS, MentionKind, NO_LOGIN_LINK};
use super::{LoginFinding, LoginSecret};
use crate::domain::url::{UrlAuthority, UrlSyntax};

/// The shortest secret in a link, in characters.
const SECRET: usize = 16;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LoginLink {
    /// What its text says; empty where that is the address itself.
    pub words: String,
    pub target: String,
}

/// The link of the letter, where the letter says what it is for and that it ends, and where there is one alone.
pub(super) fn best(links: &[LoginLink], mentions: &Mentions) -> LoginFinding {
    let lower = |text: &str| text.chars().map(small).collect::<Vec<char>>();
    let any = |text: &[char], patterns: &str| patterns.split('|').any(|pattern| stands_in(text, pattern));
    let offers =
        links.iter().any(|link| any(&lower(&link.words), NO_LOGIN_LINK) || any(&lower(&link.target), NO_LOGIN_LINK));
    let promised = mentions.says(LINK_PROMISES) && mentions.says(CONTEXT);
    if offers || !promised || mentions.says(NO_LOGIN_LINK) || mentions.has(MentionKind::Trade) {
        return LoginFinding::Nothing;
    }
    let mut found: Vec<&str> = links
        .iter()
        .filter(|link| has_secret(&link.target))
        .filter(|link| any(&lower(&link.words), LINK_WORDS) || any(&lower(&path_of(&link.target)), LINK_WORDS))
        .map(|link| link.target.as_str())
        .collect();
    found.sort_unstable();
    found.dedup();
    match found.as_slice() {
        [] => LoginFinding::Nothing,
        [one] => LoginFinding::One(LoginSecret::Link { target: (*one).to_owned() }),
        _ => LoginFinding::InDoubt,
    }
}

/// Whether a web address has a long word of letters and digits in its path or in what it asks for.
fn has_secret(target: &str) -> bool {
    let web = target.starts_with("https://")
        && UrlAuthority::of(target, UrlSyntax::Browser).is_some_and(|it| !it.host().is_empty() && !it.names_user());
    let secret = |part: &str| {
        let long = part.len() >= SECRET && part.bytes().any(|b| b.is_ascii_digit());
        long && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~' | b'%'))
    };
    web && path_of(target).split(['/', '?', '&', '=', '#', ';']).any(secret)
}

/// What comes behind the host.
fn path_of(target: &str) -> String {
    let rest = target.split_once("://").map_or(target, |(_, rest)| rest);
    rest.find(['/', '?', '#']).and_then(|at| rest.get(at..)).unwrap_or_default().to_owned()
}
