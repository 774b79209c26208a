//! Holds `src/source/discovery`, `src/net/dns.rs`: the server of a domain is found in documents over HTTPS and by DNS, from
//! servers of this machine that are passed in.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::sync::{Arc, Mutex};

use simple_dns::rdata::{MX, RData, SRV};
use simple_dns::{CLASS, Name, Packet, QTYPE, ResourceRecord, TYPE};
use tidebox::config::{SecretKind, Security};
use tidebox::source::discovery::{DocumentPlace, LookUp};

use crate::support::servers::certificates;
use crate::support::servers::pretender::secured;

/// A web server with TLS for this machine that answers each question for a page with what is given for its path, and with 404
/// where nothing is; and what it was asked, whole.
pub fn web(pages: &'static [(&'static str, &'static str)]) -> (u16, Arc<Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::new(Mutex::new(String::new()));
    let all = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = secured(stream, &certificates::shared().good);
            let mut question = Vec::new();
            while !question.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                match stream.read(&mut byte) {
                    Ok(1) => question.push(byte[0]),
                    _ => break,
                }
            }
            let question = String::from_utf8_lossy(&question).into_owned();
            all.lock().unwrap().push_str(&question);
            let path = question.split(' ').nth(1).unwrap_or_default();
            let page = pages.iter().find(|(known, _)| *known == path).map(|(_, page)| *page);
            let status = if page.is_some() { "200 OK" } else { "404 Not Found" };
            let page = page.unwrap_or_default();
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", page.len());
            let _ = stream.write_all(format!("{head}{page}").as_bytes()).and_then(|()| stream.flush());
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    (port, asked)
}

/// A resolver that knows these hosts for a service and these for mail.
pub fn resolver(services: &'static [(&'static str, &'static str, u16)], mail: &'static [&'static str]) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut bytes = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut bytes) {
            let query = Packet::parse(&bytes[..length]).unwrap();
            let mut answer = Packet::new_reply(query.id());
            answer.questions.clone_from(&query.questions);
            let question = &query.questions[0];
            let name = question.qname.to_string();
            let mut add =
                |rdata| answer.answers.push(ResourceRecord::new(question.qname.clone(), CLASS::IN, 60, rdata));
            if question.qtype == QTYPE::TYPE(TYPE::MX) {
                for host in mail {
                    add(RData::MX(MX { preference: 10, exchange: Name::new_unchecked(host) }));
                }
            }
            for (_, target, port) in services.iter().filter(|(service, ..)| *service == name) {
                let target = Name::new_unchecked(target);
                add(RData::SRV(SRV { priority: 0, weight: 1, port: *port, target }));
            }
            let _ = socket.send_to(&answer.build_bytes_vec().unwrap(), from);
        }
    });
    address
}

pub fn places(port: u16, own: &[&str], directory: &[&str], resolver: Option<SocketAddr>) -> LookUp {
    let place = |is_own| move |path: &&str| DocumentPlace { url: format!("https://localhost:{port}{path}"), is_own };
    LookUp {
        documents: own.iter().map(place(true)).chain(directory.iter().map(place(false))).collect(),
        resolvers: resolver.into_iter().collect(),
        ca: Some(certificates::shared().authority.clone()),
    }
}

pub const DOCUMENT: &str = r#"<?xml version="1.0"?>
<clientConfig version="1.1">
  <emailProvider id="example.org">
    <domain>example.org</domain>
    <displayName>Tea &amp; Mail</displayName>
    <incomingServer type="pop3"><hostname>pop.example.org</hostname><port>995</port><socketType>SSL</socketType></incomingServer>
    <incomingServer type="imap">
      <hostname>mail.hoster.example</hostname>
      <port>993</port>
      <socketType>SSL</socketType>
      <username>%EMAILADDRESS%</username>
      <authentication>password-cleartext</authentication>
    </incomingServer>
  </emailProvider>
</clientConfig>"#;

#[test]
fn a_document_over_https_is_the_first_word_and_nothing_of_the_address_but_the_domain_is_sent() {
    let (port, asked) = web(&[("/second.xml", DOCUMENT), ("/directory.xml", "<clientConfig/>")]);
    let found =
        places(port, &["/first.xml", "/second.xml"], &["/directory.xml"], None).find("ann", "example.org").unwrap();
    assert_eq!((found.server.host.as_str(), found.server.port), ("mail.hoster.example", 993));
    assert_eq!((found.user.as_str(), found.secret), ("ann@example.org", SecretKind::Password));
    assert!(found.is_sure, "the domain itself says so");
    let asked = asked.lock().unwrap();
    assert!(asked.contains("GET /first.xml") && asked.contains("GET /second.xml"), "{asked}");
    assert!(!asked.contains("directory.xml") && !asked.contains("ann"), "{asked}");
}

#[test]
fn what_somebody_else_says_is_believed_only_where_the_server_belongs_to_the_domain() {
    let (port, _) = web(&[("/directory.xml", DOCUMENT)]);
    let found = places(port, &["/none.xml"], &["/directory.xml"], None);
    assert!(!found.find("ann", "example.org").unwrap().is_sure);
    assert!(found.find("ann", "mail.hoster.example").unwrap().is_sure);
}

#[test]
fn a_page_that_is_not_trusted_or_not_encrypted_says_nothing() {
    let (port, _) = web(&[("/a.xml", DOCUMENT)]);
    let with_roots = places(port, &["/a.xml"], &[], None);
    assert!(with_roots.find("ann", "example.org").is_some());
    let untrusted = LookUp { ca: None, ..with_roots };
    assert_eq!(untrusted.find("ann", "example.org"), None);
}

#[test]
fn dns_is_asked_for_the_service_and_then_for_who_takes_in_the_mail() {
    let (port, _) = web(&[]);
    let service = resolver(&[("_imap._tcp.example.org", "mail.example.org", 143)], &["aspmx.l.google.com"]);
    let found = places(port, &["/none.xml"], &[], Some(service)).find("ann", "example.org").unwrap();
    assert_eq!((found.server.host.as_str(), found.server.port), ("mail.example.org", 143));
    assert!(found.server.security == Security::StartTls && found.is_sure);
    let elsewhere = resolver(&[("_imaps._tcp.example.org", "imap.evil.example", 993)], &[]);
    let found = places(port, &[], &[], Some(elsewhere)).find("ann", "example.org").unwrap();
    assert!(found.server.host == "imap.evil.example" && !found.is_sure, "an answer of DNS may be made up");
    let refused = resolver(&[("_imaps._tcp.example.org", "", 0)], &["x.mail.protection.outlook.com"]);
    let found = places(port, &[], &[], Some(refused)).find("ann", "example.org").unwrap();
    assert_eq!(found.provider.map(|provider| provider.name.as_str()), Some("Microsoft 365"));
    assert_eq!((found.server.host.as_str(), found.secret), ("outlook.office365.com", SecretKind::Token));
    let nothing = resolver(&[], &["mx.unknown.example"]);
    assert_eq!(places(port, &["/none.xml"], &[], Some(nothing)).find("ann", "example.org"), None);
}
