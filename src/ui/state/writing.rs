//! What the person is writing just now: from the key that begins it until it is staged, kept as a draft or thrown away.

use crate::domain::ids::BatchId;
use crate::domain::positions::Positions;
use crate::ui::request::DraftOrigin;

#[derive(Debug)]
pub struct Writing {
    pub origin: DraftOrigin,
    /// What the file is called: `reply Notes on the engine`.
    pub name: String,
    /// The messages of the batch that are decided about when it is staged.
    pub decides: Option<(BatchId, Positions)>,
}
