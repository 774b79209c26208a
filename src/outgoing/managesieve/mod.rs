//! Scripts on a mail server, by ManageSieve (RFC 5804): one script of ours is put there, kept apart from those of others, and taken
//! away again. What was not written here is neither overwritten nor put out of use.

mod connection;
mod failure;
mod reply;
mod session;

pub use failure::ManageSieveError;
pub use reply::SieveReplyError;

use std::time::Duration;

use secrecy::SecretString;

use crate::config::ManageSieveConfig;
use crate::domain::hours::{NEEDED_EXTENSIONS, SCRIPT_NAME, ScriptAuthor, script_author};
use connection::string;
use reply::{SieveStatus, SieveToken};
use session::SieveSession;

/// What a server says of itself after the login, and which scripts it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptOffers {
    /// By which mechanism somebody was logged in.
    pub mechanism: &'static str,
    /// What the server calls its Sieve; empty where it does not say.
    pub implementation: String,
    /// The extensions that our script needs and this server does not have.
    pub missing: Vec<&'static str>,
    pub standing: ScriptStanding,
    /// Whether our script is there.
    pub is_there: bool,
}

/// Whether the server runs our script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScriptStanding {
    /// It is the active one.
    Active,
    /// The active script includes it (RFC 6609).
    Included { by: String },
    /// Another one is active.
    Other { active: String, can_include: bool },
    /// None is active.
    None,
}

/// What became of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadedScript {
    /// Whether it was another one before.
    pub changed: bool,
    pub standing: ScriptStanding,
}

/// The scripts of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct ScriptList {
    names: Vec<String>,
    active: Option<String>,
}

/// Connects and logs in, and changes nothing.
///
/// # Errors
/// Why no script could be put there.
pub fn ask_for_scripts(
    config: &ManageSieveConfig,
    secret: &SecretString,
    patience: Duration,
) -> Result<ScriptOffers, ManageSieveError> {
    let mut session = SieveSession::open(config, secret, patience)?;
    let list = session.scripts()?;
    let standing = session.standing(&list)?;
    let offers = ScriptOffers {
        mechanism: session.mechanism.name(),
        implementation: session.capabilities.value("IMPLEMENTATION").unwrap_or_default().to_owned(),
        missing: session.missing(),
        standing,
        is_there: list.has_ours(),
    };
    session.log_out();
    Ok(offers)
}

/// Puts our script there, where another one of this name is ours, too; makes it the active one where none is. It is read back.
///
/// # Errors
/// Why it is not there.
pub fn upload_script(
    config: &ManageSieveConfig,
    secret: &SecretString,
    text: &str,
    patience: Duration,
) -> Result<UploadedScript, ManageSieveError> {
    let mut session = SieveSession::open(config, secret, patience)?;
    let host = config.host.clone();
    let missing = session.missing();
    if !missing.is_empty() {
        return Err(ManageSieveError::Lacks { host, missing });
    }
    let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
    let list = session.scripts()?;
    let before = if list.has_ours() { Some(session.own_script()?) } else { None };
    let changed = before.as_ref().is_none_or(|before| lines(before) != lines(&text));
    if changed {
        session.put(&text)?;
    }
    let mut standing = session.standing(&list)?;
    if standing == ScriptStanding::None {
        session.done("SETACTIVE", &format!("SETACTIVE {}", string(SCRIPT_NAME)))?;
        standing = ScriptStanding::Active;
    }
    session.log_out();
    Ok(UploadedScript { changed, standing })
}

/// Takes our script away; returns whether it was there.
///
/// # Errors
/// Why it is still there.
pub fn remove_script(
    config: &ManageSieveConfig,
    secret: &SecretString,
    patience: Duration,
) -> Result<bool, ManageSieveError> {
    let mut session = SieveSession::open(config, secret, patience)?;
    let list = session.scripts()?;
    let is_there = list.has_ours();
    if is_there {
        session.own_script()?;
        match session.standing(&list)? {
            // A server does not delete the script that is active (RFC 5804 §2.10).
            ScriptStanding::Active => drop(session.done("SETACTIVE", "SETACTIVE \"\"")?),
            ScriptStanding::Included { by } => {
                return Err(ManageSieveError::IncludedBy { host: config.host.clone(), script: SCRIPT_NAME, by });
            }
            ScriptStanding::Other { .. } | ScriptStanding::None => {}
        }
        session.done("DELETESCRIPT", &format!("DELETESCRIPT {}", string(SCRIPT_NAME)))?;
    }
    session.log_out();
    Ok(is_there)
}

impl ScriptList {
    fn has_ours(&self) -> bool {
        self.names.iter().any(|name| name == SCRIPT_NAME)
    }
}

