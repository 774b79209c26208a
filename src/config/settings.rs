//! Every key of the file, declared once: its name, its field in `Config`, its default, and how it is read. Larger tables are
//! read in files of their own.

use std::path::PathBuf;

use super::compose::{self, ComposeConfig};
use super::contacts::{self, ContactConfig};
use super::hours::{self, HoursConfig};
use super::identities::{self, Identity};
use super::keys::{self, KeyConfig, ViewBinding};
use super::matching::QueryReader;
use super::names::Names;
use super::notifications::{self, NotifyConfig};
use super::paths::Paths;
use super::peek::{self, PeekConfig};
use super::proof::{self, ProofConfig};
use super::sources::{self, SourceConfig};
use super::table::{FoundMistakes, TomlTable};
use super::theme::{self, ThemeConfig};
use super::{ParseContext, batch, checkins, exceptions, lanes, mutes, trial, views};
use crate::domain::batch::BatchLayout;
use crate::domain::exception::Exception;
use crate::domain::lane::{self, Lane};
use crate::domain::query::SavedView;
use crate::domain::rule_draft::MuteRule;
use crate::domain::schedule::{Calendar, Trial, Zone};

/// What reading a key needs.
pub(super) struct SettingsReader<'r> {
    root: &'r TomlTable<'r>,
    calendar: Calendar,
    checkins: Names,
    matching: QueryReader<'r>,
    trial: Option<Trial>,
    views: Vec<SavedView>,
    view_keys: Vec<ViewBinding>,
    paths: Paths<'r>,
    found: &'r mut FoundMistakes,
}

