//! Holds `src/job/service/systemd.rs`, `src/cli/manual`: the files that packages install are those that the program goes by, each recipe
//! is of this version, and what the recipes copy is there.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::Home;

const NOW: &str = "2026-11-23T09:00:00+01:00";
const VERSION: &str = env!("CARGO_PKG_VERSION");

fn project(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn text(name: &str) -> String {
    fs::read_to_string(project(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
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
    let manifest = text("Cargo.toml");
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
        ["Cargo.toml", "packaging/arch/PKGBUILD", "packaging/homebrew/tidebox.rb", "SECURITY.md", "CODE_OF_CONDUCT.md"]
    {
        let text = text(file);
        assert!(!text.contains("tidebox.example") || text.contains("placeholder"), "{file}");
    }
}
