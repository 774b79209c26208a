//! The requests that wait for a response, by their numbers. A late response finds no open request and is dropped.

use crate::ui::request::{Request, RequestNumber, Slot};

#[derive(Debug, Default)]
pub struct OpenRequests {
    last: RequestNumber,
    open: Vec<(RequestNumber, Slot)>,
}

impl OpenRequests {
    /// Gives a request its number. It is open from now on, unless nothing answers it; an older one that it replaces is not.
    pub fn add(&mut self, request: &Request) -> RequestNumber {
        self.last.0 += 1;
        if let Some(slot) = request.slot() {
            self.open.retain(|(_, older)| *older != slot || !slot.holds_one());
            self.open.push((self.last, slot));
        }
        self.last
    }

    /// Closes the request of this number, and tells what it was about.
    pub fn close(&mut self, number: RequestNumber) -> Option<Slot> {
        let index = self.open.iter().position(|(open, _)| *open == number)?;
        Some(self.open.swap_remove(index).1)
    }

    #[must_use]
    pub fn waits_for(&self, slot: Slot) -> bool {
        self.open.iter().any(|(_, open)| *open == slot)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Drops every open request for which `stale` holds.
    pub fn forget(&mut self, stale: impl Fn(Slot) -> bool) {
        self.open.retain(|(_, slot)| !stale(*slot));
    }
}

#[cfg(test)]
mod tests {
    use super::OpenRequests;
    use crate::domain::ids::{BatchId, Id};
    use crate::ui::request::{LetterKey, LetterRequest, Request, SearchRequest, ShellRequest, Slot, StoreRequest};

    fn search(query: &str) -> Request {
        SearchRequest { query: query.to_owned(), limit: 9 }.into()
    }

    #[test]
    fn a_newer_search_makes_the_older_response_late() {
        let mut requests = OpenRequests::default();
        let (first, second) = (requests.add(&search("a")), requests.add(&search("ab")));
        assert_eq!(requests.close(first), None);
        assert_eq!(requests.close(second), Some(Slot::Search));
        assert_eq!(requests.close(second), None);
    }

    #[test]
    fn every_act_waits_for_its_own_response() {
        let mut requests = OpenRequests::default();
        let undo = |act| Request::from(StoreRequest::Undo { batch: BatchId(1), act });
        let numbers = [requests.add(&undo(2)), requests.add(&undo(1))];
        requests.close(numbers[0]);
        assert!(requests.waits_for(Slot::Act));
        requests.close(numbers[1]);
        assert!(!requests.waits_for(Slot::Act));
    }

    #[test]
    fn letters_replace_only_themselves() {
        let mut requests = OpenRequests::default();
        let layout = |id| Request::from(LetterRequest::Layout(LetterKey { id: Id(id), width: 72, body: None }));
        let (one, other, again) = (requests.add(&layout(1)), requests.add(&layout(2)), requests.add(&layout(1)));
        assert_eq!(requests.close(one), None);
        assert!(requests.close(other).is_some() && requests.close(again).is_some());
    }

    #[test]
    fn nothing_waits_for_what_nobody_answers() {
        let mut requests = OpenRequests::default();
        let number = requests.add(&ShellRequest::Gather.into());
        assert!(requests.is_empty());
        assert_eq!(requests.close(number), None);
        assert!(requests.add(&search("a")) > number);
    }
}
