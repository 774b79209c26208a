//! Who gets an answer.
//!
//! To the author alone: `Reply-To`, else `From`; but where a list wrote its own address into `Reply-To`, the author is meant all
//! the same, so that a private answer does not become public. To everybody: `Mail-Followup-To` where the author gave one, else
//! the author and who was there. To the list: the address of `List-Post`. Nobody gets it twice, and never the person alone.

use super::{AnsweredMessage, ListPosting, OwnAddresses, can_be_written_to, mailbox_key, same_mailbox};
use crate::domain::address::Address;

/// To whom of those who were there an answer goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AnswerScope {
    Author,
    Everybody,
    List,
}

/// Who gets an answer, and as whom it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recipients {
    /// `None` where the message was written to none of the person's addresses: the settings say as whom, then.
    pub from: Option<Address>,
    pub to: Vec<Address>,
    pub cc: Vec<Address>,
    /// Who was there too and does not get it.
    pub left_out: Vec<Address>,
    /// The author's own address is not known, so that an answer to the author goes to the list.
    pub author_unknown: bool,
}

/// Why there is nobody to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    #[error("it does not say who sent it: name somebody in `To`")]
    NoAuthor,
    #[error("it came from no list that can be written to")]
    NoList,
    #[error("nobody can write to this list (it says so in `List-Post`)")]
    ListClosed,
}

/// Who gets an answer to a message.
///
/// # Errors
/// Where there is nobody whom the scope means.
pub fn recipients(
    message: &AnsweredMessage,
    scope: AnswerScope,
    own: &OwnAddresses,
) -> Result<Recipients, AnswerError> {
    let mut answer = Recipients { from: own.written_to(message), ..Recipients::default() };
    match scope {
        AnswerScope::Author => {
            (answer.to, answer.author_unknown) = author(message, own);
        }
        // Who asks for answers to oneself alone is answered like anybody.
        AnswerScope::Everybody if message.followup_to.iter().any(|it| is_somebody_else(it, own)) => {
            answer.to.clone_from(&message.followup_to);
        }
        AnswerScope::Everybody => {
            // The author first, also where a list wrote itself into `Reply-To`; then where they asked to be answered.
            (answer.to, answer.author_unknown) = author(message, own);
            answer.to.extend(message.reply_to.iter().chain(&message.to).cloned());
            answer.cc.clone_from(&message.cc);
        }
        AnswerScope::List => answer.to = list(message)?,
    }
    answer.tidy(own);
    if answer.to.is_empty() {
        return Err(AnswerError::NoAuthor);
    }
    let there = [&message.from].into_iter().chain(&message.to).chain(&message.cc);
    let there: Vec<Address> = there.filter(|it| !own.owns(&it.address)).cloned().collect();
    answer.left_out = distinct(there, &[&answer.to, &answer.cc]);
    if scope == AnswerScope::Author {
        // The author is answered at the address that they asked for.
        answer.left_out.retain(|it| !same_mailbox(&it.address, &message.from.address));
    }
    Ok(answer)
}

/// Whom an answer to the author goes to; whether that is only the list, since nothing says who the author is.
fn author(message: &AnsweredMessage, own: &OwnAddresses) -> (Vec<Address>, bool) {
    // What one wrote oneself is answered to those whom it was written to.
    if own.owns(&message.from.address) && !message.to.is_empty() {
        return (message.to.clone(), false);
    }
    let Some(list) = message.posting.address() else { return (author_or_reply_to(message, own), false) };
    let is_list = |it: &&Address| same_mailbox(&it.address, list);
    let somebody = |it: &&Address| can_be_written_to(&it.address) && !is_list(it) && !own.owns(&it.address);
    let asked: Vec<Address> = message.reply_to.iter().filter(somebody).cloned().collect();
    if !asked.is_empty() {
        return (asked, false);
    }
    let by_list = is_list(&&message.from);
    (vec![message.from.clone()], by_list)
}

/// Whether it is an address of somebody else that mail can be sent to.
fn is_somebody_else(person: &Address, own: &OwnAddresses) -> bool {
    can_be_written_to(&person.address) && !own.owns(&person.address)
}

/// `Reply-To` where it has an address of somebody else, else `From`.
fn author_or_reply_to(message: &AnsweredMessage, own: &OwnAddresses) -> Vec<Address> {
    let somebody = message.reply_to.iter().any(|it| is_somebody_else(it, own));
    if somebody { message.reply_to.clone() } else { vec![message.from.clone()] }
}

/// Where the list takes what is written to everybody on it.
fn list(message: &AnsweredMessage) -> Result<Vec<Address>, AnswerError> {
    match &message.posting {
        ListPosting::Closed => Err(AnswerError::ListClosed),
        ListPosting::Unknown => Err(AnswerError::NoList),
        ListPosting::Open(address) => {
            let known = message.to.iter().chain(&message.cc).find(|it| same_mailbox(&it.address, address));
            Ok(vec![known.cloned().unwrap_or_else(|| Address::new("", address.clone()))])
        }
    }
}

impl Recipients {
    /// Leaves out who is there twice, and the person's own addresses, unless it goes to nobody else.
    fn tidy(&mut self, own: &OwnAddresses) {
        let to = distinct(std::mem::take(&mut self.to), &[]);
        let cc = distinct(std::mem::take(&mut self.cc), &[&to]);
        let others =
            |people: &[Address]| people.iter().filter(|it| !own.owns(&it.address)).cloned().collect::<Vec<_>>();
        (self.to, self.cc) = (others(&to), others(&cc));
        if self.to.is_empty() {
            self.to = if self.cc.is_empty() { to } else { std::mem::take(&mut self.cc) };
        }
    }
}

/// Those who can be written to, each once, without those who are in one of the other lists.
fn distinct(people: Vec<Address>, others: &[&[Address]]) -> Vec<Address> {
    let mut seen: std::collections::HashSet<String> =
        others.iter().flat_map(|list| list.iter()).map(|it| mailbox_key(&it.address)).collect();
    people.into_iter().filter(|it| can_be_written_to(&it.address) && seen.insert(mailbox_key(&it.address))).collect()
}
