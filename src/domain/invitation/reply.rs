//! What somebody answers to an invitation, as the calendar of the organizer reads it: a REPLY (RFC 5546 §3.2.3).

use std::fmt::Write as _;

use chrono::{DateTime, Utc};

use super::{Attendee, EventTime, Invitation, InvitationMethod, ParticipationStatus, RecurrenceId};
use crate::domain::answering::{can_be_written_to, same_mailbox};
use crate::domain::limits::NAME_BYTES;
use crate::domain::text_enum::TextEnum as _;

/// A line is no longer, in bytes and without its line end (RFC 5545 §3.1).
const LINE_BYTES: usize = 75;

/// What somebody says of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationAnswer {
    Accept,
    Tentative,
    Decline,
}

impl InvitationAnswer {
    /// PARTSTAT (RFC 5545 §3.2.12).
    #[must_use]
    pub fn status(self) -> ParticipationStatus {
        match self {
            Self::Accept => ParticipationStatus::Accepted,
            Self::Tentative => ParticipationStatus::Tentative,
            Self::Decline => ParticipationStatus::Declined,
        }
    }

    /// The first word of the subject.
    #[must_use]
    pub fn subject_word(self) -> &'static str {
        match self {
            Self::Accept => "Accepted",
            Self::Tentative => "Tentative",
            Self::Decline => "Declined",
        }
    }

    /// The answer whose first word of the subject this is, whatever its letter case.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Accept, Self::Tentative, Self::Decline]
            .into_iter()
            .find(|it| it.subject_word().eq_ignore_ascii_case(word))
    }

    /// What it says, for people whose program reads no calendar.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Accept => "I accept this invitation.",
            Self::Tentative => "I accept this invitation tentatively.",
            Self::Decline => "I decline this invitation.",
        }
    }
}

/// Why an invitation cannot be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoInvitationReply {
    #[error("it asks for no answer")]
    NotAsked,
    #[error("the event does not take place any more")]
    Withdrawn,
    #[error("it does not name its event, so that no calendar would find what is answered")]
    NoUid,
    #[error("it names no organizer with an address to whom an answer could go")]
    NoOrganizer,
    #[error("some of it is missing, or it is too long")]
    NotWhole,
    #[error("you are its organizer")]
    OwnEvent,
}

impl Invitation {
    /// To whom an answer goes; and whether one can be made at all.
    ///
    /// # Errors
    /// Where the invitation asks for none, or does not say what an answer has to repeat.
    pub fn answered_organizer(&self) -> Result<&Attendee, NoInvitationReply> {
        if self.is_withdrawn() {
            return Err(NoInvitationReply::Withdrawn);
        }
        if !matches!(self.method, InvitationMethod::Request | InvitationMethod::Add) {
            return Err(NoInvitationReply::NotAsked);
        }
        let repeated = self.recurrence_id.as_ref().map_or(0, |it| it.line.len());
        if self.cut || self.damaged || self.uid.len() >= NAME_BYTES || repeated >= NAME_BYTES {
            return Err(NoInvitationReply::NotWhole);
        }
        if self.uid.trim().is_empty() {
            return Err(NoInvitationReply::NoUid);
        }
        let organizer = self.organizer.as_ref().filter(|it| can_be_written_to(&it.address) && is_uri(&it.address));
        organizer.ok_or(NoInvitationReply::NoOrganizer)
    }

