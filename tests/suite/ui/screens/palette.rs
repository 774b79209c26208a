//! Holds `src/ui/state/palette.rs`, `src/ui/update/palette.rs`, `src/ui/action.rs`: the palette: what it lists, in
//! which order, and that it does what the key does.

use tidebox::config::{KeyConfig, ViewBinding};
use tidebox::domain::positions::Position;
use tidebox::ui::action::{ACTIONS, Action, Mode};
use tidebox::ui::keymap::{KeyTarget, Keymap};
use tidebox::ui::state::batch_view::BatchView;
use tidebox::ui::state::overlay::Overlay;
use tidebox::ui::state::palette::fitting;
use tidebox::ui::state::{Start, State};

use super::batch;
use super::desk::Desk;

fn names(desk: &Desk, typed: &str) -> Vec<String> {
    fitting(&desk.state, typed).into_iter().map(|fitting| desk.state.keymap.name(fitting.target).to_owned()).collect()
}

#[test]
fn it_lists_every_action_of_the_screen_and_no_other() {
    for (mode, start) in [(Mode::Batch, Start::Batch), (Mode::Door, Start::Door), (Mode::Welcome, Start::Welcome)] {
        let desk = Desk::open((80, 24), start);
        assert_eq!(desk.state.mode(), mode);
        let here = ACTIONS.iter().filter(|deed| deed.modes.contains(&mode) && deed.action != Action::Palette);
        assert_eq!(names(&desk, ""), here.map(|deed| deed.name).collect::<Vec<_>>(), "all, in the table's order");
    }
}

#[test]
fn the_best_comes_first() {
    let desk = batch((80, 24), "");
    for (typed, first) in [
        ("defer", "defer"),
        ("deferred", "deferred"),
        ("def", "defer"),
        ("mu", "mute"),
        ("sp", "spam"),
        ("prevg", "previous_group"),
        ("pattern", "select_pattern"),
        ("for ever", "mute"),
        ("take back", "undo"),
        ("rev", "review"),
        // Keys, letter case counted.
        ("q", "quit"),
        ("Q", "quotes"),
        ("a", "done"),
        ("A", "sweep"),
        ("x", "select"),
        ("gg", "top"),
        ("ctrl-r", "redo"),
        // What other programs call it.
        ("archive", "done"),
        ("delete", "trash"),
        ("Delete", "trash"),
        ("snooze", "defer"),
        ("limit", "filter"),
        ("tag", "select"),
        ("mark", "select"),
        ("tag pattern", "select_pattern"),
        ("quit", "quit"),
        ("wq", "quit"),
        ("q!", "quit"),
        ("unread", "skip"),
        ("commit", "review"),
    ] {
        let found = names(&desk, typed);
        assert_eq!(found.first().map(String::as_str), Some(first), "{typed}: {found:?}");
    }
}

#[test]
fn loose_letters_find_nothing() {
    let desk = batch((80, 24), "");
    for typed in ["hlep", "wqx", "dlt", "rchv", "elect", "tgs"] {
        assert_eq!(names(&desk, typed), Vec::<&str>::new(), "{typed}");
    }
}

#[test]
fn what_is_not_there_yet_is_said_and_nothing_else_offered() {
    for (typed, what) in [("star", "a star"), ("move", "moving a message to a folder")] {
        let desk = batch((80, 24), &format!(": type:{typed} enter"));
        assert_eq!(names(&desk, typed), Vec::<&str>::new(), "{typed}");
        assert!(desk.picture().contains(&format!("Not here yet: {what}.")), "{}", desk.picture());
    }
}

#[test]
fn every_action_is_found_by_its_name_and_does_what_its_key_does() {
    // What leads away from the batch is played on a desk of its own each time.
    for deed in ACTIONS.iter().filter(|deed| deed.modes.contains(&Mode::Batch) && deed.action != Action::Palette) {
        let mut by_name = batch((120, 36), "j j j d");
        by_name.play(&format!(": type:{} enter", deed.name.replace('_', "")));
        let keymap = Keymap::default();
        let Some(keys) = keymap.shown(deed.action) else { continue };
        let mut by_key = batch((120, 36), "j j j d");
        let sequence = keys.starts_with('g').then(|| keys.chars().map(String::from).collect::<Vec<_>>().join(" "));
        by_key.play(sequence.as_deref().unwrap_or(&keys));
        assert_eq!(by_name.picture(), by_key.picture(), "{}", deed.name);
    }
}

