//! Holds `src`: no cycles inside a room: of the modules in one folder none leads back to itself by what it names.
//!
//! A folder counts as one module beside its neighbours. A module and the `mod.rs` above it count as none, since a `mod.rs`
//! names its parts, and methods of one type are spread over files (`impl Store`). What a `mod.rs` passes on (`pub use`)
//! leads to where it is declared.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::source_files::{name_at, program_of, program_sources};

/// A module by its names from the root: `watch`, `account`.
type Module = Vec<String>;

/// What each module of a folder names among its neighbours.
type Arrows = BTreeMap<String, BTreeSet<String>>;

/// Cycles that may be, by their folder and modules, each with its reason.
const ALLOWED: [(&str, &[&str], &str); 0] = [];

/// The module that a file is; none for the roots of the crate.
fn module_of(path: &Path) -> Option<Module> {
    let mut names: Module = path.with_extension("").iter().map(|name| name.to_string_lossy().into_owned()).collect();
    if names.last().is_some_and(|last| last == "mod") {
        names.pop();
    } else if names.len() == 1 {
        return None;
    }
    Some(names)
}

/// Every path that begins with `crate`, `super` or `self`, from the root on.
fn paths(code: &str, module: &[String]) -> Vec<Module> {
    let mut found = Vec::new();
    for start in ["crate::", "super::", "self::"] {
        for (at, _) in code.match_indices(start) {
            if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let base = if start == "crate::" { &[] } else { module };
            let mut rest = if start == "super::" { &code[at..] } else { &code[at + start.len()..] };
            let mut base = base.to_vec();
            while let Some(above) = rest.strip_prefix("super::") {
                base.pop();
                rest = above;
            }
            expand(rest, &base, &mut found);
        }
    }
    found
}

/// Reads a path, and each entry of the lists in braces that it ends with. Gives what follows it.
fn expand<'t>(text: &'t str, base: &[String], found: &mut Vec<Module>) -> &'t str {
    let mut path = base.to_vec();
    let mut rest = text.trim_start();
    loop {
        if let Some(list) = rest.strip_prefix('{') {
            rest = list;
            loop {
                rest = expand(rest, &path, found).trim_start();
                match rest.strip_prefix(',') {
                    Some(more) => rest = more,
                    None => return rest.strip_prefix('}').unwrap_or(rest),
                }
            }
        }
        let name = name_at(rest);
        rest = &rest[name.len()..];
        if !name.is_empty() && name != "self" {
            path.push(name);
        }
        match rest.strip_prefix("::") {
            Some(more) if more.starts_with(|c: char| c == '{' || c == '_' || c.is_alphabetic()) => rest = more,
            _ => break,
        }
    }
    found.push(path);
    // `as other` belongs to the entry.
    let after = rest.trim_start();
    match after.strip_prefix("as ") {
        Some(renamed) => &renamed[name_at(renamed).len()..],
        None => rest,
    }
}

/// What modules pass on under names of their own: `pub use part::Thing`.
fn passed_on(code: &str, module: &[String], modules: &BTreeSet<Module>) -> Vec<(Module, Module)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("use ") {
        let before = code[..at].trim_end();
        if !(before.ends_with("pub") || before.ends_with("pub(crate)") || before.ends_with("pub(super)")) {
            continue;
        }
        let rest = &code[at + "use ".len()..];
        let mut paths = Vec::new();
        if ["crate::", "super::"].iter().all(|start| !rest.starts_with(start)) {
            expand(rest.strip_prefix("self::").unwrap_or(rest), module, &mut paths);
        }
        for path in paths.into_iter().filter(|path| path.len() > module.len() + 1) {
            let mut name = module.to_vec();
            name.extend(path.last().cloned());
            if !modules.contains(&name) {
                found.push((name, path));
            }
        }
    }
    found
}

/// The arrows between the modules of each folder.
fn arrows(files: &[(PathBuf, String)]) -> BTreeMap<Module, Arrows> {
    let programs: Vec<(Module, String)> =
        files.iter().filter_map(|(path, text)| Some((module_of(path)?, program_of(text)))).collect();
    let modules: BTreeSet<Module> = programs.iter().map(|(module, _)| module.clone()).collect();
    let passed: BTreeMap<Module, Module> =
        programs.iter().flat_map(|(module, code)| passed_on(code, module, &modules)).collect();
    let mut folders: BTreeMap<Module, Arrows> = BTreeMap::new();
    for (from, code) in &programs {
        for mut path in paths(code, from) {
            for _ in 0..modules.len() {
                let through = (1..=path.len()).find_map(|length| Some((length, passed.get(&path[..length])?)));
                let Some((length, real)) = through else { break };
                path = [real.as_slice(), &path[length..]].concat();
            }
            let Some(to) = (1..=path.len()).rev().map(|length| &path[..length]).find(|part| modules.contains(*part))
            else {
                continue;
            };
            let common = from.iter().zip(to).take_while(|(a, b)| a == b).count();
            // What rooms may name is the floors' matter; a module and what lies in it, or above it, are no neighbours.
            if common > 0 && common < from.len() && common < to.len() {
                let arrows = folders.entry(from[..common].to_vec()).or_default();
                arrows.entry(from[common].clone()).or_default().insert(to[common].clone());
            }
        }
    }
    folders
}

