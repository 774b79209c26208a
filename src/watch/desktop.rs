//! Notifications of the desktop, by the system's own program: `notify-send` where there is D-Bus, `osascript` on macOS. It
//! gets its words as arguments, without a shell; D-Bus in this process would bring more code than all of the rest of watching.

use crate::domain::printable::Printable;

/// A notification is glanced at: so many columns of each line are enough.
const COLUMNS: usize = 120;

/// The program and its arguments for a notification.
#[must_use]
pub fn command(title: &str, text: &str) -> Vec<String> {
    let (title, text) = (line(title), line(text));
    if cfg!(target_os = "macos") { osascript(&title, &text) } else { notify_send(&title, &text) }
}

fn line(text: &str) -> String {
    Printable::from(text).cut(COLUMNS).to_string()
}

/// The specification lets the text, and not the title, hold markup.
fn notify_send(title: &str, text: &str) -> Vec<String> {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    ["notify-send", "--app-name=tidebox", "--", title, &text].map(str::to_owned).to_vec()
}

/// The words are the script's arguments and no part of the script.
fn osascript(title: &str, text: &str) -> Vec<String> {
    const SCRIPT: [&str; 3] =
        ["on run argv", "display notification (item 2 of argv) with title (item 1 of argv)", "end run"];
    let mut words = vec!["osascript".to_owned()];
    words.extend(SCRIPT.into_iter().flat_map(|line| ["-e".to_owned(), line.to_owned()]));
    words.extend(["--".to_owned(), title.to_owned(), text.to_owned()]);
    words
}

#[cfg(test)]
mod tests {
    use super::{line, notify_send, osascript};

    #[test]
    fn nothing_of_a_message_becomes_an_option_markup_or_script() {
        let (title, text) = ("--urgency=critical", "<a href=\"x\">& $(id)\" & do shell script \"id\"");
        assert_eq!(
            notify_send(title, text)[2..],
            ["--", title, "&lt;a href=\"x\"&gt;&amp; $(id)\" &amp; do shell script \"id\""]
        );
        let words = osascript(title, text);
        assert_eq!(words[7..], ["--", title, text]);
        assert!(words[..7].iter().all(|word| !word.contains("id\"")));
        assert_eq!(line("a\u{1b}[2J\nb\u{202e}"), "a\u{fffd}[2J b\u{fffd}");
    }
}
