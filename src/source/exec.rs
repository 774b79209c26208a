//! A command that prints messages as lines of JSON (see `jsonl`).
//!
//! It is started without a shell, gets its last position in `TIDEBOX_POSITION`, and may print a line
//! `{"position": "…"}` to be given next time. It may take so long and print so much; then it is stopped together with
//! everything that it started, and so it is when tidebox ends. What it printed whole counts, also when it fails. What it
//! complains of on its standard error is read by nobody: it may quote a message that is held (rule 1).

use std::io::{self, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::jsonl::{Reading, Trouble};
use super::{Each, Outcome, Since, Source, SourceError};
use crate::domain::limits::{COMMAND_OUTPUT_BYTES, COMMAND_SECONDS};
use crate::domain::printable::Printable;

/// How long the pipe of a command that has ended is listened to: something that it left behind may keep it open.
const GRACE: Duration = Duration::from_millis(300);
/// Pieces of output that wait to be read.
const PIECES: usize = 16;

#[derive(Debug)]
pub struct Exec {
    name: String,
    command: Vec<String>,
    seconds: u64,
    bytes: usize,
}

impl Exec {
    /// `command` is the program and its arguments; `name` is the source's.
    #[must_use]
    pub fn new(command: &[String], name: &str) -> Self {
        let command = command.to_vec();
        Self { name: name.to_owned(), command, seconds: COMMAND_SECONDS, bytes: COMMAND_OUTPUT_BYTES }
    }

    /// Other limits than the usual ones: seconds, and bytes of output.
    #[must_use]
    pub fn limited(self, seconds: u64, bytes: usize) -> Self {
        Self { seconds, bytes, ..self }
    }

    fn called(&self) -> String {
        Printable::from(self.command.first().map_or("(no command)", String::as_str)).to_string()
    }
}

impl Source for Exec {
    fn read(&mut self, since: &Since<'_>, each: &mut Each<'_>) -> Result<Outcome, SourceError> {
        let started = |error| SourceError::Start { command: self.called(), error };
        let (program, arguments) =
            self.command.split_first().ok_or_else(|| started(io::ErrorKind::InvalidInput.into()))?;
        let mut command = Command::new(program);
        command.args(arguments).env("TIDEBOX_POSITION", since.position.unwrap_or_default());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let (mut child, running) = Running::start(&mut command).map_err(started)?;
        let stdout = child.stdout.take();
        let guard = Guard::over(child, Duration::from_secs(self.seconds));

        let mut reading = Reading::new(&self.name, since);
        let mut over = false;
        let mut broken = false;
        let result = stdout.map_or(Ok(()), |stdout| {
            let pipe = Pipe::of(stdout, Arc::clone(&guard.child));
            let capped = Capped { inner: pipe, left: self.bytes, over: &mut over };
            let mut each = |handed| {
                let flow = each(handed);
                broken = flow.is_break();
                flow
            };
            reading.lines(BufReader::with_capacity(64 * 1024, capped), &mut each)
        });
        let unfinished = over || broken || result.is_err();
        let ending = guard.end(unfinished);
        drop(running);
        let command = self.called();
        if ending.slow {
            return Err(SourceError::Slow { command, seconds: self.seconds });
        }
        if over {
            return Err(SourceError::Endless { command, bytes: self.bytes });
        }
        match result {
            Err(Trouble::Read(error)) => {
                return Err(SourceError::Failed { command, status: error.to_string() });
            }
            Err(Trouble::Binary) => {
                let status = "its output is no text with one JSON object a line".to_owned();
                return Err(SourceError::Failed { command, status });
            }
            Ok(()) => {}
        }
        match ending.status {
            Ok(status) if status.success() || broken => Ok(reading.outcome),
            Ok(status) => Err(SourceError::Failed { command, status: status.to_string() }),
            Err(error) => Err(SourceError::Start { command, error }),
        }
    }
}

/// The commands that run now, by the number of their group, or `None` when none may be started any more.
static COMMANDS: Mutex<Option<Vec<u32>>> = Mutex::new(Some(Vec::new()));

fn commands() -> MutexGuard<'static, Option<Vec<u32>>> {
    COMMANDS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Stops every command that runs, with what it started, and lets none be started after: tidebox is ending.
pub fn stop_all() {
    let running = commands().take().unwrap_or_default();
    running.into_iter().for_each(stop_group);
}

/// A command's entry among those that run.
struct Running(u32);

impl Running {
    fn start(command: &mut Command) -> io::Result<(Child, Self)> {
        let mut commands = commands();
        let running = commands.as_mut().ok_or(io::ErrorKind::Interrupted)?;
        let child = command.spawn()?;
        running.push(child.id());
        let entry = Self(child.id());
        Ok((child, entry))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(running) = commands().as_mut() {
            running.retain(|leader| *leader != self.0);
        }
    }
}

/// A running command and the thread that stops it when its time is over.
struct Guard {
    child: Arc<Mutex<Child>>,
    done: std::sync::mpsc::Sender<()>,
    watch: std::thread::JoinHandle<()>,
    slow: Arc<AtomicBool>,
}

struct Ending {
    status: io::Result<std::process::ExitStatus>,
    slow: bool,
}

impl Guard {
    fn over(child: Child, limit: Duration) -> Self {
        let (done, over): (_, Receiver<()>) = channel();
        let child = Arc::new(Mutex::new(child));
        let slow = Arc::new(AtomicBool::new(false));
        let (watched, late) = (Arc::clone(&child), Arc::clone(&slow));
        let watch = std::thread::spawn(move || {
            if over.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                late.store(true, Ordering::SeqCst);
                stop(&watched);
            }
        });
        Self { child, done, watch, slow }
    }

    /// Waits for the end of the command, or stops it where nobody reads it any longer.
    fn end(self, stop_it: bool) -> Ending {
        if stop_it {
            stop(&self.child);
        }
        let status = loop {
            // The lock is not held while waiting: the watching thread needs it to stop the command.
            let status = match self.child.lock() {
                Ok(mut child) => child.try_wait(),
                Err(_) => break Err(io::ErrorKind::Other.into()),
            };
            match status {
                Ok(None) => std::thread::sleep(Duration::from_millis(5)),
                Ok(Some(status)) => break Ok(status),
                Err(error) => break Err(error),
            }
        };
        let _ = self.done.send(());
        let _ = self.watch.join();
        Ending { status, slow: self.slow.load(Ordering::SeqCst) }
    }
}

