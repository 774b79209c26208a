//! `tidebox code`: the newest login code or login link of the last ten minutes, and whose it is. No letter is shown.

use std::io::{self, BufRead, IsTerminal, Write};
use std::thread;
use std::time::Duration;

use clap::Args;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json;
use super::listing::clock_time;
use super::output::{note, print};
use super::sync::{OnceRead, read_once};
use crate::clock::Stopwatch;
use crate::domain::login::LoginSecret;
use crate::domain::printable::Printable;
use crate::domain::url::{UrlAuthority, UrlSyntax};
use crate::job::login::{FoundLogin, LoginCode, login_code};
use crate::store::Store;

/// Print the newest login code of the last ten minutes
#[derive(Debug, Args)]
#[command(after_help = "\
The sources are read first. The code alone goes to standard output; who sent it, to standard error: look at it before you type the
code. Where two codes are in doubt, neither is printed. Of a login link only the host is printed, until you ask for the whole with
--link. A sender who has never written to you counts only where you name the domain. It is written down as a look at what is held.

Examples:
  tidebox code
  tidebox code --from bank.example
  tidebox code --link
  tidebox --json code | jq -r .code")]
pub struct CodeCommand {
    /// Only a code from this domain, also if it has never written before
    #[arg(long, value_name = "DOMAIN")]
    pub from: Option<String>,
    /// Print a login link whole
    #[arg(long)]
    pub link: bool,
}

/// So long another process is waited for that reads the accounts.
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(200);

pub fn run(global: &GlobalArguments, options: &CodeCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let OnceRead { mut store, summary, asked, stopped, .. } = read_once(context, "code")?;
    if stopped {
        return Err(Failure::stopped());
    }
    for failure in &summary.failures {
        note(failure);
    }
    if let Some(asked) = asked {
        wait_for_the_others(&store, asked)?;
    }
    let hint = "`tidebox code --from DOMAIN` takes that of one sender; `tidebox peek` shows the messages";
    match login_code(&mut store, options.from.as_deref(), context.now())? {
        LoginCode::Found(found) => tell(context, &found, options.link),
        LoginCode::Nothing => Err(Failure::absent(
            "no login code arrived in the last ten minutes",
            "have it sent once more, or look with `tidebox peek`",
        )),
        LoginCode::InDoubt(domains) => {
            let named: Vec<String> = domains.iter().map(|one| Printable::address(one).to_string()).collect();
            let what = format!("two codes are in doubt, from {}; neither is printed", named.join(" and "));
            Err(Failure::absent(what, hint))
        }
        LoginCode::Stranger(domain) => {
            let domain = Printable::address(&domain);
            let what = format!("a login code came from {domain}, which has never written to you before");
            Err(Failure::absent(what, format!("if you expect it from there: tidebox code --from {domain}")))
        }
    }
}

/// Waits until the process that tends the mailboxes has read them. If it takes too long, what is there is looked at.
fn wait_for_the_others(store: &Store, asked: i64) -> Result<(), Failure> {
    let watch = Stopwatch::start();
    while store.asked_to_read()?.1 < asked {
        if watch.elapsed() > PATIENCE {
            note("the process that reads the mailboxes has not read them yet");
            break;
        }
        thread::sleep(PAUSE);
    }
    Ok(())
}

fn tell(context: &CommandContext, found: &FoundLogin, whole: bool) -> Result<(), Failure> {
    let domain = Printable::address(&found.domain);
    let at = clock_time(found.arrived, context.zone());
    let (code, bound_to, target) = match &found.secret {
        LoginSecret::Code { code, bound_to } => (Some(code), bound_to.as_ref(), None),
        LoginSecret::Link { target } => (None, None, Some(target)),
    };
    let host = target.and_then(|target| UrlAuthority::of(target, UrlSyntax::Browser)).map(|it| it.host().to_owned());
    if context.json {
        let value = serde_json::json!({
            "code": code, "for": bound_to, "host": host, "link": target.filter(|_| whole), "domain": found.domain,
            "arrived": json::instant(found.arrived),
        });
        return print(&format!("{}\n", json::line(&value)));
    }
    let of = bound_to.map(|host| format!(", for {} alone", Printable::address(host))).unwrap_or_default();
    note(&format!("from {domain}, arrived {at}{of}"));
    match (code, target) {
        (Some(code), _) => print(&format!("{}\n", Printable::from(code.as_str()))),
        (None, Some(target)) if whole || asked_for_the_whole(host.as_deref().unwrap_or_default()) => {
            print(&format!("{}\n", Printable::from(target.as_str())))
        }
        (None, _) => {
            let host = Printable::address(host.as_deref().unwrap_or_default());
            print(&format!("a login link to {host}; `tidebox code --link` prints it\n"))
        }
    }
}

/// Asks at a terminal whether the link is to be printed.
fn asked_for_the_whole(host: &str) -> bool {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return false;
    }
    let _ = write!(io::stderr(), "A login link to {}. Print it? [y/N] ", Printable::address(host));
    let _ = io::stderr().flush();
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).is_ok() && answer.trim().eq_ignore_ascii_case("y")
}
