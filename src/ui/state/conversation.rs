//! A row of the batch that is read as a conversation: which of its messages is in hand, and which are unfolded.
//!
//! A decision is about the row, whatever is in hand here; links, attachments and the like are those of the message in hand.

use std::sync::Arc;

use super::State;
use crate::domain::conversation::{Conversation, ConversationKey, ConversationMessage};
use crate::domain::positions::Positions;
use crate::ui::request::{LetterKey, LetterRequest, Slot};

/// So many stay unfolded besides the one in hand; then the one that was unfolded first folds again.
const UNFOLDED: usize = 12;

/// Which message is in hand at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ConversationStart {
    /// The newest that can be decided about.
    #[default]
    Newest,
    /// The first one: the message before was read, and this is the next.
    First,
    /// The last one: the message behind it was read.
    Last,
}

#[derive(Debug)]
pub struct ConversationView {
    key: ConversationKey,
    conversation: Arc<Conversation>,
    /// Whether also those messages of the thread are listed that are not of this row.
    whole_thread: bool,
    in_hand: usize,
    /// The one that is unfolded because it came in hand.
    opened: Option<usize>,
    /// Those that were unfolded one by one, the latest last.
    unfolded: Vec<usize>,
    /// The row at which the message in hand began when the screen was last settled.
    pub begins: usize,
    /// Whether the message in hand is still to be brought in sight: it was chosen, and its letter has not come.
    pub seeks: bool,
}

impl ConversationView {
    /// `open` are the positions that can be decided about now. `None` where the row's message is all that there is.
    #[must_use]
    pub fn of(
        key: ConversationKey,
        conversation: Arc<Conversation>,
        open: &Positions,
        start: ConversationStart,
    ) -> Option<Self> {
        let in_hand = first_in_hand(&conversation, open, start)?;
        (conversation.messages.len() > 1).then_some(Self {
            key,
            conversation,
            whole_thread: false,
            in_hand,
            opened: Some(in_hand),
            unfolded: Vec::new(),
            begins: 0,
            seeks: true,
        })
    }

    #[must_use]
    pub fn key(&self) -> ConversationKey {
        self.key
    }

    #[must_use]
    pub fn message(&self, number: usize) -> Option<&ConversationMessage> {
        self.conversation.messages.get(number)
    }

    /// The number of the message in hand among all of the conversation.
    #[must_use]
    pub fn in_hand(&self) -> usize {
        self.in_hand
    }

    /// The numbers of those that are listed, in order of time.
    #[must_use]
    pub fn listed(&self) -> impl DoubleEndedIterator<Item = usize> {
        let numbered = self.conversation.messages.iter().enumerate();
        numbered.filter(|(_, one)| self.whole_thread || one.position.is_some()).map(|(number, _)| number)
    }

    /// Where the message in hand stands among those that are listed, from 1, and how many those are.
    #[must_use]
    pub fn place(&self) -> (usize, usize) {
        (self.listed().take_while(|number| *number <= self.in_hand).count(), self.listed().count())
    }

    /// How many of the thread are not of this row.
    #[must_use]
    pub fn others(&self) -> usize {
        self.conversation.messages.iter().filter(|one| one.position.is_none()).count()
    }

    #[must_use]
    pub fn lists_others(&self) -> bool {
        self.whole_thread
    }

