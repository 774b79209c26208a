//! Queries by example: what each notation means, and what is said of each mistake.

use crate::domain::schedule::Zone;
use chrono::DateTime;

use super::{Query, QueryMistake, parse};

fn read(text: &str) -> Result<Query, QueryMistake> {
    parse(text, Zone::UTC, DateTime::UNIX_EPOCH)
}

/// A query, as its canonical text.
fn shown(text: &str) -> String {
    read(text).map_or_else(|mistake| format!("mistake: {mistake}"), |query| query.to_string())
}

#[test]
fn terms_side_by_side_bind_tighter_than_or() {
    assert_eq!(shown("a b or c and d"), "a b or c d");
    assert_eq!(shown("(a or b) c"), "(a or b) c");
    assert_eq!(shown("((a b)) c"), "a b c");
    assert_eq!(shown("not (a b) or -c"), "-(a b) or -c");
    assert_eq!(shown("NOT a OR \"or\""), "-a or \"or\"");
}

#[test]
fn words_are_folded_and_split_as_the_index_splits_them() {
    assert_eq!(shown("Zoë"), "zoe");
    assert_eq!(shown("rust-lang"), "\"rust lang\"");
    assert_eq!(shown("subject:\"Release  plan\""), "subject:\"release plan\"");
    assert_eq!(shown("rel* \"one tw\"* \"one tw*\""), "rel* \"one tw\"* \"one tw\"*");
    assert_eq!(shown("list:rust-*"), "list:rust");
    assert_eq!(shown("来週*"), "\"来 週\"");
}

#[test]
fn a_group_gives_its_field_to_each_of_its_terms() {
    assert_eq!(shown("from:(ann or bob -subject:x)"), "from:ann or from:bob -subject:x");
    assert_eq!(shown("has:(list unsubscribe)"), "has:list has:unsubscribe");
}

#[test]
fn addresses_names_and_ids_are_what_they_look_like() {
    assert_eq!(shown("from:Ann@Example.org to:*@example.org"), "from:ann@example.org to:@example.org");
    assert_eq!(shown("from:\"Ann <ann@example.org>\""), "from:\"ann ann example org\"");
    assert_eq!(shown("source:Work lane:\"my news\" source:*"), "source:work lane:\"my news\" source:*");
    assert_eq!(shown("id:17 id:<17> id:\"<a(b@c>\" id:a@b"), "id:17 id:<17> id:\"<a(b@c>\" id:<a@b>");
}

#[test]
fn what_only_looks_like_a_field_is_words() {
    assert_eq!(shown("12:30 http://example.org/a std::io"), "\"12 30\" \"http example org a\" \"std io\"");
    assert_eq!(shown("Re: plan"), "re plan");
    assert_eq!(shown("тема:план"), "\"тема план\"");
}

#[test]
fn an_empty_text_and_a_star_are_everything() {
    assert_eq!(read("  "), Ok(Query::All));
    assert_eq!(read("*"), Ok(Query::All));
    assert_eq!(shown("list:* *"), "list:* *");
}

#[test]
fn each_mistake_says_what_and_where() {
    let told = |text: &str| {
        let mistake = read(text).expect_err(text);
        let hint = mistake.hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
        format!("{text}\n    `{}`: {}{hint}", &text[mistake.span], mistake.what)
    };
    let all = [
        "sbject:plan",
        "xyz:1",
        "subject: plan",
        "a (b or c",
        "a) b",
        "()",
        "(",
        "a or",
        "not",
        "and b",
        "a and or b",
        "\"a b",
        "!!!",
        "a - b",
        "-",
        "*foo",
        "a*b",
        "has:atachment",
        "is:mutd",
        "before:soon",
        "older:2 days",
        "from:ann@",
        "lane:\"\"",
        "id:*",
        "id:<>",
    ];
    insta::assert_snapshot!(all.map(told).join("\n"), @r#"
    sbject:plan
        `sbject`: there is no field `sbject:` (did you mean `subject:`? Otherwise put it in quotes to search for it as text)
    xyz:1
        `xyz`: there is no field `xyz:` (the fields are from, to, subject, body, list, source, lane, has, is, before, after, older, newer, id; put it in quotes to search for it as text)
    subject: plan
        `subject:`: there is nothing after `subject:` (a word follows the colon, or words in quotes: subject:"release plan")
    a (b or c
        `(`: this ( is never closed
    a) b
        `)`: no ( belongs to this )
    ()
        `()`: there is nothing between these parentheses
    (
        `(`: this ( is never closed
    a or
        `or`: there is nothing after `or`
    not
        `not`: there is nothing after `not`
    and b
        `and`: there is nothing before `and`
    a and or b
        `or`: there is nothing before `or`
    "a b
        `"`: this quote is never closed
    !!!
        `!!!`: there is no letter or digit here to search for
    a - b
        `-`: there is no letter or digit here to search for
    -
        `-`: there is no letter or digit here to search for
    *foo
        `*foo`: a * stands only at the end of a word (put text in quotes to search for its words)
    a*b
        `a*b`: a * stands only at the end of a word (put text in quotes to search for its words)
    has:atachment
        `atachment`: a message can have an attachment, unsubscribe or a list (did you mean `has:attachment`?)
    is:mutd
        `mutd`: a message can be muted (did you mean `is:muted`?)
    before:soon
        `soon`: `soon` is no date and no length of time (a date follows the colon: before:2026-11-01, after:monday)
    older:2 days
        `2`: `2` is no date and no length of time (a length of time follows the colon: older:2d, newer:3h)
    from:ann@
        `ann@`: this is no address and no domain (from:ann@example.org, from:@example.org)
    lane:""
        `""`: there is no name between these quotes
    id:*
        `*`: this is no message's number and no Message-ID (id:1764576000, id:<abc@example.org>)
    id:<>
        `<>`: this is no message's number and no Message-ID (id:1764576000, id:<abc@example.org>)
    "#);
}

#[test]
fn no_query_is_too_large_or_too_deep() {
    for text in [
        "(".repeat(10_000),
        "-".repeat(10_000) + "a",
        "not ".repeat(4_000) + "a",
        "a ".repeat(8_000),
        "a".repeat(1 << 20),
    ] {
        assert!(read(&text).is_err());
    }
}