/// Turns lines such as `"mouse" => mouse: bool = true, reading.flag("mouse");` into the type `Config`, the list of keys, the
/// configuration without a file, and the code that reads a file. A key that is read together with another has only its name.
macro_rules! settings {
    (
        $zone:ident, $reading:ident:
        $($key:literal $(=> $(#[$doc:meta])* $field:ident: $type:ty = $default:expr, $read:expr)?;)+
    ) => {
        /// Everything that the file says, with a default for each key that it leaves out.
        #[derive(Debug, Clone, PartialEq)]
        pub struct Config {
            $($($(#[$doc])* pub $field: $type,)?)+
        }

        /// The keys that the file may have.
        pub(super) const KEYS: &[&str] = &[$($key),+];

        impl Config {
            /// The configuration that is used if there is no file.
            #[must_use]
            pub fn embedded(zone: impl Into<Zone>) -> Self {
                let $zone = zone.into();
                Self { $($($field: $default,)?)+ }
            }
        }

        impl SettingsReader<'_> {
            /// Reads every key. A wrong value is reported, and the default is used in its place.
            pub(super) fn config(mut self) -> Config {
                let $reading = &mut self;
                Config { $($($field: $read,)?)+ }
            }
        }
    };
}

settings! {
    zone, reading:
    "timezone" => calendar: Calendar = checkins::standard(zone), reading.calendar.clone();
    // Read with the calendar, like `checkin` below.
    "away";
    "show_held" =>
        /// Whether the door says how many messages are held.
        show_held: bool = false, reading.flag("show_held", false);
    "commit" => commit: CommitMode = CommitMode::default(), reading.word("commit", &COMMIT);
    "carry_limit" =>
        /// From so many times on that a message was carried over, its batch asks for a decision about it.
        carry_limit: Option<u32> = None, reading.root.number("carry_limit", 1, 99, reading.found).map(u32::from);
    "batch" =>
        /// How a batch is laid out.
        batch_layout: BatchLayout = BatchLayout::default(), batch::read(reading.root, reading.found);
    // Read with `batch`.
    "settled";
    "after_decision" =>
        after_decision: AfterDecision = AfterDecision::default(), reading.word("after_decision", &AFTER_DECISION);
    "mouse" =>
        /// Whether clicks and the wheel are taken from the terminal.
        mouse: bool = true, reading.flag("mouse", true);
    "store" =>
        /// The path of the store, if it is not the usual one.
        store: Option<PathBuf> = None, reading.path("store");
    "authserv_id" =>
        /// The name under which the person's mail server writes its results (RFC 8601 §2.5), for sources that say no other.
        authserv_id: Option<String> = None, sources::authserv_id(reading.root, reading.found);
    "checkin";
    "trial" =>
        /// A schedule that is tried, which is part of the calendar too.
        trial: Option<Trial> = None, reading.trial.take();
    "lane" =>
        /// In the order of a batch. The lane for all other messages is always among them.
        lanes: Vec<Lane> = lane::standard(),
        lanes::read(reading.root, &reading.checkins, reading.matching.with(&reading.views), reading.found);
    "exception" =>
        exceptions: Vec<Exception> = Vec::new(),
        exceptions::read(reading.root, reading.matching.with(&reading.views), reading.found);
    "mute" =>
        mutes: Vec<MuteRule> = Vec::new(),
        mutes::read(reading.root, reading.matching.with(&reading.views), reading.found);
    "view" =>
        /// Queries with a name, in the order of the file.
        views: Vec<SavedView> = Vec::new(), std::mem::take(&mut reading.views);
    "source" => sources: Vec<SourceConfig> = Vec::new(), sources::read(reading.root, reading.paths, reading.found);
    "identity" =>
        /// As whom the person writes; the first one counts where nothing else tells.
        identities: Vec<Identity> = Vec::new(), identities::read(reading.root, reading.paths, reading.found);
    "compose" =>
        /// How messages are written.
        compose: ComposeConfig = ComposeConfig::default(), compose::read(reading.root, reading.paths, reading.found);
    "contact" =>
        /// What is known of correspondents.
        contacts: Vec<ContactConfig> = Vec::new(), contacts::read(reading.root, reading.found);
    "hours" =>
        /// What others are told of when mail is read.
        hours: HoursConfig = HoursConfig::default(), hours::read(reading.root, reading.paths, reading.found);
    "peek" => peek: PeekConfig = PeekConfig::default(), peek::read(reading.root, reading.found);
    "proof" =>
        /// What is asked about whether waiting mattered.
        proof: ProofConfig = ProofConfig::default(), proof::read(reading.root, reading.found);
    "notify" =>
        notify: NotifyConfig = NotifyConfig::default(),
        notifications::read(reading.root, reading.paths, reading.found);
    "reader" =>
        /// Columns that the text of a letter takes at most.
        reader_width: u16 = READER_WIDTH, reader_width(reading.root, reading.found);
    "theme" => theme: ThemeConfig = ThemeConfig::default(), theme::read(reading.root, reading.found);
    "keys" => keys: KeyConfig = KeyConfig::default(), keys::read(reading.root, std::mem::take(&mut reading.view_keys), reading.found);
}

const COMMIT: [(&str, CommitMode); 2] = [("close", CommitMode::AtClose), ("ask", CommitMode::Ask)];
const AFTER_DECISION: [(&str, AfterDecision); 3] =
    [("next", AfterDecision::Next), ("previous", AfterDecision::Previous), ("list", AfterDecision::List)];
const READER_WIDTH: u16 = 80;
const READER_KEYS: [&str; 1] = ["width"];

/// What happens to a batch at its window's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CommitMode {
    /// It is committed automatically.
    #[default]
    AtClose,
    /// The review waits for the person.
    Ask,
}

/// Where the cursor goes after a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AfterDecision {
    #[default]
    Next,
    Previous,
    /// To the next message, with the list in front.
    List,
}

impl<'r> SettingsReader<'r> {
    /// Reads the calendar and the views first, because other keys depend on them.
    pub(super) fn new(
        root: &'r TomlTable<'r>,
        paths: Paths<'r>,
        text: &'r str,
        context: ParseContext<'r>,
        found: &'r mut FoundMistakes,
    ) -> Self {
        let (own, checkins) = checkins::read(root, context.zones, found);
        let trial = trial::read(root, &own, found);
        let calendar = trial.as_ref().map_or_else(|| own.clone(), |trial| own.clone().with_trial(trial));
        let matching = QueryReader { file: text, zone: calendar.zone, now: context.now, views: &[] };
        let (views, view_keys) = views::read(root, matching, found);
        Self { root, calendar, checkins, matching, trial, views, view_keys, paths, found }
    }

    fn flag(&mut self, key: &str, default: bool) -> bool {
        self.root.flag(key, self.found).unwrap_or(default)
    }

    fn word<T: Copy + Default>(&mut self, key: &str, words: &[(&'static str, T)]) -> T {
        self.root.word(key, words, self.found).unwrap_or_default()
    }

    fn path(&mut self, key: &str) -> Option<PathBuf> {
        let text = self.root.text(key, "the path of a file in quotes", self.found)?;
        self.paths.read(&text, self.found)
    }
}

fn reader_width(root: &TomlTable<'_>, found: &mut FoundMistakes) -> u16 {
    let Some((table, span)) = root.table("reader", found) else { return READER_WIDTH };
    let section = TomlTable::open("[reader]", table, span, &READER_KEYS, found);
    section.number("width", 20, 200, found).unwrap_or(READER_WIDTH)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use chrono::DateTime;

    use super::{KEYS, READER_KEYS, batch, sources};
    use crate::config::{
        ConfigMistake, EXAMPLE, ParseContext, checkins, compose, contacts, exceptions, hours, identities, lanes, mutes,
        notifications, parse, peek, proof, trial, views,
    };
    use crate::domain::schedule::Zone;

    /// Every table of the file that has keys of its own, and these.
    fn tables() -> Vec<(&'static str, Vec<&'static str>)> {
        let is_table = |key: &&str| EXAMPLE.contains(&format!("[{key}]"));
        vec![
            ("", KEYS.iter().copied().filter(|key| !is_table(key)).collect()),
            ("[[checkin]]", checkins::KEYS.to_vec()),
            ("[trial]", trial::KEYS.to_vec()),
            ("[[lane]]", lanes::KEYS.to_vec()),
            ("[[exception]]", exceptions::KEYS.to_vec()),
            ("[[mute]]", mutes::KEYS.to_vec()),
            ("[[view]]", views::KEYS.to_vec()),
            ("[[source]]", sources::all_keys()),
            ("[[identity]]", identities::KEYS.to_vec()),
            ("[compose]", compose::KEYS.to_vec()),
            ("[[contact]]", contacts::KEYS.to_vec()),
            ("[hours]", hours::KEYS.iter().copied().filter(|key| *key != "answer").collect()),
            ("[[hours.answer]]", hours::ANSWER_KEYS.to_vec()),
            ("[peek]", peek::KEYS.to_vec()),
            ("[proof]", proof::KEYS.to_vec()),
            ("[notify]", notifications::KEYS.to_vec()),
            ("[batch]", batch::KEYS.to_vec()),
            ("[settled]", batch::SETTLED_KEYS.to_vec()),
            ("[reader]", READER_KEYS.to_vec()),
        ]
    }

    /// A line of the example that sets a key or opens a table, also one that is commented out: without the mark.
    fn is_setting(line: &str) -> bool {
        let key = |key: &str| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        line.starts_with('[') || line.split_once(" = ").is_some_and(|(name, _)| key(name))
    }

    #[test]
    fn every_key_is_in_the_example_and_explained() {
        let mut comments = String::new();
        let (mut table, mut explained) = ("", false);
        let mut set: Vec<(&str, &str, bool)> = Vec::new();
        for line in EXAMPLE.lines() {
            let setting = line.strip_prefix("# ").filter(|rest| is_setting(rest)).unwrap_or(line);
            if !is_setting(setting) {
                // A sentence explains what follows up to the next empty line.
                explained = line.starts_with('#');
                comments.push_str(line.trim_start_matches('#'));
                comments.push(' ');
            } else if setting.starts_with('[') {
                table = setting;
            } else {
                set.push((table, setting.split(" = ").next().unwrap_or_default(), explained));
            }
        }
        let named = |key: &str| comments.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == key);
        for (table, keys) in tables() {
            assert!(!keys.is_empty(), "{table}");
            for key in keys {
                let is_set = set.iter().find(|(of, name, _)| (*of, *name) == (table, key));
                // A `token` excludes the `password` that is set there, and so it is explained alone.
                let told = is_set.map_or(key == "token", |(_, _, explained)| *explained || named(key));
                assert!(told, "`{key}` of {table:?} is not in the example, or not explained");
            }
        }
    }

    #[test]
    fn no_unknown_key_passes() {
        let told = |text: &str| {
            let context = ParseContext { now: DateTime::UNIX_EPOCH, zones: &Zone::UTC, home: None };
            let mistakes = parse(Path::new("/config.toml"), text, context, &mut |_| Vec::new()).unwrap_err();
            mistakes.each().map(|(_, ConfigMistake { what, .. })| what.clone()).collect::<Vec<_>>()
        };
        let kinds =
            ["imap", "maildir", "mbox", "jsonl", "exec", "feed"].map(|kind| format!("[[source]]\nkind = \"{kind}\""));
        let others = ["[keys]", "[theme]", "[theme.dark]", "[theme.light]"].map(str::to_owned);
        let tables = tables().into_iter().map(|(table, _)| table.to_owned());
        for table in tables.chain(kinds).chain(others) {
            let told = told(&format!("{table}\nqwxyz = 1\n"));
            let of_the_screen = table == "[keys]";
            assert!(
                told.iter()
                    .any(|what| what.contains("`qwxyz`") && (of_the_screen || what.starts_with("there is no key"))),
                "{table}: {told:?}"
            );
        }
    }
}
