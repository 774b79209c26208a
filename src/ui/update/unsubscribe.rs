//! Leaving a list: what the message offers is asked of the store, then the person is asked. Nothing leaves before the commit.

use super::decide;
use crate::domain::positions::{Position, Positions};
use crate::domain::printable::Printable;
use crate::domain::triage::Decision;
use crate::domain::unsubscribe::{UnsubscribeMethod, UnsubscribeOffer, Vouching};
use crate::ui::geometry::Focus;
use crate::ui::request::StoreRequest;
use crate::ui::state::State;
use crate::ui::state::message_list::CursorList;
use crate::ui::state::overlay::{Confirm, Confirmed, Overlay};

/// In columns: so much of a list's name and of a host is shown in a question.
const NAME: usize = 34;
/// So many lists are named in it.
const NAMED: usize = 3;

/// About the message that is read; in the list, about each list of the row.
pub fn ask(state: &mut State) {
    let Some(work) = &state.work else { return };
    let in_letter = work.reading().focus == Focus::Letter;
    let read = state.read_conversation().filter(|_| in_letter).map(|view| view.message(view.in_hand()));
    let at = match read {
        Some(message) => message.and_then(|one| one.position).map(Positions::from),
        None => Some(work.in_hand()).filter(|at| !at.is_empty()),
    };
    match at {
        Some(at) => about_all(state, &at),
        None => state.say("There is no message of this batch here whose list could be left."),
    }
}

/// About one message of the batch.
pub fn about(state: &mut State, position: Position) {
    about_all(state, &Positions::from(position));
}

/// Where one of these lists is to be left already, that is taken back for all of them.
fn about_all(state: &mut State, at: &Positions) {
    let Some(work) = &state.work else { return };
    let left = at.both(work.triage.unsubscribed());
    if !left.is_empty() {
        return decide::decide_on(state, Decision::StaySubscribed, &left);
    }
    let batch = work.triage.batch().id();
    state.ask(StoreRequest::UnsubscribeOffers { batch, at: at.clone() });
}

/// What the messages offer is known: requests and messages, which the person is asked about.
pub fn offered(state: &mut State, ways: &[(Position, UnsubscribeOffer)], without: usize) {
    let on: Positions = ways.iter().map(|(position, _)| *position).collect();
    let unvouched = ways.iter().find_map(|(_, offer)| match &offer.vouching {
        Vouching::Nobody(why) => Some(*why),
        Vouching::Signed(_) => None,
    });
    let question = match ways {
        [] => return,
        [(_, offer)] => about_one(state, offer),
        several => about_several(several),
    };
    let others = match without {
        0 => String::new(),
        1 => " 1 other names no way.".to_owned(),
        more => format!(" {more} others name no way."),
    };
    state.overlay = Some(Overlay::Confirm(Confirm {
        question: Printable::from(format!("{question}{others}")),
        yes: Confirmed::Unsubscribe { on, unvouched },
    }));
}

fn about_one(state: &State, offer: &UnsubscribeOffer) -> String {
    let short = |text: &str| Printable::from(text).cut(NAME);
    let vouches = match &offer.vouching {
        Vouching::Signed(domain) => format!(" {} vouches for it.", short(domain)),
        Vouching::Nobody(_) => String::new(),
    };
    match &offer.method {
        UnsubscribeMethod::Mail(message) => {
            // The address is shown whole where that can be: it is what the person agrees to.
            let address = Printable::address(&message.to);
            let room = usize::from(state.size.0).saturating_sub(address.width() + 45).clamp(8, NAME);
            let list = Printable::from(&offer.list.0).cut(room);
            format!("Leave {list} at the commit, by a message to {address}?{vouches}")
        }
        UnsubscribeMethod::OneClick(url) => {
            let (list, host) = (short(&offer.list.0), short(&url.host()));
            format!("Leave {list} at the commit, by a request to {host}?{vouches}")
        }
        UnsubscribeMethod::Page(_) | UnsubscribeMethod::Unusable { .. } => String::new(),
    }
}

fn about_several(ways: &[(Position, UnsubscribeOffer)]) -> String {
    let to = |(_, offer): &(Position, UnsubscribeOffer)| {
        let list = Printable::from(&offer.list.0).cut(NAME);
        match &offer.method {
            UnsubscribeMethod::Mail(message) => format!("{list} ({})", Printable::address(&message.to).cut(NAME)),
            _ => list.to_string(),
        }
    };
    let named: Vec<String> = ways.iter().take(NAMED).map(to).collect();
    let more = match ways.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("Leave the {} lists of this row at the commit: {}{more}?", ways.len(), named.join(", "))
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
