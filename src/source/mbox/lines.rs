//! A stream that is read line by line in bounded memory, with a way to look ahead.

use std::io::{self, BufRead};

/// A longer line is handed out in pieces of this size.
const PIECE: usize = 64 * 1024;

pub(super) struct LineReader<R> {
    inner: R,
    /// The bytes that were read, and how many of them were handed out.
    held: Vec<u8>,
    used: usize,
    /// How many bytes were handed out so far.
    pub(super) offset: u64,
    at_start: bool,
    /// Whether lines end with a carriage return alone, which is handed out as a line feed.
    returns: bool,
}

impl<R: BufRead> LineReader<R> {
    pub(super) fn new(inner: R, offset: u64) -> Self {
        Self { inner, held: Vec::new(), used: 0, offset, at_start: true, returns: false }
    }

    /// From now on, a carriage return alone ends a line.
    pub(super) fn end_with_returns(&mut self) {
        self.returns = true;
        self.held.iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
    }

    /// Reads the next line, or a piece of it, into `line`; `None` at the end. The result says whether it is the
    /// beginning of a line.
    pub(super) fn next(&mut self, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
        line.clear();
        while line.len() < PIECE && line.last() != Some(&b'\n') {
            let held = self.held.get(self.used..).unwrap_or_default();
            let mut near = held.get(..PIECE - line.len()).unwrap_or(held);
            let read = near.read_until(b'\n', line)?;
            self.used += read;
            if read == 0 && !self.more()? {
                break;
            }
        }
        self.offset += line.len() as u64;
        let begins = std::mem::replace(&mut self.at_start, line.last() == Some(&b'\n'));
        Ok(if line.is_empty() { None } else { Some(begins) })
    }

    /// The next bytes, without handing them out: until `enough` is true of them, at most `most`, and all that follow at
    /// the end of the stream. A slow stream is not waited for any longer than that.
    pub(super) fn peek(&mut self, most: usize, enough: impl Fn(&[u8]) -> bool) -> io::Result<&[u8]> {
        while self.held.len() - self.used < most
            && !enough(self.held.get(self.used..).unwrap_or_default())
            && self.more()?
        {}
        let held = self.held.get(self.used..).unwrap_or_default();
        Ok(held.get(..most).unwrap_or(held))
    }

    /// Hands out bytes that `peek` has shown.
    pub(super) fn take(&mut self, count: usize) -> &[u8] {
        let start = self.used;
        self.used = self.held.len().min(start + count);
        let bytes = self.held.get(start..self.used).unwrap_or_default();
        self.offset += bytes.len() as u64;
        self.at_start = bytes.last().is_none_or(|byte| *byte == b'\n');
        bytes
    }

    /// Reads on; `false` at the end. Bytes that were handed out are removed when they are half of what is held, so that
    /// each byte is moved a few times at most, however small the pieces are in which the stream comes.
    fn more(&mut self) -> io::Result<bool> {
        if self.used >= PIECE.max(self.held.len() / 2) || self.used == self.held.len() {
            self.held.drain(..self.used);
            self.used = 0;
        }
        let come = self.inner.fill_buf()?;
        let length = come.len();
        let from = self.held.len();
        self.held.extend_from_slice(come);
        self.inner.consume(length);
        if self.returns {
            let come = self.held.iter_mut().skip(from);
            come.filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        }
        Ok(length > 0)
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::LineReader;

    #[test]
    fn what_was_looked_at_is_handed_out_all_the_same() {
        for size in [1, 2, 5, 100] {
            let mut lines = LineReader::new(BufReader::with_capacity(size, &b"one\ntwo\nthree"[..]), 0);
            let mut line = Vec::new();
            assert_eq!(lines.next(&mut line).unwrap(), Some(true));
            assert_eq!(lines.peek(6, |_| false).unwrap(), b"two\nth");
            assert_eq!(lines.offset, 4);
            assert_eq!(lines.take(6), b"two\nth");
            assert_eq!(lines.next(&mut line).unwrap(), Some(false));
            assert_eq!(line, b"ree");
            assert_eq!(lines.peek(6, |_| false).unwrap(), b"");
            assert_eq!(lines.next(&mut line).unwrap(), None);
            assert_eq!(lines.offset, 13);
        }
    }

    #[test]
    fn an_endless_line_comes_in_pieces() {
        let long = vec![b'x'; 200_000];
        let mut lines = LineReader::new(&long[..], 0);
        let mut line = Vec::new();
        assert_eq!(lines.next(&mut line).unwrap(), Some(true));
        assert_eq!(line.len(), 65_536);
        assert_eq!(lines.next(&mut line).unwrap(), Some(false));
    }

    #[test]
    fn carriage_returns_end_lines_where_it_is_said_so() {
        let mut lines = LineReader::new(BufReader::with_capacity(3, &b"one\rtwo\r"[..]), 0);
        let mut line = Vec::new();
        assert_eq!(lines.peek(2, |_| false).unwrap(), b"on");
        lines.end_with_returns();
        lines.next(&mut line).unwrap();
        assert_eq!(line, b"one\n");
        lines.next(&mut line).unwrap();
        assert_eq!((line.as_slice(), lines.offset), (&b"two\n"[..], 8));
    }
}
