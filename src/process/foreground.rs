//! A command that gets the terminal: one that is fed a message, or an editor with the file of a draft. It is waited for.
//!
//! It stays in our own process group, which is the one that the terminal's keys act on: Ctrl-C ends it, and Ctrl-Z stops it
//! together with us, so that the shell's `fg` goes on with both.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// How often to look whether the command has ended.
const ASK_AGAIN: Duration = Duration::from_millis(20);
/// How often it is looked whether an editor that was asked to end has done so, before it is killed: about two seconds.
const LAST_LOOKS: u32 = 100;

/// Runs a command line with the shell, gives it bytes on its standard input, and waits for its end. `meanwhile` is
/// called again and again until then; `false` from it ends the command.
///
/// # Errors
/// The system's error where no shell can be started or waited for.
pub fn run_in_terminal(
    command: &str,
    input: Vec<u8>,
    meanwhile: impl FnMut() -> io::Result<bool>,
) -> io::Result<ExitStatus> {
    let mut child = Command::new("sh").args(["-c", command]).stdin(Stdio::piped()).spawn()?;
    feed(&mut child, input);
    if let Some(status) = wait(&mut child, meanwhile)? {
        return Ok(status);
    }
    let _ = child.kill();
    child.wait()
}

/// Runs an editor with the shell, with a file as its last argument, and waits for its end. The command line is read as git
/// reads it: it may have options, quotes and variables. `meanwhile` is called again and again until then; `false` from it
/// asks the editor to end (SIGHUP, at which editors keep what was not saved), and kills it where it does not.
///
/// # Errors
/// The system's error where no shell can be started or waited for.
pub fn edit_in_terminal(
    editor: &str,
    file: &Path,
    meanwhile: impl FnMut() -> io::Result<bool>,
) -> io::Result<ExitStatus> {
    let child = Command::new("sh").args(["-c", &format!("{editor} \"$@\""), editor]).arg(file).spawn()?;
    wait_or_hang_up(child, meanwhile)
}

/// Runs a command without a shell, and waits for its end as for that of an editor.
///
/// # Errors
/// The system's error where it cannot be started or waited for; `InvalidInput` where it names no program.
pub fn command_in_terminal(words: &[String], meanwhile: impl FnMut() -> io::Result<bool>) -> io::Result<ExitStatus> {
    let Some((program, arguments)) = words.split_first() else { return Err(io::ErrorKind::InvalidInput.into()) };
    wait_or_hang_up(Command::new(program).args(arguments).spawn()?, meanwhile)
}

/// Waits for the end of a command, which is asked to end where `meanwhile` gives it up.
fn wait_or_hang_up(mut child: Child, meanwhile: impl FnMut() -> io::Result<bool>) -> io::Result<ExitStatus> {
    if let Some(status) = wait(&mut child, meanwhile)? {
        return Ok(status);
    }
    hang_up(&child);
    let mut looks = 0;
    let ended = wait(&mut child, || {
        looks += 1;
        Ok(looks < LAST_LOOKS)
    })?;
    if let Some(status) = ended {
        return Ok(status);
    }
    let _ = child.kill();
    child.wait()
}

/// Waits for the end of a command; `None` where `meanwhile` gave it up.
fn wait(child: &mut Child, mut meanwhile: impl FnMut() -> io::Result<bool>) -> io::Result<Option<ExitStatus>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if !meanwhile()? {
            return Ok(None);
        }
        std::thread::sleep(ASK_AGAIN);
    }
}

#[cfg(unix)]
fn hang_up(child: &Child) {
    use rustix::process::{Pid, Signal, kill_process};
    if let Some(process) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process(process, Signal::HUP);
    }
}

/// This system has no such signal: the editor is killed.
#[cfg(not(unix))]
fn hang_up(_child: &Child) {}

/// Writes what the command reads, on a thread of its own. A command need not read all of it.
fn feed(child: &mut Child, input: Vec<u8>) {
    if let Some(mut pipe) = child.stdin.take() {
        std::thread::spawn(move || pipe.write_all(&input));
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::time::Duration;

    use super::{edit_in_terminal, run_in_terminal};

    #[test]
    fn an_editor_gets_the_file_whatever_its_command_line_and_its_name_look_like() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("it's a \"letter\" $HOME.eml");
        for editor in [
            "printf changed >",
            "f() { printf changed > \"$1\"; }; f",
            "sh -c 'printf changed > \"$1\"; exit 0' --",
            "VALUE=changed; printf %s \"$VALUE\" >",
        ] {
            std::fs::write(&file, "before").unwrap();
            let status = edit_in_terminal(editor, &file, || Ok(true)).unwrap();
            assert!(status.success(), "{editor}");
            assert_eq!(std::fs::read(&file).unwrap(), b"changed", "{editor}");
        }
        let status = edit_in_terminal("exit 3;", &file, || Ok(true)).unwrap();
        assert_eq!(status.code(), Some(3));
    }

    #[test]
    fn an_editor_that_is_given_up_can_still_save() {
        let folder = tempfile::tempdir().unwrap();
        let (script, file) = (folder.path().join("editor"), folder.path().join("file"));
        std::fs::write(&script, "trap 'echo saved > \"$1\"; exit 1' HUP\n: > \"$1\"\nwhile :; do sleep 0.05; done")
            .unwrap();
        let editor = format!("exec sh '{}'", script.display());
        // It has set its trap once the file is there.
        let status = edit_in_terminal(&editor, &file, || Ok(!file.exists()));
        assert_eq!(status.unwrap().code(), Some(1));
        assert_eq!(std::fs::read(&file).unwrap(), b"saved\n");
    }

    #[test]
    fn a_command_gets_every_byte_and_its_end_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let input: Vec<u8> = (0..300_000_u32).map(|number| number.to_le_bytes()[0]).collect();
        let status =
            run_in_terminal(&format!("cat > '{}'; exit 3", path.display()), input.clone(), || Ok(true)).unwrap();
        assert_eq!(status.code(), Some(3));
        assert_eq!(std::fs::read(path).unwrap(), input);
    }

    #[test]
    fn one_that_reads_nothing_and_one_that_is_given_up_end() {
        assert!(run_in_terminal("true", vec![0; 1_000_000], || Ok(true)).unwrap().success());
        let mut asked = 0;
        let status = run_in_terminal("sleep 600", Vec::new(), || {
            asked += 1;
            std::thread::sleep(Duration::from_millis(1));
            Ok(asked < 3)
        });
        assert!(!status.unwrap().success());
    }
}
