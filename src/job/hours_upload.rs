//! The script of hours on the mail server: put there by hand or by the watch, which keeps it up to date, and taken away again.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};

use super::JobError;
use super::check::Checked;
use super::hours::{hours, written};
use crate::config::{Config, HoursFormat, ManageSieveConfig};
use crate::domain::concern::{Concern, ConcernKind};
use crate::domain::hours::SCRIPT_NAME;
use crate::domain::problem::Problem;
use crate::domain::retry;
use crate::domain::source_type::SourceType;
use crate::outgoing::{
    ManageSieveError, ScriptStanding, UploadedScript, ask_for_scripts, remove_script, upload_script,
};
use crate::source::secret::{self, SecretError};
use crate::store::{ScriptFailure, ScriptUpload, Store};

/// So long a script that nothing has changed stays on the server: it tells 60 days.
const WEEK: TimeDelta = TimeDelta::days(7);
/// What may pass by itself is told to the person after so long.
const QUIET: TimeDelta = TimeDelta::days(1);
/// How long a server may take for a reply.
const PATIENCE: Duration = Duration::from_mins(1);

/// Why the script on the server is not as it should be.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    #[error("the settings name no server for the script")]
    NoServer,
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error(transparent)]
    Server(#[from] ManageSieveError),
    #[error(transparent)]
    Job(#[from] JobError),
}

/// What became of the script, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptReport {
    /// Whether it was another one before.
    pub changed: bool,
    /// `active`, `included`, `other` or `none`.
    pub standing: &'static str,
    /// The name of the active script.
    pub active: Option<String>,
    /// Whether the server runs it, as the end of a sentence.
    pub words: String,
    /// What to do so that the server runs it.
    pub advice: Option<String>,
}

impl ScriptReport {
    fn of(uploaded: &UploadedScript) -> Self {
        let (standing, active) = match &uploaded.standing {
            ScriptStanding::Active => ("active", Some(SCRIPT_NAME)),
            ScriptStanding::Included { by } => ("included", Some(by.as_str())),
            ScriptStanding::Other { active, .. } => ("other", Some(active.as_str())),
            ScriptStanding::None => ("none", None),
        };
        let standing_of = &uploaded.standing;
        Self {
            changed: uploaded.changed,
            standing,
            active: active.map(str::to_owned),
            words: standing_words(standing_of),
            advice: include_words(standing_of),
        }
    }
}

impl ScriptError {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NoServer => {
                "add `upload = { source = \"work\" }` under `[hours]`, with the name of an account".into()
            }
            Self::Secret(error) => error.hint().to_owned(),
            Self::Server(error) => error.hint().to_owned(),
            Self::Job(error) => error.hint().unwrap_or_default(),
        }
    }

    fn is_transient(&self) -> bool {
        match self {
            Self::Server(error) => error.is_transient(),
            Self::Job(_) => true,
            Self::NoServer | Self::Secret(_) => false,
        }
    }

    /// How long to leave the server alone after so many failures in a row. Servers lock accounts for too many wrong passwords.
    fn pause(&self, tries: u32) -> TimeDelta {
        match self {
            Self::Secret(_) | Self::Server(ManageSieveError::Login { .. }) => retry::refused(tries),
            _ => retry::pause(tries, 0),
        }
    }
}

/// Puts the script on the server now, whatever was tried before.
///
/// # Errors
/// Why it is not there.
pub fn upload(store: &mut Store, config: &Config, now: DateTime<Utc>) -> Result<ScriptReport, ScriptError> {
    let server = config.hours.upload.as_ref().ok_or(ScriptError::NoServer)?;
    let settings = settings_number(store, config, now)?;
    match put(store, config, server, now) {
        Ok(uploaded) => {
            let known = ScriptUpload { uploaded: Some(now), settings, failing: None };
            store.note_script_upload(&known).map_err(JobError::from)?;
            settle(store, &server.source)?;
            Ok(ScriptReport::of(&uploaded))
        }
        Err(error) => {
            note_failure(store, server, &error, settings, now)?;
            Err(error)
        }
    }
}

