//! pymap keeps one account in memory, and has few extensions.

use std::path::{Path, PathBuf};

/// Its only account.
pub const USER: &str = "alice";

pub fn program() -> Option<PathBuf> {
    Some(super::cache().join("venv/bin/pymap")).filter(|path| path.is_file())
}

pub fn command(program: &Path, port: u16) -> Vec<String> {
    let port = port.to_string();
    let mut all = vec![program.display().to_string()];
    all.extend(["--host", "127.0.0.1", "--port", &port, "--no-tls", "dict"].map(str::to_owned));
    all.extend(["--demo-data", "--demo-user", USER, "--demo-password", super::PASSWORD].map(str::to_owned));
    all
}
