//! How an account is reached, found out by the domain of its address: from the documents that providers publish, from DNS
//! (RFC 6186, and the table of providers by the hosts that take in mail), and from Thunderbird's directory.
//!
//! Only the domain is sent, over HTTPS and to the system's resolvers. What is before the `@` fills what an answer leaves open,
//! here.

mod document;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::thread;

use crate::config::{LoginName, Provider, SecretKind, Security, ServerAddress, is_server_name};
use crate::mail::registrable;
use crate::net::dns;
use crate::net::http::{self, HttpRequest, HttpResponse};

/// Documents have some kilobytes.
const DOCUMENT_BYTES: usize = 128 * 1024;
/// A directory of such documents, kept by the makers of Thunderbird.
pub const DIRECTORY: &str = "autoconfig.thunderbird.net";

/// Who is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookUpReach {
    /// The domain itself, and DNS.
    Domain,
    /// Thunderbird's directory as well, which is somebody else.
    Directory,
}

/// Where to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookUp {
    pub documents: Vec<DocumentPlace>,
    pub resolvers: Vec<SocketAddr>,
    /// Certificates in PEM that are trusted instead of the platform's.
    pub ca: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentPlace {
    pub url: String,
    /// Whether the domain itself answers there.
    pub is_own: bool,
}

/// A server that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundServer {
    pub server: ServerAddress,
    pub user: String,
    pub secret: SecretKind,
    /// Of the table, where the server is one of its.
    pub provider: Option<&'static Provider>,
    /// Who says so, as a person reads it.
    pub said_by: String,
    /// Whether it needs no person to believe it: the domain itself says so over HTTPS, or the server belongs to the domain
    /// or is in the table (RFC 6186 §6).
    pub is_sure: bool,
}

/// The resolvers of this system that are asked by DNS.
#[must_use]
pub fn resolvers() -> Vec<String> {
    dns::resolvers().iter().map(|resolver| resolver.ip().to_string()).collect()
}

impl LookUp {
    /// The places for a domain.
    #[must_use]
    pub fn of(domain: &str, reach: LookUpReach) -> Self {
        let own = [
            format!("https://autoconfig.{domain}/mail/config-v1.1.xml"),
            format!("https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml"),
        ];
        let mut documents: Vec<DocumentPlace> = own.map(|url| DocumentPlace { url, is_own: true }).into();
        if reach == LookUpReach::Directory {
            documents.push(DocumentPlace { url: format!("https://{DIRECTORY}/v1.1/{domain}"), is_own: false });
        }
        Self { documents, resolvers: dns::resolvers(), ca: None }
    }

    /// Looks in one place after the other; the first that knows a server for IMAP is the answer.
    #[must_use]
    pub fn find(&self, local: &str, domain: &str) -> Option<FoundServer> {
        let documents = |own| self.first_document(own, local, domain);
        documents(true).or_else(|| self.dns(local, domain)).or_else(|| documents(false))
    }

    /// What the first of the documents says that says something. They are fetched side by side: a place that does not answer
    /// takes its time.
    fn first_document(&self, own: bool, local: &str, domain: &str) -> Option<FoundServer> {
        thread::scope(|scope| {
            let places = self.documents.iter().filter(|place| place.is_own == own);
            let fetching: Vec<_> =
                places.map(|place| scope.spawn(move || self.document(place, local, domain))).collect();
            fetching.into_iter().find_map(|one| one.join().ok().flatten())
        })
    }

    fn document(&self, place: &DocumentPlace, local: &str, domain: &str) -> Option<FoundServer> {
        let asked = HttpRequest {
            url: &place.url,
            accept: "application/xml, text/xml;q=0.9, */*;q=0.1",
            etag: None,
            modified: None,
            ca: self.ca.as_deref(),
            max_bytes: DOCUMENT_BYTES,
        };
        let Ok(HttpResponse::Page(page)) = http::get(asked) else { return None };
        let found = document::server(&page.body, local, domain)?;
        let is_sure = place.is_own || belongs(&found.server.host, domain);
        let said_by = http::host(&place.url);
        Some(FoundServer {
            server: found.server,
            user: found.user,
            secret: found.secret,
            provider: None,
            said_by,
            is_sure,
        })
    }

    /// What DNS says: the hosts that the domain names for IMAP, else the provider that takes in its mail.
    fn dns(&self, local: &str, domain: &str) -> Option<FoundServer> {
        let by_service =
            [("_imaps", Security::Tls), ("_imap", Security::StartTls)].into_iter().find_map(|(name, security)| {
                let records = dns::service(&format!("{name}._tcp.{domain}"), &self.resolvers).ok()?;
                let record = records.into_iter().find(|record| is_server_name(&record.target) && record.port > 0)?;
                Some(ServerAddress { host: record.target.to_ascii_lowercase(), port: record.port, security })
            });
        if let Some(server) = by_service {
            let is_sure = belongs(&server.host, domain);
            let user = LoginName::Address.of(local, domain);
            let said_by = format!("the DNS of {domain}");
            return Some(FoundServer { server, user, secret: SecretKind::Password, provider: None, said_by, is_sure });
        }
        let hosts = dns::mail_hosts(domain, &self.resolvers).ok()?;
        let provider = hosts.iter().find_map(|host| Provider::of_mx(host))?;
        let said_by = format!("the DNS of {domain}: its mail goes to {}", provider.name);
        // One logs in with the whole address where the domain is one's own.
        let user = LoginName::Address.of(local, domain);
        let (server, secret) = (provider.server()?, provider.secret);
        Some(FoundServer { server, user, secret, provider: Some(provider), said_by, is_sure: true })
    }
}

/// Whether a server belongs to a domain, or is one of the table.
fn belongs(host: &str, domain: &str) -> bool {
    let known = || Provider::all().iter().filter_map(Provider::server).any(|server| server.host == host);
    registrable(host).eq_ignore_ascii_case(registrable(domain)) || known()
}

#[cfg(test)]
mod tests {
    use super::{LookUp, LookUpReach, belongs};

    #[test]
    fn only_the_domain_is_sent_and_the_directory_only_where_it_was_said() {
        let urls = |reach| LookUp::of("example.org", reach).documents.into_iter().map(|it| it.url).collect::<Vec<_>>();
        let own = [
            "https://autoconfig.example.org/mail/config-v1.1.xml",
            "https://example.org/.well-known/autoconfig/mail/config-v1.1.xml",
        ];
        assert_eq!(urls(LookUpReach::Domain), own);
        let with_directory = urls(LookUpReach::Directory);
        assert_eq!(with_directory[..2], own);
        assert_eq!(with_directory[2..], ["https://autoconfig.thunderbird.net/v1.1/example.org"]);
    }

    #[test]
    fn a_server_belongs_to_who_registered_its_name() {
        for (host, domain, wanted) in [
            ("imap.example.org", "example.org", true),
            ("mx.other.example.org", "mail.example.org", true),
            ("imap.example.co.uk", "other.co.uk", false),
            ("imap.evil.org", "example.org", false),
            ("imap.gmail.com", "example.org", true),
        ] {
            assert_eq!(belongs(host, domain), wanted, "{host} {domain}");
        }
    }
}