/// Takes the script away from the server; returns whether one was there.
///
/// # Errors
/// Why it is still there.
pub fn remove(store: &mut Store, config: &Config) -> Result<bool, ScriptError> {
    let server = config.hours.upload.as_ref().ok_or(ScriptError::NoServer)?;
    let was_there = remove_script(server, &secret::fetch(&server.secret)?, PATIENCE)?;
    store.note_script_upload(&ScriptUpload::default()).map_err(JobError::from)?;
    settle(store, &server.source)?;
    Ok(was_there)
}

/// Whether the script is to be put on the server anew: something that it is made of changed, or it has been there for a week.
///
/// # Errors
/// Where the store cannot be read.
pub fn is_upload_due(store: &Store, config: &Config, now: DateTime<Utc>) -> Result<bool, JobError> {
    let Some(server) = &config.hours.upload else { return Ok(false) };
    // The account's own password is waited for there.
    if store.concerns()?.iter().any(|it| it.source == server.source && it.kind.is_about_secret()) {
        return Ok(false);
    }
    let (known, settings) = (store.script_upload()?, settings_number(store, config, now)?);
    if let Some(failing) = &known.failing {
        // A clock that was set back does not put it off for ever.
        let far = failing.next > now + TimeDelta::days(1);
        return Ok(failing.settings != settings || failing.next <= now || far);
    }
    let fresh = |at: DateTime<Utc>| at <= now && now - at < WEEK;
    Ok(known.settings != settings || !known.uploaded.is_some_and(fresh))
}

/// Does what is due. What the person is to know at once is returned; what may pass by itself is told after a day, as a concern.
///
/// # Errors
/// Where the store cannot be read or written.
pub fn tend_script(store: &mut Store, config: &Config, now: DateTime<Utc>) -> Result<Option<Problem>, JobError> {
    if !is_upload_due(store, config, now)? {
        return Ok(None);
    }
    match upload(store, config, now) {
        Ok(_) => Ok(None),
        Err(ScriptError::Job(error)) => Err(error),
        Err(error) if error.is_transient() => Ok(None),
        Err(error) => Ok(Some(Problem { what: format!("hours: {error}").into(), hint: Some(error.hint().into()) })),
    }
}

/// A script that is uploaded no more is no concern.
///
/// # Errors
/// Where the store cannot be read or written.
pub fn forget_script(store: &mut Store, config: &Config) -> Result<(), JobError> {
    if config.hours.upload.is_none() && store.script_upload()?.failing.is_some() {
        store.note_script_upload(&ScriptUpload::default())?;
        let names: Vec<String> = store.concerns()?.into_iter().map(|it| it.source).collect();
        for name in names {
            settle(store, &name)?;
        }
    }
    Ok(())
}

/// Whether the script could be put on the server, and what is there. Nothing is changed.
#[must_use]
pub fn check_script(server: &ManageSieveConfig) -> Checked {
    let mut checked = Checked::default();
    let secret = match secret::fetch(&server.secret) {
        Ok(secret) => secret,
        Err(error) => {
            checked.problem(&error.to_string(), error.hint());
            return checked;
        }
    };
    match ask_for_scripts(server, &secret, PATIENCE) {
        Ok(offers) => {
            let name = if offers.implementation.is_empty() { "Sieve" } else { offers.implementation.as_str() };
            checked.facts.push(("server", format!("{name}, logs in by {}", offers.mechanism)));
            if !offers.missing.is_empty() {
                let what = format!("its Sieve has no {}", offers.missing.join(", "));
                checked.problem(&what, "this server cannot answer for you");
            }
            let there = if offers.is_there { "is there" } else { "is not there yet" };
            // The name of somebody's own script is not told to those who get a report.
            let (words, standing) = match offers.standing {
                ScriptStanding::Included { .. } => ("the active script includes it".to_owned(), ScriptStanding::Active),
                ScriptStanding::Other { can_include, .. } => {
                    let standing = ScriptStanding::Other { active: "the active script".to_owned(), can_include };
                    ("another script is active, which is left alone".to_owned(), standing)
                }
                standing => (standing_words(&standing), standing),
            };
            checked.facts.push(("script", format!("{SCRIPT_NAME} {there}; {words}")));
            checked.warnings.extend(include_words(&standing));
        }
        Err(error) => checked.problem(&error.to_string(), error.hint()),
    }
    checked
}

