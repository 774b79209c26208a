//! The hard hold: what arrives for a later check-in waits in a folder of its own, for phones and webmail too, and goes
//! back where it came from when its check-in opens. Where tidebox did not run for long, everything goes back.
//!
//! What is decided here is written into the journal; `write_back` makes the changes. Both can be repeated at any
//! time.

use chrono::{DateTime, TimeDelta, Utc};

use super::JobError;
use super::pause::Shutter;
use crate::config::{Config, HoldMode, SourceConfig};
use crate::domain::concern::{Concern, ConcernKind};
use crate::domain::ids::SourceId;
use crate::domain::schedule::Calendar;
use crate::store::{GiveBack, HardHold, LaneSchedule, PutAside, Stands, Store};

/// What came of maintaining a hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tended {
    /// Messages that are put aside.
    pub kept: u32,
    /// Copies that go back.
    pub given: u32,
    /// For how long it was not maintained, if that was so long that everything goes back.
    pub unattended: Option<TimeDelta>,
}

impl Tended {
    /// The note for a person that everything went back by itself.
    #[must_use]
    pub fn words(&self, source: &str) -> Option<String> {
        let away = self.unattended.filter(|_| self.given > 0)?;
        let (number, unit) = if away.num_hours() < 48 { (away.num_hours(), "hour") } else { (away.num_days(), "day") };
        let unit = if number == 1 { unit.to_owned() } else { format!("{unit}s") };
        let messages = if self.given == 1 { "the message".to_owned() } else { format!("all {} messages", self.given) };
        Some(format!("tidebox did not look after {source} for {number} {unit}: {messages} held there went back"))
    }
}

/// Writes down for one source which messages are put aside and which go back at this time.
///
/// # Errors
/// Where the store cannot be read or written.
pub fn maintain_hold(
    store: &mut Store,
    config: &Config,
    from: &SourceConfig,
    source: SourceId,
    now: DateTime<Utc>,
) -> Result<Tended, JobError> {
    if !can_hold(from) || store.is_read_only() {
        return Ok(Tended::default());
    }
    let (lanes, others) = gates(store, config, now)?;
    let hold = HardHold { source, folder: &from.hold.folder, lanes: &lanes, others };
    if from.hold.mode == HoldMode::Soft {
        // Mail that was put aside while the hold was a hard one.
        let given = store.release_remote(&hold, GiveBack::Ours, now)?;
        return Ok(Tended { given, ..Tended::default() });
    }
    let unattended = store
        .hold_tended(source)?
        .map(|tended| now - tended)
        .filter(|away| TimeDelta::from_std(from.hold.fail_open_after).is_ok_and(|most| *away > most));
    let which = if unattended.is_some() { GiveBack::All } else { GiveBack::Due };
    let given = store.release_remote(&hold, which, now)?;
    let kept = store.hold_remote(&hold, now)?;
    store.note_hold_tended(source, now)?;
    Ok(Tended { kept, given, unattended })
}

/// Gives back what is due in one source, or everything, and puts nothing aside.
///
/// # Errors
/// Where the store cannot be read or written.
pub fn release(
    store: &mut Store,
    config: &Config,
    from: &SourceConfig,
    which: GiveBack,
    now: DateTime<Utc>,
) -> Result<u32, JobError> {
    if !can_hold(from) {
        return Ok(0);
    }
    let source = store.source(&from.name, from.kind.source_type())?;
    let (lanes, others) = gates(store, config, now)?;
    let hold = HardHold { source, folder: &from.hold.folder, lanes: &lanes, others };
    let which = if from.hold.mode == HoldMode::Soft { GiveBack::Ours } else { which };
    Ok(store.release_remote(&hold, which, now)?)
}

/// Gives back the messages of a batch that was begun just now, so that every program shows them. The process that
/// reads the source makes the moves.
///
/// # Errors
/// Where the store cannot be read or written.
pub fn release_begun(store: &mut Store, config: &Config, now: DateTime<Utc>) -> Result<(), JobError> {
    for from in config.sources.iter().filter(|from| can_hold(from)) {
        release(store, config, from, GiveBack::Due, now)?;
    }
    Ok(())
}

const BY_HAND: &str = "move what is held there to the inbox with another program";

