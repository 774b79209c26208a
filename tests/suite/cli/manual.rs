//! Holds `src/cli/manual`, `src/cli/completions.rs`, `src/config/example.rs`: pages and completions are written to a folder
//! without a home and without a terminal, `man` sets the pages without a warning, `apropos` finds them, and each key of the
//! settings and of the screen is on one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::{Ran, program, ran};

/// The program without any environment.
fn bare(arguments: &[&str]) -> Ran {
    ran(&Command::new(program()).env_clear().args(arguments).stdin(Stdio::null()).output().unwrap())
}

fn pages(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = ["man1", "man5", "man7"]
        .iter()
        .flat_map(|part| fs::read_dir(folder.join(part)).unwrap().map(|entry| entry.unwrap().path()))
        .collect();
    all.sort();
    all
}

/// Every page in a folder.
fn written() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("share/man");
    let ran = bare(&["manual", "--all", place.to_str().unwrap()]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
    folder
}

/// Whether a program is there; a test that needs it says where it is not, and then shows nothing.
fn is_there(name: &str) -> bool {
    let there = Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !there {
        eprintln!("{name} is not installed: a part of this test shows nothing");
    }
    there
}

#[test]
fn every_page_is_written_without_a_home() {
    let folder = written();
    let all = pages(&folder.path().join("share/man"));
    let names: Vec<String> = all.iter().map(|page| page.file_name().unwrap().display().to_string()).collect();
    for name in ["tidebox.1", "tidebox-account-add.1", "tidebox-config.5", "tidebox-query.7", "tidebox-keys.7"] {
        assert!(names.iter().any(|it| it == name), "{name}: {names:?}");
    }
    let help = bare(&["--help"]).out;
    let commands = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let commands = commands.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next());
    for command in commands.filter(|name| *name != "help" && !name.is_empty()) {
        if help.contains(&format!("\n  {command} ")) {
            assert!(names.contains(&format!("tidebox-{command}.1")), "{command}: {names:?}");
        }
    }
    // The same twice, and the same as when it is asked for alone.
    for page in &all {
        let text = fs::read_to_string(page).unwrap();
        assert!(text.contains("\n.SH NAME\n") && text.contains("\n.SH DESCRIPTION\n"), "{}", page.display());
    }
    let alone = bare(&["manual", "account", "add"]).out;
    let file = folder.path().join("share/man/man1/tidebox-account-add.1");
    assert_eq!(alone, fs::read_to_string(file).unwrap());
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    for command in ["manual", "completions"] {
        let ran = bare(&[command, "--all", file.to_str().unwrap()]);
        assert_eq!(ran.code, 1, "{}", ran.err);
        assert!(ran.err.contains(file.to_str().unwrap()), "{}", ran.err);
    }
}

#[test]
fn every_key_of_the_settings_and_of_the_screen_is_on_a_page() {
    let config = bare(&["manual", "config"]).out.replace('\\', "");
    let (mut table, mut found) = (String::new(), 0);
    for line in tidebox::config::EXAMPLE.lines() {
        let setting = line.strip_prefix("# ").unwrap_or(line);
        if setting.starts_with('[') {
            setting.clone_into(&mut table);
            assert!(config.contains(&format!("SS {table}")) || config.contains(setting), "{table}");
        } else if let Some((key, _)) = setting.split_once(" = ")
            && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        {
            assert!(config.contains(&format!("{key} = ")), "{table} {key}");
            found += 1;
        }
    }
    assert!(found > 60, "only {found} keys");
    let keys = bare(&["manual", "keys"]).out.replace('\\', "");
    for info in tidebox::ui::action::ACTIONS {
        assert!(keys.contains(&format!("fI{}fR", info.name)), "{}", info.name);
    }
}

#[test]
fn man_sets_every_page_without_a_warning() {
    if !is_there("man") {
        return;
    }
    let folder = written();
    for page in pages(&folder.path().join("share/man")) {
        let output = Command::new("man")
            .args(["--warnings=w,mac", "-l"])
            .arg(&page)
            .env_clear()
            .envs([("MANWIDTH", "80"), ("LC_ALL", "C.UTF-8"), ("PATH", "/usr/bin:/bin"), ("MANPAGER", "cat")])
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && told.is_empty(), "{}: {told}", page.display());
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains("NAME"), "{text}");
    }
}

#[test]
fn apropos_finds_the_pages() {
    if !is_there("mandb") || !is_there("apropos") {
        return;
    }
    let folder = written();
    let man = folder.path().join("share/man");
    let indexed = Command::new("mandb").args(["-c", "-q", "-u"]).arg(&man).output().unwrap();
    assert!(indexed.status.success(), "{}", String::from_utf8_lossy(&indexed.stderr));
    for (word, name) in [("tidebox", "tidebox-query"), ("settings", "tidebox-config"), ("check-in", "tidebox-checkins")]
    {
        let output = Command::new("apropos").arg("-M").arg(&man).arg(word).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains(name), "{word}: {text}{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn completions_go_to_the_folders_of_their_shells() {
    let folder = tempfile::tempdir().unwrap();
    let ran = bare(&["completions", "--all", folder.path().to_str().unwrap()]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
    for (shell, place) in [
        ("bash", "bash-completion/completions/tidebox"),
        ("zsh", "zsh/site-functions/_tidebox"),
        ("fish", "fish/vendor_completions.d/tidebox.fish"),
    ] {
        assert_eq!(fs::read_to_string(folder.path().join(place)).unwrap(), bare(&["completions", shell]).out);
    }
    assert_eq!(bare(&["completions"]).code, 2);
    assert_eq!(bare(&["completions", "bash", "--all", "x"]).code, 2);
}
