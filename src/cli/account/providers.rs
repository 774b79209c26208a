//! `tidebox account providers`: the providers whose servers are known.

use clap::Args;
use serde_json::json;

use crate::cli::arguments::GlobalArguments;
use crate::cli::failure::Failure;
use crate::cli::json::line;
use crate::cli::output::print;
use crate::config::{Provider, SecretKind};

/// List the providers whose servers are known, with what they take and where they say so
#[derive(Debug, Args)]
#[command(after_help = "\
None of them was tried with an account; each has the page where the provider says so, and the day on which it was looked up.

Examples:
  tidebox account providers
  tidebox --json account providers | jq -r .host")]
pub struct ProvidersCommand;

pub fn run(global: &GlobalArguments, _: &ProvidersCommand) -> Result<(), Failure> {
    let mut text = String::new();
    for provider in Provider::all() {
        let server = provider.server();
        if global.json {
            let object = json!({
                "name": provider.name, "domains": provider.domains, "host": server.as_ref().map(|it| &it.host),
                "port": server.as_ref().map(|it| it.port), "security": server.as_ref().map(|it| it.security.text()),
                "secret": server.as_ref().map(|_| kind(provider.secret)), "page": provider.page,
                "looked_up": provider.looked_up.to_string(),
            });
            text.push_str(&format!("{}\n", line(&object)));
            continue;
        }
        let said = match server {
            Some(server) => format!("{}:{}, {}", server.host, server.port, kind(provider.secret)),
            None => "no IMAP".to_owned(),
        };
        text.push_str(&format!("{:<18} {said}\n{:<18} {}\n", provider.name, "", provider.page));
    }
    print(&text)
}

fn kind(secret: SecretKind) -> &'static str {
    match secret {
        SecretKind::Password => "password",
        SecretKind::AppPassword => "app password",
        SecretKind::MailPassword => "mail password",
        SecretKind::Token => "token",
    }
}
