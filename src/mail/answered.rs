//! What an answer needs of the message that it answers, from its header.

use super::address_list::AddressFieldKind;
use super::header::{self, unfold};
use super::parse::around;
use super::parsed_header::ParsedHeader;
use super::{addresses, charset, part, percent};
use crate::domain::address::Address;
use crate::domain::answering::{AnsweredMessage, ListPosting, can_be_written_to, same_mailbox};

/// Reads it of a message's original bytes. What is missing or unreadable is empty.
#[must_use]
pub fn answered_message(raw: &[u8]) -> AnsweredMessage {
    let (header, at) = header::split(raw, |_| false);
    let parts = part::walk(&header, raw.get(at..).unwrap_or_default());
    let around = around(&parts);
    let read = ParsedHeader::read(&header, around);
    let people = |name: &str| {
        let field = header.noted(name).unwrap_or_default();
        let (people, _) = addresses::read(field, around, AddressFieldKind::Recipient);
        people.into_iter().map(|it| it.address).filter(|it| can_be_written_to(&it.address)).collect::<Vec<_>>()
    };
    let delivered = ["delivered-to", "x-original-to", "envelope-to"].into_iter().flat_map(people);
    let delivered_to = delivered.map(|it| it.address).collect();
    let posting = match header.noted("list-post").map(|field| charset::guess(&unfold(field), around)) {
        Some(field) => posting(&field),
        None => by_list_id(&read),
    };
    AnsweredMessage {
        from: read.from,
        reply_to: read.reply_to,
        followup_to: people("mail-followup-to"),
        to: read.to,
        cc: read.cc,
        delivered_to,
        posting,
        subject: read.subject,
        message_id: read.message_id,
        references: read.references,
    }
}

/// `List-Post`: the first address of `mailto`, or `NO` (RFC 2369 §3.4).
fn posting(field: &str) -> ListPosting {
    let targets = field.split('<').skip(1).filter_map(|it| Some(it.split_once('>')?.0.trim()));
    let mailto = |it: &str| it.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
    let address = targets.filter(|it| mailto(it)).find_map(|it| {
        let address = it.get(7..)?.split('?').next()?;
        let address = percent::decode_text(address);
        can_be_written_to(&address).then_some(address)
    });
    match address {
        Some(address) => ListPosting::Open(address),
        None if field.trim_start().get(..2).is_some_and(|it| it.eq_ignore_ascii_case("no")) => ListPosting::Closed,
        None => ListPosting::Unknown,
    }
}

/// Where a list says only how it is called, the recipient whose address that is: `users@tide.example` of `users.tide.example`
/// (RFC 2919 §2 recommends that a list is called so).
fn by_list_id(read: &ParsedHeader) -> ListPosting {
    let Some(list) = &read.list else { return ListPosting::Unknown };
    let called = |it: &&Address| same_mailbox(&it.address.replacen('@', ".", 1), &list.replacen('@', ".", 1));
    let recipient = read.to.iter().chain(&read.cc).find(called);
    recipient.map_or(ListPosting::Unknown, |it| ListPosting::Open(it.address.clone()))
}
