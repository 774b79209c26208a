//! A feed: RSS, Atom or JSON Feed.

use super::{Each, Outcome, Since, Source, SourceError};

#[derive(Debug)]
pub struct Feed {
    url: String,
}

impl Feed {
    #[must_use]
    pub fn new(url: &str) -> Self {
        Self { url: url.to_owned() }
    }
}

impl Source for Feed {
    fn read(&mut self, _since: &Since<'_>, _each: &mut Each<'_>) -> Result<Outcome, SourceError> {
        Err(SourceError::Unclear { path: self.url.clone().into() })
    }
}
