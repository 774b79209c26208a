//! Original bytes to a parsed message. Never refuses: what can't be read leaves a defect.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::body::Pieces;
use super::header::{self, Header};
use super::parsed_header::ParsedHeader;
use super::part::{self, MimeParts};
use super::service_notice::with_text;
use super::visible_text::{self, VisibleText};
use super::{attachments, fingerprint::fingerprint, invitation, returned};
use crate::domain::defect::Defect;
use crate::domain::envelope::{Attachment, Envelope, ParsedMessage};
use crate::domain::invitation::InvitationFacts;
use crate::domain::limits::{ADDRESSES, MESSAGE_BYTES};

/// Reads a message.
///
/// A message of more than `MESSAGE_BYTES` is read by its header alone; so is one on which the reading itself fails.
#[must_use]
pub fn parse(raw: &[u8]) -> ParsedMessage {
    let fingerprint = fingerprint(raw);
    let whole = raw.len() <= MESSAGE_BYTES;
    let read = if whole { catch_unwind(AssertUnwindSafe(|| read(raw))).ok() } else { None };
    let (fields, rest) = read.unwrap_or_else(|| {
        let (header, _) = header::split(raw, |_| false);
        let fields = catch_unwind(AssertUnwindSafe(|| ParsedHeader::read(&header, None))).unwrap_or_default();
        (fields, Rest { defects: vec![Defect::Cut("message")], ..Rest::default() })
    });
    let ParsedHeader {
        from,
        trust,
        mut to,
        cc,
        subject,
        date,
        message_id,
        references,
        list,
        automatic,
        service,
        unsubscribe,
        kinds,
        mut defects,
        ..
    } = fields;
    let direct = to.len();
    to.extend(cc);
    to.truncate(ADDRESSES);
    let copied = to.len().saturating_sub(direct);
    for defect in rest.defects {
        if !defects.contains(&defect) {
            defects.push(defect);
        }
    }
    let envelope = Envelope {
        fingerprint,
        message_id,
        references,
        from,
        trust,
        to,
        copied,
        subject,
        date,
        list,
        automatic,
        service: with_text(service, &rest.text.text),
        unsubscribe,
        kinds,
        attachments: rest.attachments,
        links: rest.text.links,
        defects,
    };
    ParsedMessage { envelope, text: rest.text.text, invitation: rest.invitation }
}

#[derive(Default)]
struct Rest {
    attachments: Vec<Attachment>,
    text: VisibleText,
    defects: Vec<Defect>,
    invitation: Option<InvitationFacts>,
}

fn read(raw: &[u8]) -> (ParsedHeader, Rest) {
    let (header, body) = header::split(raw, |_| false);
    let parts = part::walk(&header, raw.get(body..).unwrap_or_default());
    let mut fields = ParsedHeader::read(&header, around(&parts));
    returned::join(&mut fields.references, fields.message_id.as_deref(), returned::conversation(&parts));
    let pieces = Pieces::of(&parts);
    let (attachments, listed) = attachments::list(&parts);
    let text = visible_text::text(&pieces);
    let mut defects = body_defects(&header, &parts, &pieces);
    if !listed {
        defects.push(Defect::Cut("attachments"));
    }
    if pieces.is_empty() && attachments.is_empty() && !defects.contains(&Defect::Encrypted) {
        defects.push(Defect::Empty);
    }
    let invitation = invitation::found(&header, &parts).and_then(|invitation| invitation.facts());
    (fields, Rest { attachments, text, defects, invitation })
}

/// The character set that the message's text uses, which tells what raw letters in its header are.
pub(super) fn around<'p>(parts: &'p MimeParts<'_>) -> Option<&'p str> {
    parts.list.iter().find_map(|part| part.kind.parameter("charset"))
}

