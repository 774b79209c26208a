//! The original bytes of a message, packed.
//!
//! Short messages are mostly header, and compress badly alone. So they are compressed with a dictionary: a text with
//! common headers and simple bodies. The dictionary is part of the format: it is never edited, and a better one gets
//! a number of its own.

use std::cell::RefCell;

use rusqlite::{Connection, OptionalExtension, Transaction};
use zstd::bulk::{Compressor, Decompressor};

use super::Store;
use super::failure::StoreError;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::ids::Id;

/// The dictionary.
const FAMILIAR: &[u8] = include_bytes!("familiar_1.txt");
/// The level of zstd. Higher levels make mail hardly smaller and packing much slower.
const LEVEL: i32 = 3;
/// A message longer than `SHORT_BYTES` gains nothing from the dictionary, and most of it is an attachment that is
/// compressed already. It is packed without the dictionary, at a lower level. It is unpacked like the others, because
/// it never refers to the dictionary.
const SHORT_BYTES: usize = 32 * 1024;
const LEVEL_OF_LONG: i32 = 1;
const PLAIN: i64 = 0;
const ZSTD_FAMILIAR_1: i64 = 1;

/// Original bytes, ready for the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    packing: i64,
    bytes: Vec<u8>,
    size: usize,
}

impl Packed {
    /// Of the original, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// The packed size, in bytes.
    #[must_use]
    pub fn packed_size(&self) -> usize {
        self.bytes.len()
    }

    /// The original bytes again.
    ///
    /// # Errors
    /// Where they are damaged.
    pub fn unpack(&self) -> std::io::Result<Vec<u8>> {
        unpack(self.packing, &self.bytes, self.size)
    }
}

thread_local! {
    static SHORT: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static LONG: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
}

/// Packs a message. It needs no store, so it can be done on the threads that parse.
#[must_use]
pub fn pack(raw: &[u8]) -> Packed {
    let (slot, level, familiar) =
        if raw.len() <= SHORT_BYTES { (&SHORT, LEVEL, FAMILIAR) } else { (&LONG, LEVEL_OF_LONG, &[][..]) };
    let smaller = slot.with_borrow_mut(|slot| {
        if slot.is_none() {
            *slot = compressor(level, familiar).ok();
        }
        slot.as_mut()?.compress(raw).ok().filter(|packed| packed.len() < raw.len())
    });
    match smaller {
        Some(bytes) => Packed { packing: ZSTD_FAMILIAR_1, bytes, size: raw.len() },
        None => Packed { packing: PLAIN, bytes: raw.to_vec(), size: raw.len() },
    }
}

/// Each frame ends with a checksum of the original, so that damaged bytes are recognised.
fn compressor(level: i32, familiar: &[u8]) -> std::io::Result<Compressor<'static>> {
    let mut compressor = Compressor::with_dictionary(level, familiar)?;
    compressor.include_checksum(true)?;
    Ok(compressor)
}

fn unpack(packing: i64, bytes: &[u8], size: usize) -> std::io::Result<Vec<u8>> {
    let out = match packing {
        PLAIN => bytes.to_vec(),
        ZSTD_FAMILIAR_1 => Decompressor::with_dictionary(FAMILIAR)?.decompress(bytes, size)?,
        _ => return Err(std::io::Error::other(format!("packing {packing} is not known"))),
    };
    if out.len() == size {
        Ok(out)
    } else {
        Err(std::io::Error::other(format!("{} bytes instead of {size}", out.len())))
    }
}

pub(super) fn insert(tx: &Transaction<'_>, id: Id, packed: &Packed) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT INTO original (message, packing, bytes) VALUES (?1, ?2, ?3)")?.execute((
        id.0,
        packed.packing,
        &packed.bytes,
    ))?;
    Ok(())
}

