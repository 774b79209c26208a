//! Asking the system's resolvers for what the standard library has no way to ask for: services of a domain (SRV, RFC 2782)
//! and the hosts that take in its mail (MX).
//!
//! Nothing that comes back is proved to be true: it may have been made up on the way.

use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, QCLASS, QTYPE, Question, RCODE, TYPE};

use super::random;

/// Where a system says whom to ask.
const RESOLVERS_FILE: &str = "/etc/resolv.conf";
/// Resolvers that are asked, as in resolv.conf(5).
const RESOLVERS: usize = 3;
/// Each is asked so often, and may take so long.
const TRIES: usize = 2;
const PATIENCE: Duration = Duration::from_secs(3);
/// Records of one answer that are looked at.
const RECORDS: usize = 50;

/// A host that offers a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRecord {
    /// The lowest is asked first.
    pub priority: u16,
    /// Among equals, the highest is asked most.
    pub weight: u16,
    pub port: u16,
    /// Without a dot at its end; empty where the domain says that it does not offer the service.
    pub target: String,
}

/// The resolvers of this system, in their order; none where it does not say.
#[must_use]
pub fn resolvers() -> Vec<SocketAddr> {
    std::fs::read_to_string(RESOLVERS_FILE).map_or_else(|_| Vec::new(), |text| named(&text))
}

fn named(text: &str) -> Vec<SocketAddr> {
    let address = |line: &str| {
        let mut words = line.split_ascii_whitespace();
        let word = words.next().filter(|word| *word == "nameserver").and(words.next())?;
        // A zone behind it says through which interface, which the system finds too.
        word.split('%').next()?.parse::<IpAddr>().ok()
    };
    text.lines().filter_map(address).take(RESOLVERS).map(|address| SocketAddr::new(address, 53)).collect()
}

/// The hosts of a service such as `_imaps._tcp.example.org`, those to be asked first at the beginning; none where the domain
/// does not say.
///
/// # Errors
/// Where no resolver answers.
pub fn service(name: &str, resolvers: &[SocketAddr]) -> io::Result<Vec<ServiceRecord>> {
    let mut found = Vec::new();
    for record in asked(name, TYPE::SRV, resolvers)? {
        if let RData::SRV(record) = record {
            let target = record.target.to_string().trim_end_matches('.').to_owned();
            let (priority, weight, port) = (record.priority, record.weight, record.port);
            found.push(ServiceRecord { priority, weight, port, target });
        }
    }
    found.sort_by_key(|record| (record.priority, u16::MAX - record.weight));
    Ok(found)
}

/// The hosts that take in mail for a domain, the preferred ones first.
///
/// # Errors
/// Where no resolver answers.
pub fn mail_hosts(domain: &str, resolvers: &[SocketAddr]) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for record in asked(domain, TYPE::MX, resolvers)? {
        if let RData::MX(record) = record {
            found.push((record.preference, record.exchange.to_string().trim_end_matches('.').to_owned()));
        }
    }
    found.sort();
    Ok(found.into_iter().map(|(_, host)| host).collect())
}

