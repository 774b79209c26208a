//! The command line: what commands take, print and end with.

mod account;
mod adding;
mod answering_hostile;
#[cfg(unix)]
mod asking;
mod check;
mod commands;
mod completions;
mod departures;
mod editors;
mod first_run;
mod hours;
#[cfg(unix)]
mod hours_read_back;
mod hours_sieve;
mod json_schema;
mod lanes;
mod manual;
mod mattering;
mod outbox;
mod places;
mod querying;
mod reopening;
mod scripts;
mod service;
mod status;
mod writing;
