//! The watch that tends the accounts, what happens to it, and what it weighs.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use super::{ACCOUNTS, Run};

pub struct Watch(Mutex<Child>);

/// What a process weighs at an instant.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// Since it was started.
    age: u64,
    /// In kilobytes.
    memory: u64,
    descriptors: usize,
}

impl Watch {
    pub fn start(run: &Run) -> Self {
        Self(Mutex::new(spawn(run)))
    }

    pub fn kill(&self) {
        let mut child = self.0.lock().unwrap();
        let _ = child.kill();
        let _ = child.wait();
    }

    fn again(&self, run: &Run) {
        self.kill();
        *self.0.lock().unwrap() = spawn(run);
    }

    pub fn sample(&self, run: &Run) -> Vec<Sample> {
        let (mut samples, mut process, mut age) = (Vec::new(), 0, 0);
        while run.goes_on_after(Duration::from_secs(5)) {
            let now = self.0.lock().unwrap().id();
            age = if now == process { age + 5 } else { 0 };
            process = now;
            let status = fs::read_to_string(format!("/proc/{now}/status")).unwrap_or_default();
            let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
            let memory = memory.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
            let descriptors = fs::read_dir(format!("/proc/{now}/fd")).map_or(0, Iterator::count);
            if let Some(memory) = memory {
                samples.push(Sample { age, memory, descriptors });
            }
        }
        samples
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.kill();
    }
}

fn spawn(run: &Run) -> Child {
    let log = fs::File::options().create(true).append(true).open(run.home.path("watch.err")).unwrap();
    program(run, &["watch"]).stdout(Stdio::null()).stderr(log).spawn().unwrap()
}

/// The program by the clock on the wall.
pub fn program(run: &Run, arguments: &[&str]) -> Command {
    let mut command = run.home.command("", arguments);
    command.env_remove("TIDEBOX_AT").stdin(Stdio::null());
    command
}

/// Cuts, restarts of the server, kills of the watch, spread over the time: when they were over, and which.
pub fn trouble(run: &Run, watch: &Watch) -> Vec<(Duration, String)> {
    let mut troubles = Vec::new();
    let mut turn = 0_u32;
    while run.goes_on_after(Duration::from_secs(20)) {
        turn += 1;
        let cut = turn as usize % run.proxies.len();
        run.proxies[cut].cut_all();
        troubles.push((run.begun.elapsed(), format!("a cut of {}", ACCOUNTS[cut])));
        // Twice in twenty minutes the server, more often the watch.
        if turn % 27 == 14 {
            run.server.restart();
            troubles.push((run.begun.elapsed(), "a restart of the server".to_owned()));
        }
        if turn % 14 == 7 {
            watch.again(run);
            troubles.push((run.begun.elapsed(), "a kill of the watch".to_owned()));
        }
    }
    troubles
}

pub fn tell(samples: &[Sample]) {
    let part = |from: u64, to: u64| {
        let of: Vec<&Sample> = samples.iter().filter(|sample| (from..to).contains(&sample.age)).collect();
        let memory = of.iter().map(|sample| sample.memory).max().unwrap_or_default();
        let descriptors = of.iter().map(|sample| sample.descriptors).max().unwrap_or_default();
        format!("{:.1} MB, {descriptors} descriptors", memory as f64 / 1024.0)
    };
    println!("the watch, at most: {} in its first minute, {} after that", part(0, 60), part(60, u64::MAX));
}
