//! Of the objects that commands print: batches, decisions, and what a commit does.

use super::{ATTEMPT, OutputField};

pub const OBJECTS: &[(&str, &[OutputField])] = &[
    (
        "group",
        &[
            OutputField("kind", "word(conversation, list, sender, subject, repository, settled)", ""),
            OutputField("name", "string", "what a bundle is called, else empty"),
            OutputField("first", "integer", "its first position in the batch, from 1"),
            OutputField("last", "integer", ""),
        ],
    ),
    ("coming", &[OutputField("checkin", "string", ""), OutputField("opens", "instant", "")]),
    (
        "decided",
        &[
            OutputField("changed", "[integer]", "the ids that it touched"),
            OutputField("left", "integer", "how many of the batch are undecided"),
            OutputField("staged", "integer", "how many are decided and not yet committed"),
        ],
    ),
    ("leaving", &[OutputField("..", "decided", ""), OutputField("lists", "[list to leave]", "one for each message")]),
    (
        "list to leave",
        &[
            OutputField("id", "integer", ""),
            OutputField("list", "string", ""),
            OutputField("host", "string or null", "where the request goes"),
            OutputField("address", "string or null", "to whom the message goes"),
            OutputField("vouched", "string or null", "the domain whose signature covers it"),
        ],
    ),
    (
        "committed",
        &[
            OutputField("..", "decided", ""),
            OutputField("receipt", "receipt", ""),
            OutputField("matter", "matter", "what is asked about the batch"),
            OutputField("changes", "changes", "what was done in the mailboxes"),
            OutputField("lists", "lists left", ""),
            OutputField("sending", "sending", ""),
        ],
    ),
    (
        "receipt",
        &[
            OutputField("batch", "integer", "its number"),
            OutputField("checkin", "string", ""),
            OutputField("begun", "instant", ""),
            OutputField("committed", "instant", ""),
            OutputField("handled", "integer", ""),
            OutputField("answered", "integer", "how many of those that are done were answered"),
            OutputField("done", "integer", ""),
            OutputField("trash", "integer", ""),
            OutputField("deferred", "integer", ""),
            OutputField("muted", "integer", ""),
            OutputField("spam", "integer", ""),
            OutputField("carried_over", "integer", ""),
            OutputField("past_limit", "integer", "those of them that had reached carry_limit"),
            OutputField("settled", "integer", "how many had settled themselves"),
            OutputField("longest_wait", "integer or null", "seconds"),
            OutputField("exceptions", "integer", ""),
            OutputField("peeks", "integer", "looks at what is held, of any kind"),
            OutputField("questions", "integer", ""),
            OutputField("codes", "integer", ""),
            OutputField("unsubscribed", "integer", "how many lists are left"),
            OutputField("later", "integer", "how many were put off to be answered and were not"),
        ],
    ),
    (
        "matter",
        &[
            OutputField("batch", "integer or null", "its number"),
            OutputField("questions", "[matter question]", "messages of the batch, chosen by chance"),
            OutputField("yes", "integer", "how often earlier would have changed something, of all batches"),
            OutputField("no", "integer", "how often it would have changed nothing"),
            OutputField("interval", "share interval or null", "null below twenty answers"),
        ],
    ),
    (
        "matter question",
        &[
            OutputField("id", "integer", ""),
            OutputField("sender", "string", ""),
            OutputField("subject", "string", ""),
            OutputField("lane", "string", ""),
            OutputField("waited", "integer", "seconds"),
            OutputField("answer", "word(yes, no, skipped) or null", ""),
        ],
    ),
    (
        "share interval",
        &[OutputField("low", "integer", "in a hundred"), OutputField("high", "integer", "in a hundred")],
    ),
    (
        "deferral",
        &[
            OutputField("..", "coming", ""),
            OutputField("or_reply", "boolean", "whether an answer brings it back before that"),
        ],
    ),
    (
        "follow-up",
        &[
            OutputField("kind", "word(to answer, no answer, replied)", ""),
            OutputField("since", "instant", "when it was put off first, the message left, or the answer came"),
        ],
    ),
    (
        "lists left",
        &[
            OutputField("left", "integer", "by a request that was answered"),
            OutputField("by_message", "integer", "by a message that leaves now"),
            OutputField("waiting", "integer", "not sent yet"),
            OutputField("troubles", "[string]", ""),
        ],
    ),
    (
        "changes",
        &[
            OutputField("made", "integer", "done, and proved to be"),
            OutputField("not_kept", "integer", "done, but for keywords that the mailbox does not keep"),
            OutputField("overtaken", "integer", "left alone, since somebody else said something of the message first"),
            OutputField("refused", "integer", "that need a person"),
            OutputField("unproved", "integer", "that are tried again"),
            OutputField("troubles", "[string]", "what needs a person, in words"),
            OutputField("lists?", "lists left", "of journal --retry"),
        ],
    ),
    (
        "reopened",
        &[
            OutputField("reopened", "[integer]", ""),
            OutputField("woken", "[integer]", ""),
            OutputField("undecided", "[integer]", ""),
            OutputField("let_through", "[integer]", ""),
            OutputField("gone", "[integer]", "of which no mailbox has a copy any more"),
            OutputField("muted_threads", "integer", "how many of their threads are muted still"),
            OutputField("changes", "changes", ""),
        ],
    ),
    (
        "muted thread",
        &[
            OutputField("thread", "integer", ""),
            OutputField("since", "instant", ""),
            OutputField("messages", "integer", "how many of its messages may be shown"),
            OutputField("latest", "message", ""),
        ],
    ),
    ("unmuted", &[OutputField("unmuted", "[unmuted thread]", ""), OutputField("changes", "changes", "")]),
    (
        "unmuted thread",
        &[OutputField("thread", "integer", ""), OutputField("filed", "[integer]", "messages that stay filed")],
    ),
    (
        "released",
        &[
            OutputField("released", "integer", "how many messages go back"),
            OutputField("left", "integer", "how many are still to be moved"),
            OutputField("failures", "[string]", ""),
        ],
    ),
    (
        "change",
        &[
            OutputField("number", "integer", "of the change"),
            OutputField("id", "integer", "the message"),
            OutputField("from", "string or null", "null while the message is held"),
            OutputField("subject", "string or null", "null while the message is held"),
            OutputField("source", "string", ""),
            OutputField("folder", "string", ""),
            OutputField(
                "verb",
                "word(done, trash, spam, mute, defer, later, carry, wake, hold, release, reopen, unmute, answered, forwarded)",
                "",
            ),
            OutputField("state", ATTEMPT, ""),
            OutputField("tries", "integer", ""),
            OutputField("next_try", "instant or null", ""),
            OutputField("why", "string", "what came of the last try"),
            OutputField("written", "instant", "when it was decided"),
            OutputField("closed", "instant or null", ""),
        ],
    ),
    (
        "list request",
        &[
            OutputField("number", "integer", ""),
            OutputField("id", "integer", ""),
            OutputField("verb", "word(unsubscribe)", ""),
            OutputField("state", ATTEMPT, ""),
            OutputField("tries", "integer", ""),
            OutputField("answer", "integer or null", "the status code of the answer"),
            OutputField("next_try", "instant or null", ""),
            OutputField("why", "string or null", ""),
            OutputField("written", "instant", ""),
            OutputField("closed", "instant or null", ""),
            OutputField("list", "string or null", "null while the message is held again"),
            OutputField("url", "string or null", "where the request goes"),
        ],
    ),
    ("left", &[OutputField("left", "integer", "what is still to be made, or was left as it is")]),
    ("held again", &[OutputField("held", "integer", "")]),
    ("woken", &[OutputField("changed", "[integer]", "")]),
    ("rescheduled", &[OutputField("..", "woken", ""), OutputField("until", "deferral", "")]),
];
