//! Holds `src/ui`: a screen test is a string of keys, and a picture of the screen and the requests that the keys led
//! to.
//!
//! A small session in memory grants the requests at once, so that a key string plays a whole flow without waiting.

macro_rules! picture {
    ($desk:expr) => {{
        let desk = $desk;
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, { insta::assert_snapshot!(desk.picture()) });
    }};
}

mod account;
mod asked;
mod clicks;
mod conversations;
mod desk;
mod facts;
mod first_screen;
mod form;
mod groups;
mod highlights;
mod keys;
mod lanes;
mod leaving;
mod letters;
mod month;
mod outbox;
mod palette;
mod parts;
mod presets;
mod queries;
mod reopening;
mod through;
mod told;
mod unbound;
mod whatif;
mod writing;

use desk::Desk;
use tidebox::domain::answer_pace::AnswerPace;
use tidebox::domain::ids::BatchId;
use tidebox::domain::positions::Position;
use tidebox::ui::geometry::Focus;
use tidebox::ui::keymap::Keymap;
use tidebox::ui::state::message_list::CursorList;
use tidebox::ui::state::{AfterDecision, Start};
use tidebox::ui::theme::Theme;

/// Plays keys on a begun batch at a size.
fn batch(size: (u16, u16), keys: &str) -> Desk {
    let mut desk = Desk::open(size, Start::Batch);
    desk.play(keys);
    desk
}

/// Plays keys on a begun batch that was changed before.
fn batch_of(size: (u16, u16), change: impl FnOnce(&mut Desk), keys: &str) -> Desk {
    let mut desk = Desk::new(size);
    change(&mut desk);
    desk.start(Start::Batch);
    desk.play(keys);
    desk
}

/// Plays keys at the door.
fn door(size: (u16, u16), change: impl FnOnce(&mut Desk), keys: &str) -> Desk {
    let mut desk = Desk::new(size);
    change(&mut desk);
    desk.start(Start::Door);
    desk.play(keys);
    desk
}

#[test]
fn queue_at_160_has_list_and_letter_side_by_side() {
    picture!(batch((160, 36), "j j j"));
    // The keys are with the letter: the line between them is strong, and no row is in hand.
    picture!(batch((160, 36), "j j j enter"));
}

#[test]
fn queue_at_120_has_the_list_over_the_letter() {
    picture!(batch((120, 36), "j j j"));
}

#[test]
fn queue_at_80_has_the_list_over_the_letter() {
    picture!(batch((80, 24), "j j j"));
}

#[test]
fn queue_at_40_is_a_list_alone() {
    picture!(batch((40, 12), "j j j d"));
}

#[test]
fn a_key_hides_the_letter_shows_it_alone_and_shows_both_again() {
    let parts = |desk: &Desk| {
        let panes = desk.state.panes();
        (panes.list.is_some(), panes.letter.is_some())
    };
    for size in [(160, 36), (100, 30)] {
        let mut desk = batch(size, "");
        assert_eq!(parts(&desk), (true, true));
        desk.play("g p");
        assert_eq!(parts(&desk), (true, false), "{size:?}");
        desk.play("j enter");
        assert_eq!(parts(&desk), (false, true));
        desk.play("esc j");
        assert_eq!((parts(&desk), desk.state.work.as_ref().unwrap().at()), ((true, false), Some(Position(3))));
        desk.play("g p");
        assert_eq!(parts(&desk), (false, true));
        desk.play("g p");
        assert_eq!(parts(&desk), (true, true));
    }
}