/// What the first resolver that answers says of a name; nothing where there is no such name.
fn asked(name: &str, wanted: TYPE, resolvers: &[SocketAddr]) -> io::Result<Vec<RData<'static>>> {
    let mut failed = io::Error::new(io::ErrorKind::NotFound, "no resolver is known");
    for resolver in std::iter::repeat_n(resolvers, TRIES).flatten() {
        match ask_one(name, wanted, *resolver) {
            Ok(found) => return Ok(found),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

fn ask_one(name: &str, wanted: TYPE, resolver: SocketAddr) -> io::Result<Vec<RData<'static>>> {
    let odd = |what: &'static str| io::Error::new(io::ErrorKind::InvalidData, what);
    let id = u16::from_le_bytes(random()?);
    let mut query = Packet::new_query(id);
    query.set_flags(PacketFlag::RECURSION_DESIRED);
    let asked = Name::new(name).map_err(|_| odd("this is no name"))?.into_owned();
    query.questions.push(Question::new(asked.clone(), QTYPE::TYPE(wanted), QCLASS::CLASS(CLASS::IN), false));
    let query = query.build_bytes_vec().map_err(|_| odd("this is no name"))?;
    let mut answer = by_udp(&query, resolver)?;
    let is_cut = Packet::parse(&answer).is_ok_and(|packet| packet.has_flags(PacketFlag::TRUNCATION));
    if is_cut {
        answer = by_tcp(&query, resolver)?;
    }
    records(&answer, id, &asked, wanted)
}

/// What an answer holds, where it is the answer to this question.
fn records(answer: &[u8], id: u16, asked: &Name<'_>, wanted: TYPE) -> io::Result<Vec<RData<'static>>> {
    let odd = |what: &'static str| io::Error::new(io::ErrorKind::InvalidData, what);
    let packet = Packet::parse(answer).map_err(|_| odd("the resolver's answer is not understood"))?;
    let is_ours = packet.id() == id
        && packet.has_flags(PacketFlag::RESPONSE)
        && packet.questions.first().is_some_and(|question| {
            question.qname.to_string().eq_ignore_ascii_case(&asked.to_string()) && question.qtype == QTYPE::TYPE(wanted)
        });
    match packet.rcode() {
        _ if !is_ours => Err(odd("the resolver answers another question")),
        RCODE::NoError => {
            Ok(packet.answers.into_iter().take(RECORDS).map(|record| record.rdata.into_owned()).collect())
        }
        RCODE::NameError => Ok(Vec::new()),
        _ => Err(odd("the resolver cannot tell")),
    }
}

fn by_udp(query: &[u8], resolver: SocketAddr) -> io::Result<Vec<u8>> {
    let any = if resolver.is_ipv4() { IpAddr::V4(Ipv4Addr::UNSPECIFIED) } else { IpAddr::V6(Ipv6Addr::UNSPECIFIED) };
    let socket = UdpSocket::bind(SocketAddr::new(any, 0))?;
    socket.connect(resolver)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.send(query)?;
    let mut answer = vec![0; 4096];
    let length = socket.recv(&mut answer)?;
    answer.truncate(length);
    Ok(answer)
}

fn by_tcp(query: &[u8], resolver: SocketAddr) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect_timeout(&resolver, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let length = u16::try_from(query.len()).unwrap_or(u16::MAX);
    stream.write_all(&[&length.to_be_bytes(), query].concat())?;
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    let mut answer = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut answer)?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use std::net::{SocketAddr, UdpSocket};

    use proptest::collection::vec;
    use proptest::prelude::*;
    use simple_dns::rdata::{MX, RData, SRV};
    use simple_dns::{CLASS, Name, Packet, PacketFlag, QCLASS, QTYPE, Question, RCODE, ResourceRecord, TYPE};

    use super::{mail_hosts, named, records, service};

    /// A resolver that answers one question with what `with` makes of it.
    fn resolver(with: fn(&mut Packet<'_>)) -> SocketAddr {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        std::thread::spawn(move || {
            let mut query = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut query) {
                let query = Packet::parse(&query[..length]).unwrap();
                let mut answer = Packet::new_reply(query.id());
                answer.questions.clone_from(&query.questions);
                with(&mut answer);
                let _ = socket.send_to(&answer.build_bytes_vec().unwrap(), from);
            }
        });
        address
    }

    fn record(name: &'static str, rdata: RData<'static>) -> ResourceRecord<'static> {
        ResourceRecord::new(Name::new_unchecked(name), CLASS::IN, 60, rdata)
    }

    #[test]
    fn hosts_come_in_the_order_in_which_they_are_to_be_asked() {
        let services = resolver(|answer| {
            for (priority, weight, target) in
                [(20, 9, "late.example.org"), (10, 1, "b.example.org"), (10, 5, "a.example.org")]
            {
                let target = Name::new_unchecked(target);
                answer
                    .answers
                    .push(record("_imaps._tcp.example.org", RData::SRV(SRV { priority, weight, port: 993, target })));
            }
        });
        let found = service("_imaps._tcp.example.org", &[services]).unwrap();
        let hosts: Vec<&str> = found.iter().map(|record| record.target.as_str()).collect();
        assert_eq!(hosts, ["a.example.org", "b.example.org", "late.example.org"]);
        let mail = resolver(|answer| {
            for (preference, exchange) in [(30, "c.example.org"), (5, "first.example.org")] {
                let exchange = Name::new_unchecked(exchange);
                answer.answers.push(record("example.org", RData::MX(MX { preference, exchange })));
            }
        });
        assert_eq!(mail_hosts("example.org", &[mail]).unwrap(), ["first.example.org", "c.example.org"]);
    }

    #[test]
    fn no_such_name_is_no_failure_and_an_answer_to_something_else_is_one() {
        let none = resolver(|answer| *answer.rcode_mut() = RCODE::NameError);
        assert_eq!(service("_imap._tcp.example.org", &[none]).unwrap(), []);
        let other = resolver(|answer| answer.questions.clear());
        assert!(service("_imap._tcp.example.org", &[other]).is_err());
        let broken = resolver(|answer| *answer.rcode_mut() = RCODE::ServerFailure);
        assert!(service("_imap._tcp.example.org", &[broken]).is_err());
        let cut = resolver(|answer| answer.set_flags(PacketFlag::TRUNCATION));
        assert!(service("_imap._tcp.example.org", &[cut]).is_err(), "nobody answers by TCP there");
        assert!(service("_imap._tcp.example.org", &[]).is_err() && service(&"a".repeat(64), &[none]).is_err());
    }

    proptest! {
        /// An answer comes from anywhere: bytes of it that are changed, or cut, make an answer or an error and nothing else.
        #[test]
        fn any_bytes_are_an_answer_or_an_error(changes in vec((0usize..200, any::<u8>()), 0..8), cut in 0usize..200, tail in vec(any::<u8>(), 0..40)) {
            let name = Name::new_unchecked("_imaps._tcp.example.org");
            let mut answer = Packet::new_reply(7);
            answer.questions.push(Question::new(name.clone(), QTYPE::TYPE(TYPE::SRV), QCLASS::CLASS(CLASS::IN), false));
            for target in ["a.example.org", "b.example.org"] {
                let target = Name::new_unchecked(target);
                answer.answers.push(record("_imaps._tcp.example.org", RData::SRV(SRV { priority: 1, weight: 1, port: 993, target })));
            }
            let mut bytes = answer.build_bytes_vec_compressed().unwrap();
            for (at, byte) in changes {
                if let Some(there) = bytes.get_mut(at) {
                    *there = byte;
                }
            }
            bytes.truncate(bytes.len().saturating_sub(cut % 50));
            bytes.extend(tail);
            let _ = records(&bytes, 7, &name, TYPE::SRV);
            let _ = records(&bytes[bytes.len() / 2..], 7, &name, TYPE::SRV);
        }
    }

    /// A name that points at itself, and one that points at a name that points back.
    #[test]
    fn a_name_without_an_end_is_an_error() {
        for pointers in [&[0xC0, 0x0C][..], &[0xC0, 0x0E, 0xC0, 0x0C], &[0x01, b'a', 0xC0, 0x0C]] {
            let mut bytes = vec![0, 7, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0];
            bytes.extend(pointers);
            bytes.extend([0, 33, 0, 1]);
            assert!(records(&bytes, 7, &Name::new_unchecked("a"), TYPE::SRV).is_err());
        }
    }

    #[test]
    fn resolvers_are_read_as_the_system_reads_them() {
        let text = "# mine\nsearch home\nnameserver 10.0.0.1\n nameserver fe80::1%eth0\nnameserver nonsense\nnameserver ::1\nnameserver 9.9.9.9\n";
        let wanted = ["10.0.0.1:53", "[fe80::1]:53", "[::1]:53"].map(|it| it.parse::<SocketAddr>().unwrap());
        assert_eq!(named(text), wanted);
    }
}
