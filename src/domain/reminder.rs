//! "Tell me if nobody has answered by then": a reminder of a message that the person wrote.

use super::text_enum::text_enum;

text_enum! {
    /// How a reminder ended.
    pub enum ReminderEnd {
        /// Somebody has answered.
        Answered = "answered",
        /// Nobody had, and the person was told.
        CameBack = "came back",
        /// The person took it back.
        TakenBack = "taken back",
    }
}

/// Whether the fields at the top of a draft ask for a reminder: a line `Remind` with something after its colon.
#[must_use]
pub fn asks_to_remind(draft: &str) -> bool {
    let fields = draft.lines().take_while(|line| !line.trim().is_empty()).filter_map(|line| line.split_once(':'));
    let mut asking =
        fields.filter(|(name, when)| name.trim().eq_ignore_ascii_case("remind") && !when.trim().is_empty());
    asking.next().is_some()
}

#[cfg(test)]
mod tests {
    use super::asks_to_remind;

    #[test]
    fn only_a_field_at_the_top_with_a_time_asks() {
        for asking in ["Remind: fri\n\nText", "To: ann@example.org\r\nremind : 2w\r\n\r\nText"] {
            assert!(asks_to_remind(asking), "{asking}");
        }
        for silent in ["", "Remind:\n\nText", "Remind: \nTo: a", "To: ann@example.org\n\nRemind: fri"] {
            assert!(!asks_to_remind(silent), "{silent}");
        }
    }
}
