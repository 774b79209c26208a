//! Running the program under strace, which kills it or lets a call fail.

use std::process::{Command, Output, Stdio};

use crate::support::Home;

/// What happens to a system call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The process is killed as it enters the call.
    Kill,
    /// The call fails so.
    Error(&'static str),
    /// It fails so, and so does every later one.
    ErrorsOn(&'static str),
}

/// Checks that strace is there, and that it does what the sweeps are made of: else nothing would be disturbed, and nothing found.
pub fn require() {
    let there = Command::new("strace").arg("--version").stdout(Stdio::null()).status();
    assert!(there.is_ok_and(|status| status.success()), "this sweep needs strace; on Debian: apt install strace");
    for fate in [Fate::Kill, Fate::Error("EIO"), Fate::ErrorsOn("EIO")] {
        let words = words("write", 2, fate);
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).args(["sh", "-c", "echo one && echo two && echo three"]);
        let done = command.stdin(Stdio::null()).stderr(Stdio::null()).output().unwrap();
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(!done.status.success() && said == "one\n", "strace does not do {fate:?} here: {said:?}");
    }
}

/// The words before the program's name: the `number`-th call of this kind meets its fate.
pub fn words(call: &str, number: u32, fate: Fate) -> Vec<String> {
    let inject = match fate {
        Fate::Kill => format!("{call}:signal=SIGKILL:when={number}"),
        Fate::Error(error) => format!("{call}:error={error}:when={number}"),
        Fate::ErrorsOn(error) => format!("{call}:error={error}:when={number}+"),
    };
    // With a filter only the calls that are asked for are stopped at, which is faster; strace 6.1 sends no signal then.
    let filter = (fate != Fate::Kill).then_some("--seccomp-bpf");
    let mut words = vec!["strace".to_owned()];
    words.extend(filter.into_iter().chain(["-f", "-qq", "-o", "/dev/null", "-e"]).map(str::to_owned));
    words.extend([format!("trace={call}"), "-e".to_owned(), format!("inject={inject}"), "--".to_owned()]);
    words
}

pub fn run(home: &Home, at: &str, arguments: &[&str], call: &str, number: u32, fate: Fate) -> Output {
    let words = words(call, number, fate);
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).arg(crate::support::program()).args(arguments);
    command.env_clear().envs(home.environment(at)).current_dir(home.path("")).stdin(Stdio::null());
    command.output().unwrap()
}
