//! The screen as a pure machine: an event and a state go in, a new state and a list of requests come out.
//!
//! `keymap` turns keys into actions, `update` turns actions and responses into state and requests, `view` draws the
//! state. What belongs to one screen alone is one file of `screens`. Nothing here can reach a store, a file or a clock:
//! `session` passes the requests on and brings the responses.

mod abbreviation;
pub mod action;
pub mod event;
pub mod geometry;
pub mod keymap;
pub mod request;
pub mod response;
mod screens;
pub mod state;
mod synonyms;
pub mod theme;
pub mod update;
pub mod view;
pub mod when;
