//! Everything that a key can do: one table with each action's name in TOML, its sentence, where it works, and its keys.
//!
//! The help screen, the hints at the bottom of the screen and the pages of keys are made from this table.

macro_rules! modes {
    ($($(#[$about:meta])* $mode:ident,)*) => {
        /// Where the person is: one for each screen. A key means something only in some places.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Mode { $($(#[$about])* $mode),* }

        const EVERYWHERE: &[Mode] = &[$(Mode::$mode),*];
    };
}

modes! {
    Welcome,
    Door,
    /// The batch: its list and the letter beside it.
    Batch,
    Review,
    Receipt,
    Deferred,
    Search,
    /// What a committed batch has finished.
    Finished,
    /// Muted threads.
    Muted,
    Peek,
    /// The form of an account.
    Account,
    /// What the person has begun to write.
    Drafts,
    /// What leaves, and what has not left whole.
    Outbox,
    /// The figures of a month.
    Month,
    /// Other check-ins, replayed.
    WhatIf,
}

/// The parts that help and the pages of keys are divided into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HelpSection {
    Moving,
    Deciding,
    Choosing,
    Reading,
    Batch,
    Elsewhere,
}

impl HelpSection {
    pub const ALL: [Self; 6] =
        [Self::Moving, Self::Deciding, Self::Choosing, Self::Reading, Self::Batch, Self::Elsewhere];

    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Moving => "moving",
            Self::Deciding => "deciding",
            Self::Choosing => "choosing several",
            Self::Reading => "reading",
            Self::Batch => "the batch",
            Self::Elsewhere => "elsewhere",
        }
    }
}

/// One line of the table.
#[derive(Debug)]
pub struct ActionInfo {
    pub action: Action,
    /// Its name in TOML.
    pub name: &'static str,
    /// One or two words for the hints at the bottom.
    pub hint: &'static str,
    /// What it does, for help.
    pub sentence: &'static str,
    pub part: HelpSection,
    pub modes: &'static [Mode],
    /// Its keys in the preset `tide`, in the notation of `keymap`.
    pub keys: &'static [&'static str],
}

const LISTS: &[Mode] = &[Mode::Batch, Mode::Search, Mode::Deferred, Mode::Finished, Mode::Muted, Mode::Peek];
const ROWS: &[Mode] = &[
    Mode::Batch,
    Mode::Search,
    Mode::Deferred,
    Mode::Finished,
    Mode::Muted,
    Mode::Peek,
    Mode::Review,
    Mode::Drafts,
    Mode::Outbox,
    Mode::Month,
    Mode::WhatIf,
];
const FOUND: &[Mode] = &[Mode::Batch, Mode::Search, Mode::Deferred, Mode::Finished, Mode::Muted];
/// Where a rule can be made from a message: also on the receipt, from one that it would have helped to see earlier.
const RULED: &[Mode] = &[Mode::Batch, Mode::Search, Mode::Deferred, Mode::Finished, Mode::Muted, Mode::Receipt];
/// Where there are rows to move among.
const MOVED: &[Mode] = &[
    Mode::Batch,
    Mode::Search,
    Mode::Deferred,
    Mode::Finished,
    Mode::Muted,
    Mode::Peek,
    Mode::Review,
    Mode::Receipt,
    Mode::Drafts,
    Mode::Outbox,
    Mode::Month,
    Mode::WhatIf,
];
/// Where what the person writes can be edited: its own lists, and where a message stands that it answers.
const WRITTEN: &[Mode] =
    &[Mode::Batch, Mode::Search, Mode::Deferred, Mode::Finished, Mode::Muted, Mode::Drafts, Mode::Outbox];
/// From where what the person writes can be looked at.
const TO_WRITTEN: &[Mode] = &[Mode::Door, Mode::Batch, Mode::Search, Mode::Deferred, Mode::Drafts, Mode::Outbox];
const BATCH: &[Mode] = &[Mode::Batch];
/// Where a message of the batch can be decided about.
const DECIDED: &[Mode] = &[Mode::Batch, Mode::Search];
/// Where the first screen can be asked for. A peek has to be ended before.
const NO_WELCOME: &[Mode] = &[Mode::Door, Mode::Batch, Mode::Review, Mode::Receipt, Mode::Deferred, Mode::Search];
macro_rules! actions {
    ($($action:ident $name:literal [$($key:literal)*] $part:ident $modes:expr, $hint:literal, $sentence:literal;)*) => {
        /// What a key can do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action { $($action),* }

        /// The table, in the order of the help screen.
        pub const ACTIONS: &[ActionInfo] = &[$(ActionInfo {
            action: Action::$action, name: $name, hint: $hint, sentence: $sentence,
            part: HelpSection::$part, modes: $modes, keys: &[$($key),*],
        }),*];
    };
}

