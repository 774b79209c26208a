//! Holds `src/ui/keymap/preset.rs`: the presets, a test for each thing that they promise.

use tidebox::ui::action::{ACTIONS, Action, Mode};
use tidebox::ui::keymap::{Key, KeyMatch, Keymap, PRESETS};
use tidebox::ui::state::Start;
use tidebox::ui::state::batch_view::BatchView;
use tidebox::ui::state::overlay::Overlay;

use super::desk::Desk;

fn with(preset: &str, keys: &str) -> Desk {
    let mut desk = Desk::new((80, 24));
    desk.state.keymap = Keymap::build(preset, &[]).expect("a preset");
    desk.start(Start::Batch);
    desk.play(keys);
    desk
}

fn gmail(keys: &str) -> Desk {
    with("gmail", keys)
}

fn mutt(keys: &str) -> Desk {
    with("mutt", keys)
}

fn at(desk: &Desk) -> Option<u32> {
    desk.state.work.as_ref().and_then(BatchView::at).map(|position| position.0)
}

/// The same picture as with the keys of `tide`, the hints at the bottom apart.
fn same(desk: &Desk, tide: &str) {
    let said = |desk: &Desk| desk.state.notice.as_ref().map(|notice| notice.text.clone());
    let rows = |desk: &Desk| desk.rows().into_iter().take(21).collect::<Vec<_>>();
    let other = with("tide", tide);
    assert_eq!((rows(desk), at(desk), said(desk)), (rows(&other), at(&other), said(&other)), "{tide}");
}

fn picks_a_window(desk: &Desk) -> bool {
    matches!(desk.state.overlay, Some(Overlay::Defer(_)))
}

/// Every key of every preset means one thing on each screen, what is not there yet included, and every action has a key, or the
/// palette.
#[test]
fn every_preset_is_whole() {
    for preset in PRESETS {
        let keymap = Keymap::build(preset.name, &[]).expect("no mistakes");
        for deed in ACTIONS {
            let keys = keymap.all_shown(deed.action);
            let everywhere = keymap.shown(Action::Palette).is_some();
            assert!(!keys.is_empty() || everywhere, "{}: {}", preset.name, deed.name);
            for text in &keys {
                let pressed = sequence(text);
                for mode in deed.modes {
                    assert_eq!(keymap.find(*mode, &pressed), KeyMatch::Action(deed.action), "{} {text}", preset.name);
                }
                for mode in deed.modes.iter().filter(|mode| **mode == Mode::Batch) {
                    let other = keymap.absent(&pressed).map(|info| info.what);
                    assert_eq!(other, None, "{}: {text} on {mode:?} is {}, too", preset.name, deed.name);
                }
            }
        }
    }
}

fn sequence(text: &str) -> Vec<Key> {
    match Key::parse(text) {
        Ok(key) => vec![key],
        Err(_) if text.contains(' ') => text.split(' ').map(|key| Key::parse(key).expect("a key")).collect(),
        Err(_) => text.chars().map(|c| Key::parse(&c.to_string()).expect("a key")).collect(),
    }
}

/// The keys that the presets are named after, one by one.
#[test]
fn the_keys_of_each_preset() {
    let gmail: &[(&str, Action)] = &[
        ("h", Action::Defer),
        ("b", Action::Defer),
        ("m", Action::Mute),
        ("z", Action::Undo),
        ("u", Action::ToList),
        ("o", Action::Open),
        ("O", Action::Link),
        ("[", Action::DoneNext),
        ("]", Action::DonePrevious),
        ("e", Action::Done),
        ("#", Action::Trash),
        ("!", Action::Spam),
        ("x", Action::Select),
        ("J", Action::Next),
        ("K", Action::Previous),
        ("r", Action::Reply),
        ("a", Action::ReplyAll),
        ("f", Action::Forward),
        ("c", Action::Compose),
    ];
    let mutt: &[(&str, Action)] = &[
        ("n", Action::Next),
        ("p", Action::Previous),
        ("l", Action::Filter),
        ("t", Action::Select),
        ("T", Action::SelectPattern),
        ("v", Action::ViewAttachment),
        ("h", Action::Headers),
        ("s", Action::Save),
        ("S", Action::Defer),
        ("F", Action::Later),
        ("$", Action::Review),
        ("d", Action::Trash),
        ("u", Action::Undo),
        ("J", Action::Next),
        ("K", Action::Previous),
        ("r", Action::Reply),
        ("L", Action::ReplyList),
        ("f", Action::Forward),
        ("m", Action::Compose),
    ];
    let tide: &[(&str, Action)] = &[
        ("r", Action::Reply),
        ("R", Action::ReplyAll),
        ("L", Action::ReplyList),
        ("f", Action::Forward),
        ("c", Action::Compose),
        ("E", Action::EditAnswer),
    ];
    for (preset, keys) in [("gmail", gmail), ("mutt", mutt), ("tide", tide)] {
        let keymap = Keymap::build(preset, &[]).expect("no mistakes");
        for (key, action) in keys {
            assert_eq!(keymap.find(Mode::Batch, &sequence(key)), KeyMatch::Action(*action), "{preset} {key}");
        }
    }
    let desk = with("gmail", "s");
    assert!(desk.picture().contains("s: a star is not in tidebox yet · ? shows the keys"), "{}", desk.picture());
    assert_eq!(at(&desk), at(&with("gmail", "")), "nothing else happens");
}