#[test]
fn keys_give_the_letter_more_room_and_less() {
    let height = |desk: &Desk| desk.state.panes().letter.map_or(0, |letter| letter.height);
    let mut desk = batch((100, 30), "");
    let before = height(&desk);
    desk.play("g +");
    assert_eq!(height(&desk), before + 2);
    desk.play("g - g -");
    assert_eq!(height(&desk), before - 2);
    for _ in 0..20 {
        desk.play("g -");
    }
    assert!(desk.picture().contains("The message has no room to give."));
    desk.play("g p g +");
    assert!(desk.picture().contains("gp shows both"));
    // The text of a letter is laid out anew where its column becomes another.
    let mut desk = batch((150, 36), "g - g -");
    assert_eq!(desk.state.letter().unwrap().unwrap().width, 72);
    desk.play("g +");
    assert_eq!(desk.state.letter().unwrap().unwrap().width, 76);
}

#[test]
fn the_width_of_the_settings_is_the_width_of_the_text() {
    for (wanted, size, width) in
        [(40, (120, 36), 40), (100, (120, 36), 100), (200, (120, 36), 117), (200, (300, 60), 200)]
    {
        let mut desk = Desk::new(size);
        desk.state.settings.reader_width = wanted;
        desk.start(Start::Batch);
        assert_eq!(desk.state.letter().unwrap().unwrap().width, width);
    }
}

#[test]
fn the_heading_in_hand_stays_in_sight_and_tab_brings_one_to_the_top() {
    let first = |desk: &Desk| desk.rows()[2].concat().trim_end().to_owned();
    let mut desk = batch((80, 24), "j j j j j j j j");
    assert_eq!(first(&desk), " people 7");
    desk.play("tab");
    assert_eq!(first(&desk), " lists 3");
    // A heading with little beneath it is brought there, too.
    desk.play("tab");
    assert_eq!(first(&desk), " notices 3");
    desk.play("G");
    assert_eq!(first(&desk), " notices 3");
    // What is drawn over by the heading is no row for a click.
    let at = desk.state.work.as_ref().unwrap().at();
    desk.play("click:notices");
    assert_eq!(desk.state.work.as_ref().unwrap().at(), at);
}

#[test]
fn what_comes_and_goes_moves_nothing_at_the_top() {
    let ends = |keys: &str| batch((100, 30), keys).rows()[0].concat().chars().skip(56).collect::<String>();
    let plain = ends("j j j");
    assert!(plain.contains("4/16    0 of 16   30 min left"), "{plain}");
    assert_eq!(ends("j j x"), plain);
    assert_eq!(ends("j j j V").trim_end(), plain.trim_end());
    assert!(ends("\\ type:rust enter").ends_with(" 1/2    0 of 16   30 min left "));
}

#[test]
fn a_letter_alone_at_80() {
    picture!(batch((80, 24), "j j j enter ctrl-d"));
}

#[test]
fn a_letter_with_its_quotes_unfolded_and_at_its_end() {
    picture!(batch((80, 40), "j j j enter Q G"));
}

#[test]
fn decisions_remove_rows_and_undo_brings_the_row_back_under_the_cursor() {
    picture!(batch((160, 36), "a d j e . u u"));
}

#[test]
fn a_scripted_handful_of_decisions() {
    picture!(batch((80, 24), "j j d u s n l & ! z"));
}

#[test]
fn the_picker_shows_where_each_choice_leads() {
    picture!(batch((80, 24), "s j"));
    picture!(batch((120, 36), "s r j"));
    picture!(batch((80, 24), "s r w C j space"));
}

#[test]
fn a_typed_date_is_resolved_before_it_is_taken() {
    picture!(batch((80, 24), "s / type:1_dec"));
    picture!(batch((80, 24), "s / type:1_dec enter"));
    picture!(batch((80, 24), "s / type:nonsense enter"));
}

#[test]
fn a_selection_is_one_act() {
    picture!(batch((80, 24), "j x j j V j a"));
    picture!(batch((80, 24), "j x j j V j a u"));
}

#[test]
fn a_pattern_selects() {
    picture!(batch((80, 24), "% type:from:ci enter"));
    picture!(batch((80, 24), "% type:from:( enter"));
}

#[test]
fn a_filter_narrows_the_list_while_it_is_typed() {
    picture!(batch((80, 24), "\\ type:rust enter a"));
    picture!(batch((80, 24), "\\ type:nobody"));
}

