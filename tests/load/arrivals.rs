//! Letters that arrive, and how long it takes until each is in the store.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::Run;

/// Between two arrivals in one account: with three accounts, four a second.
const PAUSE: Duration = Duration::from_millis(750);

/// A delay that is told by itself, with what happened before it.
const LONG: Duration = Duration::from_secs(10);
/// How long before a letter something may have delayed it.
const BEFORE: Duration = Duration::from_secs(30);

/// How long one letter took from the server to the store.
#[derive(Debug, Clone, Copy)]
pub struct Delay {
    account: usize,
    /// When the server had it, from the beginning of the run.
    delivered: Duration,
    took: Duration,
}

/// What was delivered: the account's number and the letter's, and when the server had it.
#[derive(Default)]
pub struct Arrivals {
    next: AtomicUsize,
    delivered: Mutex<HashMap<String, (usize, Duration)>>,
}

impl Arrivals {
    /// Message-IDs of what was delivered, with the account's number.
    pub fn all(&self) -> Vec<(String, usize)> {
        self.delivered.lock().unwrap().iter().map(|(id, (account, _))| (id.clone(), *account)).collect()
    }

    pub fn deliver(&self, run: &Run, account: usize) {
        let mut client = None;
        while run.goes_on_after(PAUSE) {
            let number = self.next.fetch_add(1, Ordering::SeqCst);
            let mail = crate::support::servers::letters::letter(number);
            // A server that is being started again takes nothing; the letter is sent again as another server would.
            let sent = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                let mut client = client.take().unwrap_or_else(|| run.accounts[account].client());
                client.append("INBOX", "", [mail]);
                client
            }));
            if let Ok(open) = sent {
                client = Some(open);
                let id = crate::support::servers::letters::message_id(number);
                self.delivered.lock().unwrap().insert(id, (account, run.begun.elapsed()));
            }
        }
    }

    /// How long each took from the server to the store.
    pub fn measure(&self, run: &Run) -> Vec<Delay> {
        let mut delays = Vec::new();
        let mut seen = std::collections::HashSet::new();
        while run.goes_on_after(Duration::from_millis(200)) {
            if !run.home.store().exists() {
                continue;
            }
            let now = run.begun.elapsed();
            for id in run.home.sqlite("SELECT message_id FROM message").lines() {
                if !seen.contains(id) {
                    seen.insert(id.to_owned());
                    if let Some(&(account, delivered)) = self.delivered.lock().unwrap().get(id) {
                        delays.push(Delay { account, delivered, took: now.saturating_sub(delivered) });
                    }
                }
            }
        }
        delays
    }

    pub fn tell(&self, delays: &[Delay], troubles: &[(Duration, String)]) {
        println!(
            "delivered: {}, in the store while it went on: {}",
            self.delivered.lock().unwrap().len(),
            delays.len()
        );
        for (number, name) in super::ACCOUNTS.iter().enumerate() {
            let its: Vec<&Delay> = delays.iter().filter(|delay| delay.account == number).collect();
            let mut of: Vec<Duration> = its.iter().map(|delay| delay.took).collect();
            of.sort();
            let at = |part: usize| of.get((of.len() * part / 100).min(of.len().saturating_sub(1))).copied();
            println!(
                "  {name}: {} delays, p50 {:.2?}, p99 {:.2?}, longest {:.2?}",
                of.len(),
                at(50).unwrap_or_default(),
                at(99).unwrap_or_default(),
                of.last().copied().unwrap_or_default()
            );
            let mut told = Duration::ZERO;
            for Delay { delivered, took, .. } in its.iter().filter(|delay| delay.took > LONG) {
                // Those that came into the store together waited for the same.
                if *delivered + *took < told {
                    continue;
                }
                told = *delivered + *took + Duration::from_secs(1);
                let from = delivered.saturating_sub(BEFORE);
                let before: Vec<String> = troubles
                    .iter()
                    .filter(|(at, _)| (from..*delivered + *took).contains(at))
                    .map(|(at, what)| format!("{what} at {at:.1?}"))
                    .collect();
                println!("    {took:.1?} from {delivered:.1?} on, after {}", before.join(", "));
            }
        }
    }
}
