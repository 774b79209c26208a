//! Pauses: written down, in force until their time is over or the person ends them.

use chrono::{DateTime, Utc};
use rusqlite::Connection;

use super::Store;
use super::failure::StoreError;
use super::instant::{instant, seconds};
use crate::domain::pause::{Pause, PauseKind};
use crate::domain::schedule::Window;

impl Store {
    /// Writes down that no window can be begun until an instant. It takes the place of such a pause that is in force.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn pause(&mut self, now: DateTime<Utc>, until: DateTime<Utc>) -> Result<Pause, StoreError> {
        self.write("writing a pause down", |tx| {
            tx.execute(
                "UPDATE pause SET ended = ?1 WHERE checkin IS NULL AND ended IS NULL AND until > ?1",
                [seconds(now)],
            )?;
            tx.execute("INSERT INTO pause (since, until) VALUES (?1, ?2)", [seconds(now), seconds(until)])?;
            Ok(Pause { since: instant(seconds(now)), until: instant(seconds(until)), what: PauseKind::Door })
        })
    }

    /// Writes down that a window is left out.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn leave_out(&mut self, window: &Window, now: DateTime<Utc>) -> Result<Pause, StoreError> {
        self.write("leaving a window out", |tx| {
            let (opens, closes) = (seconds(window.opens), seconds(window.closes));
            tx.execute(
                "INSERT INTO pause (since, until, checkin, opens) VALUES (?1, ?2, ?3, ?4)",
                (seconds(now), closes, &window.checkin, opens),
            )?;
            let what = PauseKind::Window { checkin: window.checkin.clone(), opens: window.opens };
            Ok(Pause { since: instant(seconds(now)), until: window.closes, what })
        })
    }

    /// Ends every pause that is in force; returns how many that were.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn end_pauses(&mut self, now: DateTime<Utc>) -> Result<usize, StoreError> {
        self.write("ending pauses", |tx| {
            Ok(tx.execute("UPDATE pause SET ended = ?1 WHERE ended IS NULL AND until > ?1", [seconds(now)])?)
        })
    }

    /// The pauses that are in force at an instant, the one that ends first before the others.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn pauses(&self, now: DateTime<Utc>) -> Result<Vec<Pause>, StoreError> {
        self.read("asking for pauses", |connection| in_force(connection, now))
    }

    /// Whether a window was left out by the person.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn is_left_out(&self, window: &Window) -> Result<bool, StoreError> {
        self.read("asking whether a window is left out", |connection| {
            Ok(connection
                .prepare_cached("SELECT 1 FROM pause WHERE checkin = ?1 AND opens = ?2 AND ended IS NULL")?
                .exists((&window.checkin, seconds(window.opens)))?)
        })
    }
}

fn in_force(connection: &Connection, now: DateTime<Utc>) -> Result<Vec<Pause>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT since, until, checkin, opens FROM pause WHERE ended IS NULL AND until > ?1 ORDER BY until, number",
    )?;
    let rows = statement.query_map([seconds(now)], |row| {
        let window: (Option<String>, Option<i64>) = (row.get(2)?, row.get(3)?);
        let what = match window {
            (Some(checkin), Some(opens)) => PauseKind::Window { checkin, opens: instant(opens) },
            _ => PauseKind::Door,
        };
        Ok(Pause { since: instant(row.get(0)?), until: instant(row.get(1)?), what })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
