//! `tidebox begin`: begins the open window, as the screen does, and lists its batch.

use clap::Args;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::listing::{self, coming, day_and_time};
use super::output::print;
use crate::domain::batch::{Batch, BatchKind, FIRST_BATCH, called};
use crate::domain::printable::Printable;
use crate::domain::schedule::Window;
use crate::job::begin::{Begun, Turn, begin, begin_first, turn};
use crate::job::close;
use crate::job::decide::replay;
use crate::job::incoming;
use crate::job::pause::Shutter;
use crate::job::window_end;
use crate::store::Store;
use crate::ui::when::sentence_case;

/// Begin the check-in that is open and list its batch
#[derive(Debug, Args)]
#[command(after_help = "\
The batch is frozen: what arrives from now on waits for the next check-in. Exit code 3 says that the door is closed.

Where `commit = \"ask\"` has left a batch whose time is over, that one comes first: --commit commits it, then begins.

--first needs no check-in: what is held comes out at this hour, and 45 minutes are there for it. It is for the first time only:
once a check-in of this store was closed, it is refused.

Examples:
  tidebox begin
  tidebox begin --at '2026-11-23 10:05'   rehearse it, best on a copy of the store
  tidebox begin --first            the first time, at any hour
  tidebox begin --more             ten more minutes for the batch that is begun
  tidebox --json begin | jq -r .subject")]
pub struct BeginCommand {
    /// Commit first what is left of the check-in before, where its time is over and it was not committed
    #[arg(long)]
    pub commit: bool,
    /// Begin a first batch now, whatever the hour; only until the first check-in was closed
    #[arg(long)]
    pub first: bool,
    /// Give the batch that is begun ten more minutes: an hour at most, and never beyond the next check-in of its lanes
    #[arg(long, conflicts_with_all = ["commit", "first"])]
    pub more: bool,
}

pub fn run(global: &GlobalArguments, options: &BeginCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let mut store = context.open_store()?;
    incoming::empty(&context.config, &mut store, context.now())?;
    if options.more {
        return give_more_time(context, &mut store);
    }
    if options.commit
        && let Turn::Begin { uncommitted: Some(batch), .. } = turn(&store, &context.config, context.now())?
    {
        close::commit(&mut store, &context.config, batch.id(), context.now())?;
    }
    let begins = if options.first { begin_first } else { begin };
    match begins(&mut store, &context.config, context.now())? {
        Begun::Batch(batch) => listing::batch(context, &store, &replay(&store, batch.id())?),
        Begun::Nothing(window) => {
            let what = match window.checkin.as_str() {
                FIRST_BATCH => "Nothing is held: there is nothing for a first batch.".to_owned(),
                name => {
                    format!("{} is open, and nothing is held for it.", Printable::from(sentence_case(&called(name))))
                }
            };
            let next = Shutter::at(&store, context.now())?.next(&context.config.calendar)?;
            if context.json {
                return Ok(());
            }
            print(&format!("{what} {}\n", until(context, next.as_ref())))
        }
        Begun::Uncommitted { batch, window } => Err(uncommitted(context, &batch, &window)),
        Begun::Closed { next } => Err(closed(context, &store, next.as_ref())),
    }
}

fn give_more_time(context: &CommandContext, store: &mut Store) -> Result<(), Failure> {
    let Some((batch, _)) = store.open_batch(BatchKind::Window)? else {
        return Err(Failure::held("no batch is begun that could get more time", "tidebox begin"));
    };
    let batch = window_end::give_more_time(store, &context.config, batch.id(), context.now())?;
    listing::batch(context, store, &replay(store, batch.id())?)
}

/// What was begun before is to be committed first; `commit = "ask"` leaves that to the person.
fn uncommitted(context: &CommandContext, batch: &Batch, window: &Window) -> Failure {
    let (name, next) = (Printable::from(called(batch.name())), Printable::from(called(&window.checkin)));
    let ended = batch.closes().map(|closes| format!(" at {}", coming(closes, context.now(), context.zone())));
    Failure::held(
        format!("{name} ended{} and is not committed yet, so {next} can't be begun", ended.unwrap_or_default()),
        "`tidebox begin --commit` commits it and begins the other; `tidebox queue` lists what is left of it",
    )
}

/// The door is closed: when it opens, and how to rehearse.
pub fn closed(context: &CommandContext, store: &Store, next: Option<&Window>) -> Failure {
    let now = context.now();
    let pauses = store.pauses(now).unwrap_or_default();
    if let Some(pause) = pauses.iter().find(|pause| pause.shuts(now)) {
        return Failure::held(
            format!("the door is paused until {}", coming(pause.until, now, context.zone())),
            "`tidebox pause --end` ends the pause",
        );
    }
    let what = match next {
        Some(window) => format!(
            "the door is closed until {}, {}",
            Printable::from(called(&window.checkin)),
            day_and_time(window.opens, context.now(), context.zone())
        ),
        None => "the door is closed, and no check-in is coming".to_owned(),
    };
    Failure::held(what, "`tidebox checkins` lists the check-ins that are coming; the settings say when they are")
}

pub fn until(context: &CommandContext, next: Option<&Window>) -> String {
    match next {
        Some(window) => format!(
            "Nothing to do until {}, {}.",
            Printable::from(called(&window.checkin)),
            day_and_time(window.opens, context.now(), context.zone())
        ),
        None => "No check-in is coming.".to_owned(),
    }
}
