//! A phone on the same accounts: it archives and throws away, and takes back some of that a little later.

use std::time::Duration;

use super::{ACCOUNTS, Run};
use crate::support::servers::Account;

/// Between two things that a person does.
const PAUSE: Duration = Duration::from_secs(2);

struct Moved {
    account: usize,
    message_id: String,
    from: &'static str,
    to: &'static str,
    /// After so many of its own turns it is taken back.
    left: u32,
}

pub fn moves(run: &Run) {
    let mut moved: Vec<Moved> = Vec::new();
    let mut random = fastrand::Rng::with_seed(11);
    while run.goes_on_after(PAUSE) {
        let account = random.usize(0..ACCOUNTS.len());
        // What waits in the folder of a hold can be seen and moved like everything else.
        let from = if account == 0 && random.bool() { "Held" } else { "INBOX" };
        let to = ["Archive", "Trash", "Junk"][random.usize(0..3)];
        let chosen = quietly(|| one_of(&run.accounts[account], from, random.usize(..)));
        if let Some(Some(message_id)) = chosen
            && quietly(|| bring(&run.accounts[account], &message_id, from, to)) == Some(true)
            && random.bool()
        {
            moved.push(Moved { account, message_id, from: "INBOX", to, left: random.u32(1..12) });
        }
        for one in &mut moved {
            one.left = one.left.saturating_sub(1);
        }
        let (due, later): (Vec<Moved>, Vec<Moved>) = moved.into_iter().partition(|one| one.left == 0);
        moved = later;
        for one in due {
            quietly(|| bring(&run.accounts[one.account], &one.message_id, one.to, one.from));
        }
    }
}

/// What a server that is being started again makes of it is nothing.
fn quietly<T>(act: impl FnOnce() -> T) -> Option<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(act)).ok()
}

fn one_of(account: &Account, folder: &str, any: usize) -> Option<String> {
    let mut client = account.client();
    let (_, tagged) = client.command(&format!("SELECT \"{folder}\""));
    let there = if tagged.starts_with("OK") { client.list(folder) } else { Vec::new() };
    (!there.is_empty()).then(|| there[any % there.len()].message_id.clone())
}

fn bring(account: &Account, message_id: &str, from: &str, to: &str) -> bool {
    let mut client = account.client();
    client.select(from);
    let Some(uid) = client.uid(message_id) else { return false };
    let (_, tagged) = client.command(&format!("UID MOVE {uid} \"{to}\""));
    tagged.starts_with("OK")
}