#[test]
fn a_sweep_acts_at_once_and_asks_where_a_decision_has_moved_on() {
    picture!(batch((80, 24), "tab tab tab A"));
    picture!(batch((80, 24), "tab tab tab A A"));
    picture!(batch((80, 24), "tab tab tab A A y"));
}

#[test]
fn muting_takes_the_thread_with_it_within_the_batch_only() {
    picture!(batch((80, 24), "tab tab j &"));
}

#[test]
fn the_second_pass_and_then_the_review() {
    picture!(batch((80, 24), "l l % type:all enter a j"));
    picture!(batch((80, 24), "l % type:all enter a a"));
    // The person's median is known: three and a half minutes.
    let at_their_pace = |size| {
        let mut desk = Desk::new(size);
        desk.pace = AnswerPace::of(vec![213; 10]);
        desk.start(Start::Batch);
        desk
    };
    for size in [(120, 36), (80, 24)] {
        let mut desk = at_their_pace(size);
        desk.play("l l j l % type:all enter a l");
        picture!(desk);
    }
}

#[test]
fn the_review_unfolds_and_takes_one_back() {
    picture!(batch((120, 36), "a d s t l . C j space j j"));
    picture!(batch((80, 24), "a d a C j enter j u"));
}

#[test]
fn a_commit_leaves_a_receipt_and_any_key_closes_it() {
    picture!(batch((80, 24), "a d s t l . C C"));
    picture!(batch((80, 24), "a d s t l . C C x"));
}

#[test]
fn the_time_runs_out() {
    picture!(batch((80, 24), "a tick:27m"));
    picture!(batch((80, 24), "a tick:30m news:closed"));
}

/// The window closes at 13:42.
#[test]
fn the_end_is_told_at_five_minutes_at_one_and_when_it_is_there() {
    picture!(batch((80, 24), "a a tick:25m"));
    picture!(batch((120, 36), "a a tick:25m d"));
    let mut desk = batch((120, 36), "a tick:24m");
    assert!(!desk.picture().contains("The midday check-in ends"), "six minutes are left");
    desk.play("tick:1m");
    assert!(desk.picture().contains("The midday check-in ends at 13:42."));
    desk.play("tick:1m");
    assert!(!desk.picture().contains("The midday check-in ends"), "it does not stay");
    desk.play("tick:3m");
    assert!(desk.picture().contains("The midday check-in ends at 13:42."), "one minute is left");
    desk.play("a tick:1m");
    picture!(&desk);
    desk.play("tick:1m");
    assert!(!desk.picture().contains("The time for the midday check-in is over."));
    picture!(batch_of((80, 24), |desk| desk.asks = true, "tick:30m"));
}

#[test]
fn ten_more_minutes_are_given_by_a_key_in_every_preset_and_by_its_name() {
    let mut desk = batch((120, 36), "a tick:26m +");
    let picture = desk.picture();
    assert!(
        picture.contains("More time: the midday check-in ends at 13:52.") && picture.contains("14 min left"),
        "{picture}"
    );
    assert!(!picture.contains("The midday check-in ends at"), "{picture}");
    desk.play("C + : type:extend enter");
    assert!(desk.picture().contains("More time: the midday check-in ends at 14:12."), "{}", desk.picture());
    desk.play("esc tick:30m");
    assert!(desk.picture().contains("The midday check-in ends at 14:12."), "it is told again");
    for name in ["gmail", "mutt"] {
        let mut desk = batch((120, 36), "a");
        desk.state.keymap = Keymap::build(name, &[]).expect("a preset");
        desk.play("+");
        assert!(desk.picture().contains("More time: the midday check-in ends at 13:52."), "{name}");
    }
    // While what came through is read, it is the window's batch that gets them.
    let desk = batch((120, 36), "X +");
    assert!(desk.picture().contains("More time: the midday check-in ends at 13:52."));
}