/// Whether the server runs it, as the end of a sentence.
fn standing_words(standing: &ScriptStanding) -> String {
    match standing {
        ScriptStanding::Active => "it is the active script".to_owned(),
        ScriptStanding::Included { by } => format!("the active script {by} includes it"),
        ScriptStanding::Other { active, .. } => format!("the active script is {active}, which is left alone"),
        ScriptStanding::None => "no script is active".to_owned(),
    }
}

/// How another script runs ours, too (RFC 6609); `None` where that needs nothing.
fn include_words(standing: &ScriptStanding) -> Option<String> {
    match standing {
        ScriptStanding::Other { active, can_include: true } => Some(format!(
            "the server does not run {SCRIPT_NAME}: put `require \"include\";` at the top of {active} and `include :personal \
             \"{SCRIPT_NAME}\";` at its end"
        )),
        ScriptStanding::Other { active, can_include: false } => Some(format!(
            "the server does not run {SCRIPT_NAME} and cannot include it: make it the active script there, or copy it into {active}"
        )),
        _ => None,
    }
}

fn put(
    store: &Store,
    config: &Config,
    server: &ManageSieveConfig,
    now: DateTime<Utc>,
) -> Result<UploadedScript, ScriptError> {
    let text = written(&hours(store, config, HoursFormat::Sieve, now)?, config, HoursFormat::Sieve)?;
    Ok(upload_script(server, &secret::fetch(&server.secret)?, &text, PATIENCE)?)
}

fn note_failure(
    store: &mut Store,
    server: &ManageSieveConfig,
    error: &ScriptError,
    settings: i64,
    now: DateTime<Utc>,
) -> Result<(), JobError> {
    let known = store.script_upload()?;
    let before = known.failing.as_ref();
    let since = before.map_or(now, |it| it.since.min(now));
    let tries = before.map_or(0, |it| it.tries).saturating_add(1);
    let next = now + error.pause(tries);
    store
        .note_script_upload(&ScriptUpload { failing: Some(ScriptFailure { since, tries, next, settings }), ..known })?;
    if error.is_transient() && now - since < QUIET {
        return Ok(());
    }
    let id = store.source(&server.source, SourceType::Imap)?;
    let concern = Concern {
        source: server.source.clone(),
        kind: ConcernKind::Script,
        what: format!("the script of your hours is not kept up to date: {error}"),
        hint: error.hint(),
        count: 0,
        tries,
        since,
        next: Some(next),
        secret: None,
    };
    Ok(store.note_concern(id, &concern)?)
}

fn settle(store: &mut Store, source: &str) -> Result<(), JobError> {
    let known = store.concerns()?.into_iter().any(|it| it.source == source && it.kind == ConcernKind::Script);
    if known {
        let id = store.source(source, SourceType::Imap)?;
        store.settle_concerns(id, &[ConcernKind::Script])?;
    }
    Ok(())
}

/// A number that changes with what the script is made of, but for the present time.
fn settings_number(store: &Store, config: &Config, now: DateTime<Utc>) -> Result<i64, JobError> {
    let made_of = (&config.calendar, &config.hours, config.own_addresses(), store.pauses(now)?);
    let hash = Sha256::digest(format!("{made_of:?}").as_bytes());
    Ok(hash.iter().take(8).fold(0_i64, |number, byte| (number << 8) | i64::from(*byte)))
}
