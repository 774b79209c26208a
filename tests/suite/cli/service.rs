//! Holds `src/cli/service.rs`, `src/job/service`: `tidebox service`: the file for the system's manager of services, and
//! what that manager is told. The manager is a program of the test's own that writes down what it hears; where the real
//! one can check a unit, it does.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use crate::support::{CONFIG, Home, Ran, ran};

const NOW: &str = "2026-11-23T09:00:00+01:00";

/// A home whose path has what units and shells trip over.
struct Place {
    home: Home,
    odd: PathBuf,
}

fn place(systemctl: &str) -> Place {
    let home = Home::new();
    let program = home.write("bin/systemctl", format!("#!/bin/sh\nprintf '%s\\n' \"$*\" >> \"$HEARD\"\n{systemctl}\n"));
    fs::set_permissions(program, fs::Permissions::from_mode(0o755)).unwrap();
    let odd = home.path("100% \"my\" $HOME & <co>");
    fs::create_dir(&odd).unwrap();
    fs::write(odd.join("config.toml"), CONFIG).unwrap();
    Place { home, odd }
}

impl Place {
    fn run(&self, arguments: &[&str]) -> Ran {
        let mut all = vec!["service"];
        all.extend(arguments);
        let mut command = self.home.command(NOW, &all);
        command.env("PATH", self.home.path("bin")).env("HEARD", self.home.path("heard"));
        command.env("TIDEBOX_CONFIG", self.odd.join("config.toml"));
        ran(&command.output().unwrap())
    }

    fn unit(&self) -> PathBuf {
        self.home.path(".config/systemd/user/tidebox.service")
    }

    fn heard(&self) -> String {
        fs::read_to_string(self.home.path("heard")).unwrap_or_default()
    }
}

#[test]
fn it_is_installed_asked_for_and_removed() {
    let place = place("case \"$*\" in *is-active*) echo active;; esac");
    assert_eq!(place.run(&["status"]).out, "Not installed. No process reads the sources on the network now.\n");
    let installed = place.run(&["install"]);
    assert_eq!((installed.code, installed.err.as_str()), (0, ""));
    assert_eq!(place.heard(), "--user daemon-reload\n--user enable tidebox.service\n--user restart tidebox.service\n");
    let unit = fs::read_to_string(place.unit()).unwrap();
    assert_eq!(unit, place.run(&["install", "--print"]).out);
    let odd = place.odd.display().to_string().replace('%', "%%").replace('"', "\\\"");
    assert!(unit.contains(&format!(" \"--config\" \"{odd}/config.toml\" \"--store\" \"")), "{unit}");
    // Commands for passwords are found where the shell found them.
    assert!(unit.contains("\nEnvironment=\"PATH=/"), "{unit}");
    assert!(unit.contains("\nExecStart=:\"/") && unit.contains("\" \"watch\"\n"), "{unit}");
    assert!(place.run(&["status"]).out.contains("tidebox.service (active). No process reads"));
    // Once more is no other.
    assert_eq!(place.run(&["install"]).code, 0);
    assert_eq!(place.run(&["remove"]).code, 0);
    assert!(!place.unit().exists());
    assert!(place.heard().ends_with("--user disable --now tidebox.service\n--user daemon-reload\n"));
    assert_eq!(place.run(&["remove"]).out, "It was not installed.\n");
}

#[test]
fn the_file_of_somebody_else_is_left_alone() {
    let place = place("");
    let unit = place.unit();
    fs::create_dir_all(unit.parent().unwrap()).unwrap();
    fs::write(&unit, "[Service]\nExecStart=/bin/true\n").unwrap();
    for verb in ["install", "remove"] {
        let refused = place.run(&[verb]);
        assert_eq!(refused.code, 1);
        assert!(refused.err.contains("was not written by tidebox"), "{}", refused.err);
    }
    assert_eq!(fs::read_to_string(&unit).unwrap(), "[Service]\nExecStart=/bin/true\n");
    assert!(place.run(&["status"]).out.starts_with("Not installed; there is another file at "));
    // A link is somebody's too, even to a file that was ours.
    fs::remove_file(&unit).unwrap();
    let behind = place.home.write("dotfiles/unit", place.run(&["install", "--print"]).out);
    std::os::unix::fs::symlink(behind, &unit).unwrap();
    assert_eq!(place.run(&["install"]).code, 1);
    assert!(unit.is_symlink());
    assert_eq!(place.heard(), "");
}

#[test]
fn without_the_manager_it_says_what_to_do() {
    let place = place("");
    fs::remove_file(place.home.path("bin/systemctl")).unwrap();
    let installed = place.run(&["install"]);
    assert_eq!(installed.code, 1);
    assert!(installed.err.contains("there is no `systemctl` here\n"), "{}", installed.err);
    assert!(installed.err.contains("started by what starts your session"), "{}", installed.err);
    assert!(place.unit().exists());
    assert_eq!(place.run(&["remove"]).code, 0);
    assert!(!place.unit().exists());
}

#[test]
fn a_manager_that_fails_is_quoted_and_clean() {
    let place = place("printf 'Failed to connect\\033[2J to bus\\n' >&2; exit 1");
    let installed = place.run(&["install"]);
    assert_eq!(installed.code, 1);
    assert!(installed.err.contains("`systemctl --user daemon-reload` failed: Failed to connect\u{fffd}[2J to bus"));
}

#[test]
fn the_unit_is_right_for_systemd() {
    let place = place("");
    let unit = place.run(&["install", "--print"]).out;
    let path = place.home.write("units/tidebox.service", unit);
    let verified = Command::new("systemd-analyze").args(["--user", "verify", "--man=no"]).arg(&path).output();
    let Ok(verified) = verified else {
        eprintln!("systemd-analyze is not here: the unit was not verified");
        return;
    };
    let said = String::from_utf8_lossy(&verified.stderr);
    // Where no manager of this user can run at all, it says so in many words; of the unit it says where it is.
    assert!(!said.contains("tidebox.service"), "{said}");
}

#[test]
fn the_agent_is_right_for_launchd() {
    let place = place("");
    let agent = place.run(&["install", "--print", "--manager", "launchd"]).out;
    let path = place.home.write("agent.plist", &agent);
    let script = "import json, plistlib, sys\nprint(json.dumps(plistlib.load(open(sys.argv[1], 'rb'))))";
    let read = Command::new("python3").args(["-c", script]).arg(path).output().expect("python3 is installed");
    let read: serde_json::Value = serde_json::from_slice(&read.stdout).unwrap();
    assert_eq!(read["Label"], "tidebox.watch");
    let words: Vec<&str> =
        read["ProgramArguments"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
    let config = place.odd.join("config.toml").display().to_string();
    let store = place.home.store().display().to_string();
    assert_eq!(words[1..], ["--config", &config, "--store", &store, "watch"]);
    assert_eq!((&read["RunAtLoad"], &read["KeepAlive"]["SuccessfulExit"]), (&true.into(), &false.into()));
}
