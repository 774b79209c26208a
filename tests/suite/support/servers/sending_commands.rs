//! Commands that send, as an identity's `send` names them: msmtp, and the sendmail of Postfix. Exim's is the server's own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::unpacked::{TOLD, Unpacked};
use super::{as_ordinary_user, give_away};

/// msmtp with these lines in its settings: the command for `send`.
pub fn msmtp(folder: &Path, settings: &str) -> Option<Vec<String>> {
    let mut words = Unpacked::find("msmtp", "usr/bin/msmtp")?.command();
    let path = folder.join("msmtprc");
    fs::write(&path, format!("account default\n{settings}")).unwrap();
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    words.extend(["-C".to_owned(), path.display().to_string()]);
    Some(words)
}

/// Postfix's sendmail, with a queue of its own that no server works off: what it took stays there to be looked at.
pub struct Postfix {
    /// For `send`.
    pub command: Vec<String>,
    /// To show what is in the queue.
    postcat: Vec<String>,
    queue: PathBuf,
    _folder: tempfile::TempDir,
}

impl Postfix {
    /// With these lines in its settings.
    pub fn new(settings: &str) -> Option<Self> {
        let found = (Unpacked::find("postfix", "usr/sbin/sendmail")?, Unpacked::find("postfix", "usr/sbin/postcat")?);
        let (sendmail, postcat) = found;
        let temporary = tempfile::Builder::new().prefix("tb-postfix-").tempdir_in("/tmp").unwrap();
        let folder = temporary.path();
        let queue = folder.join("queue/maildrop");
        fs::create_dir_all(&queue).unwrap();
        let (d, root) = (folder.display(), sendmail.root().display().to_string());
        let settings = format!(
            "queue_directory = {d}/queue\ndata_directory = {d}\ncommand_directory = {root}/usr/sbin\n\
             daemon_directory = {root}/usr/lib/postfix/sbin\nshlib_directory = {root}/usr/lib/postfix\n\
             mail_owner = postfix\nsetgid_group = postdrop\nmyhostname = localhost\ncompatibility_level = 3.6\n\
             import_environment = MAIL_CONFIG {TOLD}\nexport_environment = MAIL_CONFIG {TOLD}\n{settings}"
        );
        fs::write(folder.join("main.cf"), settings).unwrap();
        let of = |program: &Unpacked| {
            let mut words = program.command_with_user(folder, "postfix")?;
            words.insert(1, format!("MAIL_CONFIG={d}"));
            Some(as_ordinary_user(words))
        };
        let (command, postcat) = (of(&sendmail)?, of(&postcat)?);
        give_away(folder);
        Some(Self { command, postcat, queue, _folder: temporary })
    }

    /// What it has taken: envelope and message, as Postfix shows them.
    pub fn taken(&self) -> Vec<String> {
        let files = fs::read_dir(&self.queue).unwrap().map(|file| file.unwrap().path());
        let shown =
            files.map(|file| Command::new(&self.postcat[0]).args(&self.postcat[1..]).arg(file).output().unwrap());
        shown.map(|it| String::from_utf8(it.stdout).unwrap()).collect()
    }
}
