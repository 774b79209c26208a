//! The program, the terminal and the log.

use chrono::TimeDelta;

use super::report::CheckReport;
use super::shown;
use crate::cli::arguments::GlobalArguments;
use crate::cli::context::CommandContext;
use crate::clock::SystemZones;
use crate::config::{self, Background};
use crate::job::check;
use crate::log;
use crate::session;
use crate::store::Store;
use crate::ui::theme::{Look, background};
use crate::ui::when;

/// In days: how far back problems in the log are counted.
const LATELY: i64 = 7;

impl CheckReport {
    pub(super) fn program(&mut self) {
        self.fact("version", env!("CARGO_PKG_VERSION"));
        let build = if cfg!(debug_assertions) { "debug" } else { "release" };
        self.fact("build", format!("{build}, {} {}", std::env::consts::ARCH, std::env::consts::OS));
        if let Some(system) = check::system() {
            self.fact("system", system);
        }
        self.fact("sqlite", Store::sqlite_version());
        self.fact("zone data", SystemZones::find().rules_text());
    }

    pub(super) fn terminal(&mut self, context: &CommandContext) {
        let said = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let look = Look::for_terminal(&said);
        let named: Vec<String> = ["TERM", "COLORTERM", "TERM_PROGRAM", "NO_COLOR", "COLORFGBG"]
            .into_iter()
            .filter_map(|name| Some(format!("{name}={}", said(name)?)))
            .collect();
        let named = if named.is_empty() { "no variable describes it".to_owned() } else { named.join(" ") };
        let found = session::examine(look.asks(&context.config.theme));
        let size = found.size.map_or_else(|| "no terminal".to_owned(), |(columns, rows)| format!("{columns}x{rows}"));
        self.fact("terminal", format!("{size}, {named}"));
        let (theme, words) =
            (&context.config.theme, |ground| if ground == Background::Dark { "dark" } else { "light" });
        let background = match (theme.background, found.background) {
            (Some(chosen), _) => format!("{} by the configuration", words(chosen)),
            (None, Some([r, g, b])) => {
                format!("{}, as the terminal says: #{r:02x}{g:02x}{b:02x}", words(background::of([r, g, b])))
            }
            (None, None) => format!("taken for {}; the terminal does not answer", words(look.ground)),
        };
        self.fact("colours", format!("{}, background {background}", look.depth.words()));
        let changed = if theme.is_changed() { ", with colours of its own" } else { "" };
        self.fact("theme", format!("{}{changed}", theme.name));
        for ground in [Background::Dark, Background::Light] {
            for faint in theme.palette(ground).low_contrast(ground) {
                self.warnings.push(format!(
                    "theme, on a {} background: {} has a contrast of {:.1} on {}; it is hard to read below {}",
                    words(ground),
                    faint.role.name(),
                    faint.contrast,
                    faint.on.name(),
                    config::LEAST,
                ));
            }
        }
    }

    pub(super) fn log(&mut self, global: &GlobalArguments) {
        let Some(path) = global.log().or_else(|| config::default_log().ok()) else { return };
        let since = crate::clock::Clock::real().now() - TimeDelta::days(LATELY);
        let state = match log::count_since(&path, since) {
            None => "nothing noted".to_owned(),
            Some(count) => format!("{} in the last {LATELY} days", when::count(count, "problem", "problems")),
        };
        self.fact("log", format!("{} ({state})", shown(&path)));
    }
}
