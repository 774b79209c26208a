//! The facts of a Monday in November, 13:12 in Berlin; the morning was read.

use std::path::PathBuf;
use tidebox::domain::schedule::Zone;

use chrono::{DateTime, Duration, Utc};
use tidebox::domain::commit_preview::{
    CommitPreview, CopyFate, CopyOutlook, LeavingCount, PreviewGroup, PreviewVerdict,
};
use tidebox::domain::defer_choices::DeferChoices;
use tidebox::domain::door::{Overview, WindowState};
use tidebox::domain::mailbox_change::FolderRole;
use tidebox::domain::message::Deferred;
use tidebox::domain::positions::Positions;
use tidebox::domain::problem::Problem;
use tidebox::domain::receipt::Receipt;
use tidebox::domain::schedule::Window;
use tidebox::domain::source_type::SourceType;
use tidebox::domain::triage::{Decision, Triage};
use tidebox::domain::until::Until;
use tidebox::domain::verdict::DecisionKind;
use tidebox::ui::response::FoundMailbox;

use super::letters;

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

pub fn zone() -> Zone {
    Zone::built_in("Europe/Berlin").unwrap()
}

pub fn window(checkin: &str, opens: &str) -> Window {
    let opens = at(opens);
    Window { checkin: checkin.to_owned(), opens, closes: opens + Duration::minutes(45), zone: zone() }
}

pub fn until(checkin: &str, opens: &str) -> Until {
    Until { checkin: checkin.to_owned(), opens: at(opens), wall: None, or_reply: false }
}

pub fn door() -> Overview {
    Overview {
        next: Some(window("afternoon", "2026-11-23T15:00:00Z")),
        today: vec![
            (window("morning", "2026-11-23T09:00:00Z"), WindowState::Read),
            (window("afternoon", "2026-11-23T15:00:00Z"), WindowState::Ahead),
        ],
        last: Some(Receipt {
            checkin: "morning".to_owned(),
            begun: at("2026-11-23T09:02:00Z"),
            committed: at("2026-11-23T09:20:00Z"),
            done: 29,
            trash: 6,
            deferred: 4,
            carried_over: 2,
            ..Receipt::default()
        }),
        deferred: 2,
        ..Overview::default()
    }
}

pub fn deferred() -> Vec<Deferred> {
    vec![
        Deferred {
            entry: letters::outside(41, "宮本 茂", "来週の打ち合わせ"),
            until: until("morning", "2026-11-30T09:00:00Z"),
        },
        Deferred {
            entry: letters::outside(40, "Grace Hopper", "Budget, second try"),
            until: until("afternoon", "2026-11-23T15:00:00Z"),
        },
    ]
}

pub fn mailboxes() -> Vec<FoundMailbox> {
    vec![
        FoundMailbox {
            kind: SourceType::Maildir,
            path: PathBuf::from("/home/ann/Mail"),
            shown: "~/Mail".into(),
            messages: Some(1204),
            added: false,
        },
        FoundMailbox {
            kind: SourceType::Mbox,
            path: PathBuf::from("/var/mail/ann"),
            shown: "/var/mail/ann".into(),
            messages: None,
            added: false,
        },
    ]
}

pub fn defer_choices() -> DeferChoices {
    DeferChoices {
        next: Some(until("afternoon", "2026-11-23T15:00:00Z")),
        tomorrow: Some(until("morning", "2026-11-24T09:00:00Z")),
        next_week: Some(until("morning", "2026-11-30T09:00:00Z")),
        ahead: vec![
            until("afternoon", "2026-11-23T15:00:00Z"),
            until("morning", "2026-11-24T09:00:00Z"),
            until("afternoon", "2026-11-24T15:00:00Z"),
            until("morning", "2026-11-25T09:00:00Z"),
        ],
        lanes: Vec::new(),
        reads: None,
    }
}

pub fn problem(what: &str, hint: Option<&str>) -> Problem {
    Problem { what: what.into(), hint: hint.map(Into::into) }
}

/// What a commit would do in an account with an archive and without a folder for junk, and in a file.
pub fn preview(triage: &Triage) -> CommitPreview {
    let mut groups: Vec<PreviewGroup> = Vec::new();
    for position in triage.batch().positions().iter() {
        let verdict = PreviewVerdict::of(triage.verdict(position), Some(window("afternoon", "2026-11-23T15:00:00Z")));
        let copy = |source: &str, fate| CopyOutlook { source: source.to_owned(), fate };
        let copies = match &verdict {
            PreviewVerdict::Finished(DecisionKind::Spam) => vec![copy("work", CopyFate::Waits(FolderRole::Junk))],
            PreviewVerdict::Finished(DecisionKind::Trash) => vec![copy("work", CopyFate::Moves("Trash".to_owned()))],
            PreviewVerdict::Finished(_) if position.0 % 3 == 0 => vec![copy("old.mbox", CopyFate::NoMailbox)],
            PreviewVerdict::Finished(_) => vec![copy("work", CopyFate::Moves("Archive".to_owned()))],
            PreviewVerdict::Deferred(_) | PreviewVerdict::Carried(..) | PreviewVerdict::Asks(..) => Vec::new(),
        };
        match groups.iter_mut().find(|group| group.verdict == verdict && group.copies == copies) {
            Some(group) => group.at.insert(position),
            None => groups.push(PreviewGroup { verdict, copies, at: Positions::from(position) }),
        }
    }
    let unsubscribed = triage.unsubscribed().clone();
    let answers = triage.positions_with(|decision| *decision == Decision::Reply).len();
    CommitPreview {
        groups,
        lists: unsubscribed.len(),
        unsubscribed,
        leaving: LeavingCount { answers, ..LeavingCount::default() },
        overtaken: 0,
        drafts: 0,
        is_copy: false,
    }
}
