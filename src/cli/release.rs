//! `tidebox release`: moves mail that a hard hold keeps back to the folder that it came from, without the screen.

use clap::Args;

use std::ops::ControlFlow;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json;
use super::output::print;
use crate::config::{HoldMode, SourceConfig};
use crate::domain::printable::Printable;
use crate::job::JobError;
use crate::job::gather::gather_one;
use crate::job::hold::{astray, can_hold, release};
use crate::job::open::open;
use crate::job::summary::Summary;
use crate::job::write_back::write_back;
use crate::store::{GiveBack, Store};
use crate::ui::when;
use crate::watch::{Lock, Who};

/// Move messages that a hard hold keeps back to the folder that they came from
#[derive(Debug, Args)]
#[command(after_help = "\
For accounts with `hold = \"hard\"`, in which messages wait in a separate folder so that phones do not show them either. After their
check-in, they go back by themselves while tidebox runs. This command does it without the screen, for people who read with
another program. With --all everything goes back, and none of it is held there again.

Examples:
  tidebox release
  tidebox release --all")]
pub struct ReleaseCommand {
    /// Everything, not only messages whose check-in has come
    #[arg(long)]
    pub all: bool,
}

/// What came of it.
#[derive(Default)]
struct Released {
    /// Messages that go back.
    going: u32,
    /// How many of them, and of earlier ones, are still in the folder of the hold.
    left: u32,
    /// Messages that cannot be moved back at present.
    astray: u32,
    failures: Vec<String>,
    /// The process that moves the others.
    others: Option<String>,
}

pub fn run(global: &GlobalArguments, options: &ReleaseCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    // If the store that moved the mail was lost, a new one is made, as `sync` does: the mail comes back all the same.
    if context.config.sources.iter().any(can_hold) {
        drop(context.intake()?);
    }
    // First commit a batch whose window is over.
    let mut store = context.open_store()?;
    let which = if options.all { GiveBack::All } else { GiveBack::Due };
    let sources: Vec<&SourceConfig> = context.config.sources.iter().filter(|source| can_hold(source)).collect();
    let mut released = Released::default();
    if !sources.is_empty() {
        let lock = Lock::take(&context.store_path, Who::Command)
            .map_err(|error| Failure::io("locking the file for the network beside", &context.store_path, &error))?;
        for source in &sources {
            match &lock {
                Ok(_) => released.here(context, &mut store, source, which)?,
                Err(_) => released.going += release(&mut store, &context.config, source, which, context.now())?,
            }
        }
        released.others = lock.err().map(|holder| holder.to_string());
    }
    released.left = store.releases_left()?;
    for astray in astray(&store, &context.config)? {
        let what = format!("source {}: {} ({})", astray.source, astray.what, astray.hint);
        released.failures.push(Printable::from(what).to_string());
        released.astray += astray.count;
    }
    if released.left > 0 && released.failures.is_empty() && released.others.is_none() {
        released.failures.push("what is left was not tried, because the mailbox ended the connection".to_owned());
    }
    let holds = sources.iter().any(|source| source.hold.mode == HoldMode::Hard);
    released.tell(context, holds)
}

impl Released {
    /// Reads the folder, and moves what is in it.
    fn here(
        &mut self,
        context: &CommandContext,
        store: &mut Store,
        from: &SourceConfig,
        which: GiveBack,
    ) -> Result<(), Failure> {
        let (config, now) = (&context.config, context.now());
        let mut source = open(from);
        let mut watcher = |_: &Summary| ControlFlow::Continue(());
        // Mail in that folder that is not known yet goes back too.
        let summary = gather_one(store, config, from, source.as_mut(), context.clock.moment(), &mut watcher)?;
        self.going += summary.given + release(store, config, from, which, now)?;
        if summary.failures.is_empty() {
            match write_back(store, config, from, source.as_mut(), now) {
                Ok(written) => self.failures.extend(written.troubles),
                Err(JobError::Source(error)) => self.failures.push(format!("source {}: {error}", from.name)),
                Err(error) => return Err(error.into()),
            }
        }
        self.failures.extend(summary.failures.into_iter().map(|failure| format!("source {}: {failure}", from.name)));
        Ok(())
    }

    fn tell(&self, context: &CommandContext, holds: bool) -> Result<(), Failure> {
        if context.json {
            let told = serde_json::json!({ "released": self.going, "left": self.left, "failures": self.failures });
            print(&format!("{}\n", json::line(&told)))?;
        } else {
            print(&format!("{}\n", self.words(holds)))?;
        }
        let count = u64::try_from(self.failures.len()).unwrap_or(u64::MAX);
        if count == 0 { Ok(()) } else { Err(Failure::unmoved(&self.failures)) }
    }

    fn words(&self, holds: bool) -> String {
        let messages = |count| when::count(count as usize, "message", "messages");
        match (self.left, &self.others) {
            (0, _) if self.going > 0 => format!("{} went back.", messages(self.going)),
            (0, _) if self.astray > 0 => format!("Nothing went back: {} cannot go back now.", messages(self.astray)),
            (0, _) if holds => "Nothing to release.".to_owned(),
            (0, _) => "No source keeps messages back from other programs (hold = \"hard\").".to_owned(),
            (left, Some(who)) => format!("{} still to go back: {who} does it at its next reading.", messages(left)),
            (left, None) => {
                format!("{} still to go back: it is tried again at the next `tidebox sync`.", messages(left))
            }
        }
    }
}
