//! Holds `src/outgoing/sendmail.rs`, `src/process/program.rs`: what a command that sends is given, and what its end means.

use std::time::Duration;

use tidebox::config::SendConfig;
use tidebox::outgoing::{SendLimits, Submission, send};

use super::{MESSAGE, Noted, addresses, limits, text, words};

/// Sends by a script of the shell: its arguments are those of sendmail.
fn by_script(
    script: &str,
    recipients: &[String],
    message: &[u8],
    limits: &SendLimits,
) -> (Vec<super::DeliveryOutcome>, Noted) {
    let way = SendConfig::Command(["sh", "-c", script, "sendmail"].map(str::to_owned).to_vec());
    let mut noted = Noted::default();
    let submission = Submission { from: "me@example.org", recipients, message };
    let outcomes = send(&way, None, &submission, limits, &mut noted);
    (outcomes, noted)
}

#[test]
fn a_command_gets_sender_recipients_and_the_message_in_its_own_line_ends() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    let script =
        format!("printf '%s\\n' \"$@\" > '{}'; cat > '{}'", place("words").display(), place("message").display());
    let recipients = ["ann@bücher.example", "-oops@x.example", "no address"].map(str::to_owned);
    let (outcomes, noted) = by_script(&script, &recipients, MESSAGE, &limits());
    assert_eq!(words(&outcomes), ["accepted", "accepted", "refused mail"]);
    assert!(text(&outcomes[0]).contains("handed over"), "never delivered: {}", text(&outcomes[0]));
    assert_eq!(noted.dots, [vec![0, 1]]);
    let words = std::fs::read_to_string(place("words")).unwrap();
    assert_eq!(words, "-i\n-f\nme@example.org\n--\nann@xn--bcher-kva.example\n-oops@x.example\n");
    let message = std::fs::read(place("message")).unwrap();
    assert_eq!(message, String::from_utf8_lossy(MESSAGE).replace("\r\n", "\n").into_bytes());
}

#[test]
fn exit_codes_mean_what_they_surely_mean() {
    for (codes, wanted) in [
        (&[0][..], "accepted"),
        (&[75], "deferred data"),
        (&[64, 65, 66, 67, 68, 77, 78], "refused data"),
        (&[69, 70, 71, 73, 74, 76, 1, 2, 127], "unknown"),
    ] {
        for code in codes {
            let script = format!("cat >/dev/null; echo \"msmtp: $4 \\033[2J\" >&2; exit {code}");
            let (outcomes, noted) = by_script(&script, &addresses(&["ann", "bob"]), MESSAGE, &limits());
            assert_eq!(words(&outcomes), [wanted, wanted], "{code}");
            assert!(
                text(&outcomes[0]).contains("msmtp: --") && !text(&outcomes[0]).contains('\u{1b}'),
                "{:?}",
                outcomes[0]
            );
            assert_eq!(noted.dots, [vec![0, 1]]);
        }
    }
    let (outcomes, _) = by_script("cat >/dev/null; kill -9 $$", &addresses(&["ann"]), MESSAGE, &limits());
    assert_eq!(words(&outcomes), ["unknown"]);
}

#[test]
fn a_command_that_takes_too_long_or_does_not_read_is_unknown() {
    let short = SendLimits { command: Duration::from_millis(300), ..limits() };
    let (outcomes, _) = by_script("cat >/dev/null; sleep 60", &addresses(&["ann"]), MESSAGE, &short);
    assert_eq!(words(&outcomes), ["unknown"]);
    let large = [MESSAGE, b"a line\r\n".repeat(100_000).as_slice()].concat();
    let (outcomes, _) = by_script("head -c 10 >/dev/null; exit 0", &addresses(&["ann"]), &large, &limits());
    assert_eq!(words(&outcomes), ["unknown"]);
    // One that says more than anybody reads, and leaves something behind that holds its pipes.
    let (outcomes, _) = by_script(
        "cat >/dev/null; yes 2>/dev/null | head -c 300000 >&2; sleep 5 & exit 0",
        &addresses(&["ann"]),
        MESSAGE,
        &limits(),
    );
    assert_eq!(words(&outcomes), ["accepted"]);
}

#[test]
fn a_command_that_cannot_start_has_sent_nothing() {
    let way = SendConfig::Command(vec!["/nowhere/sendmail".to_owned()]);
    let recipients = addresses(&["ann"]);
    let submission = Submission { from: "me@example.org", recipients: &recipients, message: MESSAGE };
    let outcomes = send(&way, None, &submission, &limits(), &mut Noted::default());
    assert_eq!(words(&outcomes), ["refused connect"]);
    assert!(text(&outcomes[0]).contains("/nowhere/sendmail can't be started"), "{}", text(&outcomes[0]));
}

#[test]
fn a_command_is_not_started_where_that_cannot_be_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("started");
    let way = SendConfig::Command(["sh", "-c", &format!("touch '{}'", place.display())].map(str::to_owned).to_vec());
    let recipients = addresses(&["ann"]);
    let submission = Submission { from: "me@example.org", recipients: &recipients, message: MESSAGE };
    let mut noted = Noted { fails_at: Some(0), ..Noted::default() };
    assert_eq!(words(&send(&way, None, &submission, &limits(), &mut noted)), ["deferred data"]);
    assert!(!place.exists());
}

/// A hundred at a time; what stands behind a group that was put off is not tried.
#[test]
fn many_recipients_go_in_groups_and_stop_where_one_is_put_off() {
    let recipients: Vec<String> = (0..150).map(|number| format!("r{number}@x.example")).collect();
    let (outcomes, noted) = by_script("cat >/dev/null", &recipients, MESSAGE, &limits());
    assert!(words(&outcomes).iter().all(|it| it == "accepted"));
    assert_eq!(noted.dots.iter().map(Vec::len).collect::<Vec<_>>(), [100, 50]);
    let (outcomes, noted) = by_script("cat >/dev/null; exit 75", &recipients, MESSAGE, &limits());
    assert!(words(&outcomes).iter().all(|it| it.starts_with("deferred")));
    assert_eq!(noted.dots.len(), 1);
}
