//! Passwords and tokens. They are fetched from where the configuration says, at the moment when they are needed, and
//! are not kept.
//!
//! No error contains the secret, or anything that a command has printed, because a command's complaint may quote it.

use std::fmt;
use std::io::{self, Read};
use std::time::Duration;

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use crate::config::Secret;
use crate::domain::printable::Printable;
use crate::net::random;
use crate::process::RunningProgram;

/// How many seconds a command may take: a person may have to type the passphrase of a key meanwhile.
const SECONDS: u64 = 60;
/// How many bytes a command may print: tokens have some kilobytes.
const BYTES: usize = 64 * 1024;
/// The service name of tidebox's entries in the keyring.
const SERVICE: &str = "tidebox";

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error("the password's command {program} can't be started: {error}")]
    Start { program: String, error: io::Error },
    #[error("the password's command {program} failed ({status})")]
    Failed { program: String, status: String },
    #[error("the password's command {program} took more than {seconds} s and was stopped")]
    Slow { program: String, seconds: u64 },
    #[error("the password's command {program} printed more than a password")]
    Long { program: String },
    #[error("the password's command {program} printed no text in its first line")]
    Empty { program: String },
    #[error("the variable {name}, where the password should be, is {}", if *set { "no text" } else { "not set" })]
    Variable { name: String, set: bool },
    #[error("the keyring can't be read: {program} can't be started ({error})")]
    NoKeyring { program: String, error: io::Error },
    #[error("the keyring has no entry {name}, or is locked")]
    NotInKeyring { name: String },
}

impl SecretError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Start { .. } => "the command is started without a shell; check the program's name",
            Self::Failed { .. } | Self::Long { .. } | Self::Empty { .. } => {
                "run the command by hand; the first line that it prints is taken"
            }
            Self::Slow { .. } => "it may have waited for a passphrase: unlock the key first, then try again",
            Self::Variable { .. } => "set it before tidebox starts; a service does not see what a shell sets",
            Self::NoKeyring { .. } if cfg!(target_os = "macos") => "check that `security` can be run",
            Self::NoKeyring { .. } => "install libsecret's tools (Debian: libsecret-tools), or use a command",
            Self::NotInKeyring { .. } if cfg!(target_os = "macos") => {
                "store it with `security add-generic-password -s tidebox -a NAME -w`"
            }
            Self::NotInKeyring { .. } => {
                "store it with `secret-tool store --label=tidebox service tidebox account NAME`"
            }
        }
    }
}

/// Recognises a secret that the server refused, for the login of one user: 16 bits of a salted hash. They are enough to
/// tell another secret from it, and too few to find the secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    salt: u64,
    bits: u16,
}

impl Trace {
    /// `None` if the system has no random numbers.
    #[must_use]
    pub fn of(login: &str, secret: &SecretString) -> Option<Self> {
        let salt = u64::from_le_bytes(random().ok()?);
        Some(Self { salt, bits: bits(salt, login, secret) })
    }

    /// Whether the trace may be that of this secret.
    #[must_use]
    pub fn fits(&self, login: &str, secret: &SecretString) -> bool {
        self.bits == bits(self.salt, login, secret)
    }

    /// Parses what `to_string` wrote.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (salt, bits) = text.split_once(':')?;
        Some(Self { salt: u64::from_str_radix(salt, 16).ok()?, bits: u16::from_str_radix(bits, 16).ok()? })
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}:{:04x}", self.salt, self.bits)
    }
}

fn bits(salt: u64, login: &str, secret: &SecretString) -> u16 {
    let mut hash = Sha256::new();
    hash.update(salt.to_le_bytes());
    hash.update(login.as_bytes());
    hash.update([0]);
    hash.update(secret.expose_secret().as_bytes());
    let hash = hash.finalize();
    hash.iter().take(2).fold(0, |bits, byte| (bits << 8) | u16::from(*byte))
}

/// Fetches a secret. That may take a while: somebody may have to type a passphrase.
///
/// # Errors
/// If the secret can't be had, in plain words.
pub fn fetch(secret: &Secret) -> Result<SecretString, SecretError> {
    match secret {
        Secret::Command(words) => printed_by(words, SECONDS),
        Secret::Variable(name) => {
            let unset = |set| SecretError::Variable { name: Printable::from(name).to_string(), set };
            let value = std::env::var_os(name).ok_or_else(|| unset(false))?;
            let value = value.into_string().map_err(|_| unset(true))?;
            if value.is_empty() { Err(unset(false)) } else { Ok(value.into()) }
        }
        Secret::Keyring(name) => {
            let words = asking_keyring(name);
            printed_by(&words, SECONDS).map_err(|error| match error {
                SecretError::Start { program, error } => SecretError::NoKeyring { program, error },
                SecretError::Failed { .. } | SecretError::Empty { .. } => {
                    SecretError::NotInKeyring { name: Printable::from(name).to_string() }
                }
                other => other,
            })
        }
    }
}

