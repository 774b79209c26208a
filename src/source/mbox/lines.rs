//! A stream read line by line in bounded memory, with room to put bytes back.

use std::io::{self, BufRead, Read as _};

/// A line is handed out in pieces no longer than this.
const PIECE: usize = 64 * 1024;

pub(super) struct Lines<R> {
    inner: R,
    /// Bytes that were put back, and how many of them were handed out again.
    back: Vec<u8>,
    used: usize,
    /// Bytes handed out so far.
    pub(super) offset: u64,
    at_start: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(inner: R, offset: u64) -> Self {
        Self { inner, back: Vec::new(), used: 0, offset, at_start: true }
    }

    /// Reads the next line, or a piece of it, into `line`; `None` at the end. The value says whether it begins a line.
    pub(super) fn next(&mut self, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
        line.clear();
        while line.len() < PIECE && line.last() != Some(&b'\n') {
            let room = PIECE - line.len();
            let held = self.back.get(self.used..).unwrap_or_default();
            if held.is_empty() {
                let read = (&mut self.inner).take(room as u64).read_until(b'\n', line)?;
                if read == 0 {
                    break;
                }
            } else {
                let end = held.iter().position(|byte| *byte == b'\n').map_or(held.len(), |at| at + 1).min(room);
                line.extend_from_slice(held.get(..end).unwrap_or_default());
                self.used += end;
            }
        }
        self.offset += line.len() as u64;
        let begins = std::mem::replace(&mut self.at_start, line.last() == Some(&b'\n'));
        Ok(if line.is_empty() { None } else { Some(begins) })
    }

    /// Reads so many bytes, or as many as there are.
    pub(super) fn bytes(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let held = self.back.get(self.used..).unwrap_or_default();
        let mut bytes = held.get(..count.min(held.len())).unwrap_or_default().to_vec();
        self.used += bytes.len();
        (&mut self.inner).take((count - bytes.len()) as u64).read_to_end(&mut bytes)?;
        self.offset += bytes.len() as u64;
        self.at_start = bytes.last().is_none_or(|byte| *byte == b'\n');
        Ok(bytes)
    }

    /// Puts bytes back that were read last; they begin a line.
    pub(super) fn put_back(&mut self, bytes: &[u8]) {
        let rest = self.back.get(self.used..).unwrap_or_default();
        self.back = [bytes, rest].concat();
        self.used = 0;
        self.offset -= bytes.len() as u64;
        self.at_start = true;
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn lines_come_out_and_go_back() {
        let mut lines = Lines::new(&b"one\ntwo\nthree"[..], 0);
        let mut line = Vec::new();
        assert_eq!(lines.next(&mut line).unwrap(), Some(true));
        assert_eq!(lines.bytes(6).unwrap(), b"two\nth");
        lines.put_back(b"two\nth");
        assert_eq!(lines.offset, 4);
        lines.next(&mut line).unwrap();
        assert_eq!(line, b"two\n");
        lines.next(&mut line).unwrap();
        assert_eq!(line, b"three");
        assert_eq!(lines.next(&mut line).unwrap(), None);
        assert_eq!(lines.offset, 13);
    }

    #[test]
    fn an_endless_line_comes_in_pieces() {
        let long = vec![b'x'; 200_000];
        let mut lines = Lines::new(&long[..], 0);
        let mut line = Vec::new();
        assert_eq!(lines.next(&mut line).unwrap(), Some(true));
        assert_eq!(line.len(), 65_536);
        assert_eq!(lines.next(&mut line).unwrap(), Some(false));
    }
}