    /// Whether there are older messages that are not listed, because there are so many.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.conversation.is_cut
    }

    #[must_use]
    pub fn is_unfolded(&self, number: usize) -> bool {
        self.opened == Some(number) || self.unfolded.contains(&number)
    }

    pub fn unfolded(&self) -> impl Iterator<Item = usize> {
        self.listed().filter(|number| self.is_unfolded(*number))
    }

    /// The next listed message, or the one before.
    #[must_use]
    pub fn beside(&self, forward: bool) -> Option<usize> {
        if forward {
            self.listed().find(|number| *number > self.in_hand)
        } else {
            self.listed().rev().find(|number| *number < self.in_hand)
        }
    }

    /// Takes a message in hand and unfolds it; the one before folds again, unless it was unfolded by itself.
    pub fn open(&mut self, number: usize) {
        self.in_hand = number;
        self.opened = Some(number);
        self.seeks = true;
    }

    /// Takes a message in hand as it is.
    pub fn take(&mut self, number: usize) {
        self.in_hand = number;
    }

    /// Folds the message in hand, or unfolds it.
    pub fn turn(&mut self) {
        let number = self.in_hand;
        if self.is_unfolded(number) {
            self.opened = self.opened.filter(|opened| *opened != number);
            self.unfolded.retain(|unfolded| *unfolded != number);
        } else {
            self.unfolded.push(number);
            if self.unfolded.len() > UNFOLDED {
                self.unfolded.remove(0);
            }
        }
    }

    /// Lists the whole thread, or the row's own messages alone. What is in hand stays so as long as it is listed.
    pub fn turn_whole_thread(&mut self) {
        self.whole_thread = !self.whole_thread;
        self.seeks = true;
        let nearest = self.listed().find(|number| *number >= self.in_hand).or_else(|| self.listed().next_back());
        if let Some(nearest) = nearest.filter(|nearest| *nearest != self.in_hand) {
            self.open(nearest);
        }
    }
}

fn first_in_hand(conversation: &Conversation, open: &Positions, start: ConversationStart) -> Option<usize> {
    let messages = &conversation.messages;
    let own = |one: &ConversationMessage| one.position.is_some();
    let decidable = |one: &ConversationMessage| one.position.is_some_and(|position| open.contains(position));
    let last = || messages.iter().rposition(own);
    match start {
        ConversationStart::Newest => messages.iter().rposition(decidable).or_else(last),
        ConversationStart::First => messages.iter().position(own),
        ConversationStart::Last => last(),
    }
}

impl State {
    /// The conversation that the row in hand is read as, once it is known; `None` where the row is one message and nothing else.
    #[must_use]
    pub fn read_conversation(&self) -> Option<&ConversationView> {
        let key = self.row_key()?;
        self.conversation.as_ref().filter(|view| view.key == key)
    }

    pub(in crate::ui) fn read_conversation_mut(&mut self) -> Option<&mut ConversationView> {
        let key = self.row_key()?;
        self.conversation.as_mut().filter(|view| view.key == key)
    }

    /// The row in hand, where it can be read as a conversation.
    #[must_use]
    pub(in crate::ui) fn row_key(&self) -> Option<ConversationKey> {
        let listed = self.listed()?;
        listed.conversation_key(listed.place())
    }

    /// Which letter the screen wants to show, laid out how: that of the message in hand.
    #[must_use]
    pub fn letter_key(&self) -> Option<LetterKey> {
        let listed = self.listed()?;
        let key = match self.read_conversation() {
            Some(view) => self.letter_of(view, view.in_hand),
            None => self.letter_at(listed.place(), self.row_key().map(|key| self.starts_at(key)).unwrap_or_default()),
        };
        key.map(|key| LetterKey { body: listed.reading().body, ..key })
    }

    /// The letter of one message of a conversation, in the version that is shown by itself.
    #[must_use]
    pub(in crate::ui) fn letter_of(&self, view: &ConversationView, number: usize) -> Option<LetterKey> {
        view.message(number).map(|one| LetterKey { id: one.id, width: self.letter_width(), body: None })
    }

    /// The letter that comes first when the row at this place is read from there. Of several messages it is not known before the
    /// conversation has come.
    #[must_use]
    pub(in crate::ui) fn letter_at(&self, place: usize, start: ConversationStart) -> Option<LetterKey> {
        let listed = self.listed()?;
        let alone = || listed.entry(place).map(|entry| entry.id);
        let id = match listed.conversation_key(place).filter(ConversationKey::has_several) {
            None => alone()?,
            Some(key) => match self.conversations.get(key)? {
                Ok(conversation) => first_in_hand(conversation, &self.open_positions(), start)
                    .and_then(|number| conversation.messages.get(number))
                    .map(|one| one.id)
                    .or_else(alone)?,
                Err(_) => alone()?,
            },
        };
        Some(LetterKey { id, width: self.letter_width(), body: None })
    }

