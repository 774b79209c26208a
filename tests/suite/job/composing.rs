//! Holds `src/job/compose.rs`, `src/job/stage.rs`, `src/job/attach.rs`: a message that is held is neither answered, nor forwarded, nor
//! attached; who is left out is told where that is no wish; and whatever is edited, what is staged says what was meant.

use proptest::prelude::*;
use proptest::sample::select;
use tidebox::config::{Config, Identity, SendConfig};
use tidebox::domain::address::Address;
use tidebox::domain::answering::{
    AnswerScope, ComposeIntent, DraftWarning, ForwardHow, OwnAddress, OwnAddresses, same_mailbox,
};
use tidebox::domain::ids::Id;
use tidebox::domain::outbox::OutgoingRelation;
use tidebox::domain::schedule::Zone;
use tidebox::job::compose::begin_draft;
use tidebox::job::stage::{CheckError, check_draft, stage_draft};
use tidebox::mail::{answered_message, draft_text};
use tidebox::store::Store;

use crate::support::Home;

const EARLY: &str = "2026-11-23T09:00:00+01:00";

#[test]
fn what_is_held_is_quoted_nowhere() {
    let home = Home::new();
    home.deliver_matters(1);
    assert_eq!(home.run(EARLY, &["add", "Maildir"]).code, 0);
    let id = Id(home.sqlite("SELECT id FROM message WHERE stage = 'held'").trim().parse().unwrap());
    let store = Store::open(&home.store()).unwrap();
    let mut config = Config::embedded(Zone::UTC);
    config.identities = vec![Identity::new("Me", "me@example.org")];
    let now = "2026-11-23T08:00:00Z".parse().unwrap();
    for intent in [
        ComposeIntent::Answer { message: id, scope: AnswerScope::Everybody },
        ComposeIntent::Forward { message: id, how: ForwardHow::Inline },
        ComposeIntent::Forward { message: id, how: ForwardHow::Attached },
    ] {
        let error = begin_draft(&store, &config, &intent, None, None, now).unwrap_err().to_string();
        assert!(!error.contains("Ann") && !error.contains("Matter"), "{error}");
    }
    let draft = format!("From: me@example.org\nTo: bob@example.org\nAttach: tidebox:{id}\n\nLook.\n");
    let Err(CheckError::Mistakes(mistakes)) = check_draft(&store, &config, None, None, draft.as_bytes(), now) else {
        panic!("it would leave");
    };
    let told: String = mistakes.iter().map(ToString::to_string).collect();
    assert!(told.contains("line 3") && !told.contains("Matter"), "{told}");
}

const OPEN: &str = "2026-11-23T10:05:00+01:00";

/// As whom answers are written: one address, which takes tags.
fn config() -> Config {
    let mut config = Config::embedded(Zone::UTC);
    let me = Identity::new("Me", "me@example.org");
    config.identities = vec![Identity { send: Some(SendConfig::Command(vec!["true".to_owned()])), ..me }];
    config
}

/// A home in which these have come out, and their ids in the order in which they were sent.
fn released(mails: &[String]) -> (Home, Vec<Id>) {
    let home = Home::new();
    for (number, mail) in mails.iter().enumerate() {
        home.deliver("Maildir", &format!("{number}.s"), mail);
    }
    assert_eq!(home.run(EARLY, &["add", "Maildir"]).code, 0);
    let begun = home.json(OPEN, &["begin"]);
    let id = |number: usize| {
        let wanted = format!("m{number}@x.example");
        let found = begun.iter().find(|it| it["message_id"] == wanted.as_str()).expect("it has come out");
        Id(found["id"].as_i64().unwrap())
    };
    let ids = (0..mails.len()).map(id).collect();
    (home, ids)
}

