//! Programs that `scripts/test-servers` unpacked and did not install: where they are, and what they must be told to run.

use std::fs;
use std::path::{Path, PathBuf};

/// The number of a user and a group that only such a program sees.
const OTHER: u32 = 64_101;

/// A program with the libraries that came with it.
pub struct Unpacked {
    pub program: PathBuf,
    root: PathBuf,
}

impl Unpacked {
    /// The program at this path below a folder of the cache, if it is there.
    pub fn find(folder: &str, program: &str) -> Option<Self> {
        let root = super::cache().join(folder);
        let found = Self { program: root.join(program), root };
        super::found(found.program.is_file().then_some(found), folder)
    }

    /// The command that starts it: `env` with what it needs, then the program.
    pub fn command(&self) -> Vec<String> {
        let libraries = format!("LD_LIBRARY_PATH={}", libraries(&self.root));
        vec!["env".to_owned(), libraries, self.program.display().to_string()]
    }

    /// The same, for a program that looks up users of its own, which this machine does not have: this shows them to it.
    pub fn command_with_user(&self, folder: &Path, name: &str) -> Option<Vec<String>> {
        let wrapper = super::cache().join(format!("names/{}/libnss_wrapper.so", system_libraries()));
        let wrapper = super::found(wrapper.is_file().then_some(wrapper), "libnss_wrapper")?;
        let (user, group) = super::runs_as();
        let (uid, gid) = (super::told_by_id("-u"), super::told_by_id("-g"));
        let (users, groups) = (folder.join("passwd"), folder.join("group"));
        let rest = ":/:/bin/false";
        fs::write(&users, format!("root:x:0:0:{rest}\n{user}:x:{uid}:{gid}:{rest}\n{name}:x:{OTHER}:{OTHER}:{rest}\n"))
            .unwrap();
        fs::write(&groups, format!("root:x:0:\n{group}:x:{gid}:\n{name}:x:{OTHER}:\npostdrop:x:{}:\n", OTHER + 1))
            .unwrap();
        let mut words = self.command();
        let told = [
            format!("LD_PRELOAD={}", wrapper.display()),
            format!("NSS_WRAPPER_PASSWD={}", users.display()),
            format!("NSS_WRAPPER_GROUP={}", groups.display()),
        ];
        words.splice(1..1, told);
        Some(words)
    }

    /// The folder that it was unpacked to.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

/// What these commands tell a program by its environment, for programs that pass on only what they are told to.
pub const TOLD: &str = "LD_LIBRARY_PATH LD_PRELOAD NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP";

/// Where unpacked libraries are, for `LD_LIBRARY_PATH`.
pub fn libraries(root: &Path) -> String {
    let (root, system) = (root.display(), system_libraries());
    format!("{root}/{system}:{root}/{}:{root}/usr/lib/postfix", system.trim_start_matches("usr/"))
}

fn system_libraries() -> String {
    format!("usr/lib/{}-linux-gnu", std::env::consts::ARCH)
}
