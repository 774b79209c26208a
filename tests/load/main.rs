//! Minutes of load on a real server: three accounts, one of them with a hard hold, four arrivals a second, windows of two
//! minutes, a phone that moves letters and moves them back, cuts, restarts of the server, kills of the watch and of the
//! screen. Afterwards each letter is there once, where it belongs, and nothing is left in the folder of the hold.
//!
//! `scripts/load [MINUTES]` runs it by the clock on the wall; `cargo test` does not. What it prints of delays and of memory is
//! a measurement; what it asserts is that nothing was lost.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    reason = "a run that cannot go on has failed, and says where"
)]

#[path = "../suite/support/mod.rs"]
#[allow(dead_code, reason = "the suite uses more of it")]
mod support;

mod arrivals;
mod judge;
mod phone;
mod process;
mod windows;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use arrivals::Arrivals;
use support::Home;
use support::servers::proxy::Proxy;
use support::servers::{Account, Kind, Server};
use tidebox::clock::Stopwatch;

/// The accounts: the first has a hard hold.
const ACCOUNTS: [&str; 3] = ["hardy", "softy", "quiet"];
/// Between two windows' openings.
const EVERY: Duration = Duration::from_mins(4);

/// What all that go on at once share.
pub(crate) struct Run {
    pub(crate) home: Home,
    pub(crate) server: Arc<Server>,
    pub(crate) accounts: Vec<Account>,
    pub(crate) proxies: Vec<Proxy>,
    pub(crate) begun: Stopwatch,
    pub(crate) over: AtomicBool,
}

impl Run {
    /// Waits so long, or until the run is over; whether it goes on.
    pub fn goes_on_after(&self, pause: Duration) -> bool {
        let waited = Stopwatch::start();
        while waited.elapsed() < pause && !self.over.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(20).min(pause));
        }
        !self.over.load(Ordering::SeqCst)
    }
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let minutes = words.first().and_then(|word| word.parse().ok()).unwrap_or(20);
    // A connection that a cut or a restart ends is part of the run, and tried again where that matters.
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if info.location().is_none_or(|place| !place.file().ends_with("client.rs")) {
            usual(info);
        }
    }));
    let server = Server::start(Kind::Dovecot).expect("scripts/test-servers brings Dovecot");
    let accounts: Vec<Account> = ACCOUNTS.iter().map(|name| server.account(name)).collect();
    let proxies: Vec<Proxy> = ACCOUNTS.iter().map(|_| Proxy::to(server.port)).collect();
    let home = Home::new();
    home.write("config.toml", configuration(&accounts, &proxies, minutes));
    let run = Run { home, server, accounts, proxies, begun: Stopwatch::start(), over: AtomicBool::new(false) };
    let arrivals = Arrivals::default();
    let watch = process::Watch::start(&run);
    thread::scope(|scope| {
        let (all, run) = (&arrivals, &run);
        let deliveries: Vec<_> =
            (0..ACCOUNTS.len()).map(|number| scope.spawn(move || all.deliver(run, number))).collect();
        let measuring = scope.spawn(|| arrivals.measure(run));
        let phone = scope.spawn(|| phone::moves(run));
        let windows = scope.spawn(|| windows::decide(run));
        let trouble = scope.spawn(|| process::trouble(run, &watch));
        let samples = scope.spawn(|| watch.sample(run));
        run.goes_on_after(Duration::from_secs(minutes * 60));
        run.over.store(true, Ordering::SeqCst);
        for delivery in deliveries {
            delivery.join().unwrap();
        }
        phone.join().unwrap();
        println!("windows: {}", windows.join().unwrap());
        let troubles = trouble.join().unwrap();
        let count = |what: &str| troubles.iter().filter(|(_, one)| one.contains(what)).count();
        let (cuts, restarts, kills) = (count("cut"), count("restart"), count("kill"));
        println!("trouble: {cuts} cuts, {restarts} restarts of the server, {kills} kills of the watch");
        arrivals.tell(&measuring.join().unwrap(), &troubles);
        process::tell(&samples.join().unwrap());
    });
    judge::settle(&run, watch);
    judge::judge(&run, &arrivals);
}

fn configuration(accounts: &[Account], proxies: &[Proxy], minutes: u64) -> String {
    let now = tidebox::clock::Clock::real().now();
    let openings: Vec<String> = (0..=minutes / 4 + 6)
        .map(|number| (now + EVERY / 2 + EVERY * u32::try_from(number).unwrap()).format("\"%H:%M\"").to_string())
        .collect();
    let mut text = format!(
        "timezone = \"UTC\"\n[[checkin]]\nname = \"often\"\ndays = \"daily\"\nat = [{}]\nfor = \"2m\"\n",
        openings.join(", ")
    );
    for (number, (account, proxy)) in accounts.iter().zip(proxies).enumerate() {
        text.push_str(&account.plain_source(&account.user, proxy.port));
        if number == 0 {
            text.push_str("hold = \"hard\"\n");
        }
    }
    text
}
