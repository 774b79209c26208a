//! Answering an invitation: whether that can be done is asked of the store; then what, and with which word, of the person. It is
//! staged as a reply is, and decides the row.

use super::{decide, in_hand};
use crate::domain::invitation::InvitationAnswer;
use crate::domain::outgoing_summary::InvitationOffer;
use crate::domain::printable::Printable;
use crate::ui::action::Action;
use crate::ui::request::{OutgoingRequest, StoreRequest};
use crate::ui::state::State;
use crate::ui::state::overlay::{Confirm, Confirmed, Overlay, Pick, PickChoice, Picked};
use crate::ui::state::writing::AnsweringInvitation;

/// The answers, each with its key.
const ANSWERS: [(&str, &str, InvitationAnswer); 3] = [
    ("a", "accept: you come", InvitationAnswer::Accept),
    ("t", "tentative: you may come", InvitationAnswer::Tentative),
    ("d", "decline: you do not come", InvitationAnswer::Decline),
];

/// About the message that is read, or that of the row.
pub fn ask(state: &mut State) {
    let Some((message, _)) = in_hand::message(state) else { return state.say("There is no message here.") };
    let decides = in_hand::row(state);
    let (word, notice) = (String::new(), String::new());
    state.invitation = Some(AnsweringInvitation { message, decides, offer: None, word, notice });
    state.ask(StoreRequest::Outgoing(OutgoingRequest::InvitationOffer(message)));
}

/// It can be answered.
pub fn offered(state: &mut State, known: InvitationOffer) {
    if let Some(answering) = &mut state.invitation {
        answering.offer = Some(known);
        offer(state);
    }
}

/// Asks what is answered.
pub fn offer(state: &mut State) {
    let Some(AnsweringInvitation { offer: Some(offer), word, .. }) = &state.invitation else { return };
    let choice = |label: &str, shown: Printable, what: Picked| PickChoice {
        label: label.to_owned(),
        words: Printable::default(),
        shown,
        caution: None,
        what,
    };
    let answers =
        ANSWERS.iter().map(|(label, shown, answer)| choice(label, (*shown).into(), Picked::Invitation(*answer)));
    let with = match word.as_str() {
        "" => "with a word, then one of these".into(),
        word => Printable::from(format!("with the word: {word}")),
    };
    let choices = answers.chain([choice("w", with, Picked::Word)]).collect();
    let title = format!("leaves {}, to {} alone, from {}", offer.leaves, offer.to, offer.from);
    state.overlay = Some(Overlay::Pick(Pick { title: title.into(), choices, typed: String::new(), top: 0 }));
}

/// A word was typed.
pub fn with_word(state: &mut State, word: String) {
    if let Some(answering) = &mut state.invitation {
        answering.word = word;
    }
    offer(state);
}

/// The person has chosen. What leaves at once is asked once more.
pub fn chosen(state: &mut State, answer: InvitationAnswer) {
    let Some(AnsweringInvitation { offer: Some(offer), .. }) = &state.invitation else { return };
    if !offer.at_once {
        return stage(state, answer);
    }
    let question = format!("Send \"{}\" to {} now? It cannot be taken back.", answer.sentence(), offer.to);
    let yes = Confirmed::AnswerInvitation(answer);
    state.overlay = Some(Overlay::Confirm(Confirm { question: question.into(), yes }));
}

/// It is staged, and its row is decided by the same act.
pub fn stage(state: &mut State, answer: InvitationAnswer) {
    let Some(AnsweringInvitation { message, decides, offer: Some(offer), word, notice }) = &mut state.invitation else {
        return;
    };
    let many = match decides.as_ref().map_or(0, |(_, on)| on.len()) {
        0 | 1 => String::new(),
        many => format!(" for {many} messages"),
    };
    let leaves = if offer.at_once { "now".to_owned() } else { offer.leaves.to_string() };
    let words = format!("{}{many}: leaves {leaves}, to {} alone", answer.subject_word(), offer.to);
    notice.clone_from(&words);
    let (message, comment, decides) = (*message, word.clone(), decides.clone());
    let request = |decides| OutgoingRequest::AnswerInvitation { message, answer, comment: comment.clone(), decides };
    if let Some((batch, on)) = decides
        && decide::stage(state, batch, &on, words, |decides| request(Some(decides)))
    {
        state.invitation = None;
        return;
    }
    let request = request(None);
    state.ask(StoreRequest::Outgoing(request));
}

/// It is staged, and there was no row to decide about.
pub fn answered(state: &mut State) {
    let Some(answering) = state.invitation.take() else { return };
    state.letters.forget_those(|letter| letter.invitation.is_some());
    let key = state.keymap.shown(Action::Outbox).unwrap_or_default();
    state.say(format!("{}; {key} shows the outbox.", answering.notice));
}