actions! {
    Down "down" ["j" "down"] Moving MOVED, "down", "the next row; in an open message, a line down";
    Up "up" ["k" "up"] Moving MOVED, "up", "the row before; in an open message, a line up";
    HalfDown "half_down" ["ctrl-d"] Moving ROWS, "half a page down", "half a page down";
    HalfUp "half_up" ["ctrl-u"] Moving ROWS, "half a page up", "half a page up";
    Top "top" ["g g" "home"] Moving ROWS, "top", "to the first row, or the message's beginning";
    Bottom "bottom" ["G" "end"] Moving ROWS, "end", "to the last row, or the message's end";
    NextGroup "next_group" ["tab"] Moving BATCH, "next heading", "to the next heading";
    PreviousGroup "previous_group" ["shift-tab"] Moving BATCH, "heading before", "to the heading before";
    UnfoldRow "unfold_row" ["right"] Moving BATCH, "unfold", "unfold a conversation to its messages, each a row of its own";
    FoldRow "fold_row" ["left"] Moving BATCH, "fold", "fold the messages of a conversation to one row; a decision on it is about all of them";
    Open "open" ["enter"] Moving &[Mode::Batch, Mode::Search, Mode::Deferred, Mode::Finished, Mode::Muted, Mode::Peek, Mode::Door, Mode::Review, Mode::Receipt, Mode::Welcome, Mode::Account, Mode::Drafts, Mode::Outbox, Mode::WhatIf], "open", "open the message; in a conversation, fold the message in hand or unfold it; at the door, begin or go on; in the review, show the rows of a sentence";
    ToList "to_list" [] Moving ROWS, "list", "from an open message or another screen back to the list, and no further";
    Back "back" ["esc"] Moving EVERYWHERE, "back", "back: to the list, to the door; first drops a selection or a filter";

    Done "done" ["a" "e"] Deciding DECIDED, "done", "done, and on to the next";
    DoneNext "done_next" [] Deciding BATCH, "done, next", "done, and on to the next, whatever `after_decision` says";
    DonePrevious "done_previous" [] Deciding BATCH, "done, before", "done, and back to the one before it";
    Trash "trash" ["d" "#"] Deciding DECIDED, "trash", "trash, and on to the next";
    Defer "defer" ["s"] Deciding &[Mode::Batch, Mode::Search, Mode::Deferred, Mode::Outbox], "to a check-in", "to a check-in: it comes back then; each choice shows its date first; in the outbox, what you answered, if nobody has replied by then";
    Later "later" ["l"] Deciding DECIDED, "answer later", "answer later: it stays in this batch, and comes again at its end";
    Skip "skip" ["."] Deciding &[Mode::Batch, Mode::Receipt], "not now", "not now: it stays undecided, and comes again at the next check-in of its lane; on the receipt, leave a question without an answer";
    Mute "mute" ["&"] Deciding DECIDED, "mute", "mute the thread for ever: what follows in it is filed by itself";
    Spam "spam" ["!"] Deciding DECIDED, "spam", "spam";
    Unsubscribe "unsubscribe" ["U"] Deciding DECIDED, "unsubscribe", "leave the list that this message came from, or each list of a folded row: asks first, and happens when the batch is closed; again, stay on it";
    Undo "undo" ["u" "z"] Deciding &[Mode::Batch, Mode::Search, Mode::Review, Mode::Outbox], "undo", "take back the last decision, as far as the batch's beginning; in the review, what the cursor is on; in the outbox, the message, which is a draft again";
    Redo "redo" ["ctrl-r"] Deciding &[Mode::Batch, Mode::Search, Mode::Review], "redo", "do again what was taken back";
    Useful "useful" ["y"] Deciding &[Mode::Receipt], "useful", "on the receipt: what came through an exception could not wait; to the question whether earlier would have changed anything, yes";
    FalseAlarm "false_alarm" ["n"] Deciding &[Mode::Receipt], "false alarm", "on the receipt: what came through an exception could have waited; to that question, no";
    RemoveException "remove_rule" ["x"] Deciding &[Mode::Receipt], "take the rule out", "on the receipt: take an exception with more false alarms than useful messages out of the settings";
    Reopen "reopen" ["B"] Deciding &[Mode::Search, Mode::Deferred, Mode::Receipt, Mode::Finished, Mode::Muted], "bring back", "bring back what was finished with: it leads the next batch of its lane; a muted thread: unmute it";
    ReopenAll "reopen_all" ["A"] Deciding &[Mode::Finished], "all back", "bring back everything that the batch has finished";
    Sweep "sweep" ["A"] Deciding BATCH, "done with all", "done with everything left under this heading at once; one undo takes it back";

    Reply "reply" ["r"] Deciding FOUND, "reply", "answer the author in your editor; shown before it is staged, and leaves at the close. The row is decided with it";
    ReplyAll "reply_all" ["R"] Deciding FOUND, "reply to all", "answer the author and everybody who was there";
    ReplyList "reply_list" ["L"] Deciding FOUND, "reply to the list", "answer the list that it came from";
    Forward "forward" ["f"] Deciding FOUND, "forward", "forward the message: within the text, or attached whole";
    AnswerInvitation "invitation" ["I"] Deciding FOUND, "answer invitation", "accept or decline the invitation that the message brings, with a word where you like; leaves as a reply does, and the row is decided with it";
    EditAnswer "edit_answer" ["E"] Deciding WRITTEN, "edit", "go on with a draft, or edit again what is to leave; in a list of messages, what answers this one";
    Settle "settle" ["r"] Deciding &[Mode::Outbox], "send again", "in the outbox: send again what was refused or not taken yet; where nobody can say whether it left, send it again or call it sent";
    DiscardDraft "discard_draft" ["d" "#"] Deciding &[Mode::Drafts, Mode::Outbox], "throw away", "throw a draft away, or what can be taken back; asks first";

    Select "select" ["x"] Choosing BATCH, "select", "select this row, or drop it from the selection";
    SelectRange "select_range" ["V"] Choosing BATCH, "range", "begin a range here; again, end it";
    SelectNext "select_next" ["2" "3" "4" "5" "6" "7" "8" "9"] Choosing BATCH, "next rows", "a digit, then a decision: it is about that many rows, from this one on";
    SelectAlike "select_alike" ["*"] Choosing BATCH, "what is like it", "select what is like this: its conversation; again, its list or sender; again, the same subject but for numbers";
    SelectPattern "select_pattern" ["%"] Choosing BATCH, "by pattern", "select what a query finds: words, from:ann, has:attachment …";
    Filter "filter" ["\\"] Choosing BATCH, "filter", "show only what a query finds: words, from:ann, has:attachment …";

    Page "page" ["space" "pagedown"] Reading LISTS, "read on", "a page down, then the next message";
    PageBack "page_back" ["b" "pageup"] Reading LISTS, "page up", "a page up";
    Next "next" ["J"] Reading LISTS, "next", "the next message, also from within an open one; a conversation is read to its end first";
    Previous "previous" ["K"] Reading LISTS, "before", "the message before, also from within an open one; a conversation is read from its beginning first";
    Panes "panes" ["g p"] Reading LISTS, "panes", "the list alone, the message alone, or both again";
    LetterLarger "letter_larger" ["g +"] Reading LISTS, "larger message", "more room for the message, less for the list";
    LetterSmaller "letter_smaller" ["g -"] Reading LISTS, "smaller message", "less room for the message, more for the list";
    Mark "lines_marked" ["v"] Reading FOUND, "mark lines", "mark lines of an open message, from the one in view on: an answer or a forward quotes only those, and the key that copies takes them; again, drop them";
    Quotes "quotes" ["Q"] Reading LISTS, "quotes", "unfold quoted text, or fold it";
    WholeThread "whole_thread" ["<"] Reading BATCH, "whole thread", "what else was said in this thread: in earlier batches, in history, by yourself; again, the row's own messages alone";
    OtherBody "other_body" ["H"] Reading LISTS, "text/HTML", "the HTML version as text, or the plain text again";
    Why "why" ["i"] Reading FOUND, "why", "why it is here: its lane, what let it through or held it, when it came out";
    Rule "rule" ["M"] Reading RULED, "a rule", "make a rule from this message: let such mail through, give it a lane of its own, or mute it";
    Link "link" ["o"] Reading LISTS, "links", "open a link by its number";
    Copy "copy" ["y"] Reading FOUND, "copy", "copy the address, the subject or a link";
    Save "save" ["S"] Reading FOUND, "save", "save an attachment";
    ViewAttachment "view_file" ["g v"] Reading FOUND, "view", "view an attachment here: a text, a picture";
    OpenAttachment "open_file" ["g o"] Reading FOUND, "open", "open an attachment with the program that the system has for it; asks first";
    Browser "open_html" ["g b"] Reading FOUND, "browser", "the HTML version in the browser, which loads nothing from outside";
    Headers "headers" ["g h"] Reading FOUND, "headers", "every header field";
    Source "source" ["g s"] Reading FOUND, "source", "the message as it was sent";
    Pipe "pipe" ["|"] Reading FOUND, "pipe", "give the message as it was sent to a command, such as `git am`";

    Review "review" ["C"] Batch &[Mode::Batch, Mode::Review], "review", "review what was decided; again, close the batch";
    Unfold "unfold" ["space" "tab"] Batch &[Mode::Review], "unfold", "in the review: show the rows of a sentence, or hide them";
    MoreTime "more_time" ["+"] Batch &[Mode::Batch, Mode::Review], "more time", "ten more minutes for this batch: an hour at most, and never beyond the next check-in of its lanes";
    Exceptions "exceptions" ["X"] Batch &[Mode::Door, Mode::Batch], "came through", "read what exceptions let through, then back to the batch";
    Deferred "deferred" ["D"] Batch &[Mode::Door, Mode::Batch], "deferred", "what is deferred, and to when";
    Wake "wake" ["w"] Batch &[Mode::Deferred], "wake", "wake a deferred message: it leads its lane's next batch";
    Muted "muted" ["g m"] Batch &[Mode::Door, Mode::Batch, Mode::Search, Mode::Deferred], "muted threads", "the threads that are muted, and the way to unmute them";
    Compose "compose" ["c"] Batch TO_WRITTEN, "write", "write a new message in your editor";
    Drafts "drafts" ["g d"] Batch TO_WRITTEN, "drafts", "what you have begun to write";
    Outbox "outbox" ["g u"] Batch TO_WRITTEN, "outbox", "what leaves and when, and what has not left";
    Month "month" ["g c"] Batch &[Mode::Door, Mode::Batch], "the month", "the month in figures: when messages came, how long they waited, what it took, how answers went";
    MonthBefore "month_before" ["[" "h" "left"] Batch &[Mode::Month], "month before", "the month before";
    MonthAfter "month_after" ["]" "l" "right"] Batch &[Mode::Month], "month after", "the month after, up to this one";
    WhatIf "what_if" ["w"] Batch &[Mode::Door, Mode::Batch, Mode::Month], "what if", "what if you looked at other hours: other check-ins replayed on what came to you";
    AddSchedule "add_schedule" ["a"] Batch &[Mode::WhatIf], "one more", "type one more schedule to replay: 9:00 13:00 17:00 mon-fri";
    EditSchedule "edit_schedule" ["e"] Batch &[Mode::WhatIf], "change it", "change the schedule in hand";
    DropSchedule "drop_schedule" ["d" "x"] Batch &[Mode::WhatIf], "take away", "take the schedule in hand out of the table";
    TrySchedule "try_schedule" ["t"] Batch &[Mode::WhatIf], "try it", "try the schedule in hand for two weeks, from tomorrow on: asks first, and ends by itself";
    KeepTrial "keep_trial" ["K"] Batch &[Mode::Door, Mode::WhatIf], "keep the trial", "make the check-ins that you try your own; those of before stay in the settings as comments";
    EndTrial "end_trial" ["E"] Batch &[Mode::Door, Mode::WhatIf], "end the trial", "back to your own check-ins, in place of those that you try";
    Counted "counted" ["i"] Batch &[Mode::Month, Mode::WhatIf], "how it was counted", "how each figure was counted, or the figures again";
    Peek "peek" ["P"] Batch &[Mode::Door], "peek", "look at what is held before its check-in: slow on purpose, for a reason, written down";
    Pause "pause" [] Batch &[Mode::Door], "pause", "keep the door shut for a while, or until a time: 3h, 2d, 14:00";
    SkipWindow "skip_window" [] Batch &[Mode::Door], "leave out", "leave out the check-in that is open and not begun, else the next one";
    EndPause "end_pause" [] Batch &[Mode::Door], "end the pause", "end every pause: the door opens again at its check-ins";
    Expect "expect" [] Batch &[Mode::Door], "expect", "let one message through that you wait for, until an hour: from:ann until 18:00";
    EndExpected "end_expected" [] Batch &[Mode::Door], "expect nothing", "take back everything that is expected";
    Gather "gather" ["ctrl-g"] Batch &[Mode::Door, Mode::Receipt], "read sources", "read the sources now, and try again what could not be done in a mailbox";
    BeginFirst "first_batch" ["b"] Batch &[Mode::Door, Mode::Welcome], "first batch", "begin a first batch now, at any hour; only until the first check-in was closed";

    Search "search" ["/"] Elsewhere &[Mode::Door, Mode::Batch, Mode::Search], "search", "search everything that is visible";
    NextFound "next_found" ["n"] Elsewhere &[Mode::Search], "next", "the next that was found";
    PreviousFound "previous_found" ["N"] Elsewhere &[Mode::Search], "before", "the one found before";
    Wider "wider" ["+"] Elsewhere &[Mode::Search], "find more", "search with the beginning of the last word instead, where few were found and that finds more";
    AddMailbox "add_mailbox" ["m"] Elsewhere &[Mode::Door], "add a mailbox", "add a mailbox: the first screen again";
    Welcome "welcome" [] Elsewhere NO_WELCOME, "first screen", "the first screen again: setup, add a mailbox, try the demo, write the settings";
    AddAccount "add_account" ["m"] Elsewhere &[Mode::Welcome], "mail account", "add an account on a mail server: finds it, logs in, and writes it into the settings";
    TryDemo "demo" ["t"] Elsewhere &[Mode::Welcome], "demo", "at the first screen: try it on sample messages";
    WriteConfig "write_config" ["w"] Elsewhere &[Mode::Welcome], "write settings", "at the first screen: write the settings file, with a comment on every line";
    MakeFolders "make_folders" ["f"] Elsewhere &[Mode::Welcome], "make the folders", "at the first screen: make the archive, trash and junk folders that the added mailbox has not";
    KeepInPlace "keep_in_place" ["r"] Elsewhere &[Mode::Welcome], "leave it in place", "at the first screen: what is done stays where it is in the added mailbox, marked read";
    Palette "palette" [":"] Elsewhere EVERYWHERE, "find", "find an action by a part of its name or sentence, and do it";
    Help "help" ["?"] Elsewhere EVERYWHERE, "help", "every key; type to search it";
    Quit "quit" ["q"] Elsewhere EVERYWHERE, "leave", "back from a message or a side screen; from the batch and the door, out; never commits";
    Leave "leave" ["ctrl-c"] Elsewhere EVERYWHERE, "leave", "out at once; what was decided is kept";
    Suspend "suspend" ["ctrl-z"] Elsewhere EVERYWHERE, "suspend", "to the shell; `fg` comes back";
}

impl Action {
    /// Its line in the table.
    #[must_use]
    pub fn info(self) -> &'static ActionInfo {
        // The table has one line for each action, in the order of the enum.
        &ACTIONS[self as usize]
    }

    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        ACTIONS.iter().find(|info| info.name == name).map(|info| info.action)
    }
}

#[cfg(test)]
mod tests {
    use super::{ACTIONS, Action};

    #[test]
    fn every_action_finds_its_line() {
        for info in ACTIONS {
            assert_eq!(info.action.info().name, info.name);
            assert_eq!(Action::named(info.name), Some(info.action));
        }
    }
}
