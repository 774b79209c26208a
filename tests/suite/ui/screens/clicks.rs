//! Holds `src/ui/update/mouse.rs`, `src/ui/geometry.rs`: the mouse: every click lands on something that is looked up on
//! the screen by its text.

use tidebox::domain::ids::Id;
use tidebox::ui::geometry::Focus;
use tidebox::ui::state::batch_view::BatchView;
use tidebox::ui::state::message_list::CursorList;
use tidebox::ui::state::{Start, overlay::Overlay};

use super::desk::Desk;
use super::{batch, door};

fn at(desk: &Desk) -> Option<u32> {
    desk.state.work.as_ref().and_then(BatchView::at).map(|position| position.0)
}

fn focus(desk: &Desk) -> Focus {
    desk.state.listed().expect("a list").reading().focus
}

#[test]
fn a_click_chooses_a_row_and_a_second_one_opens_it() {
    for size in [(160, 36), (120, 36), (80, 24)] {
        let mut desk = batch(size, "click:Trajectories");
        assert_eq!((at(&desk), focus(&desk)), (Some(2), Focus::List));
        desk.play("click:Katherine");
        assert_eq!((at(&desk), focus(&desk)), (Some(2), Focus::Letter));
        // A letter of its own comes into the line above with a click in it.
        let desk = batch(size, "click:Dear_reader");
        assert_eq!((at(&desk), focus(&desk)), (Some(1), Focus::Letter));
    }
    // Headings, and what is beneath the last row, are nothing.
    assert_eq!(at(&batch((120, 36), "click:people")), Some(1));
    assert_eq!(at(&batch((160, 36), "click:│")), Some(1));
}

#[test]
fn a_click_in_a_scrolled_list_finds_the_row_that_is_seen() {
    let desk = batch((80, 24), "G click:main_is_red");
    assert_eq!(at(&desk), Some(14));
    let desk = batch((80, 24), "/ type:a enter click:Christopher");
    assert_eq!(desk.state.listed().and_then(|listed| listed.current()).map(|entry| entry.id), Some(Id(10)));
    let desk = batch((80, 24), "D click:宮本");
    assert_eq!(desk.state.listed().map(CursorList::place), Some(1));
}

#[test]
fn the_wheel_scrolls_what_lies_under_it() {
    let mut desk = batch((120, 24), "wheel-down:Dear_reader");
    assert_eq!((at(&desk), desk.state.listed().map(|listed| listed.reading().scroll)), (Some(1), Some(3)));
    desk.play("wheel-up:sketch");
    assert_eq!(desk.state.listed().map(|listed| listed.reading().scroll), Some(0));
    // The list moves, and the cursor with it only where it would be lost.
    let top = |desk: &Desk| desk.state.work.as_ref().map_or(0, |work| work.top);
    let mut desk = batch((80, 24), "j j j");
    let before = top(&desk);
    desk.play("wheel-down:Ada_Lovelace");
    assert_eq!((at(&desk), top(&desk)), (Some(4), before + 3));
    desk.play("wheel-down:─── wheel-down:─── wheel-down:midday wheel-down:done");
    assert_eq!(top(&desk), before + 3, "there is nothing to scroll");
    desk.play("wheel-down:people wheel-down:Zoë");
    assert!(top(&desk) > 5 && at(&desk) > Some(4), "{}", desk.picture());
    for _ in 0..9 {
        desk.play("wheel-up:▌");
    }
    assert!(desk.picture().contains("carried over"), "{}", desk.picture());
    // In what was found and in help too.
    let desk = batch((80, 24), "? wheel-down:moving");
    assert!(matches!(desk.state.overlay, Some(Overlay::Help { top: 1.., .. })));
}

