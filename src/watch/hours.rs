//! Hours that others can see, in the hands of the watch: the files on this machine, and what goes over the network, in a thread of its
//! own, since a server may take minutes to answer.

use std::thread::{self, JoinHandle};

use super::hours_files::HoursFiles;
use super::{WatchContext, panic_guard, present, problems};
use crate::domain::problem::Problem;
use crate::domain::watch_event::WatchEvent;
use crate::job::JobError;
use crate::job::contact_hours::{is_contact_due, read_contact_hours};
use crate::job::hours_upload::{forget_script, is_upload_due, tend_script};
use crate::store::Store;

#[derive(Debug, Default)]
pub struct HoursTender {
    files: HoursFiles,
    network: Option<JoinHandle<()>>,
}

impl HoursTender {
    /// Does what is due. What could not be written here is returned; what goes wrong elsewhere is told by itself.
    ///
    /// # Errors
    /// Where the store cannot be read or written.
    pub fn tend(&mut self, store: &mut Store, context: &WatchContext) -> Result<Vec<Problem>, JobError> {
        let (config, now) = (present(&context.config), context.clock.now());
        let failed = self.files.update(store, &config, now)?;
        forget_script(store, &config)?;
        let busy = self.network.as_ref().is_some_and(|thread| !thread.is_finished());
        if !busy && (is_upload_due(store, &config, now)? || is_contact_due(store, &config, now)?) {
            let (path, listener) = (context.store.clone(), context.listener.clone());
            self.network = Some(thread::spawn(move || {
                let done = panic_guard::caught(|| {
                    let mut store = Store::open(&path)?;
                    read_contact_hours(&mut store, &config, now)?;
                    tend_script(&mut store, &config, now)
                });
                let problem = match done {
                    Ok(Ok(problem)) => problem,
                    Ok(Err(error)) => Some(problems::of_error(&error)),
                    Err(problem) => Some(problem),
                };
                if let Some(problem) = problem {
                    listener.tell(WatchEvent::Failed(vec![problem]));
                }
            }));
        }
        Ok(failed)
    }
}