#[test]
fn a_batch_that_the_next_window_closes_says_so() {
    let desk = batch((80, 24), "a tick:30m news:next_opened");
    let says = "The afternoon check-in has opened, so the midday check-in was closed.";
    assert!(desk.picture().contains(says), "{}", desk.picture());
}

#[test]
fn a_receipt_that_came_by_itself_is_not_typed_away() {
    let mut desk = batch((80, 24), "a news:closed d e #");
    assert!(desk.picture().contains("it closed by itself"));
    desk.play("enter");
    assert!(desk.picture().contains("afternoon, in"));
}

#[test]
fn what_arrives_waits_in_a_corner() {
    picture!(batch((120, 36), "news:arrived"));
}

#[test]
fn what_came_through_is_read_from_the_batch_and_the_batch_gone_back_to() {
    let here = |desk: &Desk| desk.state.work.as_ref().map(|work| (work.triage.batch().id(), work.at()));
    let mut desk = batch((120, 36), "j j news:through");
    picture!(&desk);
    let before = here(&desk);
    desk.play("X");
    picture!(&desk);
    // Back without a decision, and back after it is done with: the same batch, the same row.
    desk.play("esc");
    assert_eq!(here(&desk), before);
    desk.play("X a C C");
    picture!(&desk);
    desk.play("enter");
    assert_eq!(here(&desk), before);
    assert!(!desk.picture().contains("came through"));
}

#[test]
fn a_window_that_closes_meanwhile_is_not_gone_back_to() {
    let mut desk = batch((120, 36), "X news:closed");
    assert!(desk.picture().contains("The time for the midday check-in is over; it closed by itself."));
    desk.play("esc");
    assert!(desk.state.work.is_none());
    assert!(desk.picture().contains("afternoon, in"));
}

#[test]
fn a_review_that_opened_by_itself_is_closed_by_the_second_key_and_never_by_enter() {
    let mut desk = batch((80, 24), "% type:all enter a enter enter enter");
    assert!(desk.picture().contains("Everything is decided. C, and C again, closes the batch"), "{}", desk.picture());
    desk.play("C enter space");
    assert!(desk.picture().contains("C closes the batch, and then this is done."), "{}", desk.picture());
    desk.play("C");
    assert!(desk.picture().contains("The midday check-in is closed."));
}

#[test]
fn what_was_not_kept_comes_back() {
    let mut desk = Desk::open((80, 24), Start::Batch);
    desk.refuse_acts = true;
    desk.play("a");
    picture!(desk);
}

#[test]
fn nothing_says_done_before_it_is_durable() {
    let mut desk = Desk::open((80, 24), Start::Batch);
    desk.mute = true;
    assert!(!desk.state.unsettled());
    desk.play("a");
    assert!(desk.state.unsettled());
    assert!(desk.picture().contains("keeping … Done: Budget, third try"));
    desk.mute = false;
    desk.settle();
    assert!(!desk.state.unsettled());
}

#[test]
fn links_are_shown_before_they_are_opened() {
    picture!(batch((80, 24), "j j j enter o"));
    picture!(batch((80, 24), "j j j enter o 1"));
    picture!(batch((80, 24), "j j j enter o 2"));
    picture!(batch((80, 24), "j j j enter y a"));
    picture!(batch((80, 24), "j j j enter S 1"));
}

#[test]
fn a_panel_of_choices_leaves_half_of_the_screen_and_scrolls() {
    let choices = |keys: &str| {
        let desk = batch((80, 9), keys);
        let rows: Vec<String> = desk.rows().iter().map(|row| row.concat().trim().to_owned()).collect();
        rows[6..8].to_vec()
    };
    assert_eq!(choices("j j j enter y"), ["a  ada@example.org", "3 more: ↓ ↑, or type their numbers"]);
    assert_eq!(choices("j j j enter y down"), ["s  Notes on the engine", "3 more: ↓ ↑, or type their numbers"]);
    assert!(choices("j j j enter y end pagedown")[0].starts_with("2  file:///etc/passwd"));
    assert_eq!(choices("j j j enter y end up up")[0], "s  Notes on the engine");
}

