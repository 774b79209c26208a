//! Holds `src/mail/unsubscribe.rs`, `src/mail/authentication.rs`: what a message offers to whoever wants to leave its list, and
//! whose word for it counts.

use tidebox::domain::unsubscribe::{NotVouched, UnsubscribeMethod, UnsubscribeOffer, UnusableUrl, Vouching};
use tidebox::mail::unsubscribe_offer;

const SERVER: &str = "mx.example.org";
const ONE_CLICK: &str = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n";

fn offer(fields: &str) -> Option<UnsubscribeOffer> {
    let raw = format!("{fields}From: News <news@shop.example.com>\nSubject: Matter\n\nText.\n");
    unsubscribe_offer(raw.as_bytes(), Some(SERVER))
}

/// The method as a word and an address.
fn method(fields: &str) -> Option<(&'static str, String)> {
    Some(match offer(fields)?.method {
        UnsubscribeMethod::OneClick(url) => ("one click", url.as_str().to_owned()),
        UnsubscribeMethod::Mail(message) => ("mail", message.to),
        UnsubscribeMethod::Page(address) => ("page", address),
        UnsubscribeMethod::Unusable { address, .. } => ("unusable", address),
    })
}

#[test]
fn the_best_way_is_found_in_any_order_and_form() {
    for (fields, wanted) in [
        ("List-Unsubscribe: <https://a.example/1>\n+", Some(("one click", "https://a.example/1"))),
        (
            "List-Unsubscribe: <mailto:leave@a.example>, <https://a.example/1>\n+",
            Some(("one click", "https://a.example/1")),
        ),
        (
            "List-Unsubscribe: <https://a.example/1>,<mailto:leave@a.example>\n+",
            Some(("one click", "https://a.example/1")),
        ),
        ("LIST-UNSUBSCRIBE:\n <https://a.example/\n 1>\n+", Some(("one click", "https://a.example/1"))),
        (
            "List-Unsubscribe: (best <http://no.example> (really)) <HTTPS://a.example/1> (use)\n+",
            Some(("one click", "HTTPS://a.example/1")),
        ),
        (
            "List-Unsubscribe: <http://a.example/1>, <https://b.example/2>\n+",
            Some(("one click", "https://b.example/2")),
        ),
        (
            "List-Unsubscribe: <https://ann:pw@a.example/1>, <https://b.example/2>\n+",
            Some(("one click", "https://b.example/2")),
        ),
        (
            "List-Unsubscribe: <mailto:leave@a.example?subject=x>, <https://a.example/1>\n",
            Some(("mail", "leave@a.example")),
        ),
        ("List-Unsubscribe: <mailto:leave%2Bann@a.example>\n+", Some(("mail", "leave+ann@a.example"))),
        ("List-Unsubscribe: <https://a.example/1>\n", Some(("page", "https://a.example/1"))),
        ("List-Unsubscribe: <http://a.example/1>\n+", Some(("page", "http://a.example/1"))),
        ("List-Unsubscribe: <https://ann:pw@a.example/1>\n+", Some(("unusable", "https://ann:pw@a.example/1"))),
        ("List-Unsubscribe: <javascript:alert(1)>\n+", Some(("unusable", "javascript:alert(1)"))),
        ("List-Unsubscribe: <file:///etc/passwd>\n+", Some(("unusable", "file:///etc/passwd"))),
        ("List-Unsubscribe: https://a.example/1\n+", None),
        ("List-Unsubscribe: <https://a.example/1\n+", None),
        ("List-Unsubscribe: <>\n+", None),
        ("List-Unsubscribe:\n+", None),
        ("+", None),
    ] {
        let wanted = wanted.map(|(way, address): (&str, &str)| (way, address.to_owned()));
        assert_eq!(method(&fields.replace('+', ONE_CLICK)), wanted, "{fields}");
    }
    let wrong = "List-Unsubscribe: <https://a.example/1>\nList-Unsubscribe-Post: List-Unsubscribe=Two-Click\n";
    assert_eq!(method(wrong).unwrap().0, "page");
    let unusable = offer("List-Unsubscribe: <https://ann:pw@a.example/1>\n").unwrap().method;
    assert!(matches!(unusable, UnsubscribeMethod::Unusable { why: UnusableUrl::NamesUser, .. }));
}

