//! The first run: the mailboxes that were found here, and what became of the offers.

use std::path::PathBuf;

use crate::ui::request::FoundMailbox;

#[derive(Debug, Clone, Default)]
pub struct Welcome {
    /// `None` until they were looked for.
    pub mailboxes: Option<Vec<Offer>>,
    /// The configuration, once it was written.
    pub config: Option<PathBuf>,
}

#[derive(Debug, Clone)]
pub struct Offer {
    pub mailbox: FoundMailbox,
    pub taken: Taken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    Offered,
    Asked,
    Added,
}

impl Welcome {
    /// The offer of this place, from 0.
    pub fn offer(&mut self, place: usize) -> Option<&mut Offer> {
        self.mailboxes.as_mut()?.get_mut(place)
    }

    /// The first offer that was taken and is not added yet.
    pub fn offer_asked(&mut self) -> Option<&mut Offer> {
        self.mailboxes.as_mut()?.iter_mut().find(|offer| offer.taken == Taken::Asked)
    }

    #[must_use]
    pub fn offers(&self) -> &[Offer] {
        self.mailboxes.as_deref().unwrap_or_default()
    }
}