/// Side by side, where the list reaches down to the panel, as well as above the letter.
#[test]
fn the_row_in_hand_stays_above_a_panel() {
    for (size, keys) in
        [((160, 14), "G s"), ((160, 14), "G m"), ((160, 12), "G S"), ((80, 24), "G s"), ((80, 24), "g p G s")]
    {
        let desk = batch(size, keys);
        let rows: Vec<String> = desk.rows().iter().map(|row| row.concat()).collect();
        let panel = rows.iter().rposition(|row| row.starts_with("────")).unwrap_or(rows.len());
        let marks = rows.iter().take(panel).filter(|row| row.trim_start().starts_with('▌')).count();
        assert_eq!(marks, 1, "{size:?} {keys}: {}", rows.join("\n"));
    }
}

/// The list alone has room for more than the list above a message, and shows more.
#[test]
fn a_list_that_gets_more_room_is_filled() {
    let rows = |keys: &str| {
        let desk = batch((80, 20), keys);
        desk.rows().iter().filter(|row| row.concat().trim_end().ends_with(['h', 'd', 'w'])).count()
    };
    assert!(rows("G g p") > rows("G") + 2, "{} {}", rows("G g p"), rows("G"));
    assert!(rows("G g p") >= rows("g p"), "no fewer than at the beginning of the list");
}

#[test]
fn hostile_text_stays_text() {
    picture!(batch((160, 30), "tab tab tab j"));
}

#[test]
fn the_next_letter_is_asked_for_before_it_is_wanted() {
    let desk = Desk::open((120, 36), Start::Batch);
    assert_eq!(desk.letters_asked, [1, 2]);
}

#[test]
fn help_is_made_from_the_table_and_can_be_searched() {
    picture!(batch((80, 24), "?"));
    picture!(batch((120, 36), "? type:defer"));
    picture!(batch((80, 24), "? type:mouse"));
}

#[test]
fn the_palette_shows_keys_names_and_sentences() {
    picture!(batch((80, 24), ":"));
    picture!(batch((120, 36), ": type:def"));
    picture!(batch((80, 24), ": type:zzz"));
    picture!(door((80, 24), |_| {}, ": ctrl-n ctrl-n ctrl-p"));
}

#[test]
fn search_finds_what_is_visible_and_goes_back_to_the_batch() {
    picture!(batch((80, 24), "/ type:engine"));
    picture!(batch((80, 24), "/ type:engine enter n"));
    picture!(batch((120, 36), "/ type:engine enter enter"));
    picture!(batch((80, 24), "/ type:from:( enter"));
    picture!(batch((80, 24), "/ type:zzz enter"));
    picture!(batch((80, 24), "/ type:engine enter n esc"));
}

#[test]
fn deferred_messages_can_be_seen_woken_and_moved() {
    picture!(batch((80, 24), "D"));
    picture!(batch((80, 24), "D w"));
    picture!(batch((80, 24), "D s t"));
}

#[test]
fn a_way_back_from_a_search_a_receipt_and_a_mute() {
    let with_past = |keys: &str| {
        let mut desk = Desk::open((80, 24), Start::Batch);
        desk.past = letters::past();
        desk.play(keys);
        desk
    };
    picture!(with_past("/ e n g i n e enter"));
    picture!(with_past("/ e n g i n e enter G d"));
    picture!(with_past("V G a C C B"));
    picture!(with_past("g m"));
}

#[test]
fn what_is_put_off_in_this_batch_is_said_to_be_in_the_review() {
    let mut desk = Desk::open((80, 24), Start::Batch);
    desk.deferred.clear();
    desk.play("D");
    assert!(desk.picture().contains("Nothing is deferred.") && !desk.picture().contains("review"));
    desk.play("esc s t D");
    assert!(desk.picture().contains("is in the review"), "{}", desk.picture());
}

