//! Holds `src/config/identities.rs`, `src/config/server.rs`: as whom the person writes and how it is sent, with every mistake at
//! its place, and no password shown.

use tidebox::config::{Auth, Identity, Secret, Security, SendConfig, SentCopy, SentFolder, SmtpConfig, SmtpLogin};
use tidebox::domain::address::Address;
use tidebox::domain::answering::{AnsweredMessage, Departure};

use super::{read, told};

const MAILBOX: &str = "[[source]]\nname = \"work\"\nkind = \"maildir\"\npath = \"~/Mail\"\n";

#[test]
fn an_identity_is_read_with_all_its_keys_and_with_none() {
    let text = format!(
        "{MAILBOX}{}",
        concat!(
            "[[identity]]\naddress = \"me@example.org\"\nname = \"My Name\"\naliases = [\"*@my.example\", \"info@example.org\"]\n",
            "signature = \"~/.signature\"\n",
            "send = { host = \"smtp.example.org\", user = \"me\", password = { command = \"pass show work\" } }\n",
            "sent = { source = \"work\", folder = \"Sent\" }\nsent_copy = \"append\"\nleaves = \"next\"\n",
            "[[identity]]\naddress = \"me@home.example\"\n",
            "[[identity]]\naddress = \"me@work.example\"\naliases = \"boss@work.example\"\nleaves = \"now\"\n",
            "[identity.send]\nhost = \"mail.work.example\"\nport = 2525\nsecurity = \"starttls\"\nca = \"ca.pem\"\n",
            "user = \"m\"\nauth = \"xoauth2\"\ntoken = { env = \"TOKEN\" }\n",
            "[[identity]]\naddress = \"a@b.example\"\nsend = { command = \"~/bin/sendmail 'a b'\" }\n",
            "[[identity]]\naddress = \"b@b.example\"\nsend = { host = \"localhost\", security = \"none\" }\n",
        )
    );
    let config = read(&text).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let [first, second, third, fourth, fifth] = config.identities.as_slice() else { panic!("five") };
    let words = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
    let smtp = SmtpConfig {
        host: "smtp.example.org".to_owned(),
        port: 465,
        security: Security::Tls,
        ca: None,
        login: Some(SmtpLogin {
            user: "me".to_owned(),
            auth: Auth::Password,
            secret: Secret::Command(words(&["pass", "show", "work"])),
        }),
    };
    let wanted = Identity {
        mailbox: Address::new("My Name", "me@example.org"),
        aliases: words(&["*@my.example", "info@example.org"]),
        signature: Some("/home/ann/.signature".into()),
        send: Some(SendConfig::Smtp(Box::new(smtp))),
        sent: SentFolder { source: Some("work".to_owned()), folder: Some("Sent".to_owned()) },
        sent_copy: SentCopy::Append,
        leaves: Departure::Next,
    };
    assert_eq!(*first, wanted);
    assert_eq!(*second, Identity::new("", "me@home.example"));
    assert_eq!((second.sent_copy, second.leaves), (SentCopy::Auto, Departure::Close));
    let Some(SendConfig::Smtp(smtp)) = &third.send else { panic!("a server") };
    assert_eq!((smtp.port, smtp.security), (2525, Security::StartTls));
    assert_eq!(smtp.ca.as_deref(), Some(std::path::Path::new("/etc/tidebox/ca.pem")));
    let login = SmtpLogin { user: "m".to_owned(), auth: Auth::XOAuth2, secret: Secret::Variable("TOKEN".to_owned()) };
    assert_eq!(smtp.login, Some(login));
    assert_eq!(fourth.send, Some(SendConfig::Command(words(&["/home/ann/bin/sendmail", "a b"]))));
    let Some(SendConfig::Smtp(smtp)) = &fifth.send else { panic!("a server") };
    assert_eq!((smtp.port, &smtp.login), (25, &None));

    let own = config.own_addresses();
    let message = |to: &str| AnsweredMessage { to: vec![Address::new("", to)], ..AnsweredMessage::default() };
    assert_eq!(own.written_to(&message("shop@my.example")), Some(Address::new("My Name", "shop@my.example")));
    assert_eq!(own.written_to(&message("boss@work.example")), Some(Address::new("", "boss@work.example")));
    assert_eq!(own.written_to(&message("ann@a.example")), None);
}

#[test]
fn every_mistake_of_an_identity_is_told_at_its_place() {
    let text = format!(
        "{MAILBOX}{}",
        concat!(
            "[[identity]]\nname = \"a\\nb\"\nadress = \"x\"\n",
            "[[identity]]\naddress = \"Me <me@example.org>\"\naliases = [\"*\", \"*@*\", \"a@b.example\", 1]\nleaves = \"later\"\n",
            "sent_copy = \"yes\"\nsignature = 1\nsend = \"msmtp\"\nsent = \"Sent\"\n",
            "[[identity]]\naddress = \"me@example.org\"\nsend = {}\nsent = { source = \"wrok\", folder = \"a*\" }\n",
            "[[identity]]\naddress = \"ME@example.org\"\nsend = { command = \"msmtp\", host = \"smtp.example.org\" }\n",
            "[[identity]]\naddress = \"b@example.org\"\nsend = { host = \"smtp.example.org:465\", user = \"\", security = \"tsl\" }\n",
            "[[identity]]\naddress = \"c@example.org\"\nsend = { host = \"smtp.example.org\", security = \"none\", user = \"c\", token = { env = \"T\" } }\n",
            "[[identity]]\naddress = \"d@example.org\"\nsend = { host = \"smtp.example.org\", auth = \"xoauth2\" }\n",
            "[[identity]]\naddress = \"no address\"\n",
        )
    );
    insta::assert_snapshot!(told(&text));
}

#[test]
fn a_password_of_an_outgoing_server_is_refused_and_never_shown() {
    for send in [
        "send = { host = \"smtp.example.org\", user = \"me\", password = \"S3CR3T\" }",
        "send = { host = \"smtp.example.org\", user = \"me\", pasword = \"S3CR3T\" }",
        "send = { host = \"smtp.example.org\", user = \"me\", token = 'S3CR3T' }",
        "send = \"smtps://me:S3CR3T@smtp.example.org\"",
        "send = { host = \"smtps://me:S3CR3T@smtp.example.org\" }",
        "send = { command = \"msmtp --password S3CR3T\", host = \"a.example\" }",
        "[identity.send]\nhost = \"smtp.example.org\"\nuser = \"me\"\npassword = \"S3CR3T\"",
        "[identity.send.password]\nvalue = \"S3CR3T\"",
    ] {
        let mistakes = read(&format!("[[identity]]\naddress = \"me@example.org\"\n{send}\n")).expect_err(send);
        for shown in [mistakes.render(true), mistakes.render(false), format!("{mistakes:?}")] {
            assert!(!shown.contains("S3CR3T"), "{send}: {shown}");
        }
    }
}
