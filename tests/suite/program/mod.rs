//! Stories of the whole program: days, kills, full disks, servers, and the rules that never break.

mod accounts;
mod answered_elsewhere;
mod asking;
mod astray;
mod bounces;
mod bundled;
mod clocks;
mod conversations;
mod day;
mod delivery;
#[cfg(unix)]
mod documented_commands;
mod first_minutes;
mod full_disk;
#[cfg(unix)]
mod hard_hold;
mod held;
pub mod hostile;
mod invitations;
mod kills;
mod label_server;
mod leaving_lists;
mod month;
mod one_batch;
mod packaging;
mod pictures;
mod planted;
mod read_only;
mod recording;
mod review;
pub mod sending;
mod sent;
mod sent_copies;
mod several_folders;
mod site;
mod synced;
mod trial;
