//! What people look for, by a key that other mail programs have or by a name, and what tidebox does not do yet. Such a key
//! does nothing else and says so, and so does the palette.

use super::{Key, Keymap, Sequence, sequence};

/// One of these things.
#[derive(Debug, PartialEq, Eq)]
pub struct AbsentInfo {
    pub absent: Absent,
    /// What it is, as a sentence begins: `a star is not in tidebox yet`.
    pub what: &'static str,
    /// Its keys in the preset `tide`.
    pub(super) keys: &'static [&'static str],
    /// The names that people know it by.
    pub words: &'static [&'static str],
}

macro_rules! absent {
    ($($absent:ident [$($key:literal)*] $what:literal [$($word:literal)*];)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Absent { $($absent),* }

        pub const ABSENT: &[AbsentInfo] = &[$(AbsentInfo {
            absent: Absent::$absent, what: $what, keys: &[$($key),*], words: &[$($word),*],
        }),*];
    };
}

absent! {
    Star [] "a star" ["star" "important" "pin"];
    Move [] "moving a message to a folder" ["move" "label" "folder" "refile"];
}

impl Absent {
    #[must_use]
    pub fn info(self) -> &'static AbsentInfo {
        // The table has one line for each of them, in the order of the enum.
        &ABSENT[self as usize]
    }

    /// What is meant by a name that somebody typed: the name, or at least three letters of its beginning.
    #[must_use]
    pub fn named(typed: &str) -> Option<&'static AbsentInfo> {
        let typed = typed.trim().to_lowercase();
        let is = |name: &str| ABSENT.iter().find(|info| info.words.contains(&name));
        let begins = || ABSENT.iter().find(|info| info.words.iter().any(|word| word.starts_with(&typed)));
        is(&typed).or_else(|| if typed.chars().count() < 3 { None } else { begins() })
    }
}

/// The keys of what is not there, in the preset `tide`.
pub(super) fn of_table() -> Vec<(Absent, Vec<Sequence>)> {
    ABSENT.iter().map(|info| (info.absent, info.keys.iter().filter_map(|keys| sequence(keys).ok()).collect())).collect()
}

impl Keymap {
    /// What a key would do that tidebox does not do yet. A key that does something is asked for with `find` first.
    #[must_use]
    pub fn absent(&self, pressed: &[Key]) -> Option<&'static AbsentInfo> {
        let has = |(_, sequences): &&(Absent, Vec<Sequence>)| sequences.iter().any(|sequence| sequence == pressed);
        self.absent.iter().find(has).map(|(absent, _)| absent.info())
    }
}

#[cfg(test)]
mod tests {
    use super::{ABSENT, Absent};
    use crate::ui::action::Action;

    #[test]
    fn everything_absent_finds_its_line_and_is_no_action() {
        for info in ABSENT {
            assert_eq!(info.absent.info(), info);
            for word in info.words {
                assert_eq!(Absent::named(word), Some(info), "{word}");
                assert_eq!(Action::named(word), None, "{word}");
            }
        }
        assert_eq!(Absent::named("impo").map(|info| info.absent), Some(Absent::Star));
        assert_eq!(Absent::named("im"), None);
    }
}
