//! Holds `src/job/account`, `src/domain/question.rs`: setting up an account by questions and answers, with servers of this
//! machine.

use std::path::PathBuf;

use tempfile::TempDir;
use tidebox::config::{EXAMPLE, SourceConfig, SourceKind, write_example};
use tidebox::domain::mailbox_change::FolderRole;
use tidebox::domain::question::Question;
use tidebox::job::account::{AccountDetails, AccountEnd, AccountItem, AccountSetup, AccountStep, AccountWork};

use crate::source::discovery::{DOCUMENT, places, resolver, web};
use crate::support::servers::{Account, Kind, PASSWORD};

struct Settings {
    _folder: TempDir,
    path: PathBuf,
}

fn settings() -> Settings {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    write_example(&path).unwrap();
    Settings { _folder: folder, path }
}

impl Settings {
    fn setup(&self) -> AccountSetup {
        AccountSetup::new(self.path.clone(), Vec::new(), AccountDetails::default())
    }

    fn text(&self) -> String {
        std::fs::read_to_string(&self.path).unwrap()
    }
}

#[track_caller]
fn asked(setup: &AccountSetup) -> (AccountItem, Question) {
    match setup.step() {
        AccountStep::Ask(item, question) => (item, question),
        other => panic!("no question: {other:?}"),
    }
}

/// Answers what is asked, which has to be this.
#[track_caller]
fn say(setup: &mut AccountSetup, item: AccountItem, typed: &str) {
    let (asked, question) = asked(setup);
    assert_eq!(asked, item);
    let answer = question.answer(typed).unwrap_or_else(|| panic!("{typed} is no answer to {question:?}"));
    setup.answer(item, &answer).unwrap();
}

/// An account of a server of this machine, as far as the login.
fn as_far_as_the_login(settings: &Settings, account: &Account) -> AccountSetup {
    let mut setup = settings.setup();
    say(&mut setup, AccountItem::Address, "ann@mail.localhost");
    say(&mut setup, AccountItem::LookUp, "n");
    say(&mut setup, AccountItem::Host, "127.0.0.1");
    say(&mut setup, AccountItem::Security, "n");
    say(&mut setup, AccountItem::Port, &account.server.port.to_string());
    say(&mut setup, AccountItem::User, &account.user);
    say(&mut setup, AccountItem::SecretWay, "c");
    say(&mut setup, AccountItem::Command, &format!("echo {PASSWORD}"));
    say(&mut setup, AccountItem::Name, "");
    setup
}

#[test]
fn an_account_is_set_up_and_what_is_missing_is_made_or_left() {
    for kind in [Kind::Dovecot, Kind::Cyrus, Kind::Pymap] {
        let Some(account) = Account::on(kind, "setup") else { continue };
        let settings = settings();
        let mut setup = as_far_as_the_login(&settings, &account);
        assert_eq!(setup.step(), AccountStep::Work(AccountWork::LogIn));
        setup.perform(AccountWork::LogIn);
        let said = setup.take_said().join("\n");
        assert!(said.contains("Logged in. Folders: INBOX"), "{kind:?} {said}");
        if kind == Kind::Pymap {
            assert!(said.contains("archive: none"), "{said}");
            say(&mut setup, AccountItem::Role(FolderRole::Archive), "m");
            setup.perform(AccountWork::MakeFolder(FolderRole::Archive));
            assert_eq!(setup.take_said(), ["Made the folder Archive."]);
            assert!(account.client().folders().contains(&"Archive".to_owned()));
            while let (item @ AccountItem::Role(_), _) = asked(&setup) {
                say(&mut setup, item, "l");
            }
        }
        let (_, question) = asked(&setup);
        assert!(
            question.notes[0].starts_with("[[source]]\nname = \"ann@mail.localhost\"\nkind = \"imap\"\n"),
            "{question:?}"
        );
        say(&mut setup, AccountItem::Write, "y");
        assert_eq!(settings.text(), EXAMPLE, "nothing is written before");
        setup.perform(AccountWork::Write);
        let AccountStep::Over(AccountEnd::Written(draft)) = setup.step() else { panic!("{:?}", setup.step()) };
        assert_eq!((draft.source.name.as_str(), &draft.table), ("ann@mail.localhost", &question.notes[0]));
        let text = settings.text();
        assert!(text.starts_with(EXAMPLE) && text.ends_with(&question.notes[0]), "the comments stay");
    }
}

#[test]
fn what_fails_at_the_login_is_said_and_can_be_put_right_without_beginning_anew() {
    let Some(account) = Account::on(Kind::Dovecot, "setupfails") else { return };
    let settings = settings();
    let mut setup = as_far_as_the_login(&settings, &account);
    assert!(setup.back(), "to the name, and then to the command");
    assert!(setup.back());
    say(&mut setup, AccountItem::Command, "echo S3CR3T");
    say(&mut setup, AccountItem::Name, "work");
    setup.perform(AccountWork::LogIn);
    let (item, question) = asked(&setup);
    assert_eq!(item, AccountItem::Failed);
    assert!(question.notes[0].contains("127.0.0.1 refused the password"), "{question:?}");
    say(&mut setup, AccountItem::Failed, "s");
    say(&mut setup, AccountItem::SecretWay, "e");
    assert!(setup.answer(AccountItem::Variable, "S3CR3T word").is_err(), "that is no name of a variable");
    say(&mut setup, AccountItem::Variable, "TIDEBOX_NOT_SET");
    setup.perform(AccountWork::LogIn);
    assert!(setup.failure().is_some_and(|(what, _)| what.contains("TIDEBOX_NOT_SET")));
    say(&mut setup, AccountItem::Failed, "h");
    say(&mut setup, AccountItem::Host, "127.0.0.1");
    say(&mut setup, AccountItem::Security, "n");
    say(&mut setup, AccountItem::Port, "1");
    setup.perform(AccountWork::LogIn);
    assert!(setup.failure().is_some());
    say(&mut setup, AccountItem::Failed, "w");
    say(&mut setup, AccountItem::Write, "n");
    assert_eq!(setup.step(), AccountStep::Over(AccountEnd::GivenUp));
    assert_eq!(settings.text(), EXAMPLE);
}

