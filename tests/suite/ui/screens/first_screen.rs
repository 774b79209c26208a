//! Holds `src/ui/screens/welcome.rs`, `src/ui/screens/door.rs`, `src/ui/view/write_back.rs`, `src/ui/view/footer.rs`: what a
//! person is offered before there is any mail, and what stands at the door and on the receipt before and after the first batch.

use tidebox::domain::door::{RefusedChanges, WriteBackState};
use tidebox::domain::printable::Printable;
use tidebox::domain::source_type::SourceType;
use tidebox::ui::event::Event;
use tidebox::ui::response::{FoundMailbox, Response, SetupResponse};
use tidebox::ui::state::{Demo, Start};

use super::desk::Desk;
use super::facts::window;

macro_rules! picture {
    ($desk:expr) => {{
        let desk = $desk;
        insta::with_settings!({ snapshot_path => "../snapshots", omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(desk.picture())
        });
    }};
}

/// A Saturday at noon, with nothing: no source, no message, no check-in before Monday.
fn nothing(size: (u16, u16)) -> Desk {
    let mut desk = Desk::new(size);
    desk.weekend();
    desk.facts.deferred = 0;
    desk.facts.no_source = true;
    desk.facts.nothing_to_hold = true;
    desk.facts.first_batch = true;
    desk
}

/// The same after a mailbox was added.
fn added(size: (u16, u16)) -> Desk {
    let mut desk = nothing(size);
    desk.start(Start::Door);
    desk.facts.no_source = false;
    desk.facts.nothing_to_hold = false;
    desk.play("1");
    desk
}

