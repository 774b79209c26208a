//! Schedules that are typed, changed and taken away.

use super::WhatIfScreen;
use crate::domain::printable::Printable;
use crate::domain::schedule::{MOST_SCHEDULES, TypedSchedule, parse_schedules};
use crate::ui::request::FiguresRequest;
use crate::ui::state::State;
use crate::ui::state::field::Field;

/// A schedule that is being typed.
#[derive(Debug)]
pub(super) struct TypedLine {
    pub(super) field: Field,
    /// The place among the typed schedules of the one that is changed; `None` for one more.
    pub(super) place: Option<usize>,
    /// Why it is none.
    pub(super) mistake: Option<Printable>,
}

/// Takes what was typed in place of the schedule that was changed, or behind the others.
pub(super) fn typed(state: &mut State) {
    let Some(screen) = state.screen_as_mut::<WhatIfScreen>() else { return };
    let (Some(typing), Some(replayed)) = (&mut screen.typing, &screen.replayed) else { return };
    let new = match parse_schedules(&typing.field.text(), &replayed.days, replayed.length) {
        Ok(new) => new,
        Err(mistake) => return typing.mistake = Some(Printable::from(mistake.to_string())),
    };
    let mut all = replayed.typed.clone();
    let place = typing.place.unwrap_or(all.len()).min(all.len());
    let changed = place + usize::from(typing.place.is_some());
    let count = new.len();
    all.splice(place..changed.min(all.len()), new);
    if all.len() > MOST_SCHEDULES {
        let mistake = format!("at most {MOST_SCHEDULES} schedules are replayed beside your own; take one away first");
        return typing.mistake = Some(Printable::from(mistake));
    }
    screen.typing = None;
    // The last of those that were typed is in hand.
    screen.at = place + count;
    replay(state, all);
}

fn replay(state: &mut State, schedules: Vec<TypedSchedule>) {
    state.replayed = Some(schedules.clone());
    state.ask(FiguresRequest::WhatIf(Some(schedules)));
}

/// An empty line for one more.
pub(super) fn add(screen: &mut WhatIfScreen) {
    screen.typing = Some(TypedLine { field: Field::default(), place: None, mistake: None });
    screen.top = 0;
}

/// A line with the schedule in hand; the person's own times are the beginning of one more.
pub(super) fn edit(screen: &mut WhatIfScreen) {
    let place = screen.at.checked_sub(1);
    let own = || screen.replayed.as_ref().map(|replayed| replayed.own.clone());
    let text = screen.in_hand().map(TypedSchedule::whole).or_else(own).unwrap_or_default();
    screen.typing = Some(TypedLine { field: Field::of(&text), place, mistake: None });
    screen.top = 0;
}

pub(super) fn take_away(state: &mut State) {
    let Some(screen) = state.screen_as_mut::<WhatIfScreen>() else { return };
    let (Some(place), Some((replayed, _))) = (screen.at.checked_sub(1), screen.found()) else {
        return state.say("These are your own check-ins: they stay in the table.");
    };
    let mut all = replayed.typed.clone();
    if place < all.len() {
        all.remove(place);
    }
    replay(state, all);
}
