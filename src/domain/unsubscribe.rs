//! Leaving a mailing list: what a message offers for it (RFC 2369 §3.2, RFC 8058), and who vouches for that offer.

use std::fmt;

use super::url::{UrlAuthority, UrlSyntax};

/// A longer address is not used, in bytes.
const LONGEST: usize = 8 * 1024;
const HTTPS: &str = "https://";

/// What a message offers to whoever wants to leave its list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsubscribeOffer {
    pub list: ListKey,
    pub method: UnsubscribeMethod,
    pub vouching: Vouching,
}

/// What a list is known by: its identifier (RFC 2919), else the address of its sender; in small letters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListKey(pub String);

impl ListKey {
    /// `None` where a message names neither.
    #[must_use]
    pub fn of(list: Option<&str>, sender: &str) -> Option<Self> {
        let key = list.filter(|list| !list.is_empty()).unwrap_or(sender);
        (!key.is_empty()).then(|| Self(key.to_lowercase()))
    }
}

impl fmt::Display for ListKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// How a list can be left. Of several ways a message offers, the first of these that it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnsubscribeMethod {
    /// By one request that tidebox makes (RFC 8058).
    OneClick(OneClickUrl),
    /// By a message (RFC 2369 §3.2, RFC 6068).
    Mail(LeavingMessage),
    /// On a page that a person opens.
    Page(String),
    /// By an address that is not used, and why.
    Unusable { address: String, why: UnusableUrl },
}

/// A message by which a list is left: all that is taken of a `mailto` link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeavingMessage {
    /// The link, as the message has it.
    pub url: String,
    /// The one address.
    pub to: String,
    pub subject: String,
    /// With LF line ends.
    pub text: String,
}

impl LeavingMessage {
    /// A longer link is not used, in bytes.
    pub const LINK: usize = 8 * 1024;
    /// The longest subject that is written, in bytes: that of a line (RFC 5322 §2.1.1).
    pub const SUBJECT: usize = 998;
    /// The longest text that is written, in bytes.
    pub const TEXT: usize = 2 * 1024;
}

/// An https address that a request can be sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneClickUrl(String);

/// Why an address is not used for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnusableUrl {
    OtherScheme,
    NamesUser,
    NoHost,
    Characters,
    Long,
    /// A `mailto` that cannot be written to, or that names several people.
    Recipients,
    /// A `mailto` whose subject or text is too long.
    LongMessage,
}

impl fmt::Display for UnusableUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherScheme => "it is neither https nor mailto",
            Self::NamesUser => "it has a user name or a password in it",
            Self::NoHost => "it names no host and port that can be reached",
            Self::Characters => "it has characters that no web address has",
            Self::Long => "it is longer than a web address may be",
            Self::Recipients => "it does not name one address that can be written to",
            Self::LongMessage => "the subject or the text that it asks for is too long",
        })
    }
}

impl OneClickUrl {
    /// Takes only what a browser and RFC 3986 read alike.
    pub fn parse(url: &str) -> Result<Self, UnusableUrl> {
        if !url.get(..HTTPS.len()).is_some_and(|start| start.eq_ignore_ascii_case(HTTPS)) {
            return Err(UnusableUrl::OtherScheme);
        }
        if url.len() > LONGEST {
            return Err(UnusableUrl::Long);
        }
        if !url.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte)) {
            return Err(UnusableUrl::Characters);
        }
        let authority = UrlAuthority::of(url, UrlSyntax::Strict).ok_or(UnusableUrl::NoHost)?;
        if authority.names_user() {
            return Err(UnusableUrl::NamesUser);
        }
        let rest = authority.as_str().strip_prefix(authority.host()).unwrap_or_default();
        let port = rest.is_empty() || authority.port().is_some_and(|port| port > 0);
        if !is_host(authority.host()) || !port {
            return Err(UnusableUrl::NoHost);
        }
        Ok(Self(url.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// In small letters, an IPv6 address without its brackets.
    #[must_use]
    pub fn host(&self) -> String {
        self.authority().map(|it| it.host().trim_matches(['[', ']']).to_lowercase()).unwrap_or_default()
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.authority().and_then(UrlAuthority::port).unwrap_or(443)
    }

    /// The value of the field `Host` (RFC 9110 §7.2).
    #[must_use]
    pub fn host_field(&self) -> &str {
        self.authority().map(UrlAuthority::as_str).unwrap_or_default()
    }

    /// Path and query, as a request names them (RFC 9112 §3.2.1).
    #[must_use]
    pub fn target(&self) -> String {
        let after = HTTPS.len() + self.host_field().len();
        let target = self.0.get(after..).unwrap_or_default().split('#').next().unwrap_or_default();
        if target.starts_with('/') { target.to_owned() } else { format!("/{target}") }
    }

    fn authority(&self) -> Option<UrlAuthority<'_>> {
        UrlAuthority::of(&self.0, UrlSyntax::Strict)
    }
}

