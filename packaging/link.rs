//! How the program is linked, where rustc links by LLD: the functions that a check-in runs lie side by side, in the order of
//! `packaging/order/TARGET.txt`, which `scripts/order` measures. The system maps a program in pieces of 64 kB around each function that
//! runs; side by side they take less than half of that (docs/performance.md). The order changes nothing else: a name that the program
//! does not have is passed over, and another linker links as it likes.

#![allow(clippy::print_stdout, reason = "Cargo reads what a build script prints")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=packaging/link.rs");
    println!("cargo:rerun-if-changed=packaging/order");
    let told = |name: &str| env::var(name).unwrap_or_default();
    let order = Path::new(&told("CARGO_MANIFEST_DIR")).join(format!("packaging/order/{}.txt", told("TARGET")));
    // The compiler takes a list of arguments with commas between them, so that a folder with one in its name cannot be told.
    let Some(path) = order.to_str().filter(|path| !path.contains(',')) else { return };
    if told("PROFILE") != "release" || !order.is_file() || !links_by_lld(&told) {
        return;
    }
    let argument = |what: &str| println!("cargo:rustc-link-arg-bins=-Wl,{what}");
    argument(&format!("--symbol-ordering-file={path}"));
    argument("--no-warn-symbol-ordering");
    if let Some(script) = changing_names(&order, &told) {
        argument(&format!("-T,{script}"));
    }
    if let Some(folder) = unwinder(&told) {
        println!("cargo:rustc-link-search=native={folder}");
        println!("cargo:rustc-link-lib=static:-bundle=gcc_eh");
    }
    // Addresses that are set at each start are written in a few bits each (DT_RELR), which glibc reads from 2.36 on.
    if glibc().is_some_and(|version| version >= (2, 36)) {
        argument("-z,pack-relative-relocs");
    }
}

/// Most names have a hash in them that follows from the versions of all libraries, and link-time optimisation ends some with a number
/// that follows from the paths of the build; the list has `*` in their place. A symbol ordering file has exact names only, so a linker
/// script puts those functions in front of the others, and adds nothing else.
fn changing_names(order: &Path, told: &dyn Fn(&str) -> String) -> Option<String> {
    let names = fs::read_to_string(order).ok()?;
    let section = |name: &str| format!("        *(.text.{name} .text.unlikely.{name})\n");
    let sections: Vec<String> = names.lines().filter(|name| name.contains('*')).map(section).collect();
    let script = format!("SECTIONS {{\n    .text.order : {{\n{}    }}\n}}\nINSERT BEFORE .text;\n", sections.concat());
    let path = Path::new(&told("OUT_DIR")).join("order.ld");
    fs::write(&path, script).ok()?;
    path.to_str().filter(|path| !path.contains(',')).map(str::to_owned)
}

/// Whether nobody chose another linker than the one that rustc brings for this target.
fn links_by_lld(told: &dyn Fn(&str) -> String) -> bool {
    let rustc = told("RUSTC");
    let sysroot = Command::new(if rustc.is_empty() { "rustc" } else { &rustc }).args(["--print", "sysroot"]).output();
    let Ok(sysroot) = sysroot.map(|said| PathBuf::from(String::from_utf8_lossy(&said.stdout).trim())) else {
        return false;
    };
    let brought = sysroot.join("lib/rustlib").join(told("TARGET")).join("bin/gcc-ld/ld.lld");
    let flags = told("CARGO_ENCODED_RUSTFLAGS");
    brought.is_file() && told("RUSTC_LINKER").is_empty() && !["link", "ld="].iter().any(|word| flags.contains(word))
}

/// The folder of the library that unwinds the stack after a panic, as the C compiler has it (GCC's, with its Runtime Library Exception).
/// Linked into the program it need not be found, mapped and bound at each start.
fn unwinder(told: &dyn Fn(&str) -> String) -> Option<String> {
    // The compiler of this machine has the libraries of this machine.
    if told("HOST") != told("TARGET") {
        return None;
    }
    let cc = env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let said = Command::new(cc).arg("-print-file-name=libgcc_eh.a").output().ok()?;
    let path = PathBuf::from(String::from_utf8(said.stdout).ok()?.trim());
    path.is_file().then(|| path.parent()?.to_str().map(str::to_owned))?
}

/// The version of the C library with which the program is linked.
fn glibc() -> Option<(u32, u32)> {
    let said = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let said = String::from_utf8(said.stdout).ok()?;
    let (major, minor) = said.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.split('.').next()?.parse().ok()?))
}
