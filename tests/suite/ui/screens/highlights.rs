//! Holds `src/ui/state/matched.rs`, `src/domain/query/highlight.rs`: what was asked for is told from the rest, in the rows and in
//! the message, with colours and without.

use ratatui::style::Modifier;
use tidebox::domain::query::{Highlights, parse};
use tidebox::domain::schedule::Zone;
use tidebox::ui::state::letter_rows::{self, Headed, SheetRow};
use tidebox::ui::state::matched;
use tidebox::ui::state::reading::Quotes;
use tidebox::ui::theme::Theme;

use super::desk::Desk;
use super::{batch, batch_of, letters};

/// What stands on the screen as found, from top to bottom.
fn shown(desk: &Desk) -> Vec<String> {
    let found = Modifier::BOLD | Modifier::UNDERLINED;
    let buffer = desk.buffer();
    let mut shown: Vec<String> = Vec::new();
    for y in 0..buffer.area.height {
        let mut going = false;
        for x in 0..buffer.area.width {
            let cell = &buffer[(x, y)];
            let covered = cell.modifier.contains(Modifier::HIDDEN);
            match (cell.modifier.contains(found), going) {
                (true, false) => shown.push(cell.symbol().to_owned()),
                (true, true) => shown.last_mut().expect("one").push_str(cell.symbol()),
                _ if covered => continue,
                _ => {}
            }
            going = cell.modifier.contains(found);
        }
    }
    shown
}

#[test]
fn a_search_shows_what_matched_in_rows_and_message() {
    let desk = batch((160, 45), "/ e n g i n e");
    let shown = shown(&desk);
    assert!(shown.len() > 2 && shown.iter().all(|word| word.eq_ignore_ascii_case("engine")), "{shown:?}");
    // The row and the header; without colours too.
    let plain = batch_of((160, 45), |desk| desk.state.settings.theme = Theme::plain(), "/ e n g i n e");
    assert_eq!(self::shown(&plain), shown);
}

#[test]
fn fields_keep_to_their_places_and_beginnings_show_the_whole_word() {
    let desk = batch((160, 45), "\\ s u b j e c t : b u d g");
    let found = shown(&desk);
    assert!(!found.is_empty() && found.iter().all(|word| word == "Budget"), "{found:?}");
    assert_eq!(shown(&batch((160, 45), "\\ h a s : a t t a c h m e n t")), [""; 0], "no word was asked for");
}

#[test]
fn a_filter_and_a_pattern_show_what_they_find_for_as_long_as_they_hold() {
    for key in ["\\", "%"] {
        let typed = batch((100, 30), &format!("{key} l u n c h"));
        assert!(shown(&typed).iter().filter(|word| *word == "Lunch").count() > 1, "{key}: {:?}", shown(&typed));
    }
    let kept = batch((100, 30), "\\ l u n c h enter");
    assert!(shown(&kept).contains(&"Lunch".to_owned()));
    assert_eq!(shown(&batch((100, 30), "\\ l u n c h enter esc")), [""; 0]);
    assert_eq!(shown(&batch((100, 30), "% l u n c h esc")), [""; 0]);
    assert_eq!(shown(&batch((100, 30), "% l u n c h enter")), [""; 0], "the rows are selected now");
}

#[test]
fn words_in_a_row_are_shown_over_the_end_of_a_line_and_keys_lead_to_them() {
    let (mut letter, query) = (letters::letter(&letters::entries().0[0], 40, None), "\"order of operations\" or 午後");
    letter.lines.truncate(40);
    let parsed = parse(query, Zone::UTC, chrono::DateTime::UNIX_EPOCH).expect("a query");
    let highlights = Highlights::of(&parsed);
    let rows = letter_rows::rows(&letter, Quotes::Whole, Headed::Whole);
    let found = matched::in_rows(&letter, &rows, &highlights);
    let text = |row: usize| match rows[row] {
        SheetRow::Line(line) => letter.lines[line].spans.iter().map(|span| span.text.as_str()).collect::<String>(),
        _ => String::new(),
    };
    let pieces: Vec<_> = (0..rows.len())
        .flat_map(|row| found[row].iter().map(move |place| (row, place.clone())))
        .map(|(row, place)| text(row)[place].to_owned())
        .collect();
    let split: Vec<_> = pieces.iter().map(|piece| piece.trim().to_owned()).collect();
    assert_eq!(split.join(" "), "order of operations 午後", "{pieces:?}");
    let with: Vec<usize> = (0..rows.len()).filter(|row| !found[*row].is_empty()).collect();
    assert!(with.len() > 1);
    for from in 0..=rows.len() {
        assert_eq!(matched::next(&letter, &rows, &highlights, from), with.iter().copied().find(|row| *row >= from));
        let before = with.iter().copied().rev().find(|row| *row < from);
        assert_eq!(matched::previous(&letter, &rows, &highlights, from), before);
    }
}
