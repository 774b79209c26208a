//! How far an account was read, folder by folder. The store keeps this between two readings.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::session::Selected;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct AccountPosition {
    /// By the names of the folders. A folder that is missing here was never read to its end.
    #[serde(default)]
    pub(super) folders: BTreeMap<String, FolderPosition>,
}

/// The state of a folder when it was read last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FolderPosition {
    pub(super) validity: u32,
    /// The first UID that was not read.
    pub(super) next: u32,
    pub(super) exists: u32,
    /// The HIGHESTMODSEQ (RFC 7162) up to which changes are known; `None` if the folder has no mod-sequences.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) modseq: Option<u64>,
    /// Without mod-sequences: the flags above this message sequence number were compared in the present round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) compared: Option<u32>,
    /// UIDs of messages that exist and that the server did not give out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) owed: Vec<u32>,
}

impl AccountPosition {
    /// Parses what `Display` wrote; any other text means that nothing was read yet.
    pub(super) fn read(text: Option<&str>) -> Self {
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    pub(super) fn text(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }
}

impl FolderPosition {
    /// The position in a folder that was opened, when all messages below `next` are read.
    pub(super) fn of(selected: &Selected, next: u32) -> Self {
        let (validity, modseq, exists) = (validity(selected), selected.modseq, selected.exists);
        Self { validity, next, exists, modseq, compared: None, owed: Vec::new() }
    }
}

/// A folder without UIDVALIDITY counts as one that never changes it (RFC 9051 §2.3.1.1 requires one).
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
