//! Holds `src/net/one_click.rs`, `src/net/public_address.rs`: one POST, to addresses that were checked, with limits on
//! everything.

use std::io;
use std::time::Duration;

use tidebox::domain::unsubscribe::OneClickUrl;
use tidebox::net::one_click::{OneClickAnswer, OneClickError, OneClickNetwork, connect};
use tidebox::net::{Distrust, NetError, is_public};

use crate::support::servers::web::{Answers, WebAnswer, WebServer, is_here, network, network_here};

/// More than any of these tests takes where it does not wait for this time.
const LONG: Duration = Duration::from_mins(1);
const SHORT: Duration = Duration::from_millis(1500);

fn post(url: &str, network: &OneClickNetwork) -> io::Result<OneClickAnswer> {
    connect(&OneClickUrl::parse(url).unwrap(), network).unwrap().send()
}

fn answer(status: u16, to: Option<&str>) -> OneClickAnswer {
    OneClickAnswer { status, redirects_to: to.map(str::to_owned) }
}

#[test]
fn the_request_says_what_the_standard_asks_for_and_nothing_about_who_asks() {
    let server = WebServer::start(WebAnswer::Says("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\n\r\nbye"));
    for _ in 0..2 {
        assert_eq!(post(&server.url(), &network_here(LONG)).unwrap(), answer(200, None));
    }
    let port = server.port;
    let wanted = format!(
        "POST /leave?u=1 HTTP/1.1\r\nHost: localhost:{port}\r\nUser-Agent: tidebox\r\nAccept: */*\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 26\r\nConnection: close\r\n\r\n\
         List-Unsubscribe=One-Click"
    );
    assert_eq!(server.asked(), [wanted.clone(), wanted]);
}

#[test]
fn a_redirect_is_told_and_not_followed() {
    let elsewhere = WebServer::start(WebAnswer::Says("HTTP/1.1 200 OK\r\n\r\n"));
    let server = WebServer::start(WebAnswer::Says(
        "HTTP/1.1 302 Found\r\nLocation: https://www.example.org/are-you-sure\r\nContent-Length: 0\r\n\r\n",
    ));
    assert_eq!(post(&server.url(), &network_here(LONG)).unwrap(), answer(302, Some("www.example.org")));
    assert_eq!((server.asked().len(), elsewhere.connections()), (1, 0));
}

#[test]
fn a_large_answer_is_not_read_to_its_end() {
    let server = WebServer::start(WebAnswer::Endless("HTTP/1.1 200 OK\r\nContent-Length: 67108864\r\n\r\n"));
    assert_eq!(post(&server.url(), &network_here(LONG)).unwrap(), answer(200, None));
    // Fields without an end: the first line counts.
    let server = WebServer::start(WebAnswer::Endless("HTTP/1.1 503 Busy\r\nX: "));
    assert_eq!(post(&server.url(), &network_here(LONG)).unwrap(), answer(503, None));
    let server = WebServer::start(WebAnswer::Endless("no web server"));
    assert_eq!(post(&server.url(), &network_here(LONG)).unwrap_err().kind(), io::ErrorKind::InvalidData);
}

#[test]
fn without_an_answer_it_is_not_known_what_was_done() {
    let silent = WebServer::start(WebAnswer::Silent);
    assert_eq!(post(&silent.url(), &network_here(SHORT)).unwrap_err().kind(), io::ErrorKind::TimedOut);
    assert_eq!(silent.asked().len(), 1);
    for answer in [WebAnswer::ReadsAndCloses, WebAnswer::Closes, WebAnswer::Says("HTTP/1.1 2")] {
        let server = WebServer::start(answer);
        assert!(post(&server.url(), &network_here(LONG)).is_err(), "{answer:?}");
    }
}

#[test]
fn where_no_connection_comes_about_nothing_is_sent() {
    let url = |server: &WebServer| OneClickUrl::parse(&server.url()).unwrap();
    let other = WebServer::start(WebAnswer::OtherHost);
    let error = connect(&url(&other), &network_here(LONG)).unwrap_err();
    assert!(matches!(&error, OneClickError::Net(NetError::Certificate { why: Distrust::OtherHost, .. })), "{error:?}");
    let mute = WebServer::start(WebAnswer::Mute);
    let error = connect(&url(&mute), &network_here(SHORT)).unwrap_err();
    assert!(matches!(&error, OneClickError::Net(NetError::TimedOut { .. })), "{error:?}");
    let nobody = network(Answers::new(&[]), is_here, LONG);
    let error = connect(&url(&mute), &nobody).unwrap_err();
    assert!(matches!(&error, OneClickError::Net(NetError::UnknownHost { .. })), "{error:?}");
    // A connection that is not used sends nothing.
    let server = WebServer::start(WebAnswer::Says("HTTP/1.1 200 OK\r\n\r\n"));
    drop(connect(&url(&server), &network_here(LONG)).unwrap());
    assert_eq!((server.connections(), server.asked().len()), (1, 0));
}

#[test]
fn if_any_address_of_a_host_is_not_public_none_is_connected() {
    let server = WebServer::start(WebAnswer::Says("HTTP/1.1 200 OK\r\n\r\n"));
    let url = OneClickUrl::parse(&server.url()).unwrap();
    let refused = |network: &OneClickNetwork| match connect(&url, network).unwrap_err() {
        OneClickError::Forbidden { address, .. } => address,
        other @ OneClickError::Net(_) => panic!("{other:?}"),
    };
    for address in [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "100.127.9.9",
        "127.0.0.1",
        "127.9.9.9",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.0.1",
        "192.0.0.1",
        "192.0.2.3",
        "192.168.0.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.5",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:7f00:1",
        "::ffff:c0a8:1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "2002:7f00:1::1",
        "2002:c0a8:1::1",
        "2001::1",
        "2001:db8::1",
        "fc00::1",
        "fd00::1",
        "fe80::1",
        "ff02::1",
    ] {
        for answer in [&[address][..], &["93.184.216.34", address], &["2606:4700::1", "1.1.1.1", address]] {
            assert_eq!(
                refused(&network(Answers::new(&[answer]), is_public, LONG)),
                address.parse::<std::net::IpAddr>().unwrap()
            );
        }
    }
    // Written as an address, it is not looked up, and judged all the same.
    for host in ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254"] {
        let url = OneClickUrl::parse(&format!("https://{host}:{}/", server.port)).unwrap();
        let resolver = Answers::new(&[&["1.1.1.1"]]);
        let error = connect(&url, &network(resolver.clone(), is_public, LONG)).unwrap_err();
        assert!(matches!(error, OneClickError::Forbidden { .. }), "{host}");
        assert_eq!(resolver.asked(), 0);
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_name_is_looked_up_once_and_the_checked_address_is_connected() {
    let server = WebServer::start(WebAnswer::Says("HTTP/1.1 204 No Content\r\n\r\n"));
    let rebinding = Answers::new(&[&["127.0.0.1"], &["10.0.0.1"]]);
    let network = network(rebinding.clone(), is_here, LONG);
    assert_eq!(post(&server.url(), &network).unwrap(), answer(204, None));
    assert_eq!(rebinding.asked(), 1);
    assert!(matches!(
        connect(&OneClickUrl::parse(&server.url()).unwrap(), &network),
        Err(OneClickError::Forbidden { .. })
    ));
}
