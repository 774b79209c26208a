//! What a message's header says, in our own shape, with what was wrong about it.

use std::borrow::Cow;
use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::address_list::AddressFieldKind;
use super::addresses::Person;
use super::automatic::automatic;
use super::header::{Header, unfold};
use super::message_kind;
use super::sender::Sender;
use super::service_notice;
use super::{addresses, charset, date, encoded_word, msgid};
use crate::domain::address::Address;
use crate::domain::defect::Defect;
use crate::domain::limits::{ADDRESSES, HEADER_FIELD_BYTES, REFERENCES};
use crate::domain::message_kind::KindFact;
use crate::domain::printable;
use crate::domain::service_notice::ServiceNotice;
use crate::domain::trust::SenderTrust;

#[derive(Debug, Default)]
pub(super) struct ParsedHeader {
    pub(super) from: Address,
    pub(super) trust: SenderTrust,
    pub(super) to: Vec<Address>,
    pub(super) cc: Vec<Address>,
    pub(super) reply_to: Vec<Address>,
    pub(super) subject: String,
    pub(super) date: Option<DateTime<Utc>>,
    pub(super) message_id: Option<String>,
    /// References, then In-Reply-To, oldest first.
    pub(super) references: Vec<String>,
    pub(super) list: Option<String>,
    pub(super) automatic: bool,
    pub(super) service: Option<ServiceNotice>,
    pub(super) unsubscribe: bool,
    pub(super) kinds: Vec<KindFact>,
    pub(super) defects: Vec<Defect>,
}

impl ParsedHeader {
    /// Reads the header; `around` is the body's character set, which tells what raw letters in the header are.
    pub(super) fn read(header: &Header<'_>, around: Option<&str>) -> Self {
        let mut envelope = Self::default();
        if !header.any {
            envelope.defects.push(Defect::NoHeader);
            return envelope;
        }
        for (name, called) in [("from", "From"), ("subject", "Subject"), ("date", "Date")] {
            if header.repeated(name) {
                envelope.defects.push(Defect::Repeated(called));
            }
        }
        if header.long {
            envelope.defects.push(Defect::Cut("header"));
        }
        envelope.read_people(header, around);
        let text = |name: &str| header.first(name).map(|value| charset::guess(&unfold(value), around));
        envelope.subject = encoded_word::decode(text("subject").unwrap_or_default().trim());
        envelope.date = text("date").and_then(|date| date::read(&date));
        // What came without original bytes has a date only where its source gave one.
        if envelope.date.is_none() && (text("date").is_some() || header.first("x-tidebox-source").is_none()) {
            envelope.defects.push(Defect::UnreadableDate);
        }
        envelope.read_ids(header, around);
        envelope.automatic = automatic(header, &envelope.from.address, &envelope.subject);
        let phrase = text("list-id").unwrap_or_default();
        envelope.list = list_id(&phrase);
        let list = (phrase.as_str(), envelope.list.as_deref());
        envelope.service = service_notice::read(header, &envelope.from, &envelope.subject, list, envelope.automatic);
        let personal = envelope.service.as_ref().is_some_and(|notice| notice.personal);
        envelope.kinds = message_kind::kinds(header, &envelope.from.address, envelope.list.as_deref(), personal);
        envelope.unsubscribe = header.first("list-unsubscribe").is_some_and(|it| !unfold(it).is_empty());
        envelope
    }

    fn read_ids(&mut self, header: &Header<'_>, around: Option<&str>) {
        // Some gateways encode fields that are no text.
        let text = |field: &[u8]| {
            let text = charset::guess(&unfold(field), around);
            if text.contains("=?") { encoded_word::decode(&text) } else { text }
        };
        self.message_id = header.first("message-id").and_then(|field| msgid::first(&text(field)));
        let people = [&self.from].into_iter().chain(&self.to).chain(&self.cc).chain(&self.reply_to);
        let people: HashSet<String> = people.map(|it| it.address.to_lowercase()).collect();
        for name in ["references", "in-reply-to"] {
            let field = header.first(name).map(both_ends).unwrap_or_default();
            for id in msgid::all(&text(&field)) {
                // An address of a person is no Message-ID.
                let known = Some(&id) == self.message_id.as_ref() || self.references.contains(&id);
                if known || people.contains(&id.to_lowercase()) {
                    continue;
                }
                if self.references.len() >= REFERENCES {
                    self.references.remove(1);
                }
                self.references.push(id);
            }
        }
    }

    fn read_people(&mut self, header: &Header<'_>, around: Option<&str>) {
        let sender = Sender::of(header, around);
        if sender.address == Address::default() {
            self.defects.push(Defect::NoSender);
        }
        self.defects.extend(sender.cautions.into_iter().map(Defect::LooksLike));
        (self.from, self.trust) = (sender.address, sender.trust);
        let plain = |(people, whole): (Vec<Person>, bool)| {
            (people.into_iter().map(|it| it.address).collect::<Vec<Address>>(), whole)
        };
        self.reply_to = header
            .first("reply-to")
            .map(|field| plain(addresses::read(field, around, AddressFieldKind::Author)).0)
            .unwrap_or_default();
        let mut room = ADDRESSES;
        let mut whole = true;
        for (name, list) in [("to", &mut self.to), ("cc", &mut self.cc)] {
            for field in header.all(name) {
                let (found, complete) = plain(addresses::read(field, around, AddressFieldKind::Recipient));
                whole &= complete && found.len() <= room;
                list.extend(found.into_iter().take(room));
                room = ADDRESSES.saturating_sub(list.len());
                if room == 0 {
                    break;
                }
            }
        }
        if !whole || room == 0 {
            self.defects.push(Defect::Cut("recipients"));
        }
    }
}

