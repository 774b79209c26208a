//! The network, against servers of the tests.

mod one_click;
