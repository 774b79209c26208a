//! Queries by example: what each notation means, and what is said of each mistake.

use crate::domain::schedule::Zone;
use chrono::DateTime;

use super::{HeldTerm, Query, QueryContext, QueryMistake, SavedView, parse, parse_in};

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
    assert_eq!(shown("to:me+urgent@ from:+news@ cc:@Example.org"), "to:me+urgent@ from:+news@ cc:@example.org");
    assert_eq!(
        shown("@example.org -me+urgent@"),
        "(from:@example.org or to:@example.org) -(from:me+urgent@ or to:me+urgent@)"
    );
    assert_eq!(shown("ann@example.org @ +@"), "mistake: there is no letter or digit here to search for");
    assert_eq!(shown("from:\"Ann <ann@example.org>\""), "from:\"ann ann example org\"");
    assert_eq!(shown("source:Work lane:\"my news\" source:*"), "source:work lane:\"my news\" source:*");
    assert_eq!(shown("id:17 id:<17> id:\"<a(b@c>\" id:a@b"), "id:17 id:<17> id:\"<a(b@c>\" id:<a@b>");
}

#[test]
fn what_only_looks_like_a_field_is_words() {
    assert_eq!(shown("12:30 http://example.org/a std::io"), "\"12 30\" \"http example org a\" \"std io\"");
    assert_eq!(shown("Re: plan"), "re plan");
    assert_eq!(shown("Vs: plan Fwd: Doc: x"), "vs plan fwd doc x");
}

#[test]
fn sizes_states_and_things_are_words_of_their_own() {
    assert_eq!(shown("larger:5M smaller:300kb larger:1000"), "larger:5M smaller:300k larger:1000");
    assert_eq!(shown("is:(open or let-through) -is:Unread"), "(is:open or is:let-through) -is:unread");
    assert_eq!(
        shown("has:links has:image has:invite filename:plan* filename:*"),
        "has:link has:image has:invite filename:plan* filename:*"
    );
    assert_eq!(shown("thread:17 folder:\"Sent Mail\" folder:arch*"), "thread:17 folder:\"sent mail\" folder:arch*");
}

#[test]
fn dates_are_stretches_of_time() {
    // The epoch was a Thursday.
    assert_eq!(shown("on:1969-12"), "after:1969-12-01T00:00:00Z before:1970-01-01T00:00:00Z");
    assert_eq!(shown("date:1969..yesterday"), "after:1969-01-01T00:00:00Z before:1970-01-01T00:00:00Z");
    assert_eq!(shown("date:\"last week\""), "after:1969-12-22T00:00:00Z before:1969-12-29T00:00:00Z");
    assert_eq!(shown("date:\"last week\"..today"), "after:1969-12-22T00:00:00Z before:1970-01-02T00:00:00Z");
    assert_eq!(shown("date:\"last week..today\" x"), "after:1969-12-22T00:00:00Z before:1970-01-02T00:00:00Z x");
    assert_eq!(shown("date:2w..1w date:2w date:2d.. date:..2d"), "newer:2w older:1w newer:2w newer:2d older:2d");
    assert_eq!(shown("older:\"2 weeks\" newer:\"3 days ago\""), "older:2w newer:3d");
    assert_eq!(shown("-date:1969..1969-06 or x"), "-(after:1969-01-01T00:00:00Z before:1969-07-01T00:00:00Z) or x");
}

#[test]
fn what_is_held_is_asked_for_only_where_that_is_allowed() {
    let allowed = QueryContext { held: HeldTerm::Allowed, ..QueryContext::new(Zone::UTC, DateTime::UNIX_EPOCH) };
    assert_eq!(parse_in("is:held", &allowed).map(|query| query.to_string()), Ok("is:held".to_owned()));
    assert_eq!(shown("is:held"), "mistake: what is held is not searched");
}

#[test]
fn a_view_stands_for_its_query() {
    let query = |text: &str| read(text).expect(text);
    let views = [
        SavedView { name: "Boss".into(), query: query("from:ada or from:grace") },
        SavedView { name: "wide".into(), query: query(&"x ".repeat(150)) },
        SavedView { name: "deep".into(), query: query(&("(a or b (".repeat(20) + "c" + &"))".repeat(20))) },
    ];
    let context = QueryContext::new(Zone::UTC, DateTime::UNIX_EPOCH).with_views(&views);
    let shown = |text: &str| match parse_in(text, &context) {
        Ok(query) => query.to_string(),
        Err(mistake) => format!("{}: {}", mistake.what, mistake.hint.unwrap_or_default()),
    };
    assert_eq!(shown("view:boss has:link"), "(from:ada or from:grace) has:link");
    assert_eq!(shown("view:bos"), "there is no view `bos`: did you mean `view:Boss`?");
    assert_eq!(shown("view:else"), "there is no view `else`: the views are Boss, wide, deep");
    assert_eq!(shown("view:wide view:wide"), "a query has at most 200 terms: ");
    assert_eq!(shown(&("(".repeat(20) + "view:deep" + &")".repeat(20))), "a query is at most 50 levels deep: ");
}

