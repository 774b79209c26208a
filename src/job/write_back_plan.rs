//! What decisions change in mailboxes, as the configuration has it.

use crate::config::{Config, DoneMeans, SourceConfig};
use crate::domain::write_back::{Finished, WriteBackPlan, WriteBackPolicy};

/// What decisions change in mailboxes, by the configuration.
#[must_use]
pub fn plan(config: &Config) -> WriteBackPlan {
    let policy_of =
        |source: &SourceConfig| source.is_written_to().then(|| (source.name.clone(), write_back_policy(source)));
    WriteBackPlan { sources: config.sources.iter().filter_map(policy_of).collect(), ..WriteBackPlan::default() }
}

/// What decisions mean in a source, folder by folder.
pub(super) fn write_back_policy(source: &SourceConfig) -> WriteBackPolicy {
    let finished = |done: &DoneMeans| match done {
        DoneMeans::Archive => Finished::Archived,
        DoneMeans::Read => Finished::Marked,
    };
    WriteBackPolicy {
        finished: finished(&source.write_back.done),
        finished_in: source.write_back.done_in.iter().map(|(it, done)| (it.clone(), finished(done))).collect(),
        keywords: source.kind.keeps_keywords(),
    }
}