#[test]
fn only_who_was_taken_out_of_an_answer_to_several_is_told() {
    use AnswerScope::{Author, Everybody, List};
    let mail = "From: Ann <ann@a.example>\nTo: me@example.org, Ben <ben@b.example>, List <list@l.example>\nCc: cy@c.example\n\
                List-Post: <mailto:list@l.example>\nDate: Sun, 22 Nov 2026 09:00:00 +0000\nSubject: Tea\n\
                Message-ID: <m0@x.example>\n\nTea?\n";
    let (home, ids) = released(&[mail.to_owned()]);
    let (store, config) = (Store::open(&home.store()).unwrap(), config());
    let now = "2026-11-23T09:05:00Z".parse().unwrap();
    let everybody = "ann@a.example, ben@b.example, list@l.example";
    for (scope, to, cc, told) in [
        (Some(Author), "ann@a.example", "", &[][..]),
        (Some(Author), "ann@a.example, di@d.example", "", &[]),
        (Some(Everybody), everybody, "cy@c.example", &[]),
        (Some(Everybody), everybody, "", &["cy@c.example"]),
        (Some(Everybody), "ben@b.example", "", &["ann@a.example", "list@l.example", "cy@c.example"]),
        (Some(Everybody), "di@d.example", "ANN@a.example, ben@b.example, list@l.example", &["cy@c.example"]),
        (Some(List), "list@l.example", "", &[]),
        (Some(List), "ann@a.example", "", &["list@l.example"]),
        // A draft that was taken up again.
        (None, "ann@a.example", "", &[]),
        (None, "ann@a.example, ben@b.example, list@l.example", "", &["cy@c.example"]),
    ] {
        let draft = format!("From: me@example.org\nTo: {to}\nCc: {cc}\nSubject: Re: Tea\n\nYes.\n");
        let about = Some((OutgoingRelation::Reply, ids[0]));
        let checked = check_draft(&store, &config, about, scope, draft.as_bytes(), now).unwrap();
        let left_out: Vec<String> = checked
            .warnings
            .iter()
            .filter_map(|warning| if let DraftWarning::LeftOut(people) = warning { Some(people) } else { None })
            .flatten()
            .map(|person| person.address.clone())
            .collect();
        assert_eq!(left_out, told, "{scope:?}: {to}; {cc}");
    }
    // Whom it goes to otherwise, hidden from the others, is not left out.
    let draft = format!("From: me@example.org\nTo: {everybody}\nBcc: cy@c.example\nSubject: Re: Tea\n\nYes.\n");
    let about = Some((OutgoingRelation::Reply, ids[0]));
    let checked = check_draft(&store, &config, about, Some(Everybody), draft.as_bytes(), now).unwrap();
    assert_eq!(checked.warnings, []);
}

const PEOPLE: [(&str, &str); 7] = [
    ("Ann", "ann@a.example"),
    ("\"Ben, B.\"", "ben@b.example"),
    ("", "cy@c.example"),
    ("=?utf-8?q?Zo=C3=AB?=", "zoe@d.example"),
    ("Me", "me@example.org"),
    ("", "me+tag@example.org"),
    ("List", "list@l.example"),
];

/// A message of a few of these people: its header, and the ids that it refers to.
#[derive(Debug, Clone)]
struct Sent {
    header: String,
    references: Vec<String>,
    /// Who wrote it, and everybody who is named in it.
    people: Vec<&'static str>,
}

