//! Leaving a list: what the message offers is asked of the store, then the person is asked. Nothing leaves before the commit.

use super::decide;
use crate::domain::positions::{Position, Positions};
use crate::domain::printable::Printable;
use crate::domain::triage::Decision;
use crate::domain::unsubscribe::{UnsubscribeMethod, UnsubscribeOffer, Vouching};
use crate::ui::request::StoreRequest;
use crate::ui::state::State;
use crate::ui::state::overlay::{Confirm, Confirmed, Overlay};

/// In columns: so much of a list's name and of a host is shown in a question.
const NAME: usize = 34;

/// About the message in hand: the one that is read, or the one of the row.
pub fn ask(state: &mut State) {
    let Some(work) = &state.work else { return };
    let position = match state.read_conversation() {
        Some(view) => view.message(view.in_hand()).and_then(|one| one.position),
        None => work.here(),
    };
    match position {
        Some(position) => about(state, position),
        None => state.say("There is no message of this batch here whose list could be left."),
    }
}

/// About one message of the batch. Where its list is to be left already, that is taken back.
pub fn about(state: &mut State, position: Position) {
    let Some(work) = &state.work else { return };
    if work.triage.unsubscribed().contains(position) {
        return decide::decide_on(state, Decision::StaySubscribed, &Positions::from(position));
    }
    let batch = work.triage.batch().id();
    state.ask(StoreRequest::UnsubscribeOffer { batch, at: position });
}

/// What the message offers is known: a request, which the person is asked about.
pub fn offered(state: &mut State, at: Position, offer: &UnsubscribeOffer) {
    let UnsubscribeMethod::OneClick(url) = &offer.method else { return };
    let short = |text: &str| Printable::from(text).cut(NAME);
    let (list, host) = (short(&offer.list.0), short(&url.host()));
    let (vouches, unvouched) = match &offer.vouching {
        Vouching::Signed(domain) => (format!(" {} vouches for it.", short(domain)), None),
        Vouching::Nobody(why) => (String::new(), Some(*why)),
    };
    state.overlay = Some(Overlay::Confirm(Confirm {
        question: Printable::from(format!("Leave {list} at the commit, by a request to {host}?{vouches}")),
        yes: Confirmed::Unsubscribe { on: Positions::from(at), unvouched },
    }));
}

/// The person wants to leave; where nobody vouches for the sender, that is asked once more.
pub fn confirmed(state: &mut State, yes: Confirmed) {
    match yes {
        Confirmed::Unsubscribe { on, unvouched: Some(why) } => {
            state.say(format!("No signature: {why}."));
            state.overlay = Some(Overlay::Confirm(Confirm {
                question: "Nobody has vouched for this sender. Leave its list all the same?".into(),
                yes: Confirmed::UnsubscribeUnvouched(on),
            }));
        }
        Confirmed::Unsubscribe { on, .. } | Confirmed::UnsubscribeUnvouched(on) => {
            decide::decide_on(state, Decision::Unsubscribe, &on);
        }
        _ => {}
    }
}
