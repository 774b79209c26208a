//! Of the objects that commands print: what the person writes.

use super::OutputField;

pub const OBJECTS: &[(&str, &[OutputField])] = &[
    (
        "outbox tally",
        &[
            OutputField("drafts", "integer", ""),
            OutputField("staged", "integer", ""),
            OutputField("leaving", "integer", ""),
            OutputField("later", "integer", ""),
            OutputField("partly_sent", "integer", ""),
            OutputField("refused", "integer", ""),
            OutputField("unknown", "integer", ""),
        ],
    ),
    (
        "staged message",
        &[
            OutputField("id", "integer", "its number in the outbox"),
            OutputField("answers", "integer or null", "the message that it answers or forwards"),
            OutputField("from", "string", ""),
            OutputField("to", "[string]", ""),
            OutputField("cc", "[string]", ""),
            OutputField("bcc", "[string]", ""),
            OutputField("subject", "string", ""),
            OutputField("files", "[string]", "the names of the files that go with it"),
            OutputField("leaves", "instant or null", "when, as far as that is known"),
            OutputField("reminds", "deferral or null", "when what it answers comes back, if nobody has replied"),
            OutputField("reads", "[reading]", "when those who publish it read what leaves"),
            OutputField("decided", "boolean", "whether the answered message of the open batch is decided by it"),
            OutputField("sending", "sending or null", "what was sent, where it leaves at once"),
        ],
    ),
    (
        "reading",
        &[
            OutputField("name", "string", "their name, or their address where they have none"),
            OutputField("at", "instant", "the first time at which they read mail after it has left"),
        ],
    ),
    (
        "draft",
        &[
            OutputField("id", "integer", "its number"),
            OutputField("answers", "integer or null", "the message that it answers or forwards"),
            OutputField("people", "string", "who gets it"),
            OutputField("subject", "string", ""),
            OutputField("changed", "instant", ""),
        ],
    ),
    (
        "correspondent",
        &[
            OutputField("address", "string", ""),
            OutputField("name", "string", "empty where none is known"),
            OutputField("written", "integer", "how many messages you wrote to them, of the newest 20,000"),
            OutputField("received", "integer", "how many they wrote to you, of the newest 20,000"),
            OutputField("last", "instant", "the newest of these messages"),
        ],
    ),
    (
        "outgoing message",
        &[
            OutputField("number", "integer", "its number in the outbox"),
            OutputField("state", "word(staged, leaving, later, partly sent, refused, unknown)", ""),
            OutputField("answers", "integer or null", "the message that it answers or forwards"),
            OutputField("sender", "string or null", "the address that failures come back to"),
            OutputField("subject", "string", ""),
            OutputField("leaves", "word(close, next, at) or null", ""),
            OutputField("due", "instant or null", "from when on it may leave, once that is known"),
            OutputField("tries", "integer", ""),
            OutputField("changed", "instant", ""),
            OutputField("waits", "string or null", "why nothing is sent as this sender for now"),
            OutputField("reminds", "deferral or null", "when what it answers comes back, if nobody has replied"),
            OutputField("recipients", "[outgoing recipient]", ""),
        ],
    ),
    (
        "outgoing recipient",
        &[
            OutputField("address", "string", ""),
            OutputField("state", "word(waiting, accepted, refused, deferred, unknown)", ""),
            OutputField("words", "string", "the server's, or why it was not sent"),
        ],
    ),
    (
        "outbox change",
        &[
            OutputField("changed", "[integer]", ""),
            OutputField("state", "string", "of the last of them, afterwards"),
            OutputField("sending", "sending or null", "what came of sending it"),
        ],
    ),
    (
        "sending",
        &[
            OutputField("sent", "integer", "messages that have left"),
            OutputField("partly_sent", "integer", "that were refused for some recipients"),
            OutputField("refused", "integer", ""),
            OutputField("later", "integer", "that are tried again by themselves"),
            OutputField("unknown", "integer", "of which nobody can say whether they left"),
            OutputField("waiting", "integer", "that cannot be sent before something is corrected"),
            OutputField("troubles", "[string]", "what needs a person, in words"),
        ],
    ),
];
