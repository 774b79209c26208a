//! Requests of the door: pauses, and what is expected.

use chrono::{DateTime, Utc};

use super::overview;
use crate::config::Config;
use crate::job::{JobError, expect, pause};
use crate::store::Store;
use crate::ui::request::DoorRequest;
use crate::ui::response::StoreResponse;

pub fn grant(
    store: &mut Store,
    config: &Config,
    request: DoorRequest,
    now: DateTime<Utc>,
) -> Result<StoreResponse, JobError> {
    let zone = config.calendar.zone;
    let paused = |store: &Store, pause| -> Result<StoreResponse, JobError> {
        Ok(StoreResponse::Paused { pause, door: Box::new(overview(store, config, now)?) })
    };
    let expected = |store: &Store, made| -> Result<StoreResponse, JobError> {
        Ok(StoreResponse::Expected { made, door: Box::new(overview(store, config, now)?) })
    };
    match request {
        DoorRequest::Pause(text) => {
            let until = pause::end_of(&text, zone, now)?;
            let pause = pause::pause(store, now, until)?;
            paused(store, Some(pause))
        }
        DoorRequest::LeaveOut => {
            let pause = pause::skip(store, config, now)?;
            paused(store, Some(pause))
        }
        DoorRequest::EndPauses => {
            pause::end(store, now)?;
            paused(store, None)
        }
        DoorRequest::Expect(line) => {
            let made = expect::expect_line(store, &line, &config.query_context(now))?;
            expected(store, Some(made))
        }
        DoorRequest::EndExpected => {
            expect::revoke_all(store, now)?;
            expected(store, None)
        }
    }
}
