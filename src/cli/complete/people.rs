//! Addresses that a command line could go on with: those of the person's own, and those of their correspondents.

use super::{Candidate, MOST};
use crate::cli::context::CommandContext;
use crate::domain::address::Address;
use crate::job::address_book::address_book;
use crate::store::Store;

/// As whom the person can write.
pub fn identities(context: CommandContext) -> Vec<Candidate> {
    context.config.identities.into_iter().map(|it| (it.mailbox.address, it.mailbox.name)).collect()
}

/// Correspondents behind the last comma: by their addresses, or with their names where the beginning of a name was typed.
pub fn people(context: &CommandContext, current: &str) -> Vec<Candidate> {
    let Some(store) = Store::at_a_glance(&context.store_path) else { return Vec::new() };
    let book = address_book(&store, &context.config, context.now()).unwrap_or_default();
    let behind = current.rsplit(',').next().unwrap_or(current);
    let typed = behind.trim_start();
    let before = current.strip_suffix(typed).unwrap_or_default();
    let value = |who: &Address| {
        if who.address.starts_with(typed) {
            return Some((format!("{before}{}", who.address), who.name.clone()));
        }
        let whole = who.typed();
        whole.starts_with(typed).then(|| (format!("{before}{whole}"), String::new()))
    };
    book.matching(typed).filter_map(|who| value(&who.address)).take(MOST).collect()
}