/// The command that asks the system's keyring.
fn asking_keyring(name: &str) -> Vec<String> {
    let words: &[&str] = if cfg!(target_os = "macos") {
        &["security", "find-generic-password", "-s", SERVICE, "-a", name, "-w"]
    } else {
        &["secret-tool", "lookup", "service", SERVICE, "account", name]
    };
    words.iter().map(ToString::to_string).collect()
}

/// The first line that a command prints.
fn printed_by(words: &[String], seconds: u64) -> Result<SecretString, SecretError> {
    let program = Printable::from(words.first().map_or("(none)", String::as_str)).to_string();
    let mut running = match RunningProgram::start(words, &[], Duration::from_secs(seconds)) {
        Ok(running) => running,
        Err(error) => return Err(SecretError::Start { program, error }),
    };
    let mut over = false;
    let mut printed = Zeroizing::new(Vec::with_capacity(BYTES));
    let read = running.output(BYTES, &mut over).read_to_end(&mut printed);
    let end = running.end(over || read.is_err());
    if end.timed_out {
        return Err(SecretError::Slow { program, seconds });
    }
    if over {
        return Err(SecretError::Long { program });
    }
    match end.status {
        Ok(status) if status.success() => {}
        Ok(status) => return Err(SecretError::Failed { program, status: status.to_string() }),
        Err(error) => return Err(SecretError::Start { program, error }),
    }
    let line = printed.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    match std::str::from_utf8(line) {
        Ok(text) if !text.is_empty() && !text.contains('\0') => Ok(text.into()),
        _ => Err(SecretError::Empty { program }),
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::{SecretError, Trace, asking_keyring, fetch, printed_by};
    use crate::config::Secret;

    fn shell(script: &str) -> Vec<String> {
        ["sh", "-c", script].map(str::to_owned).to_vec()
    }

    fn said(script: &str) -> String {
        let error = fetch(&Secret::Command(shell(script))).unwrap_err();
        format!("{error} {error:?} {}", error.hint())
    }

    #[test]
    fn the_first_line_is_the_secret_without_its_end() {
        for script in ["printf 'S3CR3T é'", "echo 'S3CR3T é'", "printf 'S3CR3T é\\r\\nlogin: ann\\n'"] {
            let secret = fetch(&Secret::Command(shell(script))).unwrap();
            assert_eq!(secret.expose_secret(), "S3CR3T é", "{script}");
            assert!(!format!("{secret:?}").contains("S3CR3T"));
        }
    }

    #[test]
    fn no_failure_tells_what_was_printed() {
        for script in [
            "echo S3CR3T; exit 3",
            "echo S3CR3T >&2; exit 1",
            "echo; echo S3CR3T",
            "printf 'S3CR3T\\377\\n'",
            "printf 'S3CR3T\\000\\n'",
            "while :; do echo S3CR3T-S3CR3T-S3CR3T; done",
        ] {
            assert!(!said(script).contains("S3CR3T"), "{script}");
        }
        let missing = fetch(&Secret::Command(vec!["/nowhere/pass".to_owned()])).unwrap_err();
        assert!(matches!(missing, SecretError::Start { .. }), "{missing}");
    }

    /// What the command has started is stopped with it, even if the command itself has ended already.
    #[test]
    fn a_command_is_stopped_with_what_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let mark = folder.path().join("pid");
        let script = format!("sleep 600 & echo $! > '{}'; wait", mark.display());
        let slow = printed_by(&shell(&script), 1).unwrap_err();
        assert!(matches!(slow, SecretError::Slow { .. }), "{slow}");
        let pid = std::fs::read_to_string(&mark).unwrap();
        let alive = || {
            let state = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
            !(state.is_empty() || state.contains(") Z "))
        };
        while cfg!(target_os = "linux") && alive() {
            std::thread::yield_now();
        }
    }

    #[test]
    fn a_variable_that_is_not_there_is_said() {
        let unset = fetch(&Secret::Variable("TIDEBOX_NO_SUCH_VARIABLE".to_owned())).unwrap_err();
        assert_eq!(
            unset.to_string(),
            "the variable TIDEBOX_NO_SUCH_VARIABLE, where the password should be, is not set"
        );
        // Every test has this variable.
        assert!(fetch(&Secret::Variable("PATH".to_owned())).is_ok());
    }

    #[test]
    fn a_trace_tells_one_secret_from_another_and_holds_neither() {
        let trace = Trace::of("me@host", &"S3CR3T".into()).unwrap();
        let again = Trace::read(&trace.to_string()).unwrap();
        assert!(again == trace && again.fits("me@host", &"S3CR3T".into()));
        let others = (0..99).filter(|number| again.fits("me@host", &format!("S3CR3T{number}").into())).count();
        assert!(others <= 1, "{others} of 99");
        assert!(!trace.to_string().contains("S3CR3T"));
        assert_eq!(Trace::read("nonsense"), None);
    }

    #[test]
    fn the_keyring_is_asked_by_name_alone() {
        assert!(asking_keyring("work").contains(&"work".to_owned()));
    }
}
