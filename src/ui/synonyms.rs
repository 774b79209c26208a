//! What other programs call the things that can be done here. The palette and the help find them by these names.

use super::action::Action;

/// In small letters. No name stands here twice, and none is the name of another action.
const SYNONYMS: &[(Action, &[&str])] = &[
    (Action::Done, &["archive", "file", "finish"]),
    (Action::Trash, &["delete", "del", "rm", "remove", "bin"]),
    (Action::Defer, &["snooze", "postpone", "remind", "reschedule", "defer to"]),
    (Action::Later, &["todo", "second pass"]),
    (Action::Skip, &["unread", "keep", "leave it", "pass over"]),
    (Action::Mute, &["ignore", "kill", "silence"]),
    (Action::Spam, &["junk"]),
    (Action::Unsubscribe, &["leave list", "opt out", "cancel subscription"]),
    (Action::Undo, &["undelete", "revert", "unsend", "recall"]),
    (Action::Redo, &["again", "repeat"]),
    (Action::Reopen, &["unarchive", "restore", "bring back", "untrash"]),
    (Action::Sweep, &["done with all", "archive all", "mark all"]),
    (Action::Select, &["mark", "tag", "choose"]),
    (Action::SelectRange, &["visual", "mark range"]),
    (Action::SelectAlike, &["similar", "like", "select thread", "select sender"]),
    (Action::SelectNext, &["count", "next rows"]),
    (Action::SelectPattern, &["tag pattern", "mark pattern"]),
    (Action::Filter, &["limit", "narrow"]),
    (Action::UnfoldRow, &["expand", "uncollapse", "show thread"]),
    (Action::FoldRow, &["collapse", "collapse thread"]),
    (Action::Open, &["read", "view"]),
    (Action::Quotes, &["quoted text"]),
    (Action::WholeThread, &["entire thread", "history", "earlier messages"]),
    (Action::OtherBody, &["html", "plain text"]),
    (Action::Link, &["links", "url", "urls", "browser"]),
    (Action::Rule, &["rules", "block"]),
    (Action::Why, &["info", "explain"]),
    (Action::Copy, &["yank", "clipboard"]),
    (Action::Save, &["attachment", "attachments", "download", "detach"]),
    (Action::ViewAttachment, &["preview", "image", "images", "picture"]),
    (Action::OpenAttachment, &["launch", "xdg-open"]),
    (Action::Browser, &["web page", "original layout"]),
    (Action::Headers, &["header", "all headers"]),
    (Action::Source, &["raw", "original"]),
    (Action::Pipe, &["print", "shell", "patch", "git am"]),
    (Action::Review, &["commit", "close", "w", "write"]),
    (Action::MoreTime, &["extend", "longer", "ten minutes", "extra time"]),
    (Action::Exceptions, &["urgent", "came through"]),
    (Action::Expect, &["wait for", "let through"]),
    (Action::EndExpected, &["revoke"]),
    (Action::Deferred, &["snoozed", "postponed"]),
    (Action::Muted, &["unmute", "muted threads"]),
    (Action::Wake, &["unsnooze"]),
    (Action::Reply, &["answer", "respond"]),
    (Action::ReplyAll, &["replyall", "group reply", "answer all"]),
    (Action::ReplyList, &["list reply"]),
    (Action::Forward, &["fwd", "bounce", "redirect", "resend"]),
    (Action::Compose, &["new", "new message", "mail"]),
    (Action::AnswerInvitation, &["rsvp", "accept", "decline", "attend", "tentative"]),
    (Action::EditAnswer, &["edit", "edit draft"]),
    (Action::DiscardDraft, &["discard", "delete draft"]),
    (Action::Month, &["statistics", "stats", "figures", "report"]),
    (Action::WhatIf, &["whatif", "other hours", "schedules", "replay"]),
    (Action::Drafts, &["draft", "postponed messages"]),
    (Action::Outbox, &["unsent", "send queue"]),
    (Action::Gather, &["sync", "fetch", "refresh", "check mail", "get mail"]),
    (Action::Search, &["find"]),
    (Action::Help, &["keys", "keybindings", "shortcuts"]),
    (Action::Quit, &["q!", "wq", "x!", "qa", "qa!", "exit", "bye"]),
];

/// The other names of an action.
#[must_use]
pub fn synonyms(action: Action) -> &'static [&'static str] {
    SYNONYMS.iter().find(|(known, _)| *known == action).map_or(&[], |(_, names)| names)
}

#[cfg(test)]
mod tests {
    use super::SYNONYMS;
    use crate::ui::action::Action;
    use crate::ui::keymap::Absent;

    #[test]
    fn each_name_means_one_thing() {
        let mut names: Vec<&str> = SYNONYMS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        for name in &names {
            assert_eq!(Action::named(&name.replace(' ', "_")), None, "{name} is an action");
            assert!(Absent::named(name).is_none_or(|info| !info.words.contains(name)), "{name} is not there yet");
            assert_eq!(name.to_lowercase(), **name);
        }
        names.sort_unstable();
        assert!(names.windows(2).all(|two| two[0] != two[1]), "{names:?}");
    }
}
