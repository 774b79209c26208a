//! Of the objects that commands print: sources, check-ins, the state of the installation, and what stands on standard error.

use super::OutputField;

pub const OBJECTS: &[(&str, &[OutputField])] = &[
    (
        "taken in",
        &[
            OutputField("read", "integer", ""),
            OutputField("admitted", "integer", ""),
            OutputField("known", "integer", "seen before"),
            OutputField("defective", "integer", "admitted with defects"),
            OutputField("failed", "integer", ""),
            OutputField("failures", "[string]", ""),
            OutputField("seconds", "number", ""),
            OutputField("returned", "integer", "messages that came back and are held again"),
            OutputField("returned_waiting", "integer", "that came back, too many at once to be held unasked"),
            OutputField("changes", "changes", ""),
        ],
    ),
    ("taken in from files", &[OutputField("..", "taken in", ""), OutputField("files", "[file]", "")]),
    (
        "taken in by sync",
        &[
            OutputField("..", "taken in", ""),
            OutputField("lists", "lists left", ""),
            OutputField("sending", "sending", ""),
        ],
    ),
    (
        "file",
        &[
            OutputField("path", "string", ""),
            OutputField("what", "string", "what it is, in words"),
            OutputField("taken", "boolean", ""),
            OutputField("read", "integer or null", ""),
            OutputField("admitted", "integer or null", ""),
        ],
    ),
    (
        "replay",
        &[
            OutputField("from", "string", "the first day that is looked at"),
            OutputField("to", "string", "the last one"),
            OutputField("shown_days", "integer", "of how many days the figures are"),
            OutputField("chosen_by_days", "integer", "by how many others a schedule is chosen"),
            OutputField("away_days", "integer", "days that are left out"),
            OutputField("outage_days", "integer", "days that are left out, since a source could not be read"),
            OutputField("schedules", "[replayed schedule]", "the person's own first"),
            OutputField("best", "integer or null", "the place, from 0, of what did best on the days for choosing"),
            OutputField("rule", "replayed rule or null", ""),
            OutputField("mattered", "[replayed case]", "what mattered on the days that are shown"),
            OutputField("mattered_elsewhere", "integer", "what mattered and is not counted"),
            OutputField("never", "integer", "messages that have no check-in within two months in a schedule"),
            OutputField("cannot_know", "[string]", "what a replay cannot know"),
        ],
    ),
    (
        "replayed schedule",
        &[
            OutputField("schedule", "string", ""),
            OutputField("messages", "integer", "first messages of threads that wait"),
            OutputField("half_wait", "integer or null", "in seconds"),
            OutputField(
                "half_wait_expected",
                "[integer] or null",
                "from and to, 19 times in 20, by the days for choosing",
            ),
            OutputField("nine_in_ten", "integer or null", "in seconds"),
            OutputField("longest", "integer or null", "in seconds"),
            OutputField("mattered", "integer", ""),
            OutputField("in_time", "integer", "of those, what waits three hours at most"),
            OutputField("batch", "number or null", "messages of a check-in, on average"),
            OutputField("batch_nine_in_ten", "integer or null", ""),
            OutputField("batch_expected", "[number] or null", "from and to, 19 times in 20"),
            OutputField("openings_a_day", "number", "on a day that has a check-in"),
            OutputField("lanes", "[replayed lane]", ""),
        ],
    ),
    (
        "replayed lane",
        &[
            OutputField("lane", "string", ""),
            OutputField("messages", "integer", ""),
            OutputField("half_wait", "integer or null", "in seconds"),
            OutputField("nine_in_ten", "integer or null", "in seconds"),
            OutputField("longest", "integer or null", "in seconds"),
        ],
    ),
    (
        "replayed rule",
        &[
            OutputField("lane", "string", "the lane that is let through"),
            OutputField("at_once", "integer", "how many that mattered would not have been late"),
            OutputField("interruptions_a_day", "number", ""),
        ],
    ),
    (
        "replayed case",
        &[
            OutputField("id", "integer", "the message's id"),
            OutputField("at", "instant", "when it came"),
            OutputField("waits", "[integer]", "in each schedule, in seconds; -1 where no check-in comes"),
        ],
    ),
    (
        "too few days",
        &[
            OutputField("since", "instant", "since when facts are kept"),
            OutputField("counted", "integer", "days that can be counted"),
            OutputField("needed", "integer", ""),
            OutputField("enough_on", "string or null", "from this date on there are enough"),
        ],
    ),
    (
        "trial",
        &[
            OutputField(
                "state",
                "word(none, ahead, running, over, kept, ended)",
                "with `none` there are no other fields",
            ),
            OutputField("schedule?", "string", "times, days and a length, as they can be typed"),
            OutputField("since?", "string", "its first day"),
            OutputField("until?", "string", "its last day"),
            OutputField("own?", "string", "the times of the person's own check-ins"),
        ],
    ),
    (
        "new source",
        &[
            OutputField("name", "string", ""),
            OutputField("table", "string", "the source as it stands in the settings"),
            OutputField("config", "string", "the file of the settings"),
            OutputField("written", "boolean", ""),
        ],
    ),
    (
        "provider",
        &[
            OutputField("name", "string", ""),
            OutputField("domains", "[string]", ""),
            OutputField("host", "string or null", "null where it has no IMAP"),
            OutputField("port", "integer or null", ""),
            OutputField("security", "string or null", ""),
            OutputField("secret", "string or null", "what it takes as a password"),
            OutputField("page", "string", "where the provider tells it"),
            OutputField("looked_up", "string", "when that was read"),
        ],
    ),
    (
        "mailbox folders",
        &[
            OutputField("source", "string", ""),
            OutputField("folders", "map(text)", "by archive, trash and junk"),
            OutputField("made", "[string]", "those that were made now"),
        ],
    ),
    (
        "service",
        &[
            OutputField("installed", "boolean", ""),
            OutputField("path", "string", ""),
            OutputField("state", "string or null", "what the system's manager calls it"),
            OutputField("watch", "watch", ""),
        ],
    ),
    (
        "watch",
        &[
            OutputField("running", "boolean", ""),
            OutputField("process", "integer or null", ""),
            OutputField("expected?", "boolean", "whether it is expected to run; of status"),
        ],
    ),
    (
        "status",
        &[
            OutputField("now", "instant", ""),
            OutputField("open", "open window or null", ""),
            OutputField("uncommitted", "open window or null", "a batch whose time is over and that was not committed"),
            OutputField("pauses", "[pause]", ""),
            OutputField("next", "coming or null", ""),
            OutputField("exceptions", "integer", "what exceptions let through and is not triaged"),
            OutputField("outbox", "outbox tally", "how many messages that you wrote are in which state"),
            OutputField("deferred", "integer", ""),
            OutputField("to_answer", "integer", "how many were put off to be answered at earlier check-ins, and wait"),
            OutputField("answer_minutes", "integer or null", "the median of one answer, once ten are known"),
            OutputField("returned_waiting", "integer", ""),
            OutputField("expected", "[expectation]", ""),
            OutputField("away_until", "day or null", "the last day of the present absence"),
            OutputField("watch", "watch", ""),
            OutputField("troubles", "[trouble]", ""),
            OutputField("held?", "integer", "with show_held or --counts"),
        ],
    ),
    (
        "open window",
        &[
            OutputField("checkin", "string", ""),
            OutputField("opens", "instant", ""),
            OutputField("closes", "instant or null", "null where nothing ends it"),
            OutputField("begun", "boolean", ""),
            OutputField("late", "boolean", "whether it was missed and can be begun late"),
            OutputField("left", "integer or null", "null until it is begun"),
            OutputField("decided", "integer or null", "null until it is begun"),
            OutputField("to_answer", "integer or null", "how many of the others were put off to be answered"),
        ],
    ),
    (
        "trouble",
        &[
            OutputField("source", "string", ""),
            OutputField(
                "kind",
                "word(refused, no secret, wrong, away, owed, astray, no copy, not sent, outbox, hours)",
                "",
            ),
            OutputField("what", "string", ""),
            OutputField("hint", "string", ""),
            OutputField("since", "instant", ""),
            OutputField("next", "instant or null", "when it is tried again at the earliest"),
            OutputField("count", "integer or null", "of messages that are not given out"),
        ],
    ),
    (
        "waybar module",
        &[
            OutputField("text", "string", ""),
            OutputField("tooltip", "string", ""),
            OutputField("class", "string or [string]", ""),
            OutputField("alt", "string", ""),
        ],
    ),
    (
        "window",
        &[
            OutputField("checkin", "string", ""),
            OutputField("opens", "instant", ""),
            OutputField("closes", "instant", ""),
        ],
    ),
    (
        "published hours",
        &[
            OutputField("tidebox_hours", "integer", "the version of this document, 1"),
            OutputField("made", "instant", "when it was written"),
            OutputField("until", "instant", "nothing is said of later"),
            OutputField("timezone", "string", "the zone in which the person lives"),
            OutputField("next", "reading time or null", "the next one that begins"),
            OutputField("times", "[reading time]", "by when they begin"),
        ],
    ),
    (
        "uploaded script",
        &[
            OutputField("script", "string", "its name there"),
            OutputField("host", "string", ""),
            OutputField("state", "word(uploaded, unchanged, removed, absent)", ""),
            OutputField(
                "standing",
                "word(active, included, other, none) or null",
                "whether the server runs it; null where it was removed",
            ),
            OutputField("active", "string or null", "the name of the active script"),
        ],
    ),
    ("reading time", &[OutputField("opens", "instant", ""), OutputField("closes", "instant", "")]),
    (
        "pause",
        &[
            OutputField("since", "instant", ""),
            OutputField("until", "instant", ""),
            OutputField("checkin", "string or null", "the one window that is left out"),
            OutputField("opens", "instant or null", ""),
        ],
    ),
    ("pauses", &[OutputField("pauses", "[pause]", ""), OutputField("next", "coming or null", "")]),
    (
        "report",
        &[
            OutputField("facts", "map(string)", ""),
            OutputField("problems", "[string]", ""),
            OutputField("warnings", "[string]", "what works and could be better"),
        ],
    ),
    ("backup", &[OutputField("file", "string", "")]),
    ("made file", &[OutputField("path", "string", ""), OutputField("made", "boolean", "false where it was there")]),
    ("made files", &[OutputField("configuration", "made file", ""), OutputField("store", "made file", "")]),
    ("sample files", &[OutputField("config", "string", ""), OutputField("store", "string", "")]),
    (
        "progress",
        &[
            OutputField("read", "integer", ""),
            OutputField("admitted", "integer", ""),
            OutputField("known", "integer", ""),
            OutputField("failed", "integer", ""),
            OutputField("seconds", "number", ""),
        ],
    ),
    ("progress line", &[OutputField("progress", "progress", "")]),
    ("failure", &[OutputField("error", "error", "")]),
    (
        "forgotten facts",
        &[
            OutputField("arrivals", "integer", ""),
            OutputField("openings", "integer", ""),
            OutputField("outages", "integer", ""),
            OutputField("questions", "integer", "about waiting"),
            OutputField("answers", "integer", "how many of them were answered"),
            OutputField("line_notes", "integer", "sentences about months"),
        ],
    ),
    (
        "error",
        &[
            OutputField(
                "kind",
                "word(held, usage, request, config, store, source, io)",
                "held is exit code 3, usage 2, the others 1",
            ),
            OutputField("what", "string", ""),
            OutputField("where", "string or null", "the file it happened to"),
            OutputField("hint", "string or null", "what to do next"),
            OutputField("mistakes?", "[mistake]", "of the settings"),
        ],
    ),
    (
        "mistake",
        &[
            OutputField("line", "integer", ""),
            OutputField("column", "integer", ""),
            OutputField("what", "string", ""),
            OutputField("expected", "string or null", ""),
            OutputField("hint", "string or null", ""),
        ],
    ),
    ("note", &[OutputField("note", "told beside", "")]),
    (
        "told beside",
        &[OutputField("kind", "string", ""), OutputField("what", "string", ""), OutputField("hint", "string", "")],
    ),
];
