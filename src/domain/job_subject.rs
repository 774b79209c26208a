//! What the subject of a notice says of a job or an alert: whether that fails or is well again, and which one it is.
//!
//! CI servers and monitors have no common field for it, but all of them put it into the subject: in brackets (`[FIRING:1] High
//! water`), before a colon (`Run failed: CI - main`), or among the other words (`Build main failed #803`). The state is what stands
//! in the first of these places that has one; everything else, without numbers, is the name of the thing.

use super::numberless::{is_number, unmarked, zeroed};
use super::service_notice::NoticeState;

/// Words that say that something fails.
const FAILING: [&str; 28] = [
    "failed",
    "failing",
    "fail",
    "fails",
    "failure",
    "broken",
    "errored",
    "error",
    "unstable",
    "unhealthy",
    "unreachable",
    "unresolved",
    "firing",
    "alerting",
    "alarm",
    "problem",
    "critical",
    "warning",
    "down",
    "triggered",
    "red",
    "nodata",
    "flapping",
    "degraded",
    "investigating",
    "breached",
    "stopped",
    "aborted",
];
/// Words that say that it is well.
const PASSING: [&str; 25] = [
    "passed",
    "passing",
    "pass",
    "passes",
    "succeeded",
    "success",
    "successful",
    "successfully",
    "fixed",
    "recovered",
    "recovery",
    "recovers",
    "resolved",
    "resolves",
    "ok",
    "okay",
    "up",
    "normal",
    "green",
    "cleared",
    "healthy",
    "stable",
    "restored",
    "closed",
    "operational",
];
/// Words that lead to a state or stand around it, and name nothing.
const FILLING: [&str; 27] = [
    "is", "are", "was", "has", "have", "been", "be", "became", "becomes", "now", "still", "again", "back", "to", "in",
    "the", "a", "for", "on", "of", "at", "after", "with", "from", "state", "status", "new",
];
/// Words that turn the state around that follows them.
const DENYING: [&str; 5] = ["not", "no", "longer", "isn't", "never"];

/// A job or an alert, and how it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobSubject {
    pub state: NoticeState,
    /// Equal where two subjects are about the same thing: its words without numbers, in the order of the alphabet, because programs
    /// turn their sentences around (`Build failed in Jenkins: x`, `Jenkins build is back to normal : x`).
    pub name: String,
}

impl JobSubject {
    /// `None` where the subject says nothing of a state.
    #[must_use]
    pub fn read(subject: &str) -> Option<Self> {
        let subject = unmarked(subject);
        let words = words(subject);
        let places = [Place::Bracket, Place::Head, Place::Sentence];
        let (at, state) = places.into_iter().find_map(|place| state_in(&words, place))?;
        let told = |number: usize| number == at || denies(&words, at, number);
        let tail = tail(&words);
        let mut name: Vec<String> = Vec::with_capacity(words.len());
        for (number, word) in words.iter().enumerate() {
            let silent = told(number) || number >= tail || FILLING.contains(&word.text.as_str());
            if !silent && !is_number(&word.text) && !is_duration(&word.text) {
                name.push(zeroed(&word.text));
            }
        }
        name.sort_unstable();
        Some(Self { state, name: name.join(" ") })
    }
}

/// Where in a subject a state stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// The first word in brackets.
    Bracket,
    /// Before the first colon that a space follows.
    Head,
    Sentence,
}

struct Word {
    text: String,
    place: Place,
}

/// The words of a subject, in lower case. Signs within a word stay, as in `tide-main` and `tide/harbour`.
fn words(subject: &str) -> Vec<Word> {
    let head = subject.char_indices().zip(subject.chars().skip(1).chain([' ']));
    let head =
        head.filter(|((_, c), next)| *c == ':' && next.is_whitespace()).map(|((at, _), _)| at).next().unwrap_or(0);
    let mut words: Vec<Word> = Vec::new();
    let mut opened = false;
    let mut start = None;
    for (at, c) in subject.char_indices().chain([(subject.len(), ' ')]) {
        let ends = c.is_whitespace() || "[](){}<>|!*,;\"'=:".contains(c);
        if !ends {
            start.get_or_insert(at);
            continue;
        }
        let text = start.take().and_then(|from| subject.get(from..at)).unwrap_or_default();
        let text = text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        if !text.is_empty() {
            let place = if opened {
                Place::Bracket
            } else if at <= head {
                Place::Head
            } else {
                Place::Sentence
            };
            opened = false;
            words.push(Word { text, place });
        }
        opened = c == '[' || opened && c != ']';
    }
    words
}

