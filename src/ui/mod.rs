//! The screen as a pure machine: an event and a state go in, a new state and a list of wishes come out.
//!
//! `keymap` turns keys into actions, `update` turns actions and answers into state and effects, `view` draws the
//! state. Nothing here can reach a store, a file or a clock: `session` grants the wishes and brings the answers.

pub mod action;
pub mod event;
pub mod fuzzy;
pub mod geometry;
pub mod keymap;
pub mod request;
pub mod state;
pub mod theme;
pub mod update;
pub mod view;
pub mod when;
