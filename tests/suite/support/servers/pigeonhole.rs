//! Pigeonhole, by which Dovecot runs Sieve scripts: what its `sieve-test` says a script does with a message.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{as_ordinary_user, folder, found, give_away};

/// A script that is run over messages.
#[derive(Debug)]
pub struct Pigeonhole {
    folder: PathBuf,
}

impl Pigeonhole {
    /// `None` where it is not installed.
    pub fn with(script: &str) -> Option<Self> {
        let program = Path::new("/usr/bin/sieve-test");
        found(program.exists().then_some(()), "Pigeonhole")?;
        let folder = folder("sieve");
        fs::write(folder.join("script.sieve"), script).unwrap();
        let settings =
            format!("log_path = /dev/stderr\nmail_location = maildir:{0}/mail\nmail_home = {0}\n", folder.display());
        fs::write(folder.join("dovecot.conf"), settings).unwrap();
        give_away(&folder);
        Some(Self { folder })
    }

    /// Everything that it says, with what it would send.
    pub fn says(&self, sender: &str, recipient: &str, mail: &str) -> String {
        let path = |name: &str| self.folder.join(name).display().to_string();
        fs::write(path("mail.eml"), mail).unwrap();
        give_away(&self.folder);
        let [settings, script, mail] = ["dovecot.conf", "script.sieve", "mail.eml"].map(path);
        let words =
            ["sieve-test", "-c", &settings, "-C", "-f", sender, "-r", recipient, "-a", recipient, "-e", &script, &mail];
        let words = as_ordinary_user(words.map(str::to_owned).to_vec());
        let ran = Command::new(&words[0]).args(&words[1..]).current_dir(&self.folder).output().unwrap();
        let said = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{said}");
        said
    }
}

impl Drop for Pigeonhole {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
