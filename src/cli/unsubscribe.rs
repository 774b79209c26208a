//! `tidebox unsubscribe`: the lists of messages are left at the commit.

use clap::Args;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json;
use super::output::print;
use crate::domain::ids::Id;
use crate::domain::printable::Printable;
use crate::domain::triage::Decision;
use crate::domain::unsubscribe::{UnsubscribeMethod, UnsubscribeOffer, Vouching};
use crate::job::decide;
use crate::job::unsubscribe::{no_request, offer};

/// Leave the lists that messages of the open batch came from
#[derive(Debug, Args)]
#[command(after_help = "\
At the commit, one request goes to the address that the message names for this (RFC 8058); where it names only an address of mail
(RFC 2369), one message goes there, from the address that the list writes to. Until then `undo` takes it back, or --stay. The message
itself is decided about as before. Nothing is opened, and no redirect is followed. What came of it is in `tidebox journal`.

That a mail server which you trust has found a signature over that address is asked for: `authserv_id` in the settings. Where
nobody vouches for it, nothing happens without --unvouched. Lists that are left on a page are not left by this command, which then
tells the address.

Examples:
  tidebox unsubscribe 1790000000
  tidebox unsubscribe --stay 1790000000
  tidebox search has:unsubscribe is:open --json | jq .id | xargs -r tidebox unsubscribe")]
pub struct UnsubscribeCommand {
    /// Ids of messages of one open batch
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<i64>,
    /// Also where nobody vouches for the sender
    #[arg(long, conflicts_with = "stay")]
    pub unvouched: bool,
    /// Take it back: stay on these lists
    #[arg(long)]
    pub stay: bool,
}

pub fn run(global: &GlobalArguments, options: &UnsubscribeCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let mut store = context.open_store()?;
    let ids: Vec<Id> = options.ids.iter().copied().map(Id).collect();
    let mut ways = Vec::new();
    let decision = if options.stay {
        Decision::StaySubscribed
    } else {
        for id in &ids {
            let called = format!("message {id}");
            let offer = offer(&store, &context.config, *id, &called)?;
            usable(&called, &offer, options.unvouched)?;
            ways.push((*id, offer));
        }
        Decision::Unsubscribe
    };
    let changed = decide::decide(&mut store, &context.config, decision, &ids, context.now())?;
    if context.json {
        let decided = changed.triage.decided();
        let mut value = json::changed(&changed.ids(&store)?, changed.triage.batch().size() - decided, decided);
        value["lists"] = ways.iter().map(|(id, offer)| object(*id, offer)).collect();
        return print(&format!("{}\n", json::line(&value)));
    }
    for (_, offer) in &ways {
        let vouched = match &offer.vouching {
            Vouching::Signed(domain) => format!("{} vouches for it", Printable::from(domain)),
            Vouching::Nobody(_) => "nobody vouches for it".to_owned(),
        };
        let list = Printable::from(&offer.list.0);
        let by = asked(&offer.method);
        print(&format!("{list}: left at the commit, by {by}; {vouched}\n"))?;
    }
    if options.stay {
        print("You stay on what these messages came from.\n")?;
    }
    Ok(())
}

/// That a request or a message may be sent.
fn usable(called: &str, offer: &UnsubscribeOffer, unvouched: bool) -> Result<(), Failure> {
    match (&offer.method, &offer.vouching) {
        (method @ (UnsubscribeMethod::OneClick(_) | UnsubscribeMethod::Mail(_)), Vouching::Nobody(why))
            if !unvouched =>
        {
            let what = format!("nobody has vouched for the sender of {called}: {why}; nothing was changed");
            let by = asked(method);
            let hint = format!("{by} may only tell a stranger that you read; --unvouched leaves the list all the same");
            Err(Failure::usage(what, hint))
        }
        (UnsubscribeMethod::OneClick(_) | UnsubscribeMethod::Mail(_), _) => Ok(()),
        (other, _) => Err(no_request(called, other).into()),
    }
}

/// `a request to leave.example`, `a message to leave@list.example`.
fn asked(method: &UnsubscribeMethod) -> String {
    match method {
        UnsubscribeMethod::OneClick(url) => format!("a request to {}", url.host()),
        UnsubscribeMethod::Mail(message) => format!("a message to {}", Printable::address(&message.to)),
        UnsubscribeMethod::Page(_) | UnsubscribeMethod::Unusable { .. } => String::new(),
    }
}

fn object(id: Id, offer: &UnsubscribeOffer) -> serde_json::Value {
    let vouched = match &offer.vouching {
        Vouching::Signed(domain) => Some(domain),
        Vouching::Nobody(_) => None,
    };
    let (host, address) = match &offer.method {
        UnsubscribeMethod::OneClick(url) => (Some(url.host()), None),
        UnsubscribeMethod::Mail(message) => (None, Some(&message.to)),
        UnsubscribeMethod::Page(_) | UnsubscribeMethod::Unusable { .. } => (None, None),
    };
    serde_json::json!({ "id": id.0, "list": offer.list.0, "host": host, "address": address, "vouched": vouched })
}
