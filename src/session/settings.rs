//! The settings while the screen is open: a change of the configuration file is taken over at once, a file with
//! mistakes changes nothing, and its first mistake is shown.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime};

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::{SharedConfig, panic_guard, present};
use crate::clock::{Clock, LOCAL_ZONE, SystemZones};
use crate::config::{self, Config, ConfigError, Mistakes};
use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::domain::schedule::Zones;
use crate::job::trouble;
use crate::ui::event::{BackgroundEvent, Event};
use crate::ui::keymap::Keymap;
use crate::watch::{self, Watching};

/// An editor writes a file in several steps: what follows within this time belongs to the same change.
const DEBOUNCE: Duration = Duration::from_millis(100);
/// A folder that never comes to rest is looked at after so many changes all the same.
const ENOUGH: usize = 100;

/// Why to look at the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingsCheck {
    /// It is watched from now on, and may have changed before.
    Perhaps,
    /// Something happened to it.
    Surely,
}

/// What tells two states of the file apart without reading it.
type Stamp = Option<(SystemTime, u64)>;

fn stamp(path: &Path) -> Stamp {
    let found = fs::metadata(path).ok()?;
    Some((found.modified().ok()?, found.len()))
}

/// The configuration file while the screen is open.
#[derive(Debug)]
pub struct ConfigFile {
    path: PathBuf,
    config: SharedConfig,
    clock: Clock,
    events: Sender<Event>,
    /// The file as it was when the screen opened.
    at_first: Stamp,
    /// Whether there has been a file.
    there: bool,
    /// Whether the screen shows a mistake.
    mistaken: bool,
}

impl ConfigFile {
    /// The file as it is now. Nobody looks at it before `begin`.
    pub fn new(path: &Path, config: SharedConfig, clock: Clock, events: Sender<Event>) -> Self {
        let at_first = stamp(path);
        let there = at_first.is_some();
        Self { path: path.to_owned(), config, clock, events, at_first, there, mistaken: false }
    }

    /// Starts the thread that reads the file after a change.
    pub fn begin(mut self) -> Sender<SettingsCheck> {
        let (changes, inbox): (Sender<SettingsCheck>, Receiver<SettingsCheck>) = unbounded();
        thread::spawn(move || {
            while let Ok(first) = inbox.recv() {
                let mut changes = vec![first];
                while let Ok(more) = inbox.recv_timeout(DEBOUNCE) {
                    changes.push(more);
                    if changes.len() > ENOUGH {
                        break;
                    }
                }
                if changes.contains(&SettingsCheck::Surely) || stamp(&self.path) != self.at_first {
                    let _ = panic_guard::caught(|| self.look());
                }
            }
        });
        changes
    }

    fn look(&mut self) {
        match read_again(&self.path, self.there, self.clock) {
            Ok((config, keymap)) => self.take_over(config, keymap),
            Err(error) => {
                trouble::config(&error);
                self.mistaken = true;
                let _ = self.events.send(Event::News(BackgroundEvent::Mistaken(problem_of(&error))));
            }
        }
    }

    fn take_over(&mut self, config: Config, keymap: Option<Keymap>) {
        self.there |= !config::is_nothing_at(&self.path);
        let before = present(&self.config);
        // A mailbox that was added from the screen is known already.
        if *before == config && !std::mem::take(&mut self.mistaken) {
            return;
        }
        let (moved, sources) = (before.store != config.store, before.sources != config.sources);
        let config = Arc::new(config);
        if let Ok(mut shared) = self.config.write() {
            *shared = Arc::clone(&config);
        }
        let _ = self.events.send(Event::News(BackgroundEvent::Configured {
            config,
            keymap: Box::new(keymap.unwrap_or_default()),
            moved,
            sources,
        }));
    }
}

/// Reads the configuration anew. Where nobody has written one yet, there is the built-in one, and the system's zone may be
/// another one by now.
///
/// # Errors
/// As `read`.
pub fn read_again(path: &Path, there: bool, clock: Clock) -> Result<(Config, Option<Keymap>), ConfigError> {
    let zones = SystemZones::find();
    if !there
        && config::is_nothing_at(path)
        && let Ok(zone) = zones.own()
    {
        return Ok((Config::embedded(zone), None));
    }
    read(path, clock, &zones)
}

/// Reads a configuration and the keys in it; the mistakes of both are reported together. `None` stands for the keys that tidebox has by
/// itself, which most commands never ask for.
///
/// # Errors
/// Where the file can't be read, or has mistakes.
pub fn read(path: &Path, clock: Clock, zones: &SystemZones) -> Result<(Config, Option<Keymap>), ConfigError> {
    let mut keymap = None;
    let config = config::load(path, clock.now(), zones, &mut |keys| {
        if keys.is_default() {
            return Vec::new();
        }
        match Keymap::from_config(keys) {
            Ok(built) => {
                keymap = Some(built);
                Vec::new()
            }
            Err(mistakes) => mistakes,
        }
    })?;
    Ok((config, keymap))
}

