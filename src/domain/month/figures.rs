//! The figures of a month, each with the sentence that says how it was counted.

use crate::domain::text_enum::text_enum;

text_enum! {
    /// What is told of a month.
    pub enum Figure {
        Messages = "messages",
        Hours = "hours",
        Occasions = "occasions",
        Interruptions = "interruptions",
        Waiting = "waiting",
        Matter = "did it matter",
        Time = "time",
        Carried = "carried over",
        Exceptions = "exceptions",
        Answers = "answers",
        Chats = "chats",
        Gaps = "gaps",
    }
}

impl Figure {
    /// How it was counted, in sentences for the person.
    #[must_use]
    pub fn how(self) -> &'static str {
        match self {
            Self::Messages => {
                "Messages that came while their source was followed, by when they came to their mailbox. What was there at the first reading of a source is history and does not count. What is held counts, and nothing of it is named."
            }
            Self::Hours => {
                "Each bar is an hour of a weekday by your clock, all weeks of the month together. The lines beneath are the hours in which a check-in was open. Check-ins of the past are those of today's settings; on days on which a batch was begun at another time, those of its batches."
            }
            Self::Occasions => {
                "How often a counter of unread messages would have changed between check-ins: messages that came within 5 minutes of each other are one time. What came while a check-in was open is left out. It says how often there was something to notice, not how much time that would have cost."
            }
            Self::Interruptions => {
                "What did reach you between check-ins: messages that rules let through (within 5 minutes of each other they are one time), and your own looks at what was held: peeks, questions with `ask`, and looks for a code."
            }
            Self::Waiting => {
                "From when a held message came to its mailbox until the beginning of the batch that it was in. What rules let through did not wait and is left out. What is still held counts as a wait that is not over, by the method of Kaplan and Meier; where too much is still held, no figure is told. The line goes to nine in ten, the mark on it is half."
            }
            Self::Matter => {
                "Your answers to the question at the receipt, whether earlier would have changed anything, for a random sample of what was held. The share lies in the interval with 90 % certainty (Wilson), as far as the sample is like the rest. Below 20 answers there are too few to tell."
            }
            Self::Time => {
                "How long a batch was open on a screen; after 5 minutes without a key the time stands still. A day is one on which a batch was open. A decision takes that time by the number of decisions, reading included. What scripts decide is not in it."
            }
            Self::Carried => {
                "Messages that were not decided at the commits of this month, each as often as it was carried over. The oldest is told by the time since it came. On time is a batch that was committed before its check-in closed."
            }
            Self::Exceptions => "What each rule let through in this month, and how you rated it at the receipt.",
            Self::Answers => {
                "Turns that began in this month, with people whom you have written to, at least 5 in that direction: somebody writes, and the first message in the thread that goes the other way is the answer. Answers are looked for until 30 days after the month. What has no answer counts as a wait that is not over (Kaplan and Meier), so the figure is not only about what was answered. Check-ins are counted beside hours: by the 2nd check-in after."
            }
            Self::Chats => {
                "One sentence and one proposal a month, about the correspondent with whom threads most surely became a chat; nothing where there is nobody. A turn is what one of you writes before the other does. A thread became a chat at the turn that three more turns followed within a day. Threads of the half year before count in which both of you wrote and nobody has written for a day. Nothing is said of people with fewer than 5 such threads, or of lists, and of nobody again within 6 months. What programs send by themselves is no turn. `line = false` under [proof] leaves it out."
            }
            Self::Gaps => {
                "Days on which a source could not be read for a while. What came then counts by when it came to its mailbox, where the source tells that, else by when it was found: few messages on such days do not mean that few came."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Figure;
    use crate::domain::text_enum::TextEnum;

    #[test]
    fn every_figure_says_how_it_was_counted() {
        for figure in Figure::ALL {
            let how = figure.how();
            assert!(how.ends_with('.') && how.len() > 60 && how.starts_with(char::is_uppercase), "{figure}");
        }
    }
}
