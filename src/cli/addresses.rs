//! `tidebox addresses`: the people that one writes to, for shells and for other programs.

use clap::Args;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json::{self, instant};
use super::output::print;
use crate::domain::address_book::Correspondent;
use crate::domain::printable::Printable;
use crate::job::address_book::address_book;

/// List the people that you write to, the likeliest first
#[derive(Debug, Args)]
#[command(after_help = "\
Whom you have written to comes first, then who has written to you; of both, whoever did so lately and often. Addresses that nobody
reads (no-reply) are left out, and your own come last. Each line has an address and, after a tab, the name. Who has only written
what is still held is not among them.

With a text only those are listed of whose name or address each of its words begins a word.

Examples:
  tidebox addresses
  tidebox addresses ann
  tidebox --json addresses --limit 20 | jq -r .address")]
pub struct AddressesCommand {
    /// Beginnings of words of the name or the address
    #[arg(value_name = "TEXT")]
    pub text: Vec<String>,
    /// How many at most
    #[arg(long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub limit: u32,
}

pub fn run(global: &GlobalArguments, options: &AddressesCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let store = context.open_store()?;
    let book = address_book(&store, &context.config, context.now())?;
    let mut found = book.matching(&options.text.join(" "));
    let mut out = String::new();
    for who in found.by_ref().take(options.limit as usize) {
        out.push_str(&if context.json { format!("{}\n", json::line(&object(who))) } else { row(who) });
    }
    print(&out)?;
    let more = found.count();
    if more > 0 {
        context.note("limit", &format!("{more} more are not shown"), "--limit says how many are");
    }
    Ok(())
}

fn object(who: &Correspondent) -> serde_json::Value {
    serde_json::json!({
        "address": who.address.address, "name": who.address.name, "written": who.written, "received": who.received,
        "last": instant(who.last),
    })
}

fn row(who: &Correspondent) -> String {
    format!("{}\t{}\n", Printable::from(&who.address.address), Printable::from(&who.address.name))
}