/// The concerns about mail that was put aside and does not come back by itself for now.
///
/// # Errors
/// Where the store cannot be read.
pub fn astray(store: &Store, config: &Config) -> Result<Vec<Concern>, JobError> {
    let mut astray = Vec::new();
    for PutAside { source, folder, messages, since, stands } in store.put_aside()? {
        let from = config.sources.iter().find(|from| from.name == source);
        let mail = if messages == 1 { "1 message".to_owned() } else { format!("{messages} messages") };
        let (why, hint) = match (from, stands) {
            (None, _) => (
                "this source is not in the settings any more".to_owned(),
                format!("put the source back into the settings and run `tidebox release --all`, or {BY_HAND}"),
            ),
            (Some(from), _) if !can_hold(from) => (
                "`write_back = false` lets nothing be moved".to_owned(),
                format!("set `write_back = true` and run `tidebox release --all`, or {BY_HAND}"),
            ),
            (Some(_), Stands::Waits) => continue,
            (Some(_), Stands::Lost) => (
                "that folder is gone".to_owned(),
                "it comes out here at its check-in, and `tidebox export` writes it to a file".to_owned(),
            ),
            (Some(_), Stands::Refused { what, hint }) => (what, hint),
            (Some(_), Stands::Fails(why)) => {
                (why, format!("it is tried again at every reading, and with `tidebox release --all`; or {BY_HAND}"))
            }
        };
        let what = format!("{mail} held in the folder {folder} did not come back: {why}");
        let (kind, count) = (ConcernKind::Astray, messages);
        astray.push(Concern { source, kind, what, hint, count, tries: 0, since, next: None, secret: None });
    }
    Ok(astray)
}

/// Whether mail can be put aside in a source at all.
#[must_use]
pub fn can_hold(from: &SourceConfig) -> bool {
    from.kind.can_hold() && from.write_back.on
}

/// The schedule of every lane, and that of lanes that are no longer configured: every check-in releases these.
fn gates(
    store: &Store,
    config: &Config,
    now: DateTime<Utc>,
) -> Result<(Vec<(String, LaneSchedule)>, LaneSchedule), JobError> {
    // While the door is shut no window opens, so what is held stays held.
    let shutter = Shutter::at(store, now)?;
    let mut open = Vec::new();
    for window in config.calendar.all_open_at(now) {
        if shutter.lets_begin(&window)? && !store.was_read(&window)? {
            open.push(window.checkin);
        }
    }
    let gate = |own: &Calendar| -> Result<LaneSchedule, JobError> {
        let is_open = own.checkins.iter().any(|checkin| open.contains(&checkin.name));
        Ok(LaneSchedule { opened: shutter.opened(own)?.map(|window| window.opens), open: is_open })
    };
    let mut lanes = Vec::with_capacity(config.lanes.len());
    for lane in &config.lanes {
        lanes.push((lane.name.clone(), gate(&lane.calendar(&config.calendar))?));
    }
    Ok((lanes, gate(&config.calendar)?))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::gates;
    use crate::config::Config;
    use crate::domain::schedule::Zone;
    use crate::job::pause;
    use crate::store::Store;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn while_the_door_is_shut_no_lane_opens_and_a_window_that_is_left_out_never_does() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("store.db")).unwrap();
        let config = Config::embedded(Zone::UTC);
        let told = |store: &Store, now| {
            let (lanes, _) = gates(store, &config, at(now)).unwrap();
            lanes.first().map(|(_, gate)| (gate.opened, gate.open)).unwrap()
        };
        let friday = Some(at("2026-11-20T16:00:00Z"));
        pause::pause(&mut store, at("2026-11-23T09:00:00Z"), at("2026-11-23T12:00:00Z")).unwrap();
        assert_eq!(told(&store, "2026-11-23T10:10:00Z"), (friday, false), "held mail stays held");
        let morning = Some(at("2026-11-23T10:00:00Z"));
        assert_eq!(told(&store, "2026-11-23T12:00:00Z"), (morning, false), "it was missed, and can be begun late");
        pause::skip(&mut store, &config, at("2026-11-23T13:00:00Z")).unwrap();
        assert_eq!(told(&store, "2026-11-23T16:10:00Z"), (morning, false), "left out");
        assert_eq!(told(&store, "2026-11-24T09:00:00Z"), (morning, false), "also afterwards");
        store.end_pauses(at("2026-11-23T16:10:00Z")).unwrap();
        assert_eq!(told(&store, "2026-11-23T16:11:00Z"), (Some(at("2026-11-23T16:00:00Z")), true), "ended");
    }
}
