//! Holds `src/job/service/systemd.rs`, `src/cli/manual`: the files that packages install are those that the program goes by, each recipe
//! is of this version, and what the recipes copy is there; what the release says of versions is so, and the licences of what is
//! linked are printed.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Home, Ran, ran};

const NOW: &str = "2026-11-23T09:00:00+01:00";
const VERSION: &str = env!("CARGO_PKG_VERSION");

fn project(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn text(name: &str) -> String {
    fs::read_to_string(project(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Cargo.toml as it is written. In a package cargo keeps it beside one that has no comments.
fn manifest() -> &'static str {
    if project("Cargo.toml.orig").is_file() { "Cargo.toml.orig" } else { "Cargo.toml" }
}

#[test]
fn the_unit_of_packages_is_the_one_that_is_installed() {
    let home = Home::new();
    let printed = home.run(NOW, &["service", "install", "--print", "--manager", "systemd"]);
    assert_eq!(printed.code, 0, "{}", printed.err);
    // The program's own path and that of its home, and who wrote it, are another matter.
    let lines = |text: &str| {
        let other = ["# Written by", "# For packages", "ExecStart=", "Environment="];
        let kept = text.lines().filter(|line| !other.iter().any(|it| line.starts_with(it)));
        kept.map(str::to_owned).collect::<Vec<_>>()
    };
    let packaged = text("packaging/tidebox.service");
    assert_eq!(lines(&packaged), lines(&printed.out));
    assert!(packaged.contains("\nExecStart=/usr/bin/tidebox watch\n"), "{packaged}");
}

#[test]
fn every_recipe_is_of_this_version() {
    for (file, line) in [
        ("packaging/arch/PKGBUILD", format!("pkgver={VERSION}\n")),
        ("packaging/debian/changelog", format!("tidebox ({VERSION}-1) ")),
        ("packaging/homebrew/tidebox.rb", format!("/v{VERSION}.tar.gz\"")),
    ] {
        assert!(text(file).contains(&line), "{file} has no {line}");
    }
}

#[test]
fn what_packages_install_is_there() {
    let manifest = text(manifest());
    let (_, metadata) = manifest.split_once("[package.metadata.deb]").unwrap();
    let named = metadata.split('"').filter(|word| !word.starts_with('/') && !word.starts_with("usr/"));
    let is_page = |word: &str| Path::new(word).extension().is_some_and(|it| it == "md" || it == "toml");
    let files: Vec<&str> = named.filter(|word| word.starts_with("packaging/") || is_page(word)).collect();
    assert!(files.len() >= 6, "{files:?}");
    for file in files {
        assert!(project(file).is_file(), "{file}");
    }
    // The pages that the assets choose are those that are written.
    let home = Home::new();
    assert_eq!(home.run(NOW, &["manual", "--all", "man"]).code, 0);
    for folder in fs::read_dir(home.path("man")).unwrap() {
        let folder = folder.unwrap().file_name().display().to_string();
        assert_eq!(metadata.matches(&format!("/man/{folder}/*\"")).count(), 2, "{folder} in the .deb and in the .rpm");
    }
}

#[test]
fn a_placeholder_says_that_it_is_one() {
    for file in
        [manifest(), "packaging/arch/PKGBUILD", "packaging/homebrew/tidebox.rb", "SECURITY.md", "CODE_OF_CONDUCT.md"]
    {
        let text = text(file);
        assert!(!text.contains("tidebox.example") || text.contains("placeholder"), "{file}");
    }
}

/// Runs a program in a folder; `None` where it is not installed, which is then said.
fn try_in(folder: &Path, program: impl AsRef<OsStr>, arguments: &[&str]) -> Option<Ran> {
    let mut command = Command::new(&program);
    // What git runs a hook with would name another repository.
    command.args(arguments).current_dir(folder).env_remove("GIT_DIR").env_remove("GIT_INDEX_FILE");
    match command.env("GIT_CONFIG_GLOBAL", "/dev/null").output() {
        Ok(output) => Some(ran(&output)),
        Err(error) => {
            eprintln!("{}: {error}: this test shows nothing", program.as_ref().display());
            None
        }
    }
}

fn commit(folder: &Path) -> Option<Ran> {
    let who = ["-c", "user.name=ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false"];
    try_in(folder, "git", &["add", "."])?;
    try_in(folder, "git", &[&who[..], &["commit", "--quiet", "-m", "A version"]].concat())
}

/// A repository with what a release reads of this one. `None` where there is none to take it from, as in an unpacked package.
fn repository(home: &Home) -> Option<PathBuf> {
    if !project("scripts/release").is_file() {
        eprintln!("scripts/release is not in this folder: this test shows nothing");
        return None;
    }
    for name in [
        "scripts/release",
        "Cargo.toml",
        "Cargo.lock",
        "packaging/debian/changelog",
        "packaging/arch/PKGBUILD",
        "packaging/homebrew/tidebox.rb",
        "packaging/nix/flake.nix",
        "packaging/tidebox.desktop",
    ] {
        let to = home.path("repository").join(name);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(project(name), to).unwrap();
    }
    let folder = home.path("repository");
    fs::write(folder.join("CHANGELOG.md"), "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n- Another.\n")
        .unwrap();
    assert_eq!(try_in(&folder, "git", &["init", "--quiet"])?.code, 0);
    assert_eq!(commit(&folder)?.code, 0);
    Some(folder)
}

#[test]
fn a_release_says_what_is_of_another_version_and_makes_the_section_of_this_one() {
    let home = Home::new();
    let Some(folder) = repository(&home) else { return };
    let release = |arguments: &[&str]| try_in(&folder, folder.join("scripts/release"), arguments).unwrap();

    let before = release(&[]);
    assert_eq!(before.code, 0, "{}", before.err);
    assert_eq!(before.out.matches("  WRONG  ").count(), 2, "the changelog and the tag: {}", before.out);
    assert!(
        before.out.contains(&format!("\n  ## [{VERSION}] - ")) && before.out.contains("with 2 entries"),
        "{}",
        before.out
    );
    let refused = release(&["--make", "sums"]);
    assert!(refused.code != 0 && refused.err.contains("mend what is wrong"), "{}", refused.err);

    for wrong in ["", "soon", "2026-13-41"] {
        assert!(release(&["--turn", wrong]).err.contains("takes the date of the release"), "{wrong}");
    }
    let turned = release(&["--turn", "2026-12-01"]);
    assert_eq!(turned.code, 0, "{}", turned.err);
    let changelog = fs::read_to_string(folder.join("CHANGELOG.md")).unwrap();
    let section = format!("## [Unreleased]\n\n## [{VERSION}] - 2026-12-01\n\n### Added\n\n- A thing.\n");
    assert!(changelog.contains(&section), "{changelog}");
    let debian = fs::read_to_string(folder.join("packaging/debian/changelog")).unwrap();
    assert!(debian.contains(">  Tue, 01 Dec 2026 12:00:00 +0000\n"), "{debian}");
    assert!(release(&["--turn", "2026-12-01"]).err.contains("already"));

    commit(&folder).unwrap();
    let tag = try_in(&folder, "git", &["tag", &format!("v{VERSION}")]).unwrap();
    assert_eq!(tag.code, 0, "{}", tag.err);
    let ready = release(&[]);
    assert!(!ready.out.contains("WRONG"), "{}", ready.out);

    let lock = fs::read_to_string(folder.join("Cargo.lock")).unwrap();
    let own = format!("name = \"tidebox\"\nversion = \"{VERSION}\"");
    fs::write(folder.join("Cargo.lock"), lock.replace(&own, "name = \"tidebox\"\nversion = \"9.9.9\"")).unwrap();
    let other = release(&[]);
    assert!(other.out.contains("  WRONG  Cargo.lock: 9.9.9"), "{}", other.out);
    assert!(other.out.contains("changes that are not committed"), "{}", other.out);
}

#[test]
fn the_licences_of_what_is_linked_are_printed() {
    let script = project("scripts/third-party");
    if !script.is_file() {
        eprintln!("{} is not in this folder: this test shows nothing", script.display());
        return;
    }
    let Some(printed) = try_in(&project("."), &script, &["x86_64-unknown-linux-gnu"]) else { return };
    assert_eq!(printed.code, 0, "{}", printed.err);
    // What is linked, in Rust and in C, with the texts; not what only tests need, and no macro.
    for held in [
        "\n  rusqlite 0.",
        "\n  ring 0.",
        "\n  zstd-sys 2.",
        "Copyright (c) 2014 The rusqlite developers",
        "BSD License",
    ] {
        assert!(printed.out.contains(held), "{held}");
    }
    for left_out in ["\n  proptest ", "\n  serde_derive ", "\n  tidebox ", "GNU GENERAL PUBLIC LICENSE"] {
        assert!(!printed.out.contains(left_out), "{left_out}");
    }
    let unknown = try_in(&project("."), &script, &[]).unwrap();
    assert!(unknown.code != 0 && unknown.err.contains("scripts/third-party"), "{}", unknown.err);
}
