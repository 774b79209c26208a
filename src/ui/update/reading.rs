//! What can be done with a letter without deciding on it: quotes, the other body, links, copying, attachments, other views of it,
//! commands.

use super::{conversation, marking, moving, prompt, viewer};
use crate::domain::ids::Id;
use crate::domain::letter::{Attached, Letter};
use crate::domain::printable::Printable;
use crate::domain::text_enum::TextEnum;
use crate::domain::viewed::ViewedPart;
use crate::ui::action::Action;
use crate::ui::geometry::Focus;
use crate::ui::request::{LetterRequest, RuleProposal, StoreRequest};
use crate::ui::state::overlay::{Overlay, Pick, PickChoice, Picked, PromptKind};
use crate::ui::state::sheet::{LetterPart, Sheet, SheetPlace};
use crate::ui::state::{State, matched};
use crate::ui::when;

/// Does what is about the letter; `false` where the action is about something else.
pub fn act(state: &mut State, action: Action) -> bool {
    match action {
        Action::Quotes => {
            if let Some(listed) = state.listed_mut() {
                listed.reading_mut().turn_quotes();
            }
        }
        Action::Mark => marking::turn(state),
        Action::Copy if marking::copied(state) => {}
        Action::WholeThread => conversation::turn_whole_thread(state),
        Action::OtherBody => other_body(state),
        Action::Rule => {
            if let Some(key) = state.letter_key() {
                state.ask(StoreRequest::Rules(key.id));
            }
        }
        Action::Why => {
            if let Some(key) = state.letter_key() {
                state.ask(StoreRequest::Why(key.id));
            }
        }
        Action::Link => offer(state, "open", links, "No links here."),
        Action::Copy => offer(state, "copy", copies, "Nothing to copy here."),
        Action::Save => files(state, "save", |id, place| Picked::Save { id, place }),
        Action::ViewAttachment => files(state, "view", |id, place| Picked::View { id, place }),
        Action::OpenAttachment => files(state, "open with another program", |id, place| Picked::OpenFile { id, place }),
        Action::Headers => view(state, ViewedPart::Headers),
        Action::Source => view(state, ViewedPart::Source),
        Action::Browser => browser(state),
        Action::Pipe => pipe(state),
        _ => return false,
    }
    true
}

/// In a letter that is read: to the next place of what was asked for that is not in sight, or to the one before; `false` where
/// there is none in this letter.
pub fn to_match(state: &mut State, forward: bool) -> bool {
    let (Some(listed), Some(sheet), Some(pane)) = (state.listed(), Sheet::of(state), state.panes().letter) else {
        return false;
    };
    let (reading, highlights, height) = (listed.reading(), listed.highlights(), usize::from(pane.height));
    let begins = sheet.in_hand().start;
    let Some(SheetPlace::Row(LetterPart { letter, rows, .. }, _)) =
        sheet.place(begins).filter(|_| reading.focus == Focus::Letter)
    else {
        return false;
    };
    let found = if forward {
        matched::next(letter, rows, highlights, (reading.scroll + height).saturating_sub(begins))
    } else {
        matched::previous(letter, rows, highlights, reading.scroll.saturating_sub(begins))
    };
    // What stands before it stays in sight.
    let top = found.map(|row| (begins + row).saturating_sub(height / 3));
    top.map(|top| moving::scroll(state, top)).is_some()
}

fn other_body(state: &mut State) {
    let other = match state.letter() {
        Some(Ok(letter)) => letter.other(),
        _ => return,
    };
    match (other, state.listed_mut()) {
        (Some(other), Some(listed)) => listed.reading_mut().body = Some(other),
        _ => state.say("There is no other version of this text."),
    }
}

fn offer(state: &mut State, title: &'static str, choices: impl Fn(&Letter) -> Vec<PickChoice>, none: &str) {
    let Some(Ok(letter)) = state.letter() else { return };
    let choices = choices(letter);
    if choices.is_empty() {
        state.say(none);
    } else {
        state.overlay = Some(Overlay::Pick(Pick { title: title.into(), choices, typed: String::new(), top: 0 }));
    }
}

/// Offers the rules that can be made from a message, each with what it would have chosen lately.
pub fn offer_rules(state: &mut State, rules: Vec<RuleProposal>) {
    let choice = |rule: RuleProposal| PickChoice {
        label: rule.draft.kind.name().chars().take(1).collect(),
        words: Printable::from(format!("{}: {}", rule.draft.effect(), rule.draft.query)),
        shown: Printable::from(rule.draft.told()),
        caution: None,
        what: Picked::Rule(Box::new(rule)),
    };
    let choices = rules.into_iter().map(choice).collect();
    let title = "a rule for what comes from now on";
    state.overlay = Some(Overlay::Pick(Pick { title: title.into(), choices, typed: String::new(), top: 0 }));
}

fn links(letter: &Letter) -> Vec<PickChoice> {
    let choice = |(place, link): (usize, &crate::domain::letter::LetterLink)| PickChoice {
        label: (place + 1).to_string(),
        words: link.words.clone(),
        shown: link.shown.clone(),
        caution: link.caution.clone(),
        what: if link.followed { Picked::Open(link.target.clone()) } else { Picked::Refused },
    };
    letter.links.iter().enumerate().map(choice).collect()
}

fn copies(letter: &Letter) -> Vec<PickChoice> {
    let plain = |label: &str, shown: &Printable| PickChoice {
        label: label.to_owned(),
        words: Printable::default(),
        shown: shown.clone(),
        caution: None,
        what: Picked::Copy(shown.as_str().to_owned()),
    };
    let mut choices = vec![plain("a", &letter.from_address), plain("s", &letter.subject)];
    choices.retain(|choice| !choice.shown.is_empty());
    // As it is shown: what hides in an address is not carried into another program either.
    let copied = |choice: PickChoice| PickChoice { what: Picked::Copy(choice.shown.as_str().to_owned()), ..choice };
    choices.extend(links(letter).into_iter().map(copied));
    choices
}

/// The attachments with their types and sizes, to do something with one of them.
fn files(state: &mut State, title: &'static str, what: fn(Id, usize) -> Picked) {
    let choices = |letter: &Letter| {
        let choice = |(place, file): (usize, &Attached)| PickChoice {
            label: (place + 1).to_string(),
            words: Printable::default(),
            shown: Printable::from(format!("{}  {}  {}", file.name, file.kind, when::size(file.size))),
            caution: None,
            what: what(letter.id, place),
        };
        letter.attachments.iter().enumerate().map(choice).collect()
    };
    offer(state, title, choices, "No attachments here.");
}

fn view(state: &mut State, part: ViewedPart) {
    if let Some(key) = state.letter_key() {
        viewer::open(state, key.id, part);
    }
}

fn browser(state: &mut State) {
    match state.letter() {
        Some(Ok(letter)) if letter.has_html() => {
            let id = letter.id;
            state.ask(LetterRequest::OpenHtml(id));
        }
        Some(Ok(_)) => state.say("There is no HTML in this message: all of it is shown here."),
        _ => {}
    }
}

fn pipe(state: &mut State) {
    if let Some(key) = state.letter_key() {
        prompt::open(state, PromptKind::Pipe(key.id));
    }
}
