//! Programs that tidebox starts behind the screen: each leads a process group of its own, so that it is stopped together with everything
//! that it started, when its time is over and when tidebox ends. What is done with their output is not decided here.

use std::io::{self, Read};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long the pipe of a command that has ended is listened to: something that it left behind may keep it open.
const GRACE: Duration = Duration::from_millis(300);
/// Pieces of output that wait to be read.
const PIECES: usize = 16;

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
#[derive(Debug)]
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

/// A program that runs, leading a group of its own, and the thread that stops the group when its time is over.
#[derive(Debug)]
pub struct Run {
    output: Option<ChildStdout>,
    guard: Guard,
    entry: Running,
}

impl Run {
    /// Starts a program without a shell: its name and arguments, variables beside those that we have ourselves, and the
    /// time that it may take. What it writes to its standard error is read by nobody.
    pub fn start(words: &[String], variables: &[(&str, &str)], limit: Duration) -> io::Result<Self> {
        let (program, arguments) = words.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        let mut command = Command::new(program);
        command.args(arguments).envs(variables.iter().copied());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let (mut child, entry) = Running::start(&mut command)?;
        let output = child.stdout.take();
        Ok(Self { output, guard: Guard::over(child, limit), entry })
    }

    /// What it prints, at most so many bytes; `over` is set where there was more. Once for each run.
    pub fn output<'o>(&mut self, most: usize, over: &'o mut bool) -> impl Read + use<'o> {
        let pipe = self.output.take().map(|output| Pipe::of(output, Arc::clone(&self.guard.child)));
        Capped { inner: pipe, left: most, over }
    }

    /// Waits for its end, or stops it where nobody reads it any longer.
    #[must_use]
    pub fn end(self, stop_it: bool) -> Ending {
        let ending = self.guard.end(stop_it);
        drop(self.entry);
        ending
    }
}

/// A running command and the thread that stops it when its time is over.
#[derive(Debug)]
struct Guard {
    child: Arc<Mutex<Child>>,
    done: Sender<()>,
    watch: JoinHandle<()>,
    slow: Arc<AtomicBool>,
}

/// How a program ended: its status, and whether it was stopped because its time was over.
#[derive(Debug)]
pub struct Ending {
    pub status: io::Result<ExitStatus>,
    pub slow: bool,
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
struct Capped<'a> {
    inner: Option<Pipe>,
    left: usize,
    over: &'a mut bool,
}

impl Read for Capped<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.as_mut().map_or(Ok(0), |pipe| pipe.read(buffer))?;
        if read > self.left {
            *self.over = true;
            // Half of what came last would be half a line.
            return Ok(0);
        }
        self.left -= read;
        Ok(read)
    }
}
