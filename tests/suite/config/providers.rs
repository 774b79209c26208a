//! Holds `src/config/providers`: the page of the providers shows the table, and each of its sources is one that the settings
//! take.

use std::fmt::Write as _;
use std::path::Path;

use tidebox::config::{Auth, ImapConfig, Provider, Secret, SecretKind, SourceConfig, SourceKind, draft_source};

const START: &str = "<!-- providers -->";
const END: &str = "<!-- /providers -->";

/// The source of an address with this provider, as the page shows it.
fn block(provider: &Provider) -> Option<String> {
    let server = provider.server()?;
    let domain = provider.domains.first().map_or("example.org", String::as_str);
    let user = if provider.domains.is_empty() { format!("me@{domain}") } else { provider.user.of("me", domain) };
    let command = |text: &str| Secret::Command(text.split(' ').map(str::to_owned).collect());
    let (auth, secret) = match provider.secret {
        SecretKind::Token => (Auth::XOAuth2, command(&format!("oama access me@{domain}"))),
        _ => (Auth::Password, command(&format!("pass show me@{domain}"))),
    };
    let standard = ImapConfig::new(&server.host, &user, secret);
    let ca = provider.certificate.then(|| Path::new("~/bridge.pem").to_owned());
    let account = ImapConfig { port: server.port, security: server.security, auth, ca, ..standard };
    let source = SourceConfig::new(format!("me@{domain}"), SourceKind::Imap(Box::new(account)));
    let draft = draft_source(Path::new("/nowhere/config.toml"), &source).unwrap_or_else(|error| panic!("{error}"));
    assert!(
        matches!(&draft.source.kind, SourceKind::Imap(read) if read.host == server.host && read.port == server.port)
    );
    Some(draft.table)
}

fn section(provider: &Provider) -> String {
    let mut text = format!("### {}\n\n", provider.name);
    if let Some(without) = &provider.without {
        let _ = writeln!(text, "{without} [Page]({}), {}.\n", provider.page, provider.looked_up);
        return text;
    }
    let mut domains: Vec<String> = provider.domains.iter().take(6).map(|domain| format!("`{domain}`")).collect();
    if provider.domains.len() > 6 {
        domains.push(format!("and {} more", provider.domains.len() - 6));
    }
    if domains.is_empty() {
        domains.push("domains of one's own".to_owned());
    }
    let kind = match provider.secret {
        SecretKind::Password => "the password of the account",
        SecretKind::AppPassword => "a password made for one program",
        SecretKind::MailPassword => "a password for mail alone",
        SecretKind::Token => "a token",
    };
    let tokens = if provider.token.is_some() && provider.secret != SecretKind::Token { ", or a token" } else { "" };
    let _ = write!(text, "{}: {kind}{tokens}. [Page]({}), {}", domains.join(", "), provider.page, provider.looked_up);
    if let Some(page) = &provider.secret_page {
        let _ = write!(text, "; [how it is made]({page})");
    }
    text.push('.');
    if let Some(before) = &provider.before {
        let _ = write!(text, " {before}");
    }
    let _ = write!(text, "\n\n```toml\n{}```\n\n", block(provider).unwrap());
    text
}

#[test]
fn the_page_has_the_finished_source_of_each_provider() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/providers.md");
    let page = std::fs::read_to_string(path).unwrap();
    let (head, rest) = page.split_once(START).unwrap();
    let (shown, tail) = rest.split_once(END).unwrap();
    let wanted = format!("\n\n{}", Provider::all().iter().map(section).collect::<String>());
    if std::env::var_os("TIDEBOX_WRITE").is_some() {
        std::fs::write(path, format!("{head}{START}{wanted}{END}{tail}")).unwrap();
        return;
    }
    assert!(shown == wanted, "docs/providers.md is not the table: TIDEBOX_WRITE=1 writes it anew");
}