#[test]
fn the_door_closed() {
    picture!(door((100, 30), |_| {}, ""));
    picture!(door((80, 24), |_| {}, ""));
    picture!(door((40, 10), |_| {}, "a enter"));
}

#[test]
fn the_door_open() {
    picture!(door((80, 24), |desk| desk.open_window(false, None), ""));
}

#[test]
fn the_door_begun() {
    picture!(door((80, 24), |desk| desk.open_window(false, Some(12)), ""));
}

#[test]
fn the_door_while_the_sources_are_read_before_the_window_is_begun() {
    let mut desk = door((80, 24), |desk| desk.open_window(false, None), "");
    desk.mute = true;
    desk.play("enter news:gathering");
    assert!(desk.picture().contains("reading the sources first … 1204"));
}

/// What to do is never cut, however narrow.
#[test]
fn the_door_in_trouble() {
    picture!(door((80, 30), Desk::in_trouble, ""));
    picture!(door((120, 36), Desk::in_trouble, ""));
}

#[test]
fn the_door_late() {
    picture!(door((80, 24), |desk| desk.open_window(true, None), ""));
}

#[test]
fn the_door_away() {
    picture!(door((80, 24), Desk::go_away, ""));
}

#[test]
fn the_door_without_a_window_today() {
    picture!(door((80, 24), Desk::weekend, ""));
}

#[test]
fn the_door_with_something_that_came_through() {
    picture!(door((80, 24), |desk| desk.facts.let_through = 1, "news:gathering"));
}

#[test]
fn nothing_held() {
    picture!(door(
        (80, 24),
        |desk| {
            desk.open_window(false, None);
            desk.entries.clear();
        },
        "enter"
    ));
}

#[test]
fn leaving_the_batch_commits_nothing() {
    let mut desk = Desk::open((80, 24), Start::Batch);
    desk.play("a esc");
    desk.open_window(false, Some(19));
    desk.play("tick:1m");
    picture!(desk);
}

#[test]
fn a_peek_has_its_friction() {
    picture!(door((80, 24), |_| {}, "P tick:0s j"));
    picture!(door((80, 24), |_| {}, "P tick:0s tick:10s"));
    picture!(door((80, 24), |_| {}, "P tick:0s enter"));
    picture!(door((80, 24), |_| {}, "P tick:0s tick:10s j enter enter"));
    picture!(door((80, 24), |_| {}, "P tick:0s tick:10s j enter type:the_train enter tick:61s"));
    picture!(door((80, 24), |_| {}, "P tick:0s tick:10s j enter type:the_train enter tick:301s"));
}

#[test]
fn the_first_run() {
    let mut desk = Desk::new((80, 24));
    desk.start(Start::Welcome);
    picture!(desk);
    let mut desk = Desk::new((120, 36));
    desk.start(Start::Welcome);
    desk.play("2 w");
    picture!(desk);
}

#[test]
fn too_small() {
    picture!(batch((20, 5), "a"));
}

#[test]
fn a_resize_lays_the_letter_out_anew() {
    picture!(batch((160, 36), "j j j enter resize:60x20"));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(96))]
    /// Whatever is pressed, at whatever size, whatever the clock does: no panic, and no row wider than the screen.
    #[test]
    fn any_keys_at_any_size(
        start in 0u8..3,
        steps in proptest::collection::vec((0usize..90, 1u16..140, 1u16..50), 0..60),
    ) {
        let mut desk = Desk::open((80, 24), [Start::Door, Start::Welcome, Start::Batch][usize::from(start)]);
        for (kind, columns, rows) in steps {
            match keys::KEYS.get(kind) {
                Some(key) => desk.play(key),
                None if kind % 3 == 0 => desk.play(&format!("resize:{columns}x{rows}")),
                None if kind % 3 == 1 => desk.play(&format!("tick:{columns}s")),
                None => desk.play("news:arrived"),
            }
            for row in desk.rows() {
                let width: usize = row.iter().map(|cell| unicode_width::UnicodeWidthStr::width(cell.as_str())).sum();
                proptest::prop_assert!(width <= usize::from(desk.state.size.0), "{row:?}");
            }
        }
    }
}