fn stop(child: &Mutex<Child>) {
    if let Ok(mut child) = child.lock() {
        // The command may be gone while something that it started goes on and holds its pipes.
        stop_group(child.id());
        let _ = child.kill();
    }
}

/// Ends the process group that the command leads. The `kill` program does it: there is no safe call for it in Rust's
/// own library.
fn stop_group(leader: u32) {
    let group = format!("-{leader}");
    let mut kill = Command::new("kill");
    kill.args(["-KILL", "--", &group]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let _ = kill.status();
}

/// What a command prints, for as long as it runs. Something that it leaves behind may hold the pipe for ever.
struct Pipe {
    pieces: Receiver<Vec<u8>>,
    piece: io::Cursor<Vec<u8>>,
    child: Arc<Mutex<Child>>,
}

impl Pipe {
    fn of(mut stdout: impl Read + Send + 'static, child: Arc<Mutex<Child>>) -> Self {
        let (full, pieces) = sync_channel(PIECES);
        std::thread::spawn(move || {
            let mut buffer = vec![0; 64 * 1024];
            while let Ok(read @ 1..) = stdout.read(&mut buffer) {
                if full.send(buffer.get(..read).unwrap_or_default().to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { pieces, piece: io::Cursor::default(), child }
    }

    fn ended(&self) -> bool {
        self.child.lock().is_ok_and(|mut child| !matches!(child.try_wait(), Ok(None)))
    }
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.piece.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            // Asked before waiting: what was printed by the end has come by then.
            let ended = self.ended();
            match self.pieces.recv_timeout(GRACE) {
                Ok(piece) => self.piece = io::Cursor::new(piece),
                Err(RecvTimeoutError::Timeout) if !ended => {}
                Err(_) => return Ok(0),
            }
        }
    }
}

/// Ends a stream that passes its limit.
struct Capped<'a, R> {
    inner: R,
    left: usize,
    over: &'a mut bool,
}

impl<R: Read> Read for Capped<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if read > self.left {
            *self.over = true;
            // Half of what came last would be half a line.
            return Ok(0);
        }
        self.left -= read;
        Ok(read)
    }
}
