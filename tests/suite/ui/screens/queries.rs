//! Holds `src/ui/update/prompt.rs`, `src/ui/view/mistaken.rs`, `src/domain/query/unfinished.rs`: the line that filters and the
//! one that selects: one language, with what it finds counted while it is typed.

use tidebox::ui::action::Mode;
use tidebox::ui::state::batch_view::BatchView;
use tidebox::ui::state::message_list::CursorList;
use tidebox::ui::state::overlay::Overlay;

use super::batch;
use super::desk::Desk;

fn at(desk: &Desk) -> Option<u32> {
    desk.state.work.as_ref().and_then(BatchView::at).map(|position| position.0)
}

fn line(desk: &Desk, word: &str) -> String {
    let rows: Vec<String> = desk.rows().into_iter().map(|row| row.concat()).collect();
    rows.into_iter().find(|row| row.contains(word)).unwrap_or_default()
}

#[test]
fn a_filter_takes_the_query_language_and_counts() {
    let desk = batch((100, 30), "\\ type:from:alan");
    assert!(line(&desk, "filter  from:alan").trim_end().ends_with("2 of 16"), "{}", desk.picture());
    assert_eq!(desk.state.work.as_ref().map(CursorList::len), Some(2));
    assert!(desk.picture().contains("Re: Lunch on Friday"));
    // Either, and without; and a word counts by its beginning while it is typed.
    for (typed, found) in
        [("from:alan_-re", 1), ("(budget_or_trajectories)", 2), ("traj", 1), ("GRUSSE", 0), ("grüß", 1)]
    {
        let desk = batch((100, 30), &format!("\\ type:{typed}"));
        assert_eq!(desk.state.work.as_ref().map(CursorList::len), Some(found), "{typed}");
    }
}

#[test]
fn a_pattern_counts_and_shows_what_it_finds_while_it_is_typed() {
    let mut desk = batch((100, 30), "% type:from:alan");
    assert!(line(&desk, "select  from:alan").trim_end().ends_with("2 of 16"), "{}", desk.picture());
    // The first is in sight, and marked; nothing is selected yet.
    assert_eq!(at(&desk), Some(5));
    assert!(line(&desk, "Re: Lunch").contains('●'), "{}", desk.picture());
    assert!(desk.state.work.as_ref().is_some_and(|work| work.chosen_now().is_empty()));
    desk.play("enter");
    assert!(desk.state.overlay.is_none());
    assert_eq!(desk.state.work.as_ref().map(|work| work.chosen_now().len()), Some(2));
    assert_eq!(at(&desk), Some(5));
    // Esc leaves everything as it was.
    let desk = batch((100, 30), "j % type:from:alan esc");
    assert_eq!(at(&desk), Some(2));
    assert!(!desk.picture().contains('●'), "{}", desk.picture());
}

#[test]
fn a_mistake_is_told_at_its_place_and_the_line_stays() {
    for (keys, word) in [("\\", "filter"), ("%", "select")] {
        let desk = batch((100, 30), &format!("{keys} type:ada_(engine enter"));
        let rows: Vec<String> = desk.rows().into_iter().map(|row| row.concat()).collect();
        let at = rows.iter().position(|row| row.contains(&format!("{word}  ada (engine"))).expect("the line");
        let column = |row: &str, what: char| row.chars().position(|c| c == what);
        assert_eq!(column(&rows[at], '('), column(&rows[at + 1], '^'), "{}", desk.picture());
        assert!(matches!(desk.state.overlay, Some(Overlay::Prompt(_))), "{word}");
        assert_eq!(desk.state.mode(), Mode::Batch);
    }
    let desk = batch((100, 30), "\\ type:sbject:plan");
    assert!(desk.picture().contains("subject:"), "{}", desk.picture());
}

/// What is typed behind Enter waits until it is known what was found.
#[test]
fn a_key_behind_enter_is_about_what_was_selected() {
    let mut desk = batch((100, 30), "% type:from:ala");
    desk.mute = true;
    desk.play("type:n enter d");
    assert!(desk.state.overlay.is_some());
    desk.mute = false;
    desk.settle();
    assert!(desk.picture().contains("Trash: 2 messages"), "{}", desk.picture());
}

#[test]
fn a_search_with_few_hits_says_what_a_beginning_would_find_and_one_key_takes_it() {
    for (typed, key) in [("/ type:lunches", "tab"), ("/ type:lunches enter", "+")] {
        let mut desk = batch((100, 30), typed);
        let picture = desk.picture();
        assert!(picture.contains("No message was found; 2 more with lunch*."), "{typed}: {picture}");
        desk.play(key);
        let picture = desk.picture();
        assert!(picture.contains("search  lunch*"), "{typed} {key}: {picture}");
    }
    let desk = batch((100, 30), "/ type:zzzzzz enter +");
    assert!(desk.picture().contains("No beginning of a word is known that finds more."), "{}", desk.picture());
}

#[test]
fn a_mistake_in_a_search_is_marked_on_a_low_screen_too() {
    for size in [(100, 30), (60, 12)] {
        let desk = batch(size, "/ type:lunch type:_(x");
        let rows: Vec<String> = desk.rows().into_iter().map(|row| row.concat()).collect();
        let column = |row: &str, what: char| row.chars().position(|c| c == what);
        assert_eq!(column(&rows[0], '('), column(&rows[1], '^'), "{}", desk.picture());
        assert!(rows[1].contains("this ( is never closed"), "{}", desk.picture());
    }
}
