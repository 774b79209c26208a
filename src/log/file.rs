//! The file of the log: only its owner can read it, its size is limited, and a few older files stand beside it.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// A file that would become larger than this, in bytes, is renamed, and a new one is begun.
pub const LARGEST: u64 = 256 * 1024;
/// How many older files are kept; `tidebox.log.1` is the newest of them.
pub const OLDER: u32 = 3;

/// Writes a line at the end of the file, making it and its folder where they are not there.
pub fn append(path: &Path, line: &str) -> io::Result<()> {
    let mut file = open(path)?;
    if file.metadata()?.len() + line.len() as u64 > LARGEST {
        rotate(path)?;
        file = open(path)?;
    }
    // One write for the whole line, because another process may be writing too.
    file.write_all(line.as_bytes())
}

/// The text of the newest older file and of the file itself.
pub fn latest(path: &Path) -> String {
    let mut text = String::new();
    for path in [older(path, 1), path.to_owned()] {
        if let Ok(file) = opened(OpenOptions::new().read(true), &path) {
            let mut bytes = Vec::new();
            let _ = file.take(2 * LARGEST).read_to_end(&mut bytes);
            text.push_str(&String::from_utf8_lossy(&bytes));
        }
    }
    text
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match opened(&mut options, path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                let mut builder = DirBuilder::new();
                builder.recursive(true);
                #[cfg(unix)]
                std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
                builder.create(folder)?;
            }
            opened(&mut options, path)
        }
        other => other,
    }
}

/// Opens a plain file that has no second name. What somebody else may have put at the path (a link, a pipe, a device) is
/// refused, without waiting for the other end of a pipe.
fn opened(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_CLOEXEC);
    let file = options.open(path)?;
    let found = file.metadata()?;
    #[cfg(unix)]
    let alone = std::os::unix::fs::MetadataExt::nlink(&found) == 1;
    #[cfg(not(unix))]
    let alone = true;
    if found.is_file() && alone { Ok(file) } else { Err(io::ErrorKind::InvalidInput.into()) }
}

/// Gives each file the next number and drops the oldest. Renaming replaces what has that name, also a link.
fn rotate(path: &Path) -> io::Result<()> {
    for number in (1..OLDER).rev() {
        match fs::rename(older(path, number), older(path, number + 1)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    fs::rename(path, older(path, 1))
}

fn older(path: &Path, number: u32) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{number}"));
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::{LARGEST, OLDER, append, latest, older};
    use std::fs;
    use std::path::Path;

    fn files(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn the_log_stays_small() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tidebox.log");
        let line = format!("{}\n", "x".repeat(usize::try_from(LARGEST).unwrap() / 4));
        for _ in 0..40 {
            append(&path, &line).unwrap();
        }
        append(&path, "the last\n").unwrap();
        assert_eq!(files(folder.path()), ["tidebox.log", "tidebox.log.1", "tidebox.log.2", "tidebox.log.3"]);
        for number in 1..=OLDER {
            assert!(fs::metadata(older(&path, number)).unwrap().len() <= LARGEST);
        }
        assert!(latest(&path).ends_with("the last\n"));
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_reads_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state").join("tidebox").join("tidebox.log");
        append(&path, "a\n").unwrap();
        append(&path, "b\n").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        assert_eq!(fs::read_to_string(&path).unwrap(), "a\nb\n");
    }

    #[cfg(unix)]
    #[test]
    fn what_was_planted_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let victim = folder.path().join("victim");
        fs::write(&victim, "untouched").unwrap();
        let link = folder.path().join("link.log");
        std::os::unix::fs::symlink(&victim, &link).unwrap();
        let hard = folder.path().join("hard.log");
        fs::hard_link(&victim, &hard).unwrap();
        let pipe = folder.path().join("pipe.log");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for planted in [&link, &hard, &pipe, &folder.path().to_owned()] {
            assert!(append(planted, "line\n").is_err(), "{}", planted.display());
            assert_eq!(latest(planted), "", "{}", planted.display());
        }
        assert_eq!(fs::read_to_string(&victim).unwrap(), "untouched");

        // A link at an older one's name is replaced, not followed.
        let path = folder.path().join("tidebox.log");
        std::os::unix::fs::symlink(&victim, older(&path, 1)).unwrap();
        append(&path, &"x".repeat(usize::try_from(LARGEST).unwrap())).unwrap();
        append(&path, "line\n").unwrap();
        assert_eq!(fs::read_to_string(&victim).unwrap(), "untouched");
        assert!(older(&path, 1).symlink_metadata().unwrap().is_file());
    }
}