    pub(in crate::ui) fn open_positions(&self) -> Positions {
        self.work.as_ref().map(super::batch_view::BatchView::open).unwrap_or_default()
    }

    /// Where the conversation of this row begins to be read.
    #[must_use]
    pub(in crate::ui) fn starts_at(&self, key: ConversationKey) -> ConversationStart {
        self.conversation_start.filter(|(of, _)| *of == key).map(|(_, start)| start).unwrap_or_default()
    }

    /// Asks for the messages of the conversation at this place, unless they are here or on their way.
    pub(in crate::ui) fn want_conversation(&mut self, place: usize) {
        let Some(key) = self.listed().and_then(|listed| listed.conversation_key(place)) else { return };
        if self.conversations.get(key).is_none() && !self.requests.waits_for(Slot::Conversation(key)) {
            self.ask(LetterRequest::Conversation(key));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono::DateTime;

    use super::{ConversationStart, ConversationView};
    use crate::domain::conversation::{Conversation, ConversationKey, ConversationMessage};
    use crate::domain::ids::{BatchId, Id};
    use crate::domain::positions::{Position, Positions};

    /// A conversation in which those with a position are of the row.
    fn view(own: &[bool], open: &Positions, start: ConversationStart) -> Option<ConversationView> {
        let mut position = 0;
        let messages = own.iter().zip(1..).map(|(own, id)| ConversationMessage {
            id: Id(id),
            sender: "Ann".into(),
            placed: DateTime::UNIX_EPOCH,
            position: own.then(|| {
                position += 1;
                Position(position)
            }),
        });
        let messages: Vec<_> = messages.collect();
        let conversation = Arc::new(Conversation { messages, is_cut: false });
        let key = ConversationKey { batch: BatchId(1), first: Position(1), last: Position(position.max(1)) };
        ConversationView::of(key, conversation, open, start)
    }

    #[test]
    fn the_newest_that_can_be_decided_about_comes_first() {
        let own = [false, true, true, false, true];
        let of = |open: &[u32]| {
            let open: Positions = open.iter().copied().map(Position).collect();
            view(&own, &open, ConversationStart::Newest).unwrap().in_hand()
        };
        assert_eq!((of(&[1, 2]), of(&[1]), of(&[]), of(&[3])), (2, 1, 4, 4));
        assert!(view(&[true], &Positions::default(), ConversationStart::Newest).is_none(), "it is one message alone");
        assert!(view(&[false, false], &Positions::default(), ConversationStart::Newest).is_none());
    }

    #[test]
    fn what_is_not_listed_any_more_is_not_in_hand() {
        let mut view = view(&[true, false, true], &Positions::default(), ConversationStart::First).unwrap();
        view.turn_whole_thread();
        assert_eq!(view.in_hand(), 0);
        view.open(1);
        view.turn_whole_thread();
        assert_eq!(view.in_hand(), 2);
    }

    proptest::proptest! {
        /// From one end to the other, each message that is listed comes in hand once, in order of time; folding moves nothing.
        #[test]
        fn every_message_is_visited_once_and_in_order(
            own in proptest::collection::vec(proptest::bool::ANY, 2..40),
            whole: bool, folds in proptest::collection::vec(proptest::bool::ANY, 40),
        ) {
            let Some(mut view) = view(&own, &Positions::default(), ConversationStart::First) else { return Ok(()) };
            if whole {
                view.turn_whole_thread();
            }
            let listed: Vec<usize> = view.listed().collect();
            for forward in [false, true, false] {
                let mut visited = vec![view.in_hand()];
                while let Some(next) = view.beside(forward) {
                    view.open(next);
                    proptest::prop_assert!(view.is_unfolded(next));
                    if folds.get(next).copied().unwrap_or_default() {
                        view.turn();
                        proptest::prop_assert_eq!(view.in_hand(), next, "folding moves nothing");
                    }
                    visited.push(next);
                }
                let mut expected = listed.clone();
                if !forward {
                    expected.reverse();
                }
                // The first way begins within the list.
                let begun = expected.iter().position(|number| Some(number) == visited.first()).unwrap();
                proptest::prop_assert_eq!(&visited, &expected[begun..]);
            }
        }
    }
}