#[test]
fn gmail_h_and_b_defer() {
    for key in ["h", "b"] {
        assert!(picks_a_window(&gmail(key)), "{key}");
    }
    assert!(!picks_a_window(&gmail("s")), "a star there");
}

#[test]
fn gmail_z_undoes() {
    same(&gmail("e z"), "e u");
    assert!(gmail("e").picture().contains("z takes it back"));
}

#[test]
fn gmail_m_mutes() {
    assert!(gmail("m").picture().contains("Muted"), "{}", gmail("m").picture());
}

#[test]
fn gmail_u_goes_back_to_the_list_and_no_further() {
    same(&gmail("o u"), "enter esc");
    let desk = gmail("u u");
    assert_eq!(desk.state.mode(), Mode::Batch);
    assert!(desk.picture().contains("This is the list."), "{}", desk.picture());
    assert_eq!(gmail("/ type:lunch enter u").state.mode(), Mode::Batch);
}

#[test]
fn gmail_a_puts_nothing_away() {
    assert_eq!(at(&gmail("a")), Some(1));
    same(&gmail("e"), "a");
    same(&gmail("#"), "d");
}

#[test]
fn gmail_brackets_are_done_and_move() {
    let desk = gmail("j j [");
    assert_eq!(at(&desk), Some(4));
    let desk = gmail("j j ]");
    assert_eq!(at(&desk), Some(2));
    assert!(desk.picture().contains("Done: Re: priorities of the display · z takes it back"), "{}", desk.picture());
    // Whatever the setting says.
    let mut desk = Desk::new((80, 24));
    desk.state.keymap = Keymap::build("gmail", &[]).expect("a preset");
    desk.state.settings.after_decision = tidebox::ui::state::AfterDecision::Previous;
    desk.start(Start::Batch);
    desk.play("j j [");
    assert_eq!(at(&desk), Some(4));
    desk.play("j e");
    assert_eq!(at(&desk), Some(4));
}

#[test]
fn mutt_n_and_p_move() {
    assert_eq!(at(&mutt("n n p")), Some(2));
    // Also from within a letter.
    let desk = mutt("enter n n");
    assert_eq!(at(&desk), Some(3));
    // And from one found to the next.
    same(&mutt("/ type:lunch enter n"), "/ type:lunch enter n");
}

#[test]
fn mutt_l_limits() {
    same(&mutt("l type:rust enter"), "\\ type:rust enter");
    assert!(mutt("F").picture().contains("answer"));
}

#[test]
fn mutt_t_tags_and_moves_on_and_capital_t_tags_by_a_pattern() {
    same(&mutt("t t t d"), "x x x d");
    same(&mutt("T type:rust enter"), "% type:rust enter");
}

#[test]
fn mutt_dollar_commits() {
    same(&mutt("d $ $"), "d C C");
    assert!(mutt("d $ $").picture().contains("The midday check-in is closed."));
}

#[test]
fn mutt_s_saves() {
    let desk = mutt("j j j s 1");
    assert!(desk.picture().contains("Saved: /home/ann/Downloads/engine-notes.pdf"), "{}", desk.picture());
    same(&mutt("j j j v 1"), "j j j g v 1");
    assert!(picks_a_window(&mutt("S")));
}

#[test]
fn the_rest_is_as_it_was() {
    for keys in ["d", "x", "V j", ".", "!", "/ type:ada enter", "? esc", "% type:all enter", "A A y"] {
        same(&mutt(keys), keys);
        same(&gmail(keys), keys);
    }
}
