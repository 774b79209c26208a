//! What a search with few hits would find with the beginning of a word.

use crate::domain::query::{Query, QueryContext, WiderQuery, WiderSearch};
use crate::store::{Store, StoreError};

/// With so many hits a search is long enough.
const FEW: usize = 10;

/// How much more there is with the beginning of the last word of a line, where the search for it, `asked`, found few.
///
/// # Errors
/// Where the store cannot be read.
pub fn wider_search(
    store: &Store,
    line: &str,
    (asked, found): (&Query, usize),
    context: &QueryContext<'_>,
) -> Result<Option<WiderSearch>, StoreError> {
    if found >= FEW {
        return Ok(None);
    }
    let Some(wider) = WiderQuery::of(line, context).filter(|wider| wider.query != *asked) else { return Ok(None) };
    let counted = WiderSearch::COUNTED;
    let more = store.count_found(&wider.query, context.now, found + counted + 1)?.saturating_sub(found);
    let more = match more {
        0 => return Ok(None),
        more => Some(more).filter(|more| *more <= counted),
    };
    Ok(Some(WiderSearch { line: wider.line, written: wider.written, more }))
}
