//! A command that gets the terminal: it is fed, its output goes to the terminal, and it is waited for.
//!
//! It stays in our own process group, which is the one that the terminal's keys act on: Ctrl-C ends it, and Ctrl-Z stops it
//! together with us, so that the shell's `fg` goes on with both.

use std::io::{self, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// How often to look whether the command has ended.
const ASK_AGAIN: Duration = Duration::from_millis(20);

/// Runs a command line with the shell, gives it bytes on its standard input, and waits for its end. `meanwhile` is
/// called again and again until then; `false` from it ends the command.
///
/// # Errors
/// The system's error where no shell can be started or waited for.
pub fn run_in_terminal(
    command: &str,
    input: Vec<u8>,
    mut meanwhile: impl FnMut() -> io::Result<bool>,
) -> io::Result<ExitStatus> {
    let mut child = Command::new("sh").args(["-c", command]).stdin(Stdio::piped()).spawn()?;
    feed(&mut child, input);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if !meanwhile()? {
            let _ = child.kill();
            return child.wait();
        }
        std::thread::sleep(ASK_AGAIN);
    }
}

/// Writes what the command reads, on a thread of its own. A command need not read all of it.
fn feed(child: &mut Child, input: Vec<u8>) {
    if let Some(mut pipe) = child.stdin.take() {
        std::thread::spawn(move || pipe.write_all(&input));
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::time::Duration;

    use super::run_in_terminal;

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
