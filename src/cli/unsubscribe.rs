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
use crate::domain::unsubscribe::{OneClickUrl, UnsubscribeMethod, UnsubscribeOffer, Vouching};
use crate::job::decide;
use crate::job::unsubscribe::{no_request, offer};

/// Leave the lists that messages of the open batch came from
#[derive(Debug, Args)]
#[command(after_help = "\
At the commit, one request goes to the address that the message names for this (RFC 8058); until then `undo` takes it back, or
--stay. The message itself is decided about as before. Nothing is opened, and no redirect is followed. What came of it is in
`tidebox journal`.

That a mail server which you trust has found a signature over that address is asked for: `authserv_id` in the settings. Where
nobody vouches for it, nothing happens without --unvouched. Lists that are left by a message or on a page are not left by this
command, which then tells the address.

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
            ways.push((*id, url(&called, &offer, options.unvouched)?, offer));
        }
        Decision::Unsubscribe
    };
    let changed = decide::decide(&mut store, &context.config, decision, &ids, context.now())?;
    if context.json {
        let decided = changed.triage.decided();
        let mut value = json::changed(&changed.ids(&store)?, changed.triage.batch().size() - decided, decided);
        value["lists"] = ways.iter().map(|(id, url, offer)| object(*id, url, offer)).collect();
        return print(&format!("{}\n", json::line(&value)));
    }
    for (_, url, offer) in &ways {
        let vouched = match &offer.vouching {
            Vouching::Signed(domain) => format!("{} vouches for it", Printable::from(domain)),
            Vouching::Nobody(_) => "nobody vouches for it".to_owned(),
        };
        let list = Printable::from(&offer.list.0);
        print(&format!("{list}: left at the commit, by a request to {}; {vouched}\n", url.host()))?;
    }
    if options.stay {
        print("You stay on what these messages came from.\n")?;
    }
    Ok(())
}

/// The address of the request, where one may be made.
fn url(called: &str, offer: &UnsubscribeOffer, unvouched: bool) -> Result<OneClickUrl, Failure> {
    match (&offer.method, &offer.vouching) {
        (UnsubscribeMethod::OneClick(url), Vouching::Nobody(why)) if !unvouched => Err(Failure::usage(
            format!("nobody has vouched for the sender of {called}: {why}; nothing was changed"),
            format!(
                "a request to {} may only tell a stranger that you read; --unvouched leaves the list all the same",
                url.host()
            ),
        )),
        (UnsubscribeMethod::OneClick(url), _) => Ok(url.clone()),
        (other, _) => Err(no_request(called, other).into()),
    }
}

fn object(id: Id, url: &OneClickUrl, offer: &UnsubscribeOffer) -> serde_json::Value {
    let vouched = match &offer.vouching {
        Vouching::Signed(domain) => Some(domain),
        Vouching::Nobody(_) => None,
    };
    serde_json::json!({ "id": id.0, "list": offer.list.0, "host": url.host(), "vouched": vouched })
}