    /// The text of the calendar with an answer, in lines of at most 75 bytes that end with CRLF. It repeats the UID and the
    /// SEQUENCE of the invitation, names one attendee as the invitation spells it, and repeats its times with the descriptions of
    /// their zones (RFC 5546 §3.2.3). Where those are missing or wrong, every time is in UTC, so that none has to go with it.
    ///
    /// # Errors
    /// As `answered_organizer`; `OwnEvent` where the attendee is the organizer.
    pub fn reply(
        &self,
        own: &Attendee,
        answer: InvitationAnswer,
        comment: &str,
        now: DateTime<Utc>,
    ) -> Result<String, NoInvitationReply> {
        let organizer = self.answered_organizer()?;
        if same_mailbox(&organizer.address, &own.address) {
            return Err(NoInvitationReply::OwnEvent);
        }
        let mut out = CalendarWriter::default();
        for line in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tidebox//EN", "METHOD:REPLY"] {
            out.line(line);
        }
        for line in self.written.iter().flat_map(|written| written.zones.iter().flatten()) {
            out.line(line);
        }
        out.line("BEGIN:VEVENT");
        out.line(&format!("UID:{}", escaped(&self.uid)));
        out.line(&format!("SEQUENCE:{}", self.sequence));
        out.line(&format!("DTSTAMP:{}", now.format("%Y%m%dT%H%M%SZ")));
        self.times(&mut out);
        if !self.summary.is_empty() {
            out.line(&format!("SUMMARY:{}", escaped(&self.summary)));
        }
        out.line(&format!("ORGANIZER{}:mailto:{}", name(organizer), organizer.address));
        let status = answer.status().name().to_ascii_uppercase();
        out.line(&format!("ATTENDEE;PARTSTAT={status}{}:mailto:{}", name(own), own.address));
        if !comment.trim().is_empty() {
            out.line(&format!("COMMENT:{}", escaped(comment.trim())));
        }
        out.line("END:VEVENT");
        out.line("END:VCALENDAR");
        Ok(out.text)
    }
}

impl Invitation {
    /// Which date is meant, and when it is.
    fn times(&self, out: &mut CalendarWriter) {
        if let Some(written) = &self.written {
            let lines = [&written.recurrence_id, &written.start, &written.end].into_iter().flatten();
            return lines.for_each(|line| out.line(line));
        }
        if let Some(id) = &self.recurrence_id {
            out.line(&repeated(id));
        }
        // Of an event that repeats, it is the first time, by which calendars know the series.
        for (name, time) in [("DTSTART", &self.start), ("DTEND", &self.end)] {
            if let Some(time) = time {
                out.time(name, time);
            }
        }
    }
}

/// Whether an address can stand in a line as it is: what ends a line, or is no part of an address, is not in it.
fn is_uri(address: &str) -> bool {
    !address.chars().any(|c| c.is_control() || c.is_whitespace() || "<>".contains(c))
}

/// The parameter with a name. A value in quotes has no quote in it (RFC 5545 §3.2).
fn name(person: &Attendee) -> String {
    let plain: String = person.name.chars().filter(|c| !c.is_control()).collect();
    if plain.is_empty() { String::new() } else { format!(";CN=\"{}\"", plain.replace('"', "'")) }
}

/// A text as a value (RFC 5545 §3.3.11).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Which date is meant, in UTC where that is known; else as the invitation wrote it.
fn repeated(id: &RecurrenceId) -> String {
    match id.time.instant() {
        Some(at) => {
            let range = id.line.to_ascii_uppercase().contains(";RANGE=THISANDFUTURE");
            let range = if range { ";RANGE=THISANDFUTURE" } else { "" };
            format!("RECURRENCE-ID{range}:{}", at.format("%Y%m%dT%H%M%SZ"))
        }
        None => id.line.chars().filter(|c| !c.is_control()).collect(),
    }
}

#[derive(Default)]
struct CalendarWriter {
    text: String,
}

impl CalendarWriter {
    /// One line, folded where it is long, never within a letter.
    fn line(&mut self, line: &str) {
        let mut used = 0;
        for c in line.chars() {
            if used + c.len_utf8() > LINE_BYTES {
                self.text.push_str("\r\n ");
                used = 1;
            }
            self.text.push(c);
            used += c.len_utf8();
        }
        self.text.push_str("\r\n");
    }

    /// A time that is certain; others are left out.
    fn time(&mut self, name: &str, time: &EventTime) {
        let mut line = String::new();
        let written = match time {
            EventTime::Day(day) => write!(line, "{name};VALUE=DATE:{}", day.format("%Y%m%d")),
            EventTime::Instant { at, .. } => write!(line, "{name}:{}", at.format("%Y%m%dT%H%M%SZ")),
            EventTime::Floating(at) => write!(line, "{name}:{}", at.format("%Y%m%dT%H%M%S")),
            EventTime::Uncertain { .. } => return,
        };
        if written.is_ok() {
            self.line(&line);
        }
    }
}