/// The rows of the screen that are not empty, without the hints at the bottom.
fn text(desk: &Desk) -> String {
    let rows: Vec<String> = desk.rows().iter().map(|row| row.concat().trim().to_owned()).collect();
    rows.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn without_a_source_and_a_message_every_start_is_the_first_screen() {
    for size in [(80, 24), (120, 36)] {
        let mut desk = nothing(size);
        desk.start(Start::Door);
        picture!(&desk);
    }
    let mut desk = nothing((100, 30));
    desk.facts.nothing_to_hold = false;
    desk.start(Start::Door);
    assert!(!text(&desk).contains("try it on sample messages"), "messages were added by hand: {}", text(&desk));
}

/// The door behind it knows that there is no mailbox, and leads back by Enter, `m` and the palette.
#[test]
fn a_door_without_a_source_says_so_and_leads_to_the_first_screen() {
    let mut desk = nothing((80, 24));
    desk.start(Start::Door);
    desk.play("enter");
    picture!(&desk);
    for keys in ["enter", "m", ": type:add_mailbox enter", ": type:welcome enter", ": type:setup enter"] {
        let mut desk = nothing((80, 24));
        desk.start(Start::Door);
        desk.play("enter");
        assert!(text(&desk).contains("No mailbox yet m adds one"), "{}", text(&desk));
        assert!(!text(&desk).contains("Nothing to do until"), "{}", text(&desk));
        desk.play(keys);
        assert!(text(&desk).contains("Mailboxes on this machine"), "{keys}: {}", text(&desk));
        desk.play("esc");
        assert!(text(&desk).contains("No mailbox yet"), "{keys}: {}", text(&desk));
    }
}

/// From the batch it can be asked for too, and leads back into it.
#[test]
fn the_first_screen_leads_back_to_where_it_was_asked_for() {
    let mut desk = Desk::open((100, 30), Start::Batch);
    let before = desk.picture();
    desk.play(": type:welcome enter");
    assert!(text(&desk).contains("Mailboxes on this machine"), "{}", text(&desk));
    desk.play("q");
    assert_eq!(desk.picture().lines().nth(1), before.lines().nth(1), "q is the way back, not out");
}

#[test]
fn a_mailbox_is_added_with_what_it_lacks_and_a_batch_can_be_begun_at_once() {
    let mut desk = added((80, 24));
    picture!(&desk);
    desk.play("f");
    assert!(
        text(&desk).contains("Made: Archive and Trash.") && !text(&desk).contains("has no Archive"),
        "{}",
        text(&desk)
    );
    let mut desk = added((100, 30));
    desk.play("r");
    assert!(text(&desk).contains("ann has no Trash folder"), "{}", text(&desk));
    desk.play("b");
    assert!(desk.picture().contains("BeginFirst"), "{}", desk.picture());
    assert!(text(&desk).contains("people"), "{}", text(&desk));
}

/// The key is right behind the mailbox: nobody has told the screen yet that there is something to hold.
#[test]
fn a_batch_can_be_begun_before_the_door_knows_of_the_mailbox() {
    let mut desk = nothing((100, 30));
    desk.start(Start::Door);
    desk.play("1 b");
    assert!(desk.picture().contains("BeginFirst"), "{}", desk.picture());
    assert!(!text(&desk).contains("add a mailbox first"), "{}", text(&desk));
}

/// At the door the same key begins it, Enter tells of it, and where a check-in is open that one is begun.
#[test]
fn the_first_batch_is_begun_at_the_door_too() {
    let mut desk = added((100, 30));
    desk.play("enter");
    picture!(&desk);
    desk.play("enter");
    assert!(text(&desk).contains("b begins a first batch now."), "{}", text(&desk));
    // It is asked for once, with its length; whatever is not a yes is a no.
    desk.play("b");
    assert!(text(&desk).contains("and 45 minutes are there for it"), "{}", text(&desk));
    assert!(text(&desk).contains("y begin n no"), "{}", text(&desk));
    desk.play("n");
    assert!(text(&desk).contains("Left as it is.") && !desk.picture().contains("BeginFirst"), "{}", text(&desk));
    desk.play("b y");
    assert!(text(&desk).contains("people"), "{}", text(&desk));
    assert!(text(&desk).contains("A batch: what came in until now"), "said once: {}", text(&desk));
    desk.play("j");
    assert!(!text(&desk).contains("A batch:"), "{}", text(&desk));

    let mut desk = Desk::new((100, 30));
    desk.open_window(false, None);
    desk.start(Start::Door);
    desk.play("m");
    assert!(text(&desk).contains("begin: the midday check-in is open until 13:45"), "{}", text(&desk));
    desk.play("b");
    assert!(desk.picture().ends_with("Begin"), "{}", desk.picture());

    // After the first commit there is no such hole.
    let mut desk = Desk::open((100, 30), Start::Door);
    desk.play("b");
    assert!(text(&desk).contains("from now on what comes waits for its check-in"), "{}", text(&desk));
    assert!(!desk.picture().contains("BeginFirst"));
}

/// What does not fit is counted, at every size.
#[test]
fn mailboxes_beyond_the_room_are_counted() {
    for (size, shown) in [((80, 24), 9), ((60, 14), 2), ((140, 45), 9)] {
        let mut desk = nothing(size);
        desk.mute = true;
        desk.start(Start::Welcome);
        let effects = desk.waiting();
        let found: Vec<FoundMailbox> = (1..=13)
            .map(|number| FoundMailbox {
                kind: SourceType::Mbox,
                path: format!("/home/ann/mail/box{number}").into(),
                shown: Printable::from(format!("~/mail/box{number}")),
                messages: Some(number),
                added: false,
            })
            .collect();
        for effect in effects {
            let said = SetupResponse::Mailboxes { found: found.clone(), sources: Vec::new() };
            desk.event(Event::Response(effect.number, Ok(Response::Setup(said))));
        }
        let text = text(&desk);
        let rows = (1..=13).filter(|number| text.contains(&format!("~/mail/box{number} "))).count();
        assert!(rows <= shown && rows >= 1, "{size:?}: {rows}\n{}", desk.picture());
        assert!(text.contains(&format!("and {} more", 13 - rows)), "{size:?}\n{}", desk.picture());
        assert!(text.contains("1 message "), "{size:?}\n{}", desk.picture());
        assert!(size.1 < 24 || text.contains("enter start"), "{size:?}\n{}", desk.picture());
    }
}

#[test]
fn the_demo_says_that_it_is_one_and_leads_back_to_where_it_was_begun() {
    for (demo, asks) in [(Demo::FromWelcome, "Welcome"), (Demo::Alone, "Quit")] {
        let mut desk = Desk::new((80, 24));
        desk.state.demo = Some(demo);
        desk.start(Start::Door);
        assert!(text(&desk).contains("This is the demo: the messages are invented"), "{}", text(&desk));
        desk.play("q");
        assert!(desk.picture().ends_with(&format!("\n{asks}")), "{}", desk.picture());
        desk.play("ctrl-c");
        assert!(desk.picture().ends_with("\nQuit"), "ctrl-c is out, from everywhere");
    }
}

/// What could not be moved stands at the door and on the receipt, once for each reason, in the warm colour; ctrl-g tries again.
#[test]
fn what_waits_in_the_journal_is_told_with_its_reason() {
    let refused = |messages, why: &str| RefusedChanges {
        source: "Maildir".to_owned(),
        messages,
        moves: true,
        why: why.to_owned(),
    };
    let set = |desk: &mut Desk| {
        desk.facts.outside = WriteBackState { refused: 47, ..WriteBackState::default() };
        desk.facts.refused = vec![
            refused(46, "there is no folder for an archive; make one called Archive"),
            refused(1, "no right to write; ask"),
        ];
    };
    let mut desk = Desk::new((100, 30));
    set(&mut desk);
    desk.start(Start::Door);
    picture!(&desk);
    assert!(!text(&desk).contains("Nothing to do until then"), "there is something to do");
    let warm = desk.state.settings.theme.warm.fg;
    assert!(warm.is_some_and(|warm| desk.colours().contains(&warm)));
    desk.play("ctrl-g");
    assert!(desk.picture().ends_with("Gather"), "{}", desk.picture());

    let mut desk = Desk::open((100, 30), Start::Batch);
    desk.play("a C");
    set(&mut desk);
    desk.play("C");
    let receipt = text(&desk);
    assert!(
        receipt.contains("46 messages could not be moved in Maildir: there is no folder for an archive."),
        "{receipt}"
    );
    desk.play("ctrl-g");
    assert!(desk.picture().ends_with("Gather") && text(&desk).contains("is closed."), "{}", desk.picture());
}

/// A name that is no part of a day, and windows that are over or were missed.
#[test]
fn the_door_speaks_of_a_check_in_in_whole_sentences() {
    let mut desk = Desk::new((100, 30));
    desk.open_window(true, None);
    desk.start(Start::Door);
    assert!(
        text(&desk).contains("The midday check-in was missed at 11:00: it can be done until 16:00"),
        "{}",
        text(&desk)
    );
    let mut desk = Desk::new((100, 30));
    desk.open_window(false, Some(3));
    if let Some(open) = &mut desk.facts.open {
        open.window = window("first batch", "2026-11-23T12:00:00Z");
    }
    desk.start(Start::Door);
    assert!(text(&desk).contains("The first batch is open until 13:45"), "{}", text(&desk));
    for (held, said) in [(0, "Nothing is held."), (1, "1 message is held."), (12, "12 messages are held.")] {
        let mut desk = Desk::new((100, 30));
        desk.facts.held = Some(held);
        desk.start(Start::Door);
        assert!(text(&desk).contains(said), "{}", text(&desk));
    }
}