/// The last word of this place that says a state.
fn state_in(words: &[Word], place: Place) -> Option<(usize, NoticeState)> {
    let states = words.iter().enumerate().filter(|(_, word)| word.place == place);
    let (at, state) = states.filter_map(|(at, word)| Some((at, state_of(&word.text)?))).next_back()?;
    let denied = (0..at).any(|number| denies(words, at, number));
    Some((at, if denied { turned(state) } else { state }))
}

fn state_of(word: &str) -> Option<NoticeState> {
    if FAILING.contains(&word) {
        Some(NoticeState::Failing)
    } else if PASSING.contains(&word) {
        Some(NoticeState::Passing)
    } else {
        None
    }
}

fn turned(state: NoticeState) -> NoticeState {
    if state == NoticeState::Failing { NoticeState::Passing } else { NoticeState::Failing }
}

/// Whether the word of this number denies the state that stands at `at`: `not OK`, `no longer failing`.
fn denies(words: &[Word], at: usize, number: usize) -> bool {
    let between = words.get(number..at).unwrap_or_default();
    !between.is_empty() && between.iter().all(|word| DENYING.contains(&word.text.as_str()))
}

/// Where the end of a subject begins that says the state once more, as monitors do: `… is CRITICAL`. Past the end where none does.
fn tail(words: &[Word]) -> usize {
    let is = words.iter().rposition(|word| matches!(word.text.as_str(), "is" | "are" | "has" | "now"));
    let Some(is) = is else { return words.len() };
    let behind = words.get(is + 1..).unwrap_or_default();
    let told = behind.iter().all(|word| {
        let text = word.text.as_str();
        state_of(text).is_some() || FILLING.contains(&text) || DENYING.contains(&text) || is_number(text)
    });
    if told && !behind.is_empty() { is } else { words.len() }
}

/// `5m`, `3s`, `1h`, `90min`.
fn is_duration(word: &str) -> bool {
    let unit = word.trim_start_matches(|c: char| c.is_ascii_digit());
    unit.len() < word.len() && matches!(unit, "ms" | "s" | "sec" | "m" | "min" | "h" | "d" | "w")
}

#[cfg(test)]
mod tests {
    use super::JobSubject;
    use crate::domain::service_notice::NoticeState;

    fn read(subject: &str) -> (bool, String) {
        let read = JobSubject::read(subject).unwrap_or_else(|| panic!("no state: {subject}"));
        (read.state == NoticeState::Passing, read.name)
    }