#[test]
fn esc_and_an_emptied_line_close_it() {
    for keys in [": esc", ": d backspace backspace", ": type:zzz enter esc"] {
        let desk = batch((80, 24), keys);
        assert!(desk.state.overlay.is_none(), "{keys}");
        assert_eq!(desk.state.work.as_ref().and_then(BatchView::at), Some(Position(1)), "{keys}");
    }
}

#[test]
fn the_cursor_stays_among_the_rows() {
    let mut desk = batch((80, 24), ": up up");
    for _ in 0..80 {
        desk.play("down");
    }
    let Some(Overlay::Palette(palette)) = &desk.state.overlay else { panic!("no palette") };
    assert_eq!(palette.at, names(&desk, "").len() - 1);
    assert!(desk.picture().contains("▌ ctrl-z"), "{}", desk.picture());
    desk.play("type:u resize:40x10");
    assert!(desk.picture().contains("do  u"), "{}", desk.picture());
}

#[test]
fn what_would_do_nothing_is_dim() {
    let possible = |state: &State, action| tidebox::ui::state::palette::possible(state, KeyTarget::Action(action));
    let desk = batch((80, 24), "");
    assert!(!possible(&desk.state, Action::Undo) && !possible(&desk.state, Action::Redo));
    assert!(!possible(&desk.state, Action::Save) && possible(&desk.state, Action::Link));
    let desk = batch((80, 24), "a u");
    assert!(!possible(&desk.state, Action::Undo) && possible(&desk.state, Action::Redo));
    let desk = batch((80, 24), "\\ type:nobody enter");
    assert!(!possible(&desk.state, Action::Done) && possible(&desk.state, Action::Review));
}

#[test]
fn a_preset_shows_its_own_keys() {
    let mut desk = Desk::new((80, 24));
    desk.state.keymap = Keymap::build("mutt", &[]).expect("a preset");
    desk.start(Start::Batch);
    desk.play(": type:review");
    assert!(desk.picture().contains("▌ $ C"), "{}", desk.picture());
}

/// The settings' views `boss`, which `g 1` opens, and `quiet lists`, which no key does.
fn with_views(desk: &mut Desk) {
    let view = |name: &str, query: &str, keys: &[&str]| ViewBinding {
        name: name.to_owned(),
        query: query.to_owned(),
        keys: keys.iter().map(|key| ((*key).to_owned(), 0..0)).collect(),
    };
    let views = vec![view("boss", "from:ada", &["g 1"]), view("quiet lists", "list:rust", &[])];
    desk.state.keymap = Keymap::from_config(&KeyConfig { views, ..KeyConfig::default() }).expect("no mistakes");
}

#[test]
fn a_view_is_opened_by_its_key_and_by_its_name() {
    for keys in ["g 1", ": type:boss enter", ": type:ada enter"] {
        let mut desk = batch((80, 24), "");
        with_views(&mut desk);
        desk.play(keys);
        assert_eq!(desk.state.mode(), Mode::Search, "{keys}");
        let picture = desk.picture();
        assert!(picture.contains("search  view:boss"), "{keys}: {picture}");
        desk.play("q");
        assert_eq!(desk.state.mode(), Mode::Batch, "{keys}");
    }
    let mut desk = batch((80, 24), "");
    with_views(&mut desk);
    desk.play(": type:quiet");
    assert_eq!(names(&desk, "quiet"), ["quiet lists"]);
    assert!(desk.picture().contains("quiet lists"), "{}", desk.picture());
    desk.play("enter");
    assert!(desk.picture().contains("view:\"quiet lists\""), "{}", desk.picture());
}

#[test]
fn views_are_in_help_and_in_the_card_of_a_row_of_keys_that_is_begun() {
    let mut desk = batch((80, 40), "");
    with_views(&mut desk);
    desk.play("g");
    assert!(desk.picture().contains("g1        view: from:ada"), "{}", desk.picture());
    desk.play("esc ? type:view");
    let picture = desk.picture();
    assert!(picture.contains("g1") && picture.contains("the view boss: from:ada"), "{picture}");
    assert!(picture.contains(":quiet lists") && picture.contains("the view quiet lists: list:rust"), "{picture}");
}
