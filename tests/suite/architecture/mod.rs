//! The program's own order: which room may name which, no circles inside a room, one name for one type.

mod cycles;
mod floors;
mod holds;
mod names;
mod source_files;