/// Found by the fuzz target `keys`: an answer about places that are past, from a clock that runs behind, was asked for again
/// without end.
#[test]
fn an_answer_from_a_clock_that_runs_behind_ends() {
    let mut desk = batch((1, 1), "tick:600m j");
    desk.play("resize:80x24 s esc a tick:1m u");
    assert!(desk.picture().contains("Taken back, no longer done: Trajectories"), "{}", desk.picture());
}

/// Where the cursor stands after a decision.
fn cursor_after(choice: AfterDecision, keys: &str) -> (Option<u32>, bool) {
    let mut desk = Desk::new((80, 24));
    desk.state.settings.after_decision = choice;
    desk.start(Start::Batch);
    desk.play(keys);
    let work = desk.state.work.as_ref().expect("a batch");
    (work.at().map(|at| at.0), work.reading().focus == Focus::Letter)
}

#[test]
fn after_a_decision_the_cursor_goes_where_the_person_wants_it() {
    assert_eq!(cursor_after(AfterDecision::Next, "j j enter a"), (Some(4), true));
    assert_eq!(cursor_after(AfterDecision::Previous, "j j enter a"), (Some(2), true));
    assert_eq!(cursor_after(AfterDecision::List, "j j enter a"), (Some(4), false));
    // At the end there is nothing after it.
    assert_eq!(cursor_after(AfterDecision::Next, "G a"), (Some(15), false));
    assert_eq!(cursor_after(AfterDecision::Next, "G a u"), (Some(16), false));
}

#[test]
fn a_changed_key_changes_help_and_hints_too() {
    let mut desk = Desk::new((80, 24));
    let changes = [("done".to_owned(), vec!["g e".to_owned()]), ("trash".to_owned(), Vec::new())];
    desk.state.keymap = Keymap::build("tide", &changes).expect("no mistakes");
    desk.start(Start::Batch);
    desk.play("a d g e");
    picture!(desk);
}

#[test]
fn esc_and_a_key_right_after_it_are_two_keys() {
    let mut desk = batch((80, 24), "% type:from:ci alt-j");
    assert!(desk.state.overlay.is_none());
    assert_eq!(desk.state.work.as_ref().and_then(tidebox::ui::state::batch_view::BatchView::at), Some(Position(2)));
    let changes = [("down".to_owned(), vec!["alt-j".to_owned()])];
    desk.state.keymap = Keymap::build("tide", &changes).expect("no mistakes");
    desk.play("alt-j");
    assert_eq!(desk.state.work.as_ref().and_then(tidebox::ui::state::batch_view::BatchView::at), Some(Position(3)));
}

#[test]
fn without_colour_the_cursor_is_still_seen() {
    let mut desk = Desk::new((80, 24));
    desk.state.settings.theme = Theme::plain();
    desk.start(Start::Batch);
    assert!(desk.picture().contains("▌"));
    assert!(desk.colours().is_empty());
}

#[test]
fn what_a_peek_showed_is_gone_with_it() {
    let mut desk = door((120, 36), |_| {}, "P tick:0s tick:10s j enter type:the_train enter enter");
    assert!(desk.picture().contains("Notes on the engine"));
    desk.play("esc esc");
    assert!(!desk.picture().contains("Notes on the engine"));
    assert!(!format!("{:?}", desk.state.letters).contains("Notes on the engine"));
}

#[test]
fn another_batch_that_closes_does_not_take_this_one_away() {
    let mut desk = Desk::open((80, 24), Start::Batch);
    desk.closing = BatchId(7);
    desk.play("a news:closed");
    assert!(desk.state.work.is_some());
    assert!(desk.picture().contains("The time for the midday check-in is over; it closed by itself."));
}