#[test]
fn the_server_is_looked_up_after_a_yes_and_one_that_may_be_made_up_is_not_proposed() {
    let settings = settings();
    let (port, _) = web(&[("/own.xml", DOCUMENT)]);
    let mut setup = settings.setup();
    say(&mut setup, AccountItem::Address, "ann@Example.ORG");
    let (_, question) = asked(&setup);
    let told = question.notes.join(" ");
    assert!(
        told.contains("Only the domain example.org is sent") && told.contains("autoconfig.thunderbird.net"),
        "{told}"
    );
    say(&mut setup, AccountItem::LookUp, "y");
    let AccountStep::Work(work) = setup.step() else { panic!("{:?}", setup.step()) };
    setup.perform_in(work, &|domain, _| {
        assert_eq!(domain, "example.org");
        places(port, &["/own.xml"], &[], None)
    });
    let (_, question) = asked(&setup);
    assert!(question.proposed == "y" && question.notes[0].contains("mail.hoster.example, port 993"), "{question:?}");
    say(&mut setup, AccountItem::Server, "y");
    assert_eq!(asked(&setup), (AccountItem::User, Question::text("Which name do you log in with?", "ann@example.org")));

    let mut setup = settings.setup();
    say(&mut setup, AccountItem::Address, "ann@example.org");
    say(&mut setup, AccountItem::LookUp, "t");
    let AccountStep::Work(work) = setup.step() else { panic!("{:?}", setup.step()) };
    let dns = resolver(&[("_imaps._tcp.example.org", "imap.evil.example", 993)], &[]);
    setup.perform_in(work, &|_, _| places(port, &[], &[], Some(dns)));
    let (_, question) = asked(&setup);
    assert!(question.proposed == "n" && question.notes[1].contains("imap.evil.example does not belong to example.org"));
    say(&mut setup, AccountItem::Server, "");
    assert_eq!(asked(&setup).0, AccountItem::Host, "it is entered by hand");
    assert!(setup.back() && asked(&setup).0 == AccountItem::LookUp, "and one can go back");
}

#[test]
fn known_providers_are_not_looked_up_and_their_way_is_proposed() {
    let settings = settings();
    let at = |address: &str| {
        let mut setup = settings.setup();
        say(&mut setup, AccountItem::Address, address);
        setup
    };
    let mut setup = at("ann@gmail.com");
    say(&mut setup, AccountItem::User, "");
    let (item, question) = asked(&setup);
    assert!(item == AccountItem::SecretWay && question.notes[0].contains("made for one program"), "{question:?}");
    say(&mut setup, AccountItem::SecretWay, "t");
    let (_, question) = asked(&setup);
    let helpers = question.notes.join("\n");
    for helper in ["oama authorize google ann@gmail.com", "pizauth", "mutt_oauth2.py", "client id"] {
        assert!(helpers.contains(helper), "{helper}: {helpers}");
    }
    let mut outlook = at("ann@outlook.com");
    say(&mut outlook, AccountItem::User, "");
    assert_eq!(asked(&outlook).1.choices.len(), 1, "there is no other way than tokens");
    assert_eq!(asked(&at("ann@web.de")).1.proposed, "ann");
    let AccountStep::Over(AccountEnd::Impossible { what, .. }) = at("ann@tuta.com").step() else { panic!() };
    assert!(what.contains("Tuta has no IMAP"));
    let mut bridge = at("ann@proton.me");
    let (item, question) = asked(&bridge);
    assert!(item == AccountItem::Certificate && question.notes[0].contains("Bridge"), "{question:?}");
    assert!(bridge.answer(AccountItem::Certificate, "/nowhere/cert.pem").is_err());
    for address in ["", "ann", "@example.org", "ann@", "ann@exam ple.org", "a b@example.org", "ann@example.org/x"] {
        assert!(settings.setup().answer(AccountItem::Address, address).is_err(), "{address}");
    }
}

#[test]
fn one_that_is_there_already_is_refused_whatever_its_name() {
    let Some(account) = Account::on(Kind::Dovecot, "setuptwice") else { return };
    let settings = settings();
    let mut setup = as_far_as_the_login(&settings, &account);
    let known = setup.draft().unwrap().unwrap().source;
    assert!(matches!(known.kind, SourceKind::Imap(_)));
    let sources = vec![SourceConfig { name: "other".to_owned(), ..known }];
    setup = AccountSetup::new(settings.path.clone(), sources, AccountDetails::default());
    say(&mut setup, AccountItem::Address, "ann@mail.localhost");
    say(&mut setup, AccountItem::LookUp, "n");
    say(&mut setup, AccountItem::Host, "127.0.0.1");
    say(&mut setup, AccountItem::Security, "n");
    say(&mut setup, AccountItem::Port, &account.server.port.to_string());
    say(&mut setup, AccountItem::User, &account.user);
    let AccountStep::Over(AccountEnd::Impossible { what, .. }) = setup.step() else { panic!("{:?}", setup.step()) };
    assert!(what.contains("is a source already: other"), "{what}");
}
