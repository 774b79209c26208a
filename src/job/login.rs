//! A login code or a login link of the last minutes, without a look at the letter that has it.

use chrono::{DateTime, Duration, Utc};

use super::JobError;
use crate::domain::ids::Id;
use crate::domain::letter::{LineKind, TextStyle};
use crate::domain::login::{LoginFinding, LoginLetter, LoginLink, LoginSecret, find};
use crate::domain::peek::Peek;
use crate::domain::query::parse;
use crate::domain::schedule::Zone;
use crate::domain::trust::SenderTrust;
use crate::mail;
use crate::store::Store;

/// So wide that no line of a letter with a code is broken, in columns.
const WIDTH: u16 = 500;

/// What a code is looked for in: the subject, the lines without quotes and signature, the links, and the addresses of a message.
#[must_use]
pub fn login_letter(raw: &[u8]) -> LoginLetter {
    let letter = mail::letter(Id(0), raw, WIDTH, None);
    let envelope = mail::parse(raw).envelope;
    let lines = letter.lines.iter().filter(|line| !matches!(line.kind, LineKind::Quote(_) | LineKind::Signature));
    let seen = lines.map(|line| {
        let spans = line.spans.iter().filter(|span| span.look != TextStyle::Added);
        spans.map(|span| span.text.as_str()).collect::<String>()
    });
    let links = letter.links.iter().filter(|link| link.followed);
    LoginLetter {
        subject: letter.subject.to_string(),
        lines: seen.collect(),
        links: links.map(|link| LoginLink { words: link.words.to_string(), target: link.target.clone() }).collect(),
        addresses: envelope.to.iter().chain([&envelope.from]).map(|one| one.address.clone()).collect(),
    }
}

/// How long ago a letter may have arrived.
const FRESH: Duration = Duration::minutes(10);
/// Two letters of different senders that arrive within so much time leave it in doubt which is meant.
const TOGETHER: Duration = Duration::seconds(30);

/// What a look for a login code comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginCode {
    Nothing,
    Found(FoundLogin),
    /// There are two, and neither is surely the one: of these domains.
    InDoubt(Vec<String>),
    /// A letter with one is from a domain that has never written before.
    Stranger(String),
}

/// A code or a link, with who sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundLogin {
    pub secret: LoginSecret,
    /// The domain of the sender's address, as the letter has it.
    pub domain: String,
    pub arrived: DateTime<Utc>,
}

/// A letter of the last minutes that has a code, a link, or two.
struct FreshLetter {
    finding: LoginFinding,
    domain: String,
    arrived: DateTime<Utc>,
}

/// The newest login code or login link that arrived in the last ten minutes, held or not. It is written down as a look at what is
/// held. `from` names the domain whose code is wanted; then it may be one that has never written before.
///
/// A letter counts whose sender can be known and has written before. A store that remembers nothing of before can't tell.
///
/// # Errors
/// Where the store cannot be read or written.
pub fn login_code(store: &mut Store, from: Option<&str>, now: DateTime<Utc>) -> Result<LoginCode, JobError> {
    let reason = from.map_or_else(|| "a login code".to_owned(), |from| format!("a login code from {from}"));
    let look = store.look_for_code(&reason, now)?;
    let found = among_fresh(store, &look, from, now);
    store.end_peek(&look, now)?;
    found
}

fn among_fresh(store: &Store, look: &Peek, from: Option<&str>, now: DateTime<Utc>) -> Result<LoginCode, JobError> {
    let since = now - FRESH;
    let can_tell = from.is_none() && store.remembers(since)?;
    let (mut letters, mut stranger): (Vec<FreshLetter>, Option<String>) = (Vec::new(), None);
    for message in store.arrived_since(look, since, now)? {
        let raw = store.peeked_original(look, message.id, now)?;
        let Some(domain) = domain_of(&raw, &message.from.address) else { continue };
        if from.is_some_and(|from| !is_within(&domain, from)) {
            continue;
        }
        let finding = find(&login_letter(&raw));
        if finding == LoginFinding::Nothing {
            continue;
        }
        if can_tell && !has_written(store, look, &domain, since, now)? {
            stranger.get_or_insert(domain);
            continue;
        }
        letters.push(FreshLetter { finding, domain, arrived: message.received });
    }
    Ok(chosen(letters, stranger))
}

/// The newest, where it has one, and no letter of somebody else came together with it.
fn chosen(letters: Vec<FreshLetter>, stranger: Option<String>) -> LoginCode {
    let mut letters = letters.into_iter();
    let Some(newest) = letters.next() else {
        return stranger.map_or(LoginCode::Nothing, LoginCode::Stranger);
    };
    let LoginFinding::One(secret) = newest.finding.clone() else { return LoginCode::InDoubt(vec![newest.domain]) };
    let together = letters.take_while(|other| newest.arrived - other.arrived <= TOGETHER);
    let other = together.into_iter().find(|other| {
        let same_sender = mail::registrable(&other.domain) == mail::registrable(&newest.domain);
        other.finding != newest.finding && (!same_sender || other.arrived == newest.arrived)
    });
    match other {
        Some(other) if other.domain == newest.domain => LoginCode::InDoubt(vec![newest.domain]),
        Some(other) => LoginCode::InDoubt(vec![newest.domain, other.domain]),
        None => LoginCode::Found(FoundLogin { secret, domain: newest.domain, arrived: newest.arrived }),
    }
}

/// The domain of a sender who can be known; `None` for others.
fn domain_of(raw: &[u8], address: &str) -> Option<String> {
    let envelope = mail::parse(raw).envelope;
    let (_, domain) = address.rsplit_once('@').filter(|_| envelope.trust != SenderTrust::Nothing)?;
    (!domain.is_empty()).then(|| domain.to_lowercase())
}

fn is_within(domain: &str, of: &str) -> bool {
    let of = of.trim().trim_start_matches('@').to_lowercase();
    domain == of || domain.strip_suffix(of.as_str()).is_some_and(|front| front.ends_with('.'))
}

/// Whether somebody of the same domain, or of the one that it belongs to, has written before.
fn has_written(
    store: &Store,
    look: &Peek,
    domain: &str,
    before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, JobError> {
    for name in [domain, mail::registrable(domain)] {
        let known = parse(&format!("from:@{name}"), Zone::UTC, now).ok();
        if let Some(query) = known
            && store.came_before(look, &query, before, now)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}