/// The bytes of a message, whatever its stage; the caller has checked rule 1 before.
pub(super) fn bytes_of(connection: &Connection, id: Id) -> Result<Vec<u8>, StoreError> {
    let row: Option<(i64, Vec<u8>, i64)> = connection
        .prepare_cached(
            "SELECT o.packing, o.bytes, m.size FROM original AS o JOIN message AS m ON m.id = o.message WHERE o.message = ?1",
        )?
        .query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let damaged = |what: String| StoreError::Unreadable {
        doing: "unpacking the original",
        what: format!("message {id}: {what}"),
    };
    let (packing, bytes, size) = row.ok_or_else(|| damaged("it is missing".to_owned()))?;
    let size = usize::try_from(size).map_err(|error| damaged(error.to_string()))?;
    unpack(packing, &bytes, size).map_err(|error| damaged(error.to_string()))
}

impl Store {
    /// The original bytes of a visible message, as they were taken in.
    ///
    /// # Errors
    /// `Held`, `Unknown`, or where the store cannot be read.
    pub fn original(&self, id: Id) -> Result<Vec<u8>, StoreError> {
        self.read("reading a message", |connection| {
            super::read::visible(connection, id)?;
            bytes_of(connection, id)
        })
    }

    /// Hands out the original of every message, held ones too, with the fingerprint that the message had when it was taken
    /// in: for checking alone, nothing of it is for a person to read. One is in memory at a time.
    ///
    /// # Errors
    /// Where the list of messages cannot be read. An original that cannot be read is handed out as the error it is.
    pub fn check_originals(
        &self,
        mut each: impl FnMut(Id, Fingerprint, Result<Vec<u8>, StoreError>),
    ) -> Result<(), StoreError> {
        self.read("checking the originals", |connection| {
            let mut statement = connection.prepare("SELECT message, sha256 FROM identity ORDER BY message")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let id = Id(row.get(0)?);
                each(id, Fingerprint(row.get(1)?), bytes_of(connection, id));
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{FAMILIAR, PLAIN, SHORT_BYTES, pack};

    #[test]
    fn a_short_message_packs_to_less_than_half() {
        let raw = b"Received: from mx.example.net (mx.example.net [192.0.2.7])\r\n\tby mail.example.org with ESMTPS id 4XyZ\r\n\tfor <me@example.org>; Mon, 2 Nov 2026 09:12:44 +0100 (CET)\r\nFrom: Ann Lee <ann@example.net>\r\nTo: me@example.org\r\nSubject: Lunch\r\nDate: Mon, 2 Nov 2026 09:12:40 +0100\r\nMessage-ID: <20261102081240.1234@example.net>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=\"utf-8\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nAt one, by the river?\r\n\r\nAnn\r\n";
        let packed = pack(raw);
        assert!(packed.bytes.len() * 2 < raw.len(), "{} of {}", packed.bytes.len(), raw.len());
        assert_eq!(packed.unpack().expect("whole"), raw);
    }

    #[test]
    fn what_does_not_shrink_is_kept_plain() {
        for raw in [&b""[..], b"x"] {
            let packed = pack(raw);
            assert_eq!(packed.packing, PLAIN);
            assert_eq!(packed.unpack().expect("whole"), raw);
        }
    }

    #[test]
    fn a_long_message_comes_back_whole() {
        let long: Vec<u8> = FAMILIAR.iter().copied().cycle().take(3 * SHORT_BYTES).collect();
        for raw in [&long[..SHORT_BYTES], &long[..=SHORT_BYTES], &long[..]] {
            let packed = pack(raw);
            assert!(packed.bytes.len() * 4 < raw.len(), "{} of {}", packed.bytes.len(), raw.len());
            assert_eq!(packed.unpack().expect("whole"), raw);
        }
    }

    #[test]
    fn damage_is_said() {
        let mut packed = pack(&[b'a'; 500]);
        packed.bytes.truncate(packed.bytes.len() / 2);
        assert!(packed.unpack().is_err());
    }

    proptest::proptest! {
        #[test]
        fn packing_loses_nothing(raw in proptest::collection::vec(proptest::num::u8::ANY, 0..4096)) {
            proptest::prop_assert_eq!(pack(&raw).unpack().expect("whole"), raw);
        }
    }
}
