//! The authority of a web address: user, host and port. A client and a browser find it in different ways.

use std::fmt;

/// By which rules an address is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UrlSyntax {
    /// RFC 3986 §3.2: of any scheme, between `//` and the path. For addresses that a person has configured.
    Strict,
    /// The URL Standard (WHATWG), for http and https alone: browsers take a backslash for a slash, and any number of
    /// slashes for two. For addresses that a browser will open.
    Browser,
}

/// What stands between the slashes and the path: `ann:secret@example.org:8080`. It may hold a password.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct UrlAuthority<'a>(&'a str);

/// Of the authority only the host is printed.
impl fmt::Debug for UrlAuthority<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UrlAuthority").field(&self.host()).finish()
    }
}

impl<'a> UrlAuthority<'a> {
    /// The authority of an address; `None` where it has no place for one.
    #[must_use]
    pub fn of(url: &'a str, syntax: UrlSyntax) -> Option<Self> {
        let authority = match syntax {
            UrlSyntax::Strict => url.split_once("://")?.1.split(['/', '?', '#']).next(),
            UrlSyntax::Browser => {
                let (scheme, rest) = url.split_once(':')?;
                let web = ["http", "https"].iter().any(|it| scheme.eq_ignore_ascii_case(it));
                web.then(|| rest.trim_start_matches(['/', '\\']).split(['/', '\\', '?', '#']).next())?
            }
        };
        authority.map(Self)
    }

    #[must_use]
    pub fn as_str(self) -> &'a str {
        self.0
    }

    /// Whether a user, and perhaps a password, stands before the host.
    #[must_use]
    pub fn names_user(self) -> bool {
        self.0.contains('@')
    }

    /// The host as it is written, an IPv6 address in its brackets. It may be empty.
    #[must_use]
    pub fn host(self) -> &'a str {
        let (host, _) = self.host_and_port();
        host
    }

    #[must_use]
    pub fn port(self) -> Option<u16> {
        self.host_and_port().1.strip_prefix(':')?.parse().ok()
    }

    fn host_and_port(self) -> (&'a str, &'a str) {
        let place = self.0.rsplit('@').next().unwrap_or(self.0);
        let end = match place.strip_prefix('[') {
            Some(address) => address.find(']').map(|at| at + 2),
            None => place.find(':'),
        };
        place.split_at_checked(end.unwrap_or(place.len())).unwrap_or((place, ""))
    }
}

#[cfg(test)]
mod tests {
    use super::{UrlAuthority, UrlSyntax};

    fn read(url: &str, syntax: UrlSyntax) -> Option<(&str, Option<u16>)> {
        UrlAuthority::of(url, syntax).map(|it| (it.host(), it.port()))
    }

    #[test]
    fn both_syntaxes_read_ordinary_addresses_alike() {
        for (url, wanted) in [
            ("https://Example.org/feed?key=S3CR3T", ("Example.org", None)),
            ("http://example.org:8080", ("example.org", Some(8080))),
            ("http://[::1]:81/a", ("[::1]", Some(81))),
            ("http://[::1", ("[::1", None)),
            ("HTTPS://ann:pw@example.org#x", ("example.org", None)),
            ("http://ann:80@[::1]?x", ("[::1]", None)),
            ("https://é:99999", ("é", None)),
            ("https:///x", ("", None)),
        ] {
            let browser = if url == "https:///x" { ("x", None) } else { wanted };
            assert_eq!(read(url, UrlSyntax::Strict), Some(wanted), "{url}");
            assert_eq!(read(url, UrlSyntax::Browser), Some(browser), "{url}");
        }
    }

    #[test]
    fn a_browser_takes_backslashes_for_slashes_and_knows_only_the_web() {
        for (url, strict, browser) in [
            ("https://a.example\\@b.example", Some("b.example"), Some("a.example")),
            ("http:\\\\a.example\\x", None, Some("a.example")),
            ("https:a.example/x", None, Some("a.example")),
            ("ftp://a.example", Some("a.example"), None),
            ("mailto:ann@a.example", None, None),
        ] {
            assert_eq!(read(url, UrlSyntax::Strict).map(|it| it.0), strict, "{url}");
            assert_eq!(read(url, UrlSyntax::Browser).map(|it| it.0), browser, "{url}");
        }
        let authority = UrlAuthority::of("https://ann:pw@a.example", UrlSyntax::Strict).unwrap();
        assert!(authority.names_user() && authority.as_str() == "ann:pw@a.example");
    }
}
