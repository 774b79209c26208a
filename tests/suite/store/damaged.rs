//! Holds `src/store/verify.rs`, `src/store/original.rs`, `src/job/verify.rs`, `src/store/export.rs`: a store in which a
//! disk has changed some bytes: `check` finds the letter, and everything else can still be taken out.

use crate::support::{Home, Ran, letter};

const AT: &str = "2026-11-23T12:00:00+01:00";

/// Five letters that are visible, and the ids that they have.
fn home() -> (Home, Vec<String>) {
    let home = Home::new();
    for number in 1..=5 {
        let text = format!("Pay {number}000 to the ferry.\n").repeat(60);
        home.write(&format!("in/{number}.eml"), letter(number, "Ann <ann@example.org>", "Dues", &text));
    }
    assert_eq!(home.run(AT, &["add", "--history", "in"]).code, 0);
    let ids: Vec<String> = home.sqlite("SELECT id FROM message ORDER BY id").lines().map(str::to_owned).collect();
    assert_eq!(ids.len(), 5);
    (home, ids)
}

fn check(home: &Home) -> Ran {
    home.run(AT, &["check", "--offline", "--store-too"])
}

/// All but one come out; the command names it, and fails.
fn export_leaves_out(home: &Home, id: &str) {
    let ran = home.run(AT, &["export"]);
    assert_eq!((ran.code, ran.out.matches("\nSubject: Dues").count()), (1, 4), "{}", ran.err);
    assert!(ran.err.contains(&format!("1 message is damaged in the store and left out: {id}")), "{}", ran.err);
    let ran = home.run(AT, &["export", "--format", "jsonl", "--query", "subject:dues", "--output", "all.jsonl"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert_eq!(std::fs::read_to_string(home.path("all.jsonl")).unwrap().lines().count(), 4, "what is sound is kept");
    std::fs::remove_file(home.path("all.jsonl")).unwrap();
}

#[test]
fn bytes_that_no_longer_unpack_are_named_and_left_out() {
    let (home, ids) = home();
    assert_eq!(check(&home).code, 0);
    let id = &ids[1];
    for damage in [
        format!(
            "UPDATE original SET bytes = CAST(substr(bytes, 1, 4) || x'00000000' || substr(bytes, 9) AS BLOB)
             WHERE message = {id}"
        ),
        format!("DELETE FROM original WHERE message = {id}"),
    ] {
        home.sqlite(&damage);
        let ran = check(&home);
        assert_eq!(ran.code, 1, "{}", ran.out);
        assert!(ran.err.contains(&format!("of 1 message the original cannot be unpacked: {id}")), "{}", ran.err);
        assert!(ran.out.contains("damaged (every page, rule and original)"), "{}", ran.out);
        export_leaves_out(&home, id);
        let shown = home.run(AT, &["show", id]);
        assert_eq!(shown.code, 1);
        assert!(shown.err.contains(id.as_str()), "{}", shown.err);
    }
}

/// Every single bit of a packed letter, in turn: never is another text shown as the letter.
#[test]
fn a_changed_bit_is_never_taken_for_the_letter() {
    let (home, ids) = home();
    let id = &ids[2];
    let sound = home.run(AT, &["show", id]).out;
    let hex = home.sqlite(&format!("SELECT hex(bytes) FROM original WHERE message = {id}"));
    let mut bytes: Vec<u8> =
        (0..hex.trim().len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect();
    let step = (bytes.len() / 40).max(1);
    for at in (0..bytes.len()).step_by(step) {
        bytes[at] ^= 1 << (at % 8);
        let changed: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        home.sqlite(&format!("UPDATE original SET bytes = x'{changed}' WHERE message = {id}"));
        let shown = home.run(AT, &["show", id]);
        assert!(shown.code == 1 || shown.out == sound, "byte {at}: {}", shown.out);
        bytes[at] ^= 1 << (at % 8);
    }
}

/// Stores of earlier versions have no checksum in what is packed, and short letters are not packed at all.
#[test]
fn a_letter_that_unpacks_to_another_text_is_found_by_its_sha_256() {
    let (home, ids) = home();
    let id = &ids[3];
    let raw = home.run(AT, &["show", "--raw", id]).out.replace("4000", "9000");
    let (size, raw) = (raw.len(), raw.bytes().map(|byte| format!("{byte:02x}")).collect::<String>());
    home.sqlite(&format!("UPDATE original SET packing = 0, bytes = x'{raw}' WHERE message = {id}"));
    home.sqlite(&format!("UPDATE message SET size = {size} WHERE id = {id}"));
    let ran = check(&home);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.err.contains(&format!("of 1 message the original is not what was taken in: {id}")), "{}", ran.err);
    assert_eq!(home.run(AT, &["check", "--offline"]).code, 0, "the quick look unpacks nothing, and says so");
}