fn is_host(host: &str) -> bool {
    match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            !host.is_empty()
                && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
        }
    }
}

/// Whether a signature of the sender covers the offer (RFC 8058 §4), as a mail server that the person trusts has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Vouching {
    /// By this domain.
    Signed(String),
    Nobody(NotVouched),
}

impl Vouching {
    #[must_use]
    pub fn is_given(&self) -> bool {
        matches!(self, Self::Signed(_))
    }
}

/// Why nobody vouches for an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotVouched {
    /// The settings name no server whose results count.
    NoServer,
    /// The newest result in the message is not of that server, or there is none.
    OtherServer,
    /// The server has found no valid signature.
    NotSigned,
    /// There is a valid signature, of a domain that is neither the sender's nor the list's.
    OtherDomain,
    /// There is a valid signature, and it does not cover the offer.
    NotCovered,
    /// The offer stands in the message twice, and a signature covers only one.
    Repeated,
}

impl fmt::Display for NotVouched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoServer => "the settings name no mail server that checks signatures (`authserv_id`)",
            Self::OtherServer => "the mail server that the settings name has not checked this message",
            Self::NotSigned => "the mail server found no valid signature",
            Self::OtherDomain => "the signature is of another domain than the sender and the list",
            Self::NotCovered => "the signature does not cover the way to unsubscribe",
            Self::Repeated => "the message names several ways to unsubscribe in fields of the same name",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{OneClickUrl, UnusableUrl};

    #[test]
    fn an_address_is_cut_into_what_a_request_needs() {
        for (url, host, port, field, target) in [
            ("https://News.example/leave?u=1&x=%20#top", "news.example", 443, "News.example", "/leave?u=1&x=%20"),
            ("HTTPS://news.example:8443", "news.example", 8443, "news.example:8443", "/"),
            ("https://news.example?u=1", "news.example", 443, "news.example", "/?u=1"),
            ("https://[2001:db8::1]:444/a@b", "2001:db8::1", 444, "[2001:db8::1]:444", "/a@b"),
        ] {
            let read = OneClickUrl::parse(url).unwrap();
            assert_eq!((read.host().as_str(), read.port(), read.host_field()), (host, port, field), "{url}");
            assert_eq!(read.target(), target, "{url}");
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_not_used() {
        let long = format!("https://news.example/{}", "x".repeat(9000));
        for (url, why) in [
            ("http://news.example/", UnusableUrl::OtherScheme),
            ("file:///etc/passwd", UnusableUrl::OtherScheme),
            ("javascript:alert(1)", UnusableUrl::OtherScheme),
            ("https:news.example", UnusableUrl::OtherScheme),
            ("https://ann:pw@news.example/", UnusableUrl::NamesUser),
            ("https://ann@news.example/", UnusableUrl::NamesUser),
            ("https:///leave", UnusableUrl::NoHost),
            ("https://news.example:0/", UnusableUrl::NoHost),
            ("https://news.example:99999/", UnusableUrl::NoHost),
            ("https://news.example:/", UnusableUrl::NoHost),
            ("https://[fe80::1%25eth0]/", UnusableUrl::NoHost),
            ("https://[::1/", UnusableUrl::NoHost),
            ("https://a.example%2f@b.example", UnusableUrl::NamesUser),
            ("https://a.example\\.b.example/", UnusableUrl::Characters),
            ("https://news.example/a b", UnusableUrl::Characters),
            ("https://news.example/\r\nX: y", UnusableUrl::Characters),
            ("https://nëws.example/", UnusableUrl::Characters),
            (long.as_str(), UnusableUrl::Long),
        ] {
            assert_eq!(OneClickUrl::parse(url), Err(why), "{url:?}");
        }
    }
}
