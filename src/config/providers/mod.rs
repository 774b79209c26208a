//! Providers of mail whose servers are known: a table that everybody may extend (`table.toml`).

use std::sync::LazyLock;

use serde::Deserialize;

use super::server::{Security, ServerAddress};

static PROVIDERS: LazyLock<Vec<Provider>> = LazyLock::new(|| {
    toml::from_str(include_str!("table.toml")).map_or_else(|_| Vec::new(), |table: Table| table.provider)
});

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    provider: Vec<Provider>,
}

/// A provider of mail, and how its accounts are reached.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    pub name: String,
    /// Domains of addresses that every user of it may have.
    pub domains: Vec<String>,
    /// Endings of the hosts that take in mail for domains of its customers.
    #[serde(default)]
    pub mx: Vec<String>,
    host: Option<String>,
    port: Option<u16>,
    #[serde(default)]
    security: Security,
    #[serde(default)]
    pub user: LoginName,
    #[serde(default)]
    pub secret: SecretKind,
    /// What token helpers call it, where it takes tokens.
    pub token: Option<String>,
    /// Whether its server has a certificate of its own, which has to be named.
    #[serde(default)]
    pub certificate: bool,
    /// Where the provider says so.
    pub page: String,
    /// Where the provider tells how a password for one program is made.
    pub secret_page: Option<String>,
    /// What has to be done there first, in sentences.
    pub before: Option<String>,
    /// Why it has no server for IMAP, as a sentence.
    pub without: Option<String>,
    /// The day on which this was read.
    pub looked_up: toml::value::Datetime,
}

/// What one logs in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LoginName {
    /// The whole address.
    #[default]
    Address,
    /// What stands before the `@`.
    #[serde(rename = "local part")]
    LocalPart,
}

/// What kind of secret a provider asks a mail program for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretKind {
    /// The usual one of the account.
    #[default]
    Password,
    /// One that is made for one program.
    #[serde(rename = "app password")]
    AppPassword,
    /// One for mail alone, which is not the one of the website.
    #[serde(rename = "mail password")]
    MailPassword,
    /// A token (OAuth 2.0), and nothing else.
    Token,
}

impl Provider {
    /// All that are known, in the order of the table.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &PROVIDERS
    }

    /// The one whose addresses end so.
    #[must_use]
    pub fn of_domain(domain: &str) -> Option<&'static Self> {
        Self::all().iter().find(|provider| provider.domains.iter().any(|it| it.eq_ignore_ascii_case(domain)))
    }

    /// The one that takes in mail at this host for a domain of a customer.
    #[must_use]
    pub fn of_mx(host: &str) -> Option<&'static Self> {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let ends =
            |ending: &String| host == *ending || host.strip_suffix(ending.as_str()).is_some_and(|it| it.ends_with('.'));
        Self::all().iter().find(|provider| provider.mx.iter().any(ends))
    }

    /// The one of this name, in capitals or not.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::all().iter().find(|provider| provider.name.to_lowercase() == name.to_lowercase())
    }

    /// The server of its accounts; `None` where it has none for IMAP.
    #[must_use]
    pub fn server(&self) -> Option<ServerAddress> {
        let host = self.host.clone()?;
        Some(ServerAddress { host, port: self.port.unwrap_or(self.security.imap_port()), security: self.security })
    }
}

impl LoginName {
    /// What one logs in with who has this address.
    #[must_use]
    pub fn of(self, local: &str, domain: &str) -> String {
        match self {
            Self::Address => format!("{local}@{domain}"),
            Self::LocalPart => local.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Provider, SecretKind, Table};
    use crate::config::server::is_server_name;

    #[test]
    fn the_table_has_its_shape() {
        let table: Table = toml::from_str(include_str!("table.toml")).unwrap();
        assert!(table.provider.len() > 50 && table.provider == Provider::all());
        let (mut names, mut domains, mut endings) = (HashSet::new(), HashSet::new(), HashSet::new());
        let is_domain = |it: &str| is_server_name(it) && it.contains('.') && it == it.to_ascii_lowercase();
        for provider in &table.provider {
            let name = &provider.name;
            assert!(!name.trim().is_empty() && names.insert(name.to_lowercase()), "{name} stands here twice");
            for domain in &provider.domains {
                assert!(is_domain(domain), "{name}: {domain} is no domain in small letters");
                assert!(domains.insert(domain), "{name}: {domain} stands here twice");
            }
            for ending in &provider.mx {
                assert!(is_domain(ending) && endings.insert(ending), "{name}: {ending} stands here twice, or is none");
            }
            assert!(!provider.domains.is_empty() || !provider.mx.is_empty(), "{name} is found by nothing");
            let server = provider.server();
            assert!(server.is_some() != provider.without.is_some(), "{name}: a server, or why there is none");
            if let Some(server) = server {
                assert!(is_server_name(&server.host) && server.port > 0, "{name}: {server:?}");
                assert!(server.host.contains('.') && server.host == server.host.to_ascii_lowercase(), "{name}");
            }
            let pages = [Some(&provider.page), provider.secret_page.as_ref()];
            for page in pages.into_iter().flatten() {
                assert!(page.starts_with("https://") && !page.contains(char::is_whitespace), "{name}: {page}");
            }
            assert!(provider.secret != SecretKind::Token || provider.token.is_some(), "{name}: which tokens?");
            for sentence in [&provider.before, &provider.without].into_iter().flatten() {
                assert!(sentence.ends_with('.'), "{name}: {sentence}");
            }
            let date = provider.looked_up.date.unwrap();
            assert!(provider.looked_up.time.is_none() && date.year >= 2026, "{name}");
        }
    }

    #[test]
    fn a_provider_is_found_by_domain_by_mail_host_and_by_name() {
        let name = |found: Option<&'static Provider>| found.map(|provider| provider.name.as_str());
        assert_eq!(name(Provider::of_domain("GMAIL.com")), Some("Gmail"));
        assert_eq!(name(Provider::of_domain("mail.gmail.com")), None);
        assert_eq!(name(Provider::of_mx("ASPMX.L.Google.com.")), Some("Gmail"));
        assert_eq!(name(Provider::of_mx("example-org.mail.protection.outlook.com")), Some("Microsoft 365"));
        assert_eq!(name(Provider::of_mx("notgoogle.com")), None);
        assert_eq!(name(Provider::named("web.DE")), Some("WEB.DE"));
        let server = Provider::named("TIM").unwrap().server().unwrap();
        assert_eq!((server.port, server.security.text()), (143, "starttls"));
        assert!(Provider::named("Tuta").unwrap().server().is_none());
    }
}
