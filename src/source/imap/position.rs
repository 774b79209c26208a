//! Where the reading of an account stands, folder by folder: what the store keeps for us between two readings.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::session::Selected;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct AccountPosition {
    /// By their names. A folder that is not here was never read to its end.
    #[serde(default)]
    pub(super) folders: BTreeMap<String, FolderPosition>,
}

/// How a folder was when it was read last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FolderPosition {
    pub(super) validity: u32,
    /// Messages from this UID on were not read.
    pub(super) next: u32,
    pub(super) exists: u32,
    /// Above all changes that are known; `None` where the folder does not number them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) modseq: Option<u64>,
    /// Where changes are not numbered: above this place the flags were compared, since the last time round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) compared: Option<u32>,
    /// Messages that are there and that the server did not give out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) owed: Vec<u32>,
}

impl AccountPosition {
    /// Reads what `Display` wrote; what is nothing of the kind is where a reading begins.
    pub(super) fn read(text: Option<&str>) -> Self {
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    pub(super) fn text(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }
}

impl FolderPosition {
    /// Of a folder that was opened, and that nothing is unread of by the time when this counts.
    pub(super) fn of(selected: &Selected, next: u32) -> Self {
        let (validity, modseq, exists) = (validity(selected), selected.modseq, selected.exists);
        Self { validity, next, exists, modseq, compared: None, owed: Vec::new() }
    }
}

/// A folder without UIDVALIDITY never changes it (RFC 9051 §2.3.1.1 wants one).
pub(super) fn validity(selected: &Selected) -> u32 {
    selected.validity.unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::{AccountPosition, FolderPosition};

    #[test]
    fn a_position_reads_as_it_is_written() {
        let mut position = AccountPosition::default();
        let mark =
            FolderPosition { validity: 7, next: 9, exists: 3, modseq: Some(u64::MAX), ..FolderPosition::default() };
        position.folders.insert("INBOX".into(), mark.clone());
        position
            .folders
            .insert("Müll \"x\"".into(), FolderPosition { modseq: None, compared: Some(4), owed: vec![5], ..mark });
        assert_eq!(AccountPosition::read(position.text().as_deref()), position);
        for other in [None, Some(""), Some("17"), Some("{}"), Some("{\"folders\":{\"a\":{}}}")] {
            assert_eq!(AccountPosition::read(other), AccountPosition::default(), "{other:?}");
        }
    }
}
