//! Of the objects that commands print: what is told of a month. Lengths of time are in seconds.

use super::OutputField;

pub const OBJECTS: &[(&str, &[OutputField])] = &[
    (
        "month and before",
        &[OutputField("month", "month", ""), OutputField("before", "month", "the month before, to compare")],
    ),
    ("picture", &[OutputField("file", "string", "where it was written")]),
    (
        "month",
        &[
            OutputField("month", "string", "2026-11"),
            OutputField("until", "instant", "what came until then is counted"),
            OutputField("over", "boolean", "whether the month is over"),
            OutputField("facts_since", "instant or null", "since when facts are kept"),
            OutputField("days", "integer", "on how many dates a check-in opened so far"),
            OutputField("checkins", "integer", "how many opened so far"),
            OutputField("windows", "[week window]", "when check-ins are open in a week"),
            OutputField("messages", "integer", "how many came"),
            OutputField(
                "by_hour",
                "[[integer]]",
                "how many came: of each weekday from Monday, 24 hours by the local clock",
            ),
            OutputField("by_day", "[integer]", "how many came on each date"),
            OutputField("occasions", "integer", "how often a counter would have changed between check-ins"),
            OutputField("interruptions", "interruptions", ""),
            OutputField("let_through", "integer", "how many messages rules let through, at whatever time"),
            OutputField("waiting", "waiting", "of all that was held"),
            OutputField("lanes", "[lane waiting]", ""),
            OutputField("matter", "month matter", "whether earlier would have changed anything"),
            OutputField("time", "time in batches", ""),
            OutputField("carried", "carried", ""),
            OutputField("exceptions", "[rated exception]", ""),
            OutputField("answers", "[correspondent answers]", "of those with at least five turns"),
            OutputField("line", "line note or null", "what is said of a correspondent with whom mail becomes a chat"),
            OutputField("gaps", "[gap]", ""),
        ],
    ),
    (
        "week window",
        &[
            OutputField("weekday", "integer", "from 1, Monday"),
            OutputField("from", "integer", "in minutes since midnight"),
            OutputField("to", "integer", "the same"),
        ],
    ),
    (
        "interruptions",
        &[
            OutputField("by_rules", "integer", "how often rules let something through between check-ins"),
            OutputField("peeks", "integer", ""),
            OutputField("questions", "integer", ""),
            OutputField("codes", "integer", "looks for a login code"),
        ],
    ),
    ("lane waiting", &[OutputField("lane", "string", ""), OutputField("waiting", "waiting", "")]),
    (
        "waiting",
        &[
            OutputField("held", "integer", "how many messages were held"),
            OutputField("still_held", "integer", "those of them that still are"),
            OutputField("half", "integer or null", "half waited so long or less; null where too many are still held"),
            OutputField("nine_in_ten", "integer or null", "the same of nine in ten"),
            OutputField("longest", "longest wait or null", ""),
        ],
    ),
    (
        "longest wait",
        &[
            OutputField("seconds", "integer", ""),
            OutputField("came", "instant", ""),
            OutputField("came_out", "instant or null", "null while it is held"),
            OutputField("id", "integer or null", "null while it is held"),
            OutputField("sender", "string or null", "the same"),
        ],
    ),
    (
        "month matter",
        &[
            OutputField("yes", "integer", ""),
            OutputField("no", "integer", ""),
            OutputField("skipped", "integer", ""),
            OutputField(
                "interval",
                "[number] or null",
                "the share of yes lies between these, with 90 % certainty; null below 20 answers",
            ),
            OutputField("cases", "[matter case]", "some of those with yes, the newest first"),
        ],
    ),
    (
        "matter case",
        &[
            OutputField("id", "integer", ""),
            OutputField("sender", "string", ""),
            OutputField("subject", "string", ""),
            OutputField("lane", "string", ""),
        ],
    ),
    (
        "time in batches",
        &[
            OutputField("seconds", "integer", "how long batches were open on a screen"),
            OutputField("days", "integer", "on how many dates"),
            OutputField("keys", "integer", ""),
            OutputField("decisions", "integer", ""),
            OutputField("batches", "integer", "how many were closed"),
            OutputField("on_time", "integer", "how many of them before their check-in closed"),
        ],
    ),
    (
        "carried",
        &[
            OutputField("over", "integer", "each message as often as it was carried over"),
            OutputField("oldest", "integer or null", "how long the oldest had been there"),
        ],
    ),
    (
        "rated exception",
        &[
            OutputField("name", "string", ""),
            OutputField("let_through", "integer", ""),
            OutputField("useful", "integer", ""),
            OutputField("false_alarms", "integer", ""),
        ],
    ),
    (
        "correspondent answers",
        &[
            OutputField("address", "string", ""),
            OutputField("name", "string", "empty where it gave none"),
            OutputField("by_you", "answer times or null", "what they wrote, and you answered"),
            OutputField("by_them", "answer times or null", "what you wrote, and they answered"),
        ],
    ),
    (
        "answer times",
        &[
            OutputField("turns", "integer", ""),
            OutputField("answered", "integer", ""),
            OutputField("half", "integer or null", "half were answered within this; null where too few were"),
            OutputField("nine_in_ten", "integer or null", "the same of nine in ten"),
            OutputField("half_checkins", "integer or null", "half were answered by this check-in after"),
        ],
    ),
    (
        "line note",
        &[
            OutputField("address", "string", "the correspondent"),
            OutputField("words", "string", "one sentence and one proposal"),
            OutputField("shown", "instant", "when it was said first"),
        ],
    ),
    (
        "gap",
        &[
            OutputField("source", "string", "it could not be read"),
            OutputField("from", "day", ""),
            OutputField("to", "day", "included"),
        ],
    ),
];
