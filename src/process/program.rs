//! One running program: it is started, its output is read, and it ends or is stopped.

use std::fmt;
use std::io::{self, Read, Write as _};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use super::group::{self, Group};
use super::output::{Limited, Pipe};

/// How often to look whether a program has ended.
const ASK_AGAIN: Duration = Duration::from_millis(5);
/// How long to wait for the thread that has written a program's input, after the program has ended.
const GRACE: Duration = Duration::from_millis(300);

/// A program that leads a process group, and the thread that stops the group when its time is over.
pub struct RunningProgram {
    output: Option<Box<dyn Read + Send>>,
    /// Says when all of its input has been written.
    fed: Option<Receiver<()>>,
    limit: TimeLimit,
    group: Group,
}

/// How a program ended.
#[derive(Debug)]
pub struct ProgramEnd {
    pub status: io::Result<ExitStatus>,
    /// Whether it was stopped because its time was over.
    pub timed_out: bool,
}

impl fmt::Debug for RunningProgram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunningProgram").field("group", &self.group).finish_non_exhaustive()
    }
}

impl RunningProgram {
    /// Starts a program without a shell.
    ///
    /// `words` are its name and its arguments, `variables` are added to our own environment, and `limit` is the time
    /// that it may take. Its standard input is empty, and its standard error is not read.
    ///
    /// # Errors
    /// The system's error if it can't be started; `InvalidInput` without a name; `Interrupted` after
    /// [`super::stop_all`].
    pub fn start(words: &[String], variables: &[(&str, &str)], limit: Duration) -> io::Result<Self> {
        let (program, arguments) = words.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        let mut command = Command::new(program);
        command.args(arguments).envs(variables.iter().copied());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let (mut child, group) = Group::start(&mut command)?;
        let output = child.stdout.take().map(|output| Box::new(output) as Box<dyn Read + Send>);
        Ok(Self { output, fed: None, limit: TimeLimit::start(child, limit), group })
    }

    /// Starts a program that is given `input` on its standard input. What it prints is dropped; its output is what it
    /// complains about on its standard error.
    ///
    /// # Errors
    /// As with [`Self::start`].
    pub fn start_fed(words: &[String], input: Vec<u8>, limit: Duration) -> io::Result<Self> {
        let (program, arguments) = words.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let (mut child, group) = Group::start(&mut command)?;
        let output = child.stderr.take().map(|errors| Box::new(errors) as Box<dyn Read + Send>);
        let fed = child.stdin.take().map(|pipe| feed(pipe, input));
        Ok(Self { output, fed, limit: TimeLimit::start(child, limit), group })
    }

    /// Its output, at most `most` bytes; `over` is set if there was more. A second call gets nothing.
    pub fn output<'o>(&mut self, most: usize, over: &'o mut bool) -> impl Read + use<'o> {
        let pipe = self.output.take().map(|output| Pipe::new(output, Arc::clone(&self.limit.child)));
        Limited::new(pipe, most, over)
    }

    /// Waits for its end, and says whether it has taken all of its input; with a pipe between, also what it has not read
    /// yet may count as taken.
    #[must_use]
    pub fn end_fed(mut self) -> (ProgramEnd, bool) {
        let fed = self.fed.take();
        let end = self.end(false);
        // Whoever was to read it is gone: it is written by now, or never.
        (end, fed.is_some_and(|fed| fed.recv_timeout(GRACE).is_ok()))
    }

    /// Waits for its end. With `stop_it` it is stopped first, because nobody reads its output any longer.
    #[must_use]
    pub fn end(self, stop_it: bool) -> ProgramEnd {
        let end = self.limit.end(stop_it);
        drop(self.group);
        end
    }
}