impl SieveSession {
    fn missing(&self) -> Vec<&'static str> {
        NEEDED_EXTENSIONS.into_iter().filter(|it| !self.capabilities.has_word("SIEVE", it)).collect()
    }

    fn scripts(&mut self) -> Result<ScriptList, ManageSieveError> {
        let reply = self.done("LISTSCRIPTS", "LISTSCRIPTS")?;
        let mut list = ScriptList::default();
        for line in &reply.lines {
            let Some(name) = line.first().and_then(SieveToken::text) else { continue };
            if line.get(1) == Some(&SieveToken::Word("ACTIVE".to_owned())) {
                list.active = Some(name.clone());
            }
            list.names.push(name);
        }
        Ok(list)
    }

    fn script(&mut self, name: &str) -> Result<String, ManageSieveError> {
        let reply = self.done("GETSCRIPT", &format!("GETSCRIPT {}", string(name)))?;
        Ok(reply.lines.first().and_then(|line| line.first()?.text()).unwrap_or_default())
    }

    /// The script of our name, if it was written here.
    fn own_script(&mut self) -> Result<String, ManageSieveError> {
        let text = self.script(SCRIPT_NAME)?;
        match script_author(&text) {
            ScriptAuthor::Ours => Ok(text),
            author => Err(ManageSieveError::NotOurs {
                host: self.host.clone(),
                script: SCRIPT_NAME,
                edited: author == ScriptAuthor::Edited,
            }),
        }
    }

    /// Asks whether there is room, has it compiled, puts it there, and reads it back.
    fn put(&mut self, text: &str) -> Result<(), ManageSieveError> {
        let (host, size) = (self.host.clone(), text.len());
        let room = self.connection.ask(&format!("HAVESPACE {} {size}", string(SCRIPT_NAME)))?.end;
        if room.status != SieveStatus::Ok {
            return Err(self.not_put("HAVESPACE", &room, size));
        }
        // It came with version 1.0 of the protocol (RFC 5804 §1.7).
        if self.capabilities.has("VERSION") {
            let end = self.connection.ask(&format!("CHECKSCRIPT {}", string(text)))?.end;
            if end.status != SieveStatus::Ok {
                return Err(self.not_put("CHECKSCRIPT", &end, size));
            }
        }
        let end = self.connection.ask(&format!("PUTSCRIPT {} {}", string(SCRIPT_NAME), string(text)))?.end;
        if end.status != SieveStatus::Ok {
            return Err(self.not_put("PUTSCRIPT", &end, size));
        }
        let there = self.script(SCRIPT_NAME)?;
        if lines(&there) == lines(text) { Ok(()) } else { Err(ManageSieveError::OtherScript { host }) }
    }

    /// What a refusal means: a script without room, one that is not understood, or something else.
    fn not_put(&self, command: &'static str, end: &reply::SieveEnd, size: usize) -> ManageSieveError {
        let (host, said) = (self.host.clone(), end.shown());
        match end.code.as_str() {
            code if code == "QUOTA" || code.starts_with("QUOTA/") => ManageSieveError::NoRoom { host, size, said },
            "" if command != "HAVESPACE" => ManageSieveError::Invalid { host, said },
            _ => self.refused(command, end),
        }
    }

    fn standing(&mut self, list: &ScriptList) -> Result<ScriptStanding, ManageSieveError> {
        Ok(match &list.active {
            None => ScriptStanding::None,
            Some(active) if active == SCRIPT_NAME => ScriptStanding::Active,
            Some(active) if includes_ours(&self.script(active)?) => ScriptStanding::Included { by: active.clone() },
            Some(active) => ScriptStanding::Other {
                active: active.clone(),
                can_include: self.capabilities.has_word("SIEVE", "include"),
            },
        })
    }
}

/// Whether a script includes ours: a line that does, and is no comment.
fn includes_ours(script: &str) -> bool {
    let quoted = format!("\"{SCRIPT_NAME}\"");
    script.lines().map(str::trim_start).any(|line| {
        let line = line.split_once('#').map_or(line, |(before, _)| before);
        line.split_whitespace().any(|word| word.eq_ignore_ascii_case("include")) && line.contains(&quoted)
    })
}

/// The lines without their ends: servers change these.
fn lines(text: &str) -> Vec<&str> {
    text.trim_end().lines().collect()
}

#[cfg(test)]
mod tests {
    use super::includes_ours;

    #[test]
    fn an_include_is_found_and_a_comment_is_none() {
        for (script, wanted) in [
            ("require \"include\";\ninclude :personal \"tidebox-hours\";\n", true),
            ("  INCLUDE \"tidebox-hours\";", true),
            ("# include \"tidebox-hours\";", false),
            ("keep; # include \"tidebox-hours\";", false),
            ("require \"include\";\ninclude \"other\";", false),
            ("", false),
        ] {
            assert_eq!(includes_ours(script), wanted, "{script}");
        }
    }
}
