//! Any hand on the keys, at any size of the screen, with disks that fill and mail that comes meanwhile: decisions stay
//! within the batch, the cursor stands on a row that is open, and every state can be drawn.
#![no_main]

#[path = "../../tests/suite/ui/screens/desk.rs"]
#[allow(dead_code, reason = "the screen tests use more of it")]
mod desk;
#[path = "../../tests/suite/ui/screens/facts.rs"]
mod facts;
#[path = "../../tests/suite/ui/screens/form.rs"]
mod form;
#[path = "../../tests/suite/ui/screens/keys.rs"]
mod keys;
#[path = "../../tests/suite/ui/screens/letters.rs"]
mod letters;

use desk::Desk;
use libfuzzer_sys::fuzz_target;
use tidebox::ui::state::Start;

/// What is typed into fields and questions.
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz 0123456789-:\"(*)/.,éß来\u{202e}";
const SIZES: [(u16, u16); 8] = [(1, 1), (3, 2), (20, 5), (40, 12), (80, 24), (120, 36), (200, 60), (300, 3)];
const HAPPENS: [&str; 14] = [
    "resize:1x1",
    "resize:2x30",
    "resize:39x9",
    "resize:80x24",
    "resize:121x37",
    "tick:1s",
    "tick:11s",
    "tick:6m",
    "tick:-3m",
    "tick:600m",
    "news:arrived",
    "news:through",
    "news:gathering",
    "news:closed",
];

fuzz_target!(|script: &[u8]| {
    let Some(([first, second], script)) = script.split_first_chunk() else { return };
    let size = SIZES[usize::from(*first) % SIZES.len()];
    let start = [Start::Batch, Start::Batch, Start::Door, Start::Welcome][usize::from(*second) % 4];
    let mut desk = Desk::open(size, start);
    for byte in script.iter().take(300) {
        let step = usize::from(*byte);
        match step {
            200.. => desk.play(&format!("type:{}", LETTERS.chars().nth(step - 200).unwrap_or('~'))),
            190..200 => desk.refuse_acts = step % 2 == 0,
            _ if step < keys::KEYS.len() => desk.play(keys::KEYS[step]),
            _ if step < keys::KEYS.len() + HAPPENS.len() => desk.play(HAPPENS[step - keys::KEYS.len()]),
            // The keys of decisions, again and again: most of the table above moves.
            _ => desk.play(["a", "d", "l", "s", "u", "ctrl-r", "enter", "y", "j", "x", "V", "&"][step % 12]),
        }
        holds(&desk);
    }
    desk.picture();
});

fn holds(desk: &Desk) {
    for work in [&desk.state.work, &desk.state.aside].into_iter().flatten() {
        let batch = work.triage.batch().positions();
        for (act, _) in work.triage.acts() {
            assert_eq!(act.on, act.on.both(&batch), "{act:?} is not of the batch alone");
        }
        let shown = work.shown();
        assert_eq!(*shown, shown.both(&batch));
        match work.at() {
            Some(at) => assert!(shown.is_empty() || shown.contains(at), "the cursor stands on {at:?} of {shown:?}"),
            None => assert!(shown.is_empty(), "the cursor stands nowhere, and {shown:?} are open"),
        }
        let targets = work.targets();
        assert_eq!(targets, targets.both(shown), "what is decided is shown");
    }
}
