//! The agent for launchd, macOS's manager of a user's services (launchd.plist(5)).

use std::path::Path;

/// What the agent is called.
pub const LABEL: &str = "tidebox.watch";

/// The agent that runs these words: a program's path and its arguments. launchd's own `PATH` lacks the folders in which
/// people install programs, so it gets theirs.
#[must_use]
pub fn agent(words: &[&Path], path: &str) -> String {
    let words: Vec<String> =
        words.iter().map(|word| format!("        <string>{}</string>\n", escaped(&word.to_string_lossy()))).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <!-- {mark} -->\n\
         <plist version=\"1.0\">\n\
         <dict>\n\
         \x20   <key>Label</key>\n\
         \x20   <string>{LABEL}</string>\n\
         \x20   <key>ProgramArguments</key>\n\
         \x20   <array>\n\
         {words}\
         \x20   </array>\n\
         \x20   <key>EnvironmentVariables</key>\n\
         \x20   <dict>\n\
         \x20       <key>PATH</key>\n\
         \x20       <string>{path}</string>\n\
         \x20   </dict>\n\
         \x20   <key>RunAtLoad</key>\n\
         \x20   <true/>\n\
         \x20   <key>KeepAlive</key>\n\
         \x20   <dict>\n\
         \x20       <key>SuccessfulExit</key>\n\
         \x20       <false/>\n\
         \x20   </dict>\n\
         \x20   <key>ThrottleInterval</key>\n\
         \x20   <integer>30</integer>\n\
         \x20   <key>ProcessType</key>\n\
         \x20   <string>Background</string>\n\
         \x20   <key>Umask</key>\n\
         \x20   <integer>63</integer>\n\
         </dict>\n\
         </plist>\n",
        mark = super::MARK,
        words = words.concat(),
        path = escaped(path),
    )
}

/// Text within XML. Characters that XML cannot hold are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\t' | '\n' => out.push_str(&format!("&#{};", u32::from(c))),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn a_path_is_text_whatever_is_in_it() {
        assert_eq!(escaped("/a & b/<c>\n\u{1b}é\"'"), "/a &amp; b/&lt;c&gt;&#10;é\"'");
    }
}
