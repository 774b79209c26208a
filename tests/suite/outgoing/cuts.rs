//! Holds `src/outgoing/smtp.rs`, `src/outgoing/transaction.rs`: a connection that is cut at any byte never makes a message arrive
//! twice or be lost without being called unknown.

use tidebox::domain::delivery::DeliveryOutcome;

use super::{MESSAGE, Noted, addresses, sent, sent_with, server, words};
use crate::support::servers::smtp_peer::{Cut, OFFERS, SmtpPeer};

const RECIPIENTS: [&str; 3] = ["ann", "reject", "bob"];

/// Sends with a cut, and then to those who are to be tried later without one. Whether the first try was cut at all.
fn cut_and_again(peer: &SmtpPeer, cut: Cut) -> bool {
    peer.forget();
    peer.cut(Some(cut));
    let config = server(peer.port);
    let (first, _) = sent(&config, &RECIPIENTS, MESSAGE);
    let taken: Vec<usize> = addresses(&RECIPIENTS).iter().map(|it| peer.count(it)).collect();
    peer.cut(None);
    let (mut outcomes, all) = (first.clone(), addresses(&RECIPIENTS));
    let later: Vec<usize> = (0..3).filter(|it| matches!(first[*it], DeliveryOutcome::Deferred(_))).collect();
    if !later.is_empty() {
        let names: Vec<String> = later.iter().map(|it| all[*it].clone()).collect();
        let (second, _) = sent_with(&config, None, &names, MESSAGE, Noted::default());
        for (recipient, outcome) in later.iter().zip(second) {
            outcomes[*recipient] = outcome;
        }
    }
    for recipient in 0..3 {
        let count = peer.count(&all[recipient]);
        let told = format!("{cut:?}: {:?}, then {:?}, taken {count}", words(&first), words(&outcomes));
        match &outcomes[recipient] {
            DeliveryOutcome::Accepted { .. } => assert_eq!(count, 1, "{told}"),
            DeliveryOutcome::Unknown { .. } => assert!(count <= 1, "{told}"),
            DeliveryOutcome::Refused(_) => assert!(count == 0 && RECIPIENTS[recipient] == "reject", "{told}"),
            DeliveryOutcome::Deferred(_) => panic!("{told}"),
        }
        // What the server took at the first try is never tried again.
        assert!(taken[recipient] == 0 || !later.contains(&recipient), "{told}");
    }
    let done = first.iter().all(|it| matches!(it, DeliveryOutcome::Accepted { .. } | DeliveryOutcome::Refused(_)));
    !done
}

#[test]
fn a_cut_at_every_byte_of_the_dialogue_never_sends_twice_and_loses_nothing() {
    let without = OFFERS.iter().copied().filter(|it| *it != "PIPELINING").collect::<Vec<_>>();
    std::thread::scope(|scope| {
        for offers in [OFFERS, without.as_slice()] {
            for direction in [Cut::Sent as fn(usize) -> Cut, Cut::Received] {
                scope.spawn(move || {
                    let peer = SmtpPeer::correct(offers);
                    // The first byte at which a cut changes nothing is the last one that the outcome depends on.
                    let at = (0..2_000).find(|at| !cut_and_again(&peer, direction(*at))).unwrap();
                    assert!(at > 150, "the dialogue has only {at} bytes");
                });
            }
        }
    });
}