/// What is wrong with the body: its parts, their encodings, what is not here.
pub(super) fn body_defects(header: &Header<'_>, parts: &MimeParts<'_>, pieces: &Pieces<'_, '_>) -> Vec<Defect> {
    let mut defects = pieces.defects.clone();
    if parts.broken {
        defects.push(Defect::BrokenParts);
    }
    defects.extend(parts.cut.map(Defect::Cut));
    let kinds = || parts.list.iter().map(|part| &part.kind);
    let enveloped = |kind: &super::content_field::FieldWithParameters| {
        matches!(kind.value.as_str(), "application/pkcs7-mime" | "application/x-pkcs7-mime")
            && kind.parameter("smime-type").is_none_or(|it| it.eq_ignore_ascii_case("enveloped-data"))
    };
    let armoured = || pieces.chosen(false).any(|it| it.text.trim_start().starts_with("-----BEGIN PGP MESSAGE-----"));
    if kinds().any(|kind| kind.is("multipart/encrypted") || enveloped(kind)) || armoured() {
        defects.push(Defect::Encrypted);
    }
    if kinds().any(|kind| kind.is("message/external-body") || kind.is("message/partial")) {
        defects.push(Defect::Elsewhere);
    }
    if header.repeated("content-type") {
        defects.push(Defect::Repeated("Content-Type"));
    }
    defects
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::domain::defect::Defect;
    use crate::domain::limits::MESSAGE_BYTES;
    use crate::mail::fingerprint;

    #[test]
    fn a_plain_message_is_read_whole() {
        let raw = b"From: Ann <ann@a.example>\r\nTo: bob@b.example\r\nCc: c@c.example\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n\
                    Date: Tue, 2 Jan 2024 10:00:00 +0100\r\nMessage-ID: <1@a.example>\r\n\r\nHello there.\r\n";
        let message = parse(raw);
        assert_eq!(message.envelope.subject, "Grüße");
        assert_eq!(message.envelope.to.len(), 2);
        assert_eq!(message.text.trim(), "Hello there.");
        assert_eq!(message.envelope.defects, []);
    }

    #[test]
    fn a_date_before_1970_is_told_and_places_nothing() {
        let received = chrono::DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let early = parse(b"Date: Fri, 14 Feb 1969 03:02:00 GMT\n\nx").envelope;
        assert_eq!(early.date.unwrap().timestamp(), -27_723_480);
        assert_eq!(early.placed(received), received);
        let later = parse(b"Date: Thu, 1 Jan 1970 00:00:00 GMT\n\nx").envelope;
        assert_eq!(later.placed(received).timestamp(), 0);
    }

    #[test]
    fn a_text_without_header_and_an_empty_file_are_messages() {
        let message = parse(b"just some text");
        assert_eq!((message.text.as_str(), message.envelope.defects), ("just some text", vec![Defect::NoHeader]));
        assert!(parse(b"").envelope.defects.contains(&Defect::Empty));
    }

    #[test]
    fn a_giant_is_read_by_its_header() {
        let mut raw = b"Subject: big\n\n".to_vec();
        raw.resize(MESSAGE_BYTES + 1, b'x');
        let message = parse(&raw);
        assert_eq!((message.envelope.subject.as_str(), message.text.as_str()), ("big", ""));
        assert!(message.envelope.defects.contains(&Defect::Cut("message")));
    }

    #[test]
    fn what_points_elsewhere_or_is_encrypted_is_told() {
        let kind =
            |kind: &str| parse(format!("From: a@b.example\nContent-Type: {kind}\n\nx").as_bytes()).envelope.defects;
        assert!(kind("message/external-body; access-type=URL").contains(&Defect::Elsewhere));
        assert!(kind("application/pkcs7-mime; smime-type=enveloped-data").contains(&Defect::Encrypted));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_a_message(raw in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
            proptest::prop_assert_eq!(parse(&raw).envelope.fingerprint, fingerprint(&raw));
        }

        #[test]
        fn any_mixture_of_what_messages_are_made_of_is_a_message(
            raw in "(Content-Type: |multipart/mixed|message/rfc822|text/html|; boundary=b|; charset=|From: |Subject: |\
                    Date: |=\\?utf-8\\?Q\\?|\\?=|--b|--|<|>|@|\r\n|\n|\n\n| |\"|[a-z]|.){0,80}"
        ) {
            let raw = raw.into_bytes();
            proptest::prop_assert_eq!(parse(&raw).envelope.fingerprint, fingerprint(&raw));
        }
    }
}