fn sent() -> impl Strategy<Value = Sent> {
    let some = |most| prop::collection::vec(select(PEOPLE.to_vec()), 0..most);
    let subject = select(vec!["Tea", "Re: Tea", "AW: Gr=?utf-8?q?=C3=BC?=n", "", "x: y"]);
    (select(PEOPLE.to_vec()), some(4), some(3), some(2), some(2), any::<bool>(), 0..4_usize, subject).prop_map(
        |(from, to, cc, reply_to, followup, listed, references, subject)| {
            let list = |people: &[(&str, &str)]| {
                people.iter().map(|(name, address)| format!("{name} <{address}>")).collect::<Vec<_>>().join(", ")
            };
            let mut header = format!("From: {}\nSubject: {subject}\n", list(&[from]));
            for (name, people) in [("To", &to), ("Cc", &cc), ("Reply-To", &reply_to), ("Mail-Followup-To", &followup)] {
                if !people.is_empty() {
                    header.push_str(&format!("{name}: {}\n", list(people)));
                }
            }
            if listed {
                header.push_str("List-Post: <mailto:list@l.example>\n");
            }
            let references: Vec<String> = (0..references).map(|number| format!("r{number}@x.example")).collect();
            if !references.is_empty() {
                let all: Vec<String> = references.iter().map(|id| format!("<{id}>")).collect();
                header.push_str(&format!("References: {}\n", all.join(" ")));
            }
            let mut people: Vec<&str> = vec![from.1];
            people.extend(to.iter().chain(&cc).chain(&reply_to).chain(&followup).map(|(_, address)| *address));
            Sent { header, references, people }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, ..ProptestConfig::default() })]

    /// RFC 5322 §3.6.3 and §3.6.4, of what is staged: To, Cc and the subject are read as they were written, Bcc by nobody, the
    /// references are those of the answered message and its own id, and nobody answers themselves alone unless they wrote that.
    #[test]
    fn what_is_staged_says_what_was_meant_whatever_was_edited(
        all in prop::collection::vec((sent(), 0..3_usize, prop::collection::vec((0..5_u8, select(PEOPLE.to_vec())), 0..4)), 6)
    ) {
        let mails: Vec<String> = (0..).zip(&all).map(|(number, (sent, ..))| {
            format!("{}Date: Sun, 22 Nov 2026 09:00:{number:02} +0000\nMessage-ID: <m{number}@x.example>\n\nText {number}.\n", sent.header)
        }).collect();
        let (home, ids) = released(&mails);
        let (mut store, config) = (Store::open(&home.store()).unwrap(), config());
        let own = OwnAddresses(vec![OwnAddress { mailbox: Address::new("Me", "me@example.org"), aliases: Vec::new() }]);
        let now = "2026-11-23T09:05:00Z".parse().unwrap();
        for (number, (message, (sent, scope, edits))) in ids.iter().zip(&all).enumerate() {
            let scope = [AnswerScope::Author, AnswerScope::Everybody, AnswerScope::List][*scope];
            let intent = ComposeIntent::Answer { message: *message, scope };
            // No list to answer, or nobody but a list that takes nothing.
            let Ok(begun) = begin_draft(&store, &config, &intent, None, None, now) else { continue };
            let mut draft = begun.draft;
            // One's own message to oneself is answered to oneself.
            let others = match scope {
                AnswerScope::Author => !own.owns(sent.people[0]),
                AnswerScope::Everybody => sent.people.iter().any(|it| !own.owns(it)),
                AnswerScope::List => true,
            };
            let goes = draft.to.iter().chain(&draft.cc).any(|it| !own.owns(&it.address));
            prop_assert!(goes || !others, "{sent:?} {scope:?}: {:?}", draft.to);
            for (what, (name, address)) in edits {
                let name = name.trim_matches('"');
                let person = Address::new(if name.starts_with("=?") { "Zoë" } else { name }, *address);
                match what {
                    0 => drop(draft.to.pop()),
                    1 => draft.to.push(person),
                    2 => draft.cc.push(person),
                    3 => draft.bcc.push(person),
                    _ => draft.bcc.append(&mut draft.to),
                }
            }
            let text = draft_text(&draft, &begun.notes);
            let about = Some((OutgoingRelation::Reply, *message));
            let checked = match check_draft(&store, &config, about, Some(scope), text.as_bytes(), now) {
                Ok(checked) => checked,
                Err(CheckError::Mistakes(mistakes)) => {
                    prop_assert!(draft.recipients().is_empty(), "{mistakes:?} in\n{text}");
                    continue;
                }
                Err(error) => panic!("{error}"),
            };
            let id = store.new_draft(about, &text, now).unwrap();
            stage_draft(&mut store, &config, id, &checked, None, now).unwrap();
            let hex = home.sqlite(&format!("SELECT hex(bytes) FROM outgoing WHERE id = {}", id.0));
            let bytes: Vec<u8> = hex.trim().as_bytes().chunks(2)
                .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect();
            let (read, seen) = (answered_message(&bytes), String::from_utf8_lossy(&bytes).to_lowercase());
            prop_assert_eq!(&read.to, &draft.to);
            prop_assert_eq!(&read.cc, &draft.cc);
            prop_assert_eq!(&read.subject, &draft.subject);
            prop_assert_eq!(&read.from, &draft.from);
            let mut references = sent.references.clone();
            references.push(format!("m{number}@x.example"));
            prop_assert_eq!(&read.references, &references);
            prop_assert!(!seen.contains("\nbcc:"), "{seen}");
            let header = seen.split("\r\n\r\n").next().unwrap_or_default();
            for hidden in &draft.bcc {
                let is_seen = draft.to.iter().chain(&draft.cc).chain([&draft.from])
                    .any(|it| same_mailbox(&it.address, &hidden.address));
                prop_assert!(is_seen || !header.contains(&hidden.address), "{header}");
            }
            // Everybody who is named gets it, each once.
            prop_assert_eq!(checked.recipients.len(), draft.recipients().len());
        }
    }
}
