//! Holds `src/ui/keymap/preset.rs`: the presets, a test for each thing that they promise.

use tidebox::ui::keymap::Keymap;
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

#[test]
fn gmail_h_defers_and_so_do_b_and_m() {
    for key in ["h", "b", "m"] {
        assert!(picks_a_window(&gmail(key)), "{key}");
    }
    assert!(!picks_a_window(&gmail("s")), "a star there");
}

#[test]
fn gmail_z_undoes() {
    same(&gmail("e z"), "e u");
    same(&gmail("e u"), "e u");
    assert!(gmail("e").picture().contains("z takes it back"));
}

#[test]
fn gmail_a_puts_nothing_away() {
    same(&gmail("a"), "");
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
    desk.play("e");
    assert_eq!(at(&desk), Some(2));
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
    assert!(mutt("L").picture().contains("To answer later"));
}

#[test]
fn mutt_dollar_commits() {
    same(&mutt("d $ enter"), "d C enter");
    assert!(mutt("d $ enter").picture().contains("midday is closed."));
}

#[test]
fn mutt_s_saves() {
    let desk = mutt("j j j s 1");
    assert!(desk.picture().contains("Saved: /home/ann/Downloads/engine-notes.pdf"), "{}", desk.picture());
    assert!(picks_a_window(&mutt("S")));
}

#[test]
fn the_rest_is_as_it_was() {
    for keys in ["d", "x", "V j", ".", "& u", "!", "/ type:ada enter", "? esc", "% type:all enter", "A y"] {
        same(&mutt(keys), keys);
        if keys != "& u" {
            same(&gmail(keys), keys);
        }
    }
}
