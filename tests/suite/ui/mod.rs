//! The screen as a machine: keys in, pictures and wishes out.

mod screens;