    /// Subjects as programs write them: what fails, and what says that it is well again.
    const PAIRS: [(&str, &str); 28] = [
        ("Build tide-main failed #803", "Build tide-main passed #804"),
        ("Build tide-main failed #803", "Build tide-main fixed #804"),
        ("[tide/harbour] Run failed: CI - main (1a2b3c4)", "[tide/harbour] Run succeeded: CI - main (5d6e7f8)"),
        ("[tide/harbour] PR run failed: CI - fix (1a2b3c4)", "[tide/harbour] PR run passed: CI - fix (5d6e7f8)"),
        ("harbour | Failed pipeline for main | 1a2b3c4d", "harbour | Fixed pipeline for main | 5d6e7f8a"),
        ("harbour | Failed pipeline for main | 1a2b3c4d", "harbour | Successful pipeline for main | 5d6e7f8a"),
        (
            "harbour | Pipeline #12 has failed for main | 1a2b3c4d",
            "harbour | Pipeline #13 has succeeded for main | 5d6e7f8a",
        ),
        ("Build failed in Jenkins: tide-main #803", "Jenkins build is back to normal : tide-main #804"),
        ("Build failed in Jenkins: tide-main #803", "Jenkins build is back to stable : tide-main #804"),
        ("tide-main - Build # 803 - Failure!", "tide-main - Build # 804 - Fixed!"),
        ("tide-main - Build # 803 - Still Failing!", "tide-main - Build # 804 - Successful!"),
        ("tide-main (#803) Failed", "tide-main (#804) Passed"),
        ("Broken: tide/harbour#803 (main - 1a2b3c4)", "Fixed: tide/harbour#804 (main - 5d6e7f8)"),
        ("Still Failing: tide/harbour#803 (main - 1a2b3c4)", "Passed: tide/harbour#804 (main - 5d6e7f8)"),
        ("Errored: tide/harbour#803 (main - 1a2b3c4)", "Passed: tide/harbour#804 (main - 5d6e7f8)"),
        ("[FIRING:1] HighWater (tide prod)", "[RESOLVED] HighWater (tide prod)"),
        ("[FIRING:2] Instance down (tide prod)", "[RESOLVED:2] Instance down (tide prod)"),
        ("** PROBLEM Service Alert: harbour/HTTP is CRITICAL **", "** RECOVERY Service Alert: harbour/HTTP is OK **"),
        ("** PROBLEM Service Alert: harbour/HTTP is WARNING **", "** RECOVERY Service Alert: harbour/HTTP is OK **"),
        ("** PROBLEM Host Alert: harbour is DOWN **", "** RECOVERY Host Alert: harbour is UP **"),
        ("Problem: High CPU on tide", "Resolved in 5m 3s: High CPU on tide"),
        ("PROBLEM: Service X is down", "OK: Service X is down"),
        ("[Alerting] CPU load high", "[OK] CPU load high"),
        ("Monitor is DOWN: tide.example", "Monitor is UP: tide.example"),
        ("DOWN | nightly backup", "UP | nightly backup"),
        ("[Critical] Crash rate - tide", "[Resolved] Crash rate - tide"),
        ("ALARM: \"High water\" in EU (Ireland)", "OK: \"High water\" in EU (Ireland)"),
        ("[Triggered] Disk errors on tide", "[Recovered] Disk errors on tide"),
    ];

    #[test]
    fn a_job_is_known_before_and_after() {
        for (failing, passing) in PAIRS {
            let ((before, one), (after, other)) = (read(failing), read(passing));
            assert!(!before && after, "{failing} / {passing}");
            assert_eq!(one, other, "{failing} / {passing}");
        }
    }

    #[test]
    fn other_jobs_stay_apart() {
        for (one, other) in [
            ("Build tide-main failed #803", "Build tide-docs passed #804"),
            ("[FIRING:1] Disk errors (tide)", "[RESOLVED] Disk outage (tide)"),
            ("[FIRING:1] HighWater (tide prod)", "[RESOLVED] HighWater (tide test)"),
            ("Monitor is DOWN: tide.example", "Monitor is UP: harbour.example"),
            ("[tide/harbour] Run failed: CI - main (1a2b3c4)", "[tide/lamp] Run passed: CI - main (1a2b3c4)"),
        ] {
            assert_ne!(read(one).1, read(other).1);
        }
    }

    #[test]
    fn what_denies_turns_the_state_around() {
        assert!(!read("Harbour is not OK").0);
        assert!(!read("Build docs not passed").0);
        assert!(read("Harbour is no longer failing").0);
        assert_eq!(read("Harbour is not OK").1, read("Harbour is OK").1);
    }

    #[test]
    fn a_name_with_such_a_word_does_not_decide() {
        assert!(!read("Build failed in Jenkins: fix ok #3").0);
        assert!(!read("OK service - Build # 5 - Failure!").0);
        assert!(read("[RESOLVED] Recovery job failed").0);
        assert!(!read("Run failed: Everything is fixed").0);
    }

    #[test]
    fn many_subjects_say_nothing_of_a_state() {
        for subject in ["", "Re:", "Tea at five", "Your order has shipped", "[tide/harbour] A thought (#12)"] {
            assert_eq!(JobSubject::read(subject), None, "{subject}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_subject_can_be_read(text in "(\\PC|failed|ok|is|not|\\[|\\]|: |[0-9]){0,60}") {
            let _ = JobSubject::read(&text);
        }
    }
}