/// Of a link one address, a subject and a text are taken, as far as they are short.
#[test]
fn a_message_is_to_one_address_with_a_subject_and_a_text() {
    let mail = |link: &str| match offer(&format!("List-Unsubscribe: <{link}>\n")).unwrap().method {
        UnsubscribeMethod::Mail(message) => Ok((message.to, message.subject, message.text)),
        UnsubscribeMethod::Unusable { why, .. } => Err(why),
        other => panic!("{other:?}"),
    };
    let full = "mailto:leave@a.example?cc=eve@e.example&bcc=eve@e.example&subject=Leave%0D%0ABcc:%20x@y.example&body=u1%0D%0Au2\
                &attach=/etc/passwd&from=you@b.example&in-reply-to=x";
    let (to, subject, text) = mail(full).unwrap();
    assert_eq!((to.as_str(), text.as_str()), ("leave@a.example", "u1\nu2"));
    assert!(!subject.contains(['\r', '\n']) && subject.starts_with("Leave"), "{subject:?}");
    assert_eq!(mail("mailto:?to=leave@a.example").unwrap().0, "leave@a.example");
    for link in [
        "mailto:a@a.example,b@a.example",
        "mailto:a@a.example?to=b@a.example",
        "mailto:",
        "mailto:nobody",
        "mailto:a%0D%0ARCPT%20TO:x@a.example",
    ] {
        assert_eq!(mail(link), Err(UnusableUrl::Recipients), "{link}");
    }
    let long = |field: &str, length: usize| format!("mailto:a@a.example?{field}={}", "x".repeat(length));
    assert!(mail(&long("subject", 998)).is_ok() && mail(&long("body", 2048)).is_ok());
    assert_eq!(mail(&long("subject", 999)), Err(UnusableUrl::LongMessage));
    assert_eq!(mail(&long("body", 2049)), Err(UnusableUrl::LongMessage));
    assert_eq!(mail(&long("x", 9000)), Err(UnusableUrl::Long));
    // The one that can be used counts, whatever stands before it.
    let two = "List-Unsubscribe: <mailto:a@a.example,b@a.example>, <mailto:c@a.example>\n";
    assert_eq!(method(two), Some(("mail", "c@a.example".to_owned())));
}

/// No other field has to be covered where no request is made.
#[test]
fn a_signature_over_the_field_vouches_for_a_message() {
    let signed = |covered: &str| {
        let fields = format!(
            "Authentication-Results: {SERVER}; dkim=pass header.d=example.com\n\
             DKIM-Signature: v=1; d=example.com; s=k; h=from:{covered}; b=AA\n\
             List-Unsubscribe: <mailto:leave@a.example>\n"
        );
        offer(&fields).unwrap().vouching
    };
    assert_eq!(signed("list-unsubscribe"), Vouching::Signed("example.com".to_owned()));
    assert_eq!(signed("subject"), Vouching::Nobody(NotVouched::NotCovered));
}

#[test]
fn a_list_is_known_by_its_identifier_else_by_its_sender() {
    let list = |fields: &str| offer(&format!("{fields}List-Unsubscribe: <https://a.example/1>\n")).unwrap().list.0;
    assert_eq!(list("List-Id: Deals <Deals.Shop.Example.com>\n"), "deals.shop.example.com");
    assert_eq!(list(""), "news@shop.example.com");
    assert_eq!(unsubscribe_offer(b"List-Unsubscribe: <https://a.example/1>\n\n", None), None);
}

const OFFER: &str = "List-Unsubscribe: <https://a.example/1>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n";
const SIGNED: &str = "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=k1;\n h=from:subject:List-Unsubscribe:\n  list-unsubscribe-post; bh=AA; b=abc\n def\n";

fn vouching(fields: &str) -> Vouching {
    offer(&format!("{fields}{OFFER}")).unwrap().vouching
}

