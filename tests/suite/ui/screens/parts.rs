//! Holds `src/ui/update/viewer.rs`, `src/ui/view/viewer.rs`, `src/ui/state/viewer.rs`, `src/ui/update/reading.rs`: what is looked at beside
//! the letter, and what other programs get of it.

use tidebox::ui::state::Start;
use tidebox::ui::state::overlay::Overlay;

use super::desk::Desk;

/// Ada's letter, which has an attachment, is under the cursor.
fn played(size: (u16, u16), steps: &str) -> Desk {
    let mut desk = Desk::open(size, Start::Batch);
    desk.play("j j j");
    desk.play(steps);
    desk
}

fn text(desk: &Desk) -> String {
    desk.rows().iter().map(|row| row.concat()).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_part_scrolls_by_every_key_that_moves_and_says_where_it_is() {
    let desk = played((80, 24), "g s");
    assert!(text(&desk).contains("1–20 of 300 · 6 %"), "{}", text(&desk));
    let desk = played((80, 24), "g s j space");
    assert!(text(&desk).contains("21–40 of 300"), "{}", text(&desk));
    let desk = played((80, 24), "g s G k");
    assert!(text(&desk).contains("280–299 of 300 · 99 %"), "{}", text(&desk));
    let desk = played((80, 24), "g s G home down pagedown pageup up b ctrl-d ctrl-u g");
    assert!(text(&desk).contains("1–20 of 300"), "{}", text(&desk));
    for close in ["esc", "q"] {
        let desk = played((80, 24), &format!("g s G {close}"));
        assert!(text(&desk).contains("Ada Lovelace") && desk.state.overlay.is_none(), "{}", text(&desk));
    }
}

#[test]
fn a_part_is_laid_out_anew_for_another_size() {
    let mut desk = played((80, 24), "g h");
    assert!(text(&desk).contains("header fields") && !text(&desk).contains(" %"), "{}", text(&desk));
    let asked = |desk: &Desk| match &desk.state.overlay {
        Some(Overlay::View(viewer)) => viewer.asked.map(|key| key.size),
        _ => None,
    };
    assert_eq!(asked(&desk), Some((77, 20)));
    desk.play("resize:60x10");
    assert_eq!(asked(&desk), Some((57, 8)));
}

#[test]
fn a_picture_is_drawn_in_half_blocks() {
    let desk = played((80, 24), "g v 1");
    let screen = text(&desk);
    assert_eq!(screen.matches('▀').count(), 24 * 8, "{screen}");
}

#[test]
fn an_attachment_is_opened_only_after_a_yes() {
    let mut desk = played((100, 30), "");
    desk.mute = true;
    desk.play("g o 1");
    assert!(text(&desk).contains("Open engine-notes.pdf  application/pdf  214 kB with the program"), "{}", text(&desk));
    desk.play("x");
    assert!(text(&desk).contains("Left as it is."), "{}", text(&desk));
    let desk = played((100, 30), "g o 1 y");
    assert!(text(&desk).contains("Opened a copy, which is removed when tidebox is left"), "{}", text(&desk));
}

#[test]
fn without_an_opener_the_copy_is_named() {
    let mut desk = Desk::new((140, 36));
    desk.no_opener = true;
    desk.start(Start::Batch);
    desk.play("j j j g b");
    assert!(text(&desk).contains("No program here opens files · a copy lies at /run/user/1000/"), "{}", text(&desk));
}

#[test]
fn a_message_goes_to_a_command_that_was_typed_and_an_empty_line_is_none() {
    let mut desk = played((100, 30), "| esc");
    assert!(desk.state.overlay.is_none());
    desk.play("| enter");
    assert!(desk.state.overlay.is_none());
    desk.play("| type:git_am");
    assert!(text(&desk).contains("pipe to  git am"), "{}", text(&desk));
    desk.play("enter");
    let sent = desk.picture();
    assert!(sent.contains("Original { id") && sent.contains("Pipe { command: \"git am\", message: ["), "{sent}");
}
