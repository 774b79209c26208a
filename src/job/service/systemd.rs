//! The unit for systemd's manager of a user's services (systemd.service(5), systemd.exec(5)).

use std::path::Path;

/// What the unit is called.
pub const NAME: &str = "tidebox.service";

/// The unit that runs these words: a program's path and its arguments.
///
/// What is forbidden to it is forbidden to the commands that are sources, fetch passwords or notify, too: so nothing is that
/// such a command may need, neither files nor the network nor memory that it both writes and runs.
#[must_use]
pub fn unit(words: &[&Path], path: &str) -> String {
    let command: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    format!(
        "# {mark}\n\
         [Unit]\n\
         Description=tidebox: holds messages until their check-in\n\
         Documentation=man:tidebox-watch(1)\n\
         # The manager of a user's services knows no network target: where there is none yet, it is tried again.\n\
         StartLimitIntervalSec=0\n\
         \n\
         [Service]\n\
         Type=exec\n\
         ExecStart=:{command}\n\
         Environment={path}\n\
         Restart=on-failure\n\
         RestartSec=30\n\
         # Somebody may be working at this machine: what is in the background waits for them.\n\
         Nice=5\n\
         UMask=0077\n\
         NoNewPrivileges=yes\n\
         RestrictSUIDSGID=yes\n\
         RestrictRealtime=yes\n\
         LockPersonality=yes\n\
         \n\
         [Install]\n\
         WantedBy=default.target\n",
        mark = super::MARK,
        command = command.join(" "),
        // The manager's own lacks the folders in which commands such as `pass` or `oama` often are.
        path = quoted(Path::new(&format!("PATH={path}"))),
    )
}

/// A word of a command line as systemd reads it: in quotes, with C's escapes, and `%` doubled. The `:` before the command
/// leaves `$` alone.
fn quoted(word: &Path) -> String {
    let mut out = String::from("\"");
    for byte in word.as_os_str().as_encoded_bytes() {
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'%' => out.push_str("%%"),
            b' '..=b'~' => out.push(char::from(*byte)),
            byte => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::quoted;

    #[test]
    fn a_path_is_one_word_whatever_is_in_it() {
        assert_eq!(quoted(Path::new("/opt/my tools/100% \"$HOME\"\\n")), r#""/opt/my tools/100%% \"$HOME\"\\n""#);
        assert_eq!(quoted(Path::new("/a\nb/é")), r#""/a\x0ab/\xc3\xa9""#);
    }
}
