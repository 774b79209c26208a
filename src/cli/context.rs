//! What every command needs: the configuration, the store, and the time.

use std::io::{self, Write as _};
use std::path::PathBuf;

use chrono::{DateTime, Utc};

use super::arguments::GlobalArguments;
use super::failure::Failure;
use super::json;
use super::output::note;
use crate::clock::{Clock, SystemZones};
use crate::config::{self, Config};
use crate::domain::schedule::{self, Zone, Zones};
use crate::job::close::close_due;
use crate::job::commit_preview::overtaken_in;
use crate::job::deliver::deliver_due;
use crate::session::read_settings;
use crate::store::{Durability, Store};
use crate::ui::keymap::Keymap;
use crate::ui::view::commit_words::overtaken;
use crate::watch::holder_of;

#[derive(Debug)]
pub struct CommandContext {
    pub config: Config,
    pub config_path: PathBuf,
    /// Whether there is a configuration file.
    pub configured: bool,
    pub store_path: PathBuf,
    /// Whether the store was named on the command line.
    pub store_typed: bool,
    /// The keys of the settings, where those are others than tidebox has by itself.
    pub keymap: Option<Keymap>,
    pub clock: Clock,
    pub json: bool,
}

impl CommandContext {
    /// Reads the configuration that the arguments and the environment name. Without a file, the built-in one is used.
    pub fn find(global: &GlobalArguments) -> Result<Self, Failure> {
        match Self::find_anyhow(global)? {
            (_, Some(mistaken)) => Err(mistaken),
            (context, None) => Ok(context),
        }
    }

    /// The same, but if the file cannot be used, the built-in configuration is returned together with the reason.
    pub fn find_anyhow(global: &GlobalArguments) -> Result<(Self, Option<Failure>), Failure> {
        let config_path = Self::config_path(global)?;
        let configured = global.config().is_some() || !config::is_nothing_at(&config_path);
        let zones = SystemZones::find();
        let own = zones.own();
        let system = own.as_ref().map_or(Zone::UTC, |zone| *zone);
        let clock = clock_at(global.at(), system)?;
        let found = match own {
            _ if configured => read_settings(&config_path, clock, &zones).map_err(Failure::from),
            Ok(zone) => Ok((Config::embedded(zone), None)),
            Err(mistake) => Err(Failure::zone(&mistake)),
        };
        let (config, keymap, mistaken) = match found {
            Ok((config, keymap)) => (config, keymap, None),
            Err(failure) => (Config::embedded(system), None, Some(failure)),
        };
        // A local time is meant in the zone of the file, which is only known now.
        let clock = if config.calendar.zone == system { clock } else { clock_at(global.at(), config.calendar.zone)? };
        let store_path = match global.store().or_else(|| config.store.clone()) {
            Some(path) => path,
            None => config::default_store().map_err(|what| Failure::usage(what, "name a file with --store"))?,
        };
        if store_path.as_os_str().as_encoded_bytes().starts_with(b"file:") {
            let what = format!("--store takes a path, and no URI: {}", store_path.display());
            return Err(Failure::usage(what, "a file that is really called so is written with ./ in front"));
        }
        let context = Self {
            config,
            config_path,
            configured,
            store_path,
            store_typed: global.store_typed,
            keymap,
            clock,
            json: global.json,
        };
        Ok((context, mistaken))
    }

    /// With exactly these files.
    pub fn of(config_path: PathBuf, store_path: PathBuf, clock: Clock, json: bool) -> Result<Self, Failure> {
        let (config, keymap) = read_settings(&config_path, clock, &SystemZones::find())?;
        Ok(Self { config, config_path, configured: true, store_path, store_typed: true, keymap, clock, json })
    }

    /// The path of the configuration, whether or not it is there.
    pub fn config_path(global: &GlobalArguments) -> Result<PathBuf, Failure> {
        match global.config() {
            Some(path) => Ok(path),
            None => config::default_path().map_err(|what| Failure::usage(what, "name a file with --config")),
        }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub fn zone(&self) -> Zone {
        self.config.calendar.zone
    }

    /// Says something beside the result on standard error, in words or as an object.
    pub fn note(&self, kind: &str, what: &str, hint: &str) {
        if self.json {
            let object = serde_json::json!({ "note": { "kind": kind, "what": what, "hint": hint } });
            let _ = writeln!(io::stderr(), "{}", json::line(&object));
        } else {
            note(&format!("{what}; {hint}"));
        }
    }

    /// Says that an empty file becomes the store. `sqlite3` makes such a file when it is asked for a store that does not exist.
    pub fn announce_new_store(&self) {
        if Store::is_empty_file(&self.store_path) {
            note(&format!("{} is an empty file; it becomes a new store", self.store_path.display()));
        }
    }

    /// Opens the store and makes it if there is none: for the screen, `sync`, `watch` and `init`.
    pub fn store(&self) -> Result<Store, Failure> {
        self.announce_new_store();
        let mut store = Store::open(&self.store_path)?;
        store.record_created_at(self.clock.moment())?;
        Ok(store)
    }

    /// Opens the store for taking messages in, and makes it if there is none. Writing is faster; what a loss of power removes is read again the next time.
    pub fn intake(&self) -> Result<Store, Failure> {
        self.announce_new_store();
        let mut store = Store::open_for(&self.store_path, Durability::Replayable)?;
        store.record_created_at(self.clock.moment())?;
        Ok(store)
    }

    /// Opens the store for a command that does not make one. If there is none at the usual path, the command says so and uses an
    /// empty one in memory. A store that was named as an argument has to exist.
    pub fn existing(&self) -> Result<Store, Failure> {
        if let Some(mut store) = Store::open_existing(&self.store_path)? {
            store.record_created_at(self.clock.moment())?;
            return Ok(store);
        }
        if self.store_typed {
            return Err(Failure::no_store(&self.store_path));
        }
        note(&format!("there is no store at {} yet; `tidebox init` makes one", self.store_path.display()));
        Ok(Store::nowhere(&self.store_path)?)
    }

    /// The same, and first commits a batch whose window is over.
    pub fn open_store(&self) -> Result<Store, Failure> {
        let mut store = self.existing()?;
        if self.close_due(&mut store)? {
            self.send_what_leaves(&store)?;
        }
        Ok(store)
    }

    /// Commits a batch whose window is over, and says which answers do not leave with it. Whether there was one.
    pub fn close_due(&self, store: &mut Store) -> Result<bool, Failure> {
        let Some(receipt) = close_due(store, &self.config, self.now())? else { return Ok(false) };
        let count = overtaken_in(store, receipt.batch)?;
        if count > 0 {
            note(&format!("{count} {}", overtaken(count)));
        }
        Ok(true)
    }

    /// Sends what a commit has made due, where neither a watch nor a screen does it.
    fn send_what_leaves(&self, store: &Store) -> Result<(), Failure> {
        if holder_of(&self.store_path).is_some() {
            return Ok(());
        }
        let came = deliver_due(store, &self.config, &|| self.now())?;
        for said in came.left().iter().chain(&came.others()).chain(&came.troubles) {
            note(said);
        }
        Ok(())
    }
}

fn clock_at(at: Option<&str>, zone: Zone) -> Result<Clock, Failure> {
    let real = Clock::real();
    match at {
        None => Ok(real),
        Some(text) => schedule::parse_moment(text, zone, real.now()).map(Clock::starting_at).map_err(|mistake| {
            Failure::usage(format!("--at {text}: {mistake}"), "for example --at \"2026-11-23 10:00\" or --at 10:00")
        }),
    }
}