/// The modules that lead back to themselves, those of one cycle together.
fn cycles(arrows: &Arrows) -> Vec<Vec<&str>> {
    let reached = |from: &str| {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut next: Vec<&str> = arrows.get(from).into_iter().flatten().map(String::as_str).collect();
        while let Some(module) = next.pop() {
            if seen.insert(module) {
                next.extend(arrows.get(module).into_iter().flatten().map(String::as_str));
            }
        }
        seen
    };
    let reach: BTreeMap<&str, BTreeSet<&str>> = arrows.keys().map(|from| (from.as_str(), reached(from))).collect();
    let mut found: Vec<Vec<&str>> = Vec::new();
    for (module, reached) in &reach {
        if reached.contains(module) && !found.iter().any(|cycle| cycle.contains(module)) {
            let back = |other: &&&str| reach.get(**other).is_some_and(|reached| reached.contains(module));
            found.push(reached.iter().filter(back).copied().collect());
        }
    }
    found
}

/// Every cycle of the files: its folder and its modules.
fn all_cycles(files: &[(PathBuf, String)]) -> Vec<(String, Vec<String>)> {
    let mut all = Vec::new();
    for (folder, arrows) in arrows(files) {
        for cycle in cycles(&arrows) {
            all.push((folder.join("/"), cycle.into_iter().map(str::to_owned).collect()));
        }
    }
    all
}

/// The cycle with its arrows: `a -> b c`.
fn drawn(folder: &str, cycle: &[String], all: &BTreeMap<Module, Arrows>) -> String {
    let folder: Module = folder.split('/').map(str::to_owned).collect();
    let arrow = |from: &String| {
        let to: Vec<&str> = all[&folder][from].iter().filter(|to| cycle.contains(to)).map(String::as_str).collect();
        format!("{from} -> {}", to.join(" "))
    };
    format!("{}: {}", folder.join("/"), cycle.iter().map(arrow).collect::<Vec<_>>().join("; "))
}

#[test]
fn no_module_leads_back_to_itself() {
    let files = program_sources();
    let (all, arrows) = (all_cycles(&files), arrows(&files));
    let allowed = |(folder, cycle): &&(String, Vec<String>)| {
        let holds = |modules: &[&str]| cycle.iter().all(|module| modules.contains(&module.as_str()));
        ALLOWED.iter().any(|(there, modules, _)| there == folder && holds(modules))
    };
    let found: Vec<String> =
        all.iter().filter(|cycle| !allowed(cycle)).map(|(folder, cycle)| drawn(folder, cycle, &arrows)).collect();
    assert!(found.is_empty(), "these name each other in a cycle:\n{}", found.join("\n"));
    assert!(ALLOWED.iter().all(|(_, _, reason)| !reason.is_empty()), "an allowance has its reason");
    assert_eq!(all.len(), ALLOWED.len(), "a cycle that is allowed is there no more");
}

fn planted(files: &[(&str, &str)]) -> Vec<(String, Vec<String>)> {
    let files: Vec<(PathBuf, String)> =
        files.iter().map(|(path, text)| (PathBuf::from(path), (*text).to_owned())).collect();
    all_cycles(&files)
}

#[test]
fn each_planted_cycle_is_found() {
    let cycle =
        |folder: &str, modules: &[&str]| vec![(folder.to_owned(), modules.iter().map(|it| (*it).to_owned()).collect())];
    let two = [
        ("in so many words", "use super::b::B;", "fn f()(a: &crate::room::a::A) {}"),
        ("in lists", "use super::{b, Other};", "use crate::{other::X, room::{c::C, a::{self as first, A}}};"),
        ("through `super`", "use super::b;", "use super::super::room::a::A;"),
    ];
    for (kind, a, b) in two {
        let files = [("room/mod.rs", "mod a; mod b;"), ("room/a.rs", a), ("room/b.rs", b)];
        assert_eq!(planted(&files), cycle("room", &["a", "b"]), "{kind}");
    }
    let files =
        [("room/a.rs", "use super::b::B;"), ("room/b.rs", "use super::c::C;"), ("room/c.rs", "use super::a::A;")];
    assert_eq!(planted(&files), cycle("room", &["a", "b", "c"]), "of three");
    let files = [("room/in/a.rs", "use crate::room::b::B;"), ("room/b.rs", "use super::r#in;")];
    assert!(planted(&files).is_empty(), "a raw name is none of these");
    let files = [
        ("room/part/a.rs", "use super::super::b::B;"),
        ("room/part/mod.rs", "mod a;"),
        ("room/b.rs", "use super::part::P;"),
    ];
    assert_eq!(planted(&files), cycle("room", &["b", "part"]), "of a folder and its neighbour");
    let files = [("room/part/a.rs", "use super::b::B;"), ("room/part/b.rs", "use super::a::A;")];
    assert_eq!(planted(&files), cycle("room/part", &["a", "b"]), "within a folder");
    let files =
        [("room/mod.rs", "pub use b::{B, Other};"), ("room/a.rs", "use super::B;"), ("room/b.rs", "use super::a::A;")];
    assert_eq!(planted(&files), cycle("room", &["a", "b"]), "through what is passed on");
}

#[test]
fn what_is_no_cycle_passes() {
    for files in [
        [("room/mod.rs", "mod a; use a::A; pub struct Store;"), ("room/a.rs", "use super::Store; impl Store {}")],
        [("room/a.rs", "use super::b::B;"), ("room/b.rs", "// use super::a::A;\nlet a = \"super::a\";")],
        [
            ("room/a.rs", "use super::b::B;"),
            ("room/b.rs", "fn f() {}\n#[cfg(test)]\nmod tests {\n use super::super::a::A; use crate::room::a::B;\n}"),
        ],
        [("room/a.rs", "use super::b::B; use self::c::C;"), ("room/a/c.rs", "use super::Thing;")],
        [("room/a.rs", "use crate::other::b::B;"), ("other/b.rs", "use crate::room::a::A;")],
    ] {
        assert!(planted(&files).is_empty(), "{files:?}");
    }
}