#[test]
fn a_pass_of_the_named_server_vouches() {
    for results in [
        "mx.example.org; dkim=pass header.d=example.com",
        "MX.EXAMPLE.ORG 1; dkim=pass (2048-bit key; unprotected) header.d=example.com header.i=@example.com header.b=abcd",
        "(ours) mx.example.org (v1);\n spf=pass smtp.mailfrom=x@y.example;\n dkim=pass header.i=@mail.example.com header.s=k1 header.b=\"abcdef\";\n dmarc=pass",
        "mx.example.org; dkim=fail reason=\"bad; dkim=pass\" header.d=other.example; dkim = pass header . d = Example.COM",
        "mx.example.org; dkim/1=pass header.d=example.com header.s=k1",
    ] {
        let fields = format!("Authentication-Results: {results}\n{SIGNED}");
        assert_eq!(vouching(&fields), Vouching::Signed("example.com".to_owned()), "{results}");
    }
    let of_list = "List-Id: <deals.sender.example>\n".to_owned()
        + "Authentication-Results: mx.example.org; dkim=pass header.d=sender.example\n"
        + &SIGNED.replace("d=example.com", "d=sender.example");
    assert_eq!(vouching(&of_list), Vouching::Signed("sender.example".to_owned()));
}

#[test]
fn what_anybody_can_write_does_not_vouch() {
    let pass = "Authentication-Results: mx.example.org; dkim=pass header.d=example.com\n";
    for (fields, why) in [
        (String::new(), NotVouched::OtherServer),
        (SIGNED.to_owned(), NotVouched::OtherServer),
        // The newest is of another server, and the one below may be forged.
        (
            format!("Authentication-Results: mx.other.example; dkim=pass header.d=example.com\n{pass}{SIGNED}"),
            NotVouched::OtherServer,
        ),
        (format!("{}{SIGNED}", pass.replace("mx.example", "mx.example.org.evil")), NotVouched::OtherServer),
        (format!("{}{SIGNED}", pass.replace("mx.example", "notmx.example")), NotVouched::OtherServer),
        // Ours says that it failed; below is what the sender wrote.
        (
            format!("Authentication-Results: mx.example.org; dkim=fail header.d=example.com\n{pass}{SIGNED}"),
            NotVouched::NotSigned,
        ),
        (format!("Authentication-Results: mx.example.org; none\n{pass}{SIGNED}"), NotVouched::NotSigned),
        (
            format!("Authentication-Results: mx.example.org; dkim=none (dkim=pass header.d=example.com)\n{SIGNED}"),
            NotVouched::NotSigned,
        ),
        (
            format!(
                "Authentication-Results: mx.example.org; spf=pass reason=\"; dkim=pass header.d=example.com;\"\n{SIGNED}"
            ),
            NotVouched::NotSigned,
        ),
        (format!("Authentication-Results: mx.example.org; dkim=pass\n{SIGNED}"), NotVouched::NotSigned),
        // The result is about a signature that the message does not have.
        (pass.to_owned(), NotVouched::NotSigned),
        (format!("{}{SIGNED}", pass.replace("header.d", "header.s=k2 header.d")), NotVouched::NotSigned),
        (format!("{}{SIGNED}", pass.replace("header.d", "header.b=zzz header.d")), NotVouched::NotSigned),
        (
            format!("{}{}", pass.replace("example.com", "evil.example"), SIGNED.replace("example.com", "evil.example")),
            NotVouched::OtherDomain,
        ),
        (format!("{pass}{}", SIGNED.replace("List-Unsubscribe:", "Date:")), NotVouched::NotCovered),
        (format!("{pass}{}", SIGNED.replace("list-unsubscribe-post", "date")), NotVouched::NotCovered),
        // The signature covers the last field of a name, and the first one is read.
        (format!("{pass}{SIGNED}List-Unsubscribe: <https://evil.example/>\n"), NotVouched::Repeated),
        (format!("{pass}{SIGNED}List-Unsubscribe-Post: List-Unsubscribe=One-Click\n"), NotVouched::Repeated),
    ] {
        assert_eq!(vouching(&fields), Vouching::Nobody(why), "{fields}");
    }
    let raw = format!("{pass}{SIGNED}{OFFER}From: a@example.com\n\n");
    assert_eq!(unsubscribe_offer(raw.as_bytes(), None).unwrap().vouching, Vouching::Nobody(NotVouched::NoServer));
}

proptest::proptest! {
    /// Any bytes are read, in time that grows with their number.
    #[test]
    fn no_field_is_too_broken(field in "[<>():;=\"\\\\ a-z@./\r\t-]{0,400}", post: bool) {
        let post = if post { ONE_CLICK } else { "" };
        let raw = format!("Authentication-Results: {field}\nDKIM-Signature: {field}\nList-Unsubscribe: {field}\n{post}From: a@b.example\n\n");
        let _ = unsubscribe_offer(raw.as_bytes(), Some(SERVER));
    }
}
