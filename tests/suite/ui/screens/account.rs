//! Holds `src/ui/screens/account.rs`: the form of an account, with pages that are played to it.

use tidebox::ui::state::Start;

use super::desk::Desk;

fn picture(name: &str, desk: &Desk) {
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "../snapshots" }, {
        insta::assert_snapshot!(name, desk.picture());
    });
}

fn desk(keys: &str) -> Desk {
    let mut desk = Desk::open((100, 30), Start::Door);
    desk.play(keys);
    desk
}

#[test]
fn an_account_is_set_up_on_the_screen() {
    let mut desk = desk("m m");
    picture("account_address", &desk);
    desk.play("type:me enter");
    picture("account_no_address", &desk);
    desk.play("type:@gmail.com enter");
    picture("account_secret", &desk);
    desk.play("c");
    picture("account_folder", &desk);
    desk.play("m");
    picture("account_write", &desk);
    desk.play("enter");
    let picture = desk.picture();
    assert!(picture.contains("Added as \"me@gmail.com\""), "{picture}");
    assert!(picture.contains("Gather"), "and it is read at once: {picture}");
}

#[test]
fn esc_goes_to_the_question_before_and_from_the_first_one_out() {
    let mut desk = desk("m m type:me@gmail.com enter esc");
    assert!(desk.picture().contains("Which mail address?"));
    desk.play("esc");
    assert!(desk.picture().contains("16:00"), "at the door: {}", desk.picture());
}

#[test]
fn what_cannot_be_done_is_said_at_the_door() {
    let desk = desk("m m type:wrong@gmail.com enter k m");
    let picture = desk.picture();
    assert!(picture.contains("it is a source already") && !picture.contains("An account on"), "{picture}");
}

#[test]
fn a_form_that_was_left_while_something_was_done_takes_no_answer_any_more() {
    let mut desk = desk("m m type:me@gmail.com enter");
    desk.mute = true;
    desk.play("k x esc");
    assert!(!desk.picture().contains("An account on"), "{}", desk.picture());
    desk.mute = false;
    desk.settle();
    assert!(!desk.picture().contains("An account on"), "{}", desk.picture());
}
