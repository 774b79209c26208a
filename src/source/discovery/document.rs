//! The document in which a provider says how its accounts are reached (Thunderbird's autoconfig, version 1.1).

use crate::config::{SecretKind, Security, ServerAddress, is_server_name};
use crate::source::feed::markup::{XmlElement, tree};

/// What a document says of one server, and how one logs in there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentServer {
    pub server: ServerAddress,
    pub user: String,
    pub secret: SecretKind,
}

/// The first server for IMAP with encryption of a document, with the parts of an address in their places. `None` where the
/// document names none, or is none.
#[must_use]
pub fn server(bytes: &[u8], local: &str, domain: &str) -> Option<DocumentServer> {
    let root = tree(bytes).filter(|root| root.name == "clientConfig")?;
    let providers = root.children().filter(|child| child.name == "emailProvider");
    let servers = providers.flat_map(XmlElement::children).filter(|child| child.name == "incomingServer");
    let mut imap = servers.filter(|server| server.attribute("type") == Some("imap"));
    imap.find_map(|element| of(element, local, domain))
}

fn of(element: &XmlElement, local: &str, domain: &str) -> Option<DocumentServer> {
    let texts = |name: &'static str| element.children().filter(move |child| child.name == name).map(XmlElement::text);
    let filled = |text: String| {
        text.replace("%EMAILADDRESS%", &format!("{local}@{domain}"))
            .replace("%EMAILLOCALPART%", local)
            .replace("%EMAILDOMAIN%", domain)
    };
    let security = match texts("socketType").next()?.as_str() {
        "SSL" => Security::Tls,
        "STARTTLS" => Security::StartTls,
        // Without encryption the password could be read on the way.
        _ => return None,
    };
    let host = filled(texts("hostname").next()?).to_ascii_lowercase();
    let port = texts("port").next().and_then(|port| port.parse().ok()).filter(|port| *port > 0)?;
    let user = texts("username").next().map(filled).filter(|user| !user.is_empty() && !user.contains('%'));
    let ways: Vec<String> = texts("authentication").collect();
    let tokens_only = !ways.is_empty() && ways.iter().all(|way| way == "OAuth2");
    is_server_name(&host).then(|| DocumentServer {
        server: ServerAddress { host, port, security },
        user: user.unwrap_or_else(|| format!("{local}@{domain}")),
        secret: if tokens_only { SecretKind::Token } else { SecretKind::Password },
    })
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::server;
    use crate::config::{SecretKind, Security, is_server_name};

    fn document(servers: &str) -> Vec<u8> {
        let head = "<?xml version=\"1.0\"?>\n<clientConfig version=\"1.1\">\n <emailProvider id=\"example.org\">\n";
        format!("{head}  <domain>example.org</domain>\n{servers}\n </emailProvider>\n</clientConfig>\n").into_bytes()
    }

    fn imap(kind: &str, host: &str, port: &str, socket: &str, rest: &str) -> String {
        format!(
            "<incomingServer type=\"{kind}\"><hostname>{host}</hostname><port>{port}</port>\
             <socketType>{socket}</socketType>{rest}</incomingServer>\n"
        )
    }

    #[test]
    fn the_first_server_for_imap_with_encryption_counts() {
        let servers = [
            imap("pop3", "pop.example.org", "995", "SSL", ""),
            imap("imap", "plain.example.org", "143", "plain", ""),
            imap("imap", "no host", "993", "SSL", ""),
            imap("imap", "late.example.org", "0", "SSL", ""),
            imap("imap", "IMAP.%EMAILDOMAIN%", "143", "STARTTLS", "<username>%EMAILLOCALPART%</username><!-- x -->"),
            imap("imap", "second.example.org", "993", "SSL", ""),
        ];
        let found = server(&document(&servers.concat()), "ann", "example.org").unwrap();
        assert_eq!((found.server.host.as_str(), found.server.port), ("imap.example.org", 143));
        assert_eq!((found.server.security, found.user.as_str()), (Security::StartTls, "ann"));
        assert_eq!(found.secret, SecretKind::Password);
    }

    #[test]
    fn the_user_and_the_kind_of_secret_are_read() {
        let both = "<authentication>OAuth2</authentication><authentication>password-cleartext</authentication>";
        for (rest, user, secret) in [
            ("", "ann@example.org", SecretKind::Password),
            ("<username>%EMAILADDRESS%</username>", "ann@example.org", SecretKind::Password),
            ("<username>%UNKNOWN%</username>", "ann@example.org", SecretKind::Password),
            ("<authentication>OAuth2</authentication>", "ann@example.org", SecretKind::Token),
            (both, "ann@example.org", SecretKind::Password),
        ] {
            let bytes = document(&imap("imap", "a.example.org", "993", "SSL", rest));
            let found = server(&bytes, "ann", "example.org").unwrap();
            assert_eq!((found.user.as_str(), found.secret), (user, secret), "{rest}");
        }
    }

    proptest! {
        /// Documents come from anywhere; what is read of one is a server that the settings would take, or nothing.
        #[test]
        fn any_document_is_a_server_or_nothing(pieces in vec(prop_oneof![
            Just("<clientConfig>".to_owned()), Just("<emailProvider>".to_owned()), Just("</emailProvider>".to_owned()),
            Just("<incomingServer type=\"imap\">".to_owned()), Just("</incomingServer>".to_owned()),
            Just("<socketType>SSL</socketType>".to_owned()), Just("<port>993</port>".to_owned()),
            Just("<hostname>a.%EMAILDOMAIN%</hostname>".to_owned()), Just("<username>%EMAILLOCALPART%".to_owned()),
            Just("&#x0;&b;<![CDATA[".to_owned()), Just("]]>".to_owned()), ".{0,20}",
        ], 0..30)) {
            let text = format!("<clientConfig><emailProvider>{}", pieces.concat());
            if let Some(found) = server(text.as_bytes(), "ann", "example.org") {
                prop_assert!(is_server_name(&found.server.host) && found.server.port > 0);
            }
        }
    }

    #[test]
    fn what_is_no_such_document_says_nothing() {
        let deep = "<a>".repeat(10_000);
        let entities = "<!DOCTYPE a [<!ENTITY b \"bbbbbbbb\"><!ENTITY c \"&b;&b;&b;&b;\">]>";
        let page =
            format!("{entities}<clientConfig><emailProvider><incomingServer type=\"imap\"><hostname>&c;</hostname>");
        for bytes in [
            &b""[..],
            b"not found",
            b"<html><body>Sign in</body></html>",
            b"<clientConfig/>",
            b"<clientConfig><emailProvider><incomingServer type=\"imap\">",
            deep.as_bytes(),
            page.as_bytes(),
            b"\xff\xfe<\0c\0",
        ] {
            assert_eq!(
                server(bytes, "ann", "example.org"),
                None,
                "{}",
                String::from_utf8_lossy(&bytes[..bytes.len().min(60)])
            );
        }
    }
}
