//! Holds `src/source/imap/idle.rs`: waiting for news, with real servers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::mirror::{Mirror, of};
use crate::support::servers::letters::letter;
use crate::support::servers::{Account, Kind};
use tidebox::source::{Source as _, WaitEnd};

const LONG: Duration = Duration::from_mins(2);

#[test]
fn what_arrives_ends_the_waiting() {
    for kind in [Kind::Dovecot, Kind::Cyrus, Kind::Pymap] {
        let Some(account) = Account::on(kind, "arrives") else { continue };
        let mut source = of(&account, &["INBOX"]);
        let mut mirror = Mirror::default();
        mirror.read(&mut source);
        let (go, never) = (Arc::new(AtomicBool::new(false)), AtomicBool::new(false));
        let other = thread::spawn({
            let (account, go) = (account.clone(), Arc::clone(&go));
            move || {
                let mut client = account.client();
                while !go.load(Ordering::SeqCst) {
                    thread::sleep(Duration::from_millis(1));
                }
                client.append("INBOX", "", [letter(900)]);
            }
        });
        go.store(true, Ordering::SeqCst);
        let woken = source.mailbox().unwrap().wait(LONG, &never).unwrap();
        assert_eq!(woken, WaitEnd::News, "{kind:?}");
        other.join().unwrap();
        mirror.read(&mut source);
        assert_eq!(mirror.brought(), (1, 0, 0), "{kind:?}");
        // What came before the wait counts as news too.
        account.client().append("INBOX", "", [letter(901)]);
        assert_eq!(source.mailbox().unwrap().wait(LONG, &never).unwrap(), WaitEnd::News, "{kind:?}");
    }
}

#[test]
fn a_waiting_ends_when_it_is_told_to_or_its_time_is_over() {
    let Some(account) = Account::on(Kind::Dovecot, "told") else { return };
    let mut source = of(&account, &["INBOX"]);
    let mut mirror = Mirror::default();
    mirror.read(&mut source);
    let stop = AtomicBool::new(true);
    assert_eq!(source.mailbox().unwrap().wait(LONG, &stop).unwrap(), WaitEnd::Stopped);
    stop.store(false, Ordering::SeqCst);
    assert_eq!(source.mailbox().unwrap().wait(Duration::from_millis(20), &stop).unwrap(), WaitEnd::Time);
    account.client().append("INBOX", "", [letter(1)]);
    mirror.read(&mut source);
    assert_eq!(mirror.brought(), (1, 0, 0), "the connection is as good as before");
}