#[test]
fn hints_act_as_their_keys() {
    for (clicks, keys) in [
        ("click:a_done", "a"),
        ("click:d_trash", "d"),
        ("click:s_to_a_check-in", "s"),
        ("click:trash", "d"),
        ("click:?_help", "?"),
        ("click:?_help click:esc_back", "? esc"),
        ("click:q_leave", "q"),
        ("C click:esc_go_on", "C esc"),
        ("C click:$C_close", "C C"),
        ("/ type:ada click:enter_to_the_list", "/ type:ada enter"),
        ("/ type:lunch click:Re:_Lunch", "/ type:lunch enter enter"),
        ("A A click:y_yes", "A A y"),
        ("A A click:n_no", "A A n"),
        ("\\ type:rust click:esc_show", "\\ type:rust esc"),
        ("s click:esc_back", "s esc"),
        ("j j j enter o click:esc_back", "j j j enter o esc"),
    ] {
        for size in [(120, 36), (80, 24)] {
            assert_eq!(batch(size, clicks).picture(), batch(size, keys).picture(), "{clicks}");
        }
    }
    // At 80 columns the notice alone names this key.
    assert_eq!(batch((100, 30), "a click:u_undo").picture(), batch((100, 30), "a u").picture());
    let open = |desk: &mut Desk| desk.open_window(false, None);
    assert_eq!(door((80, 24), open, "click:$enter_begin").picture(), door((80, 24), open, "enter").picture());
    // Between two hints is nothing.
    let mut desk = batch((80, 24), "");
    let before = desk.picture();
    desk.play("click:__d_trash");
    assert_eq!(desk.picture(), before);
}

#[test]
fn choices_act_as_their_keys() {
    for (clicks, keys) in [
        ("s click:tomorrow_morning", "s t"),
        ("s click:Monday", "s w"),
        ("s click:/__a_date", "s /"),
        ("j j j enter o click:$example.org", "j j j enter o 1"),
        ("j j j enter S click:application/pdf", "j j j enter S 1"),
        (": type:trash click:and_on", "d"),
        (": click:half_a_page_down", "ctrl-d"),
    ] {
        assert_eq!(batch((80, 24), clicks).picture(), batch((80, 24), keys).picture(), "{clicks}");
    }
    assert_eq!(batch((80, 24), "j j enter click:more_quoted").picture(), batch((80, 24), "j j enter Q").picture());
}

#[test]
fn the_review_is_unfolded_by_a_second_click() {
    let desk = batch((80, 24), "a d C click:1__trash click:1__trash");
    assert_eq!(desk.picture(), batch((80, 24), "a d C j j space").picture());
}

#[test]
fn nothing_under_a_panel_is_hit_through_it() {
    let mut desk = batch((120, 36), "s");
    let before = desk.picture();
    desk.play("click:Grace_Hopper click:To_which wheel-down:carried_over");
    assert_eq!(desk.picture(), before);
}

#[test]
fn only_plain_presses_count() {
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    use tidebox::ui::event::Event;
    let mut desk = Desk::open((80, 24), Start::Batch);
    let before = desk.picture();
    for (kind, modifiers) in [
        (MouseEventKind::Up(MouseButton::Left), KeyModifiers::NONE),
        (MouseEventKind::Down(MouseButton::Right), KeyModifiers::NONE),
        (MouseEventKind::Moved, KeyModifiers::NONE),
        (MouseEventKind::Drag(MouseButton::Left), KeyModifiers::NONE),
        (MouseEventKind::Down(MouseButton::Left), KeyModifiers::SHIFT),
    ] {
        for row in 0..24 {
            desk.event(Event::Mouse(MouseEvent { kind, column: 3, row, modifiers }));
        }
    }
    assert_eq!(desk.picture(), before);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]
    /// Wherever it is clicked, whatever lies there: no panic, and nothing outside the screen.
    #[test]
    fn any_clicks_anywhere(clicks in proptest::collection::vec((0u8..4, 0u16..130, 0u16..40, 0usize..40), 0..40)) {
        use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
        use tidebox::ui::event::Event;
        let mut desk = Desk::open((100, 30), Start::Batch);
        for (kind, column, row, key) in clicks {
            let kind = match kind {
                0 => MouseEventKind::ScrollDown,
                1 => MouseEventKind::ScrollUp,
                _ => MouseEventKind::Down(MouseButton::Left),
            };
            desk.event(Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
            if let Some(key) = super::keys::KEYS.get(key) {
                desk.play(key);
            }
            desk.rows();
        }
    }
}
