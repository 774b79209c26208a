//! Holds `src/job/compose.rs`, `src/job/stage.rs`, `src/job/attach.rs`: a message that is held is neither answered, nor forwarded, nor attached.

use tidebox::config::{Config, Identity};
use tidebox::domain::answering::{AnswerScope, ComposeIntent, ForwardHow};
use tidebox::domain::ids::Id;
use tidebox::domain::schedule::Zone;
use tidebox::job::compose::begin_draft;
use tidebox::job::stage::{CheckError, check_draft};
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
    let Err(CheckError::Mistakes(mistakes)) = check_draft(&store, &config, None, draft.as_bytes(), now) else {
        panic!("it would leave");
    };
    let told: String = mistakes.iter().map(ToString::to_string).collect();
    assert!(told.contains("line 3") && !told.contains("Matter"), "{told}");
}
