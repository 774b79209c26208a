//! Jobs over a store, without a screen and without a command line.

mod account;
mod composing;
mod contact_hours;
mod hours_upload;
mod journal;
mod lanes;
mod line;
mod login;
mod marking;
mod month;
mod sending;
mod unsubscribe;
mod window_end;
mod year;