/// The marks stand beneath what is meant, however wide its letters are.
#[test]
fn a_mistake_is_marked_in_its_line() {
    let marked = |text: &str| read(text).expect_err(text).marked(text);
    assert_eq!(marked("ada sbject:plan"), "ada sbject:plan\n    ^^^^^^");
    assert_eq!(marked("会議 ("), "会議 (\n     ^");
    assert_eq!(marked("a or"), "a or\n  ^^");
    let long = marked(&format!("{} sbject:plan {}", "word ".repeat(90), "word ".repeat(90)));
    let (query, mark) = long.split_once('\n').expect("two lines");
    assert!(query.starts_with('…') && query.chars().count() < 200 && mark.trim() == "^^^^^^", "{long}");
    assert_eq!(query.find("sbject").map(|at| query[..at].chars().count()), mark.find('^'));
    assert!(!marked("a\u{1b}[2J ( \u{202e}b").contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn an_empty_text_and_a_star_are_everything() {
    assert_eq!(read("  "), Ok(Query::All));
    assert_eq!(read("*"), Ok(Query::All));
    assert_eq!(shown("list:* *"), "list:* *");
}

/// A mistake with its place and its hint.
fn told(text: &str) -> String {
    let mistake = read(text).expect_err(text);
    let hint = mistake.hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
    format!("{text}\n    `{}`: {}{hint}", &text[mistake.span], mistake.what)
}

#[test]
fn each_mistake_says_what_and_where() {
    let all = [
        "sbject:plan",
        "xyz:1",
        "тема:план",
        "x-mailer:mutt",
        "sbject: plan",
        "newer_than:2d",
        "tag:inbox",
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
    ];
    insta::assert_snapshot!(all.map(told).join("\n"), @r#"
    sbject:plan
        `sbject`: there is no field `sbject:` (did you mean `subject:`? Otherwise put it in quotes to search for it as text)
    xyz:1
        `xyz`: there is no field `xyz:` (the fields are from, to, cc, subject, body, list, filename, source, lane, folder, view, has, is, on, date, before, after, older, newer, larger, smaller, thread, id; put it in quotes to search for it as text)
    тема:план
        `тема`: there is no field `тема:` (the fields are from, to, cc, subject, body, list, filename, source, lane, folder, view, has, is, on, date, before, after, older, newer, larger, smaller, thread, id; put it in quotes to search for it as text)
    x-mailer:mutt
        `x-mailer`: there is no field `x-mailer:` (the fields are from, to, cc, subject, body, list, filename, source, lane, folder, view, has, is, on, date, before, after, older, newer, larger, smaller, thread, id; put it in quotes to search for it as text)
    sbject: plan
        `sbject`: there is no field `sbject:` (did you mean `subject:`? Otherwise put it in quotes to search for it as text)
    newer_than:2d
        `newer_than`: there is no field `newer_than:` (did you mean `newer:`? Otherwise put it in quotes to search for it as text)
    tag:inbox
        `tag`: there is no field `tag:` (did you mean `is:`? Otherwise put it in quotes to search for it as text)
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
    "#);
}

#[test]
fn each_mistake_behind_a_colon_says_what_and_where() {
    let all = [
        "has:atachment",
        "is:mutd",
        "before:soon",
        "older:2 days",
        "date:",
        "date:..",
        "date:today..yesterday",
        "date:soon..",
        "on:nowhere",
        "larger:big",
        "thread:ann",
        "view:mine",
        "is:held",
        "from:@",
        "lane:\"\"",
        "id:*",
        "id:<>",
    ];
    insta::assert_snapshot!(all.map(told).join("\n"), @r#"
    has:atachment
        `atachment`: what a message can have is: attachment, link, image, invite, unsubscribe, list (did you mean `has:attachment`?)
    is:mutd
        `mutd`: what a message can be is: open, done, trashed, spam, deferred, muted, carried, let-through, history, elsewhere, gone, unread, read, flagged, answered, correspondent, answer, mine, bounce, personal, post, notice, newsletter (did you mean `is:muted`?)
    before:soon
        `soon`: `soon` is no date and no length of time (a date follows the colon: before:2026-11-01, after:monday)
    older:2 days
        `2`: `2` is no date and no length of time (a length of time follows the colon: older:2d, newer:"3 weeks")
    date:
        `date:`: there is nothing after `date:` (a date follows the colon, or two: date:2026-10-01..2026-10-15, date:"last week")
    date:..
        `..`: there is no date here (a date follows the colon, or two: date:2026-10-01..2026-10-15, date:"last week")
    date:today..yesterday
        `today..yesterday`: this ends before it begins (a date follows the colon, or two: date:2026-10-01..2026-10-15, date:"last week")
    date:soon..
        `soon..`: `soon` is no date and no length of time (a date follows the colon, or two: date:2026-10-01..2026-10-15, date:"last week")
    on:nowhere
        `nowhere`: `nowhere` is no date and no length of time (a date follows the colon: before:2026-11-01, after:monday)
    larger:big
        `big`: `big` is no size (a size in bytes follows the colon: larger:5M, smaller:300k)
    thread:ann
        `ann`: `ann` is no number of a conversation (the number of a conversation follows the colon, as `tidebox --json` prints it)
    view:mine
        `mine`: there is no view `mine` (the settings have no [[view]])
    is:held
        `held`: what is held is not searched (it comes out at its check-in)
    from:@
        `@`: this is no address and no part of one (from:ann@example.org, from:@example.org, to:me+urgent@)
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
