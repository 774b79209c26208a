//! Holds `src/config/example.rs`, `src/config/settings.rs`, `src/config/theme`: what the example, the README and the pages
//! show as a configuration is one.

use std::path::PathBuf;
use std::time::Duration;

use tidebox::config::{
    BUILT_IN, Config, EXAMPLE, Hold, Identity, ImapConfig, Provider, Role, SendConfig, SentFolderChoice, SourceConfig,
    SourceKind, WriteBack,
};
use tidebox::domain::text_enum::TextEnum as _;

use super::{berlin, feed_every, read};

#[test]
fn the_example_says_what_the_defaults_are() {
    assert_eq!(read(EXAMPLE).unwrap(), Config::embedded(berlin()));
    assert_eq!(read("").unwrap(), Config::embedded(berlin()));
}

#[test]
fn every_example_that_is_commented_out_is_right() {
    let key = |line: &str| {
        line.split_once(" = ").is_some_and(|(key, _)| key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
    };
    let shown: Vec<&str> = EXAMPLE
        .lines()
        .filter(|line| *line != "away = []")
        .map(|line| line.strip_prefix("# ").filter(|line| line.starts_with('[') || key(line)).unwrap_or(line))
        .collect();
    let config = read(&shown.join("\n")).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let kinds: Vec<&str> = config.sources.iter().map(|source| source.kind.source_type().name()).collect();
    assert_eq!(kinds, ["imap", "maildir", "exec", "feed"]);
    // What is shown of an account is the default, but for the folders that only the server knows and the certificate.
    let work = &config.sources[0];
    let SourceKind::Imap(account) = &work.kind else { panic!("an account") };
    let standard = ImapConfig::new("imap.example.org", "me@example.org", account.secret.clone());
    assert_eq!(**account, ImapConfig { ca: account.ca.clone(), ..standard });
    assert_eq!(work.hold, Hold::default());
    let named = |name: &str| Some(name.to_owned());
    let folders = WriteBack {
        archive: named("Archive"),
        trash: named("Trash"),
        junk: named("Junk"),
        drafts: named("Drafts"),
        sent: SentFolderChoice::Named("Sent".to_owned()),
        ..WriteBack::default()
    };
    assert_eq!(work.write_back, folders);
    for source in &config.sources[1..] {
        assert_eq!(*source, SourceConfig::new(source.name.clone(), source.kind.clone()));
    }
    assert_eq!(config.sources[3].kind, feed_every(Duration::from_hours(1)));
    assert_eq!(config.exceptions.len(), 2);
    let [me] = config.identities.as_slice() else { panic!("one identity") };
    assert!(matches!(&me.send, Some(SendConfig::Smtp(smtp)) if smtp.port == 465 && smtp.login.is_some()));
    let rest = Identity { send: me.send.clone(), sent: me.sent.clone(), ..Identity::new("My Name", "me@example.org") };
    let signature = Some(PathBuf::from("/home/ann/.signature"));
    assert_eq!(*me, Identity { aliases: vec!["*@my.example".to_owned()], signature, ..rest });
    assert_eq!(config.store, Some(PathBuf::from("/home/ann/mail/tidebox.db")));
    assert_eq!(config.keys.changes().len(), 2);
}

#[test]
fn the_configuration_of_the_readme_is_right() {
    let readme = include_str!("../../../README.md");
    let (_, block) = readme.split_once("```toml\n").unwrap();
    let (text, _) = block.split_once("```").unwrap();
    read(text).unwrap_or_else(|mistakes| panic!("{mistakes}"));
}

#[test]
fn the_sources_of_the_pages_are_right() {
    let pages = [
        include_str!("../../../README.md"),
        include_str!("../../../docs/imap.md"),
        include_str!("../../../docs/hold.md"),
        include_str!("../../../docs/sources.md"),
        include_str!("../../../docs/providers.md"),
    ];
    let mut tried = 0;
    for block in pages.iter().flat_map(|page| page.split("```toml\n").skip(1)) {
        let text = block.split("```").next().unwrap_or_default();
        if text.starts_with("[[source]]") {
            read(text).unwrap_or_else(|mistakes| panic!("{mistakes}"));
            tried += 1;
        }
    }
    let providers = Provider::all().iter().filter(|provider| provider.server().is_some()).count();
    assert_eq!(tried, 8 + providers, "and the source of each provider");
}

#[test]
fn the_configurations_of_the_themes_page_are_right() {
    let page = include_str!("../../../docs/themes.md");
    let blocks: Vec<&str> =
        page.split("```toml\n").skip(1).map(|block| block.split("```").next().unwrap_or_default()).collect();
    assert_eq!(blocks.len(), 2);
    for block in blocks {
        read(block).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    }
    for role in Role::ALL {
        assert!(page.contains(&format!("| `{}` |", role.name())), "{}", role.name());
    }
    for name in BUILT_IN {
        assert!(page.contains(&format!("| `{name}` |")), "{name}");
    }
}