/// Of a very long chain of ids its beginning, which names the thread, and its end, which names what is answered.
fn both_ends(field: &[u8]) -> Cow<'_, [u8]> {
    let half = HEADER_FIELD_BYTES / 2;
    let (Some(head), Some(tail)) = (field.get(..half), field.get(field.len().saturating_sub(half).max(half)..)) else {
        return Cow::Borrowed(field);
    };
    let opens = |byte: &u8| *byte == b'<';
    let (head_end, tail_start) = (head.iter().rposition(opens), tail.iter().position(opens));
    let head = head.get(..head_end.unwrap_or(half)).unwrap_or_default();
    let tail = tail.get(tail_start.unwrap_or(tail.len())..).unwrap_or_default();
    Cow::Owned([head, tail].concat())
}

/// The identifier of a List-Id (RFC 2919): what stands in brackets, else the last word outside of quotes and comments that
/// has a dot, else the whole; in lower case.
fn list_id(field: &str) -> Option<String> {
    let inner = if let Some((_, id)) = field.rsplit_once('<') {
        id.split('>').next().unwrap_or(id).to_owned()
    } else {
        let bare = msgid::unquoted(field);
        let word = bare.split_whitespace().rfind(|word| word.contains(['.', '@']));
        let word = word.map(|word| word.trim_matches([',', ';'])).filter(|word| !word.is_empty());
        word.unwrap_or(field).to_owned()
    };
    let id: String = inner.chars().filter(|c| !c.is_whitespace() && !printable::forbidden(*c)).collect();
    (!id.is_empty() && id.len() <= 255).then(|| id.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::ParsedHeader;
    use crate::domain::defect::Defect;
    use crate::mail::header::split;

    fn read(text: &str) -> ParsedHeader {
        ParsedHeader::read(&split(text.as_bytes(), |_| false).0, None)
    }

    #[test]
    fn the_first_field_counts_and_the_second_is_told() {
        let it = read(
            "Subject: one\nFrom: a@a.example\nSubject: two\nFrom: b@b.example\nDate: Tue, 2 Jan 2024 1:00 +0000\n\n",
        );
        assert_eq!((it.subject.as_str(), it.from.address.as_str()), ("one", "a@a.example"));
        let two = "more than one sender: a@a.example, b@b.example".to_owned();
        assert_eq!(it.defects, [Defect::Repeated("From"), Defect::Repeated("Subject"), Defect::LooksLike(two)]);
    }

    #[test]
    fn the_thread_is_known_by_references_then_the_answered() {
        let it = read("Message-ID: <m@x>\nReferences: <a@x> <b@x>\nIn-Reply-To: <c@x>\n\n");
        assert_eq!(it.references, ["a@x", "b@x", "c@x"]);
        assert_eq!(read("Message-ID: <m@x>\nReferences: <m@x>\n\n").references, [] as [&str; 0]);
        let it = read("Message-ID: =?utf-8?Q?=3Cm=40x=3E?=\nIn-Reply-To: =?utf-8?B?PHJvb3RAeD4=?=\n\n");
        assert_eq!(
            (it.message_id.as_deref(), it.references.as_slice()),
            (Some("m@x"), ["root@x".to_owned()].as_slice())
        );
    }

    #[test]
    fn the_people_of_a_message_are_no_ids_of_others() {
        let it = read(
            "From: ann@a.example\nTo: Bob <Bob@b.example>\nCc: c@c.example\nReferences: <ann@a.example> <1@x>\nIn-Reply-To: \
             <bob@b.example> <c@c.example>\n\n",
        );
        assert_eq!(it.references, ["1@x"]);
    }

    #[test]
    fn of_an_endless_chain_both_ends_count() {
        let chain: String = (0..200_000).map(|n| format!(" <{n}@x>")).collect();
        let it = read(&format!("References:{chain}\nSubject: s\n\n"));
        assert_eq!((it.references[0].as_str(), it.references[99].as_str()), ("0@x", "199999@x"));
        assert_eq!(it.subject, "s");
        assert!(it.references.iter().all(|id| id.ends_with("@x") && !id.contains(' ')));
    }

    #[test]
    fn a_giant_field_is_cut_and_the_others_are_read() {
        let it = read(&format!("Subject: {}\nX-Big: {0}\nFrom: a@b.example\n\n", "s".repeat(3_000_000)));
        assert!(it.subject.len() <= 64 * 1024 && it.from.address == "a@b.example");
        assert!(it.defects.contains(&Defect::Cut("header")));
    }

    #[test]
    fn of_a_list_the_identifier_counts() {
        assert_eq!(read("List-Id: \"Rust\" <Rust.Lists.example>\n\n").list.as_deref(), Some("rust.lists.example"));
        assert_eq!(read("List-Id: l0.example\nList-Id: l1.example\n\n").list.as_deref(), Some("l0.example"));
        assert_eq!(read("List-Id: <>\n\n").list, None);
        for field in [
            "\"Tide. Users\" users@tide.example",
            "users@tide.example (Tide users.)",
            "Tide users users@tide.example",
            "Users@tide.example",
            "=?utf-8?Q?=22Tide=22?= users@tide.example",
        ] {
            assert_eq!(read(&format!("List-Id: {field}\n\n")).list.as_deref(), Some("users@tide.example"), "{field}");
        }
        assert_eq!(read("List-Id: tides\n\n").list.as_deref(), Some("tides"));
    }

    #[test]
    fn floods_of_recipients_are_cut_in_linear_time() {
        let text = format!("From: a@b.example\n{}\n", "Cc: c@d.example\n".repeat(100_000));
        let it = read(&text);
        assert_eq!(it.cc.len(), 1_000);
        assert!(it.defects.contains(&Defect::Cut("recipients")));
    }
}
