//! Rules made from a message in hand: what each would be, and what it would have chosen lately.

use chrono::{DateTime, Utc};

use super::JobError;
use crate::config::Config;
use crate::domain::ids::Id;
use crate::domain::message::Message;
use crate::domain::printable::Printable;
use crate::domain::query::{Query, parse};
use crate::domain::rule_draft::{RuleDraft, RuleKind};
use crate::domain::topic::without_marks;
use crate::store::Store;

/// So many subjects are shown.
const SHOWN: usize = 3;

/// An exception for the sender, one for the conversations that the person began where this message is in one, a lane for the list or
/// the sender, and a mute of either. Only messages that may be shown are counted.
///
/// # Errors
/// `Held`, `Unknown`, `Wrong` where no rule can name the sender; or where the store cannot be read.
pub fn drafts(store: &Store, config: &Config, id: Id, now: DateTime<Utc>) -> Result<Vec<RuleDraft>, JobError> {
    let message = store.message(id)?;
    let sender = by_sender(&message);
    let kin = by_list(&message).or_else(|| sender.clone());
    let called = message.from.called().to_owned();
    let of_list = message.list.as_deref().and_then(|list| list.split('.').next()).map(str::to_owned);
    let own_threads = store.correspondence_of(id)?.in_own_thread.then(|| "is:mine".to_owned());
    let wanted = [
        (RuleKind::Exception, sender, called.clone()),
        (RuleKind::OwnThreads, own_threads, "my threads".to_owned()),
        (RuleKind::Lane, kin.clone(), of_list.clone().unwrap_or_else(|| called.clone())),
        (RuleKind::Mute, kin, of_list.unwrap_or(called)),
    ];
    let mut drafts = Vec::new();
    for (kind, query, name) in wanted {
        let Some(query) = query else { continue };
        let meant = |text: &str| parse(text, config.calendar.zone, now).ok();
        let (Some(of), Some(lately)) = (meant(&query), meant("newer:30d")) else { continue };
        let found = store.search(&Query::And(vec![of, lately]), now, RuleDraft::MOST, None)?;
        let subjects = subjects(&found);
        drafts.push(RuleDraft { kind, name, query, caught: found.len(), subjects });
    }
    if drafts.is_empty() {
        return Err(JobError::Wrong {
            what: "this message has no sender and no list that a rule could name".to_owned(),
            hint: "write a rule into the settings; docs/query.md has the language of its query".to_owned(),
        });
    }
    Ok(drafts)
}

/// The newest subjects that differ by more than "Re:".
fn subjects(found: &[Message]) -> Vec<Printable> {
    let mut subjects: Vec<Printable> = Vec::with_capacity(SHOWN);
    for one in found {
        let subject = Printable::from(without_marks(&one.subject));
        if !subjects.contains(&subject) {
            subjects.push(subject);
        }
        if subjects.len() == SHOWN {
            break;
        }
    }
    subjects
}

fn by_sender(message: &Message) -> Option<String> {
    let address = &message.from.address;
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '+' | '@');
    (address.contains('@') && address.chars().all(plain)).then(|| format!("from:{}", address.to_lowercase()))
}

fn by_list(message: &Message) -> Option<String> {
    let list = message.list.as_ref()?;
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    (!list.is_empty() && list.chars().all(plain)).then(|| format!("list:\"{list}\""))
}