/// The watch over the configuration file, which begins behind the first frame.
#[derive(Debug)]
pub struct SettingsWatch {
    path: PathBuf,
    /// The file, until its thread has it.
    file: Option<ConfigFile>,
    changes: Option<Sender<SettingsCheck>>,
    watching: Option<Watching>,
}

impl SettingsWatch {
    pub fn over(file: ConfigFile) -> Self {
        Self { path: file.path.clone(), file: Some(file), changes: None, watching: None }
    }

    /// Begins it; once more where the folder of the file was not there before.
    pub fn begin(&mut self) {
        if self.watching.is_some() {
            return;
        }
        if let Some(file) = self.file.take() {
            self.changes = Some(file.begin());
        }
        let Some(changes) = self.changes.clone() else { return };
        let after = changes.clone();
        self.watching = watch::files(&[self.path.clone(), LOCAL_ZONE.into()], move || {
            let _ = after.send(SettingsCheck::Surely);
        });
        let _ = changes.send(SettingsCheck::Perhaps);
    }
}

/// What is wrong, in one line: the place and the first mistake, and how many more there are.
fn problem_of(error: &ConfigError) -> Problem {
    if let ConfigError::Mistaken(mistakes) = error
        && let Some(problem) = first(mistakes)
    {
        return problem;
    }
    let hint = "what it said before stays in force";
    let what = match error {
        // A line of a screen has no room for three paths.
        ConfigError::LeadsNowhere { link, .. } => format!("no settings: the link {} leads nowhere", link.display()),
        error => error.to_string(),
    };
    Problem { what: Printable::from(what.lines().next().unwrap_or_default()), hint: Some(Printable::from(hint)) }
}

fn first(mistakes: &Mistakes) -> Option<Problem> {
    let (place, mistake) = mistakes.each().next()?;
    let file = mistakes.path().file_name().unwrap_or_default().to_string_lossy();
    let what = format!("{file}:{}:{} {}", place.line, place.column, mistake.what);
    let advice = mistake.hint.clone().or_else(|| mistake.expected.as_ref().map(|what| format!("expected {what}")));
    let rest = match mistakes.count() - 1 {
        0 => None,
        more => Some(format!("`tidebox check` tells {more} more")),
    };
    let hint: Vec<String> = advice.into_iter().chain(rest).collect();
    let hint = (!hint.is_empty()).then(|| Printable::from(hint.join(" · ")));
    Some(Problem { what: Printable::from(what), hint })
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, RwLock};

    use super::{ConfigFile, SharedConfig, present};
    use crate::clock::{Clock, SystemZones};
    use crate::config::{AfterDecision, Config};
    use crate::domain::schedule::Zones;
    use crate::ui::event::{BackgroundEvent, Event};

    #[test]
    fn a_change_is_taken_over_and_a_mistake_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        let config: SharedConfig =
            Arc::new(RwLock::new(Arc::new(Config::embedded(SystemZones::find().own().unwrap()))));
        let (events, inbox) = crossbeam_channel::unbounded();
        let clock = Clock::real();
        let mut settings = ConfigFile {
            path: path.clone(),
            config: Arc::clone(&config),
            clock,
            events,
            at_first: None,
            there: false,
            mistaken: false,
        };
        let mut news_after = |text: Option<&str>| {
            match text {
                Some(text) => std::fs::write(&path, text).unwrap(),
                None => drop(std::fs::remove_file(&path)),
            }
            settings.look();
            inbox
                .try_iter()
                .map(|event| match event {
                    Event::News(BackgroundEvent::Configured { moved, .. }) => format!("configured, moved: {moved}"),
                    Event::News(BackgroundEvent::Mistaken(problem)) => format!("{} / {:?}", problem.what, problem.hint),
                    other => format!("{other:?}"),
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(news_after(None), Vec::<String>::new(), "there was none and there is none");
        assert_eq!(news_after(Some("timezone = \"UTC\"\nafter_decision = \"list\"\n")), ["configured, moved: false"]);
        assert_eq!(present(&config).after_decision, AfterDecision::List);
        assert_eq!(news_after(Some("timezone = \"UTC\"\nafter_decision = \"list\"\n")), Vec::<String>::new());

        let mistaken = news_after(Some("after_decision = \"nxt\"\ncomit = 1\n[keys]\ndnoe = \"a\"\n"));
        assert_eq!(mistaken.len(), 1);
        assert!(mistaken[0].starts_with("config.toml:1:18 `after_decision` cannot be `nxt` / "), "{mistaken:?}");
        assert!(mistaken[0].contains("did you mean `next`?") && mistaken[0].contains("tells 2 more"), "{mistaken:?}");
        assert_eq!(present(&config).after_decision, AfterDecision::List);
        let gone = news_after(None);
        assert!(gone.len() == 1 && gone[0].contains("stays in force"), "{gone:?}");

        // Right again, and as it was: the mistake goes away.
        assert_eq!(news_after(Some("timezone = \"UTC\"\nafter_decision = \"list\"\n")), ["configured, moved: false"]);
        assert_eq!(news_after(Some("timezone = \"UTC\"\nstore = \"other.db\"\n")), ["configured, moved: true"]);
    }
}