/// Writes what a program reads, on a thread of its own, and says when all of it is written.
fn feed(mut pipe: ChildStdin, input: Vec<u8>) -> Receiver<()> {
    let (told, fed) = channel();
    std::thread::spawn(move || {
        if pipe.write_all(&input).and_then(|()| pipe.flush()).is_ok() {
            let _ = told.send(());
        }
    });
    fed
}

/// A child process, and the thread that stops it when its time is over.
#[derive(Debug)]
struct TimeLimit {
    child: Arc<Mutex<Child>>,
    ended: Sender<()>,
    thread: JoinHandle<()>,
    timed_out: Arc<AtomicBool>,
}

impl TimeLimit {
    fn start(child: Child, limit: Duration) -> Self {
        let (ended, wait): (_, Receiver<()>) = channel();
        let child = Arc::new(Mutex::new(child));
        let timed_out = Arc::new(AtomicBool::new(false));
        let (watched, late) = (Arc::clone(&child), Arc::clone(&timed_out));
        let thread = std::thread::spawn(move || {
            if wait.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                late.store(true, Ordering::SeqCst);
                stop(&watched);
            }
        });
        Self { child, ended, thread, timed_out }
    }

    fn end(self, stop_it: bool) -> ProgramEnd {
        if stop_it {
            stop(&self.child);
        }
        let status = loop {
            // The lock is not held while waiting, because the thread needs it to stop the child.
            let status = match self.child.lock() {
                Ok(mut child) => child.try_wait(),
                Err(_) => break Err(io::ErrorKind::Other.into()),
            };
            match status {
                Ok(None) => std::thread::sleep(ASK_AGAIN),
                Ok(Some(status)) => break Ok(status),
                Err(error) => break Err(error),
            }
        };
        let _ = self.ended.send(());
        let _ = self.thread.join();
        ProgramEnd { status, timed_out: self.timed_out.load(Ordering::SeqCst) }
    }
}

fn stop(child: &Mutex<Child>) {
    if let Ok(mut child) = child.lock() {
        // The child may be gone while something that it started goes on and holds its pipes.
        group::kill(child.id());
        let _ = child.kill();
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader};
    use std::thread::sleep;
    use std::time::Duration;

    use rustix::process::{Pid, test_kill_process};

    use super::RunningProgram;

    fn shell(script: &str, limit: Duration) -> RunningProgram {
        RunningProgram::start(&["sh", "-c", script].map(str::to_owned), &[], limit).unwrap()
    }

    /// Starts something that sleeps, and tells its process id.
    const STARTS_ANOTHER: &str = "sleep 600 & echo $!; wait";

    fn printed_process(program: &mut RunningProgram) -> Pid {
        let (mut line, mut over) = (String::new(), false);
        BufReader::new(program.output(100, &mut over)).read_line(&mut line).unwrap();
        Pid::from_raw(line.trim().parse().unwrap()).unwrap()
    }

    /// A process that was killed is there until its new parent has looked at it.
    fn comes_to_its_end(process: Pid) -> bool {
        let stat = format!("/proc/{}/stat", process.as_raw_nonzero());
        let ended = || {
            test_kill_process(process).is_err()
                || std::fs::read_to_string(&stat).is_ok_and(|stat| stat.contains(") Z "))
        };
        (0..1_000).any(|_| {
            sleep(Duration::from_millis(10));
            ended()
        })
    }

    #[test]
    fn what_a_program_started_ends_with_it_when_it_is_stopped_and_when_its_time_is_over() {
        let mut program = shell(STARTS_ANOTHER, Duration::from_mins(10));
        let started = printed_process(&mut program);
        test_kill_process(started).unwrap();
        let end = program.end(true);
        assert!(!end.timed_out && !end.status.unwrap().success());
        assert!(comes_to_its_end(started));

        let mut program = shell(STARTS_ANOTHER, Duration::from_millis(500));
        let started = printed_process(&mut program);
        let end = program.end(false);
        assert!(end.timed_out && !end.status.unwrap().success());
        assert!(comes_to_its_end(started));
    }
}
