//! The program running beside a test, without a terminal: `tidebox watch`.

use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use tidebox::clock::Stopwatch;

use super::Home;
use super::signal::{self, Signal};

const PATIENCE: Duration = Duration::from_mins(1);

/// A running program; it is ended with the test.
pub struct Running {
    pub child: Child,
}

impl Running {
    /// A watch at an instant.
    pub fn watch(home: &Home, at: &str) -> Self {
        Self::start(&mut home.command(at, &["watch"]))
    }

    pub fn start(command: &mut Command) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        Self { child }
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, signal: Signal) {
        signal::send(self.process(), signal);
    }

    /// Waits for its end; returns its exit code and its output.
    pub fn ended(&mut self) -> (Option<i32>, String) {
        let status = self.child.wait().unwrap();
        let mut said = String::new();
        if let Some(errors) = &mut self.child.stderr {
            errors.read_to_string(&mut said).unwrap();
        }
        (status.code(), said)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a command and kills it after this time. Returns its output until then, and whether it was still running.
pub fn killed(home: &Home, at: &str, arguments: &[&str], after: Duration) -> (String, bool) {
    let mut command = home.command(at, arguments);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let watch = Stopwatch::start();
    while watch.elapsed() < after && child.try_wait().unwrap().is_none() {
        thread::yield_now();
    }
    let running = child.try_wait().unwrap().is_none();
    let _ = child.kill();
    child.wait().unwrap();
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    (said, running)
}

/// The running time of a command that must succeed.
pub fn took(home: &Home, at: &str, arguments: &[&str]) -> Duration {
    let watch = Stopwatch::start();
    let ran = home.run(at, arguments);
    assert_eq!(ran.code, 0, "{ran:?}");
    watch.elapsed()
}

#[track_caller]
pub fn wait_until(what: &str, mut is: impl FnMut() -> bool) {
    let watch = Stopwatch::start();
    while !is() {
        assert!(watch.elapsed() < PATIENCE, "waited in vain until {what}");
        thread::sleep(Duration::from_millis(10));
    }
}
