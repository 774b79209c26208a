//! The bytes of a connection, cut into responses: lines with the literals in them (RFC 9051 §4.3).
//!
//! The length of a line is limited, and so is that of a literal. A literal takes memory only as its bytes arrive,
//! whatever length it announces, and is read directly into its final place. Nothing is decoded here, and no byte is
//! forbidden.

use std::io::{self, Read as _, Write as _};
use std::time::Duration;

use super::failure::ImapError;
use crate::net::{ANSWER, Stream};

/// The largest text of one response in bytes, without its literals.
const LINE_BYTES: usize = 1024 * 1024;
/// The largest size of all literals in one response together, in bytes.
pub(super) const LITERAL_BYTES: usize = 64 * 1024 * 1024;
/// How many literals one response may have: a message is one of them, the name of a folder another.
const LITERALS: usize = 64;
/// How many bytes are read at once.
const BUFFER: usize = 64 * 1024;

/// One response: its text without line ends, with `{12}` where a literal stood, and the literals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct RawResponse {
    pub(super) text: Vec<u8>,
    pub(super) literals: Vec<Vec<u8>>,
}

/// What there is to read.
#[derive(Debug)]
pub(super) enum NextResponse {
    Response(RawResponse),
    /// Nothing came in the time that was given. An incomplete response is kept.
    TimedOut,
}

#[derive(Debug)]
pub(super) struct FramedStream {
    host: String,
    stream: Stream,
    buffer: Vec<u8>,
    /// The part of the buffer that was read and not yet used.
    start: usize,
    end: usize,
    /// A response of which a part has come.
    partial: RawResponse,
    /// How many bytes of its last literal are missing.
    missing: usize,
    /// The place in its text where the part after the last literal begins.
    tail_start: usize,
    /// How long to wait for a response.
    timeout: Duration,
}

impl FramedStream {
    pub(super) fn new(host: &str, stream: Stream) -> Self {
        let buffer = vec![0; BUFFER];
        let (partial, host) = (RawResponse::default(), host.to_owned());
        Self { host, stream, buffer, start: 0, end: 0, partial, missing: 0, tail_start: 0, timeout: ANSWER }
    }

    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// Whether bytes were read that are not part of a complete response yet.
    pub(super) fn has_more(&self) -> bool {
        self.start < self.end || !self.partial.text.is_empty()
    }

    /// The connection itself, without the bytes that were read.
    pub(super) fn into_stream(self) -> Stream {
        self.stream
    }

    pub(super) fn send(&mut self, bytes: &[u8]) -> Result<(), ImapError> {
        let sent = self.stream.write_all(bytes).and_then(|()| self.stream.flush());
        sent.map_err(|error| self.lost(error))
    }

    /// The next response, within the time that is set for responses.
    pub(super) fn response(&mut self) -> Result<RawResponse, ImapError> {
        match self.receive()? {
            NextResponse::Response(answer) => Ok(answer),
            NextResponse::TimedOut => {
                Err(ImapError::Silent { host: self.host.clone(), seconds: self.timeout.as_secs() })
            }
        }
    }

    /// Sets how long to wait for a response from now on.
    pub(super) fn set_timeout(&mut self, most: Duration) -> Result<(), ImapError> {
        self.timeout = most;
        self.stream.set_timeout(most).map_err(|error| self.lost(error))
    }

    /// The next response, if one comes within `most`.
    pub(super) fn receive_within(&mut self, most: Duration) -> Result<NextResponse, ImapError> {
        self.stream.set_timeout(most).map_err(|error| self.lost(error))?;
        let heard = self.receive();
        self.stream.set_timeout(self.timeout).map_err(|error| self.lost(error))?;
        heard
    }

    /// Whether anything comes within `most`.
    pub(super) fn has_input_within(&mut self, most: Duration) -> Result<bool, ImapError> {
        if self.has_more() {
            return Ok(true);
        }
        self.stream.set_timeout(most).map_err(|error| self.lost(error))?;
        let filled = self.fill();
        self.stream.set_timeout(self.timeout).map_err(|error| self.lost(error))?;
        filled
    }

    fn receive(&mut self) -> Result<NextResponse, ImapError> {
        loop {
            if self.missing > 0 {
                if !self.literal()? {
                    return Ok(NextResponse::TimedOut);
                }
                continue;
            }
            let waiting = self.buffer.get(self.start..self.end).unwrap_or_default();
            let line_end = waiting.iter().position(|byte| *byte == b'\n');
            let taken = line_end.map_or(waiting.len(), |at| at + 1);
            self.partial.text.extend_from_slice(waiting.get(..taken).unwrap_or_default());
            self.start += taken;
            if self.partial.text.len() > LINE_BYTES {
                return Err(self.protocol_error("it sends a line without an end"));
            }
            if line_end.is_none() {
                if !self.fill()? {
                    return Ok(NextResponse::TimedOut);
                }
                continue;
            }
            let text = &mut self.partial.text;
            while text.last().is_some_and(|byte| matches!(byte, b'\r' | b'\n')) {
                text.pop();
            }
            match literal_at_end(text, self.tail_start) {
                Ok(None) if text.is_empty() => {}
                Ok(None) => {
                    self.tail_start = 0;
                    return Ok(NextResponse::Response(std::mem::take(&mut self.partial)));
                }
                Ok(Some(length)) => self.begin(length)?,
                Err(NoLength) => return Err(self.protocol_error("it sends a literal without a valid length")),
            }
        }
    }

    fn begin(&mut self, length: usize) -> Result<(), ImapError> {
        let before: usize = self.partial.literals.iter().map(Vec::len).sum();
        if length > LITERAL_BYTES.saturating_sub(before) || self.partial.literals.len() >= LITERALS {
            return Err(ImapError::TooLarge { host: self.host.clone(), uid: uid(&self.partial.text) });
        }
        self.partial.literals.push(Vec::with_capacity(length.min(BUFFER)));
        self.missing = length;
        self.tail_start = self.partial.text.len();
        Ok(())
    }

    /// Reads on in a literal; `false` if nothing came in time.
    fn literal(&mut self) -> Result<bool, ImapError> {
        let Some(literal) = self.partial.literals.last_mut() else {
            self.missing = 0;
            return Ok(true);
        };
        let waiting = self.buffer.get(self.start..self.end).unwrap_or_default();
        if let Some(taken) = waiting.get(..waiting.len().min(self.missing)).filter(|taken| !taken.is_empty()) {
            literal.extend_from_slice(taken);
            self.start += taken.len();
            self.missing -= taken.len();
            return Ok(true);
        }
        if self.missing < BUFFER {
            return self.fill();
        }
        // The rest of a large literal is read directly into its place, without the buffer.
        let before = literal.len();
        let most = u64::try_from(self.missing.min(LITERAL_BYTES / 64)).unwrap_or(u64::MAX);
        let read = (&mut self.stream).take(most).read_to_end(literal);
        let came = literal.len() - before;
        self.missing -= came.min(self.missing);
        match read {
            Ok(0) => Err(self.lost(io::ErrorKind::UnexpectedEof.into())),
            Ok(_) => Ok(true),
            Err(error) if is_late(&error) => Ok(came > 0),
            Err(error) => Err(self.lost(error)),
        }
    }

    /// Reads more into the buffer, which is empty; `false` if nothing came in time.
    fn fill(&mut self) -> Result<bool, ImapError> {
        (self.start, self.end) = (0, 0);
        loop {
            match self.stream.read(&mut self.buffer) {
                Ok(0) => return Err(self.lost(io::ErrorKind::UnexpectedEof.into())),
                Ok(read) => {
                    self.end = read;
                    return Ok(true);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if is_late(&error) => return Ok(false),
                Err(error) => return Err(self.lost(error)),
            }
        }
    }

    fn lost(&self, error: io::Error) -> ImapError {
        if is_late(&error) {
            return ImapError::Silent { host: self.host.clone(), seconds: self.timeout.as_secs() };
        }
        ImapError::Lost { host: self.host.clone(), error }
    }

    pub(super) fn protocol_error(&self, what: &'static str) -> ImapError {
        ImapError::Odd { host: self.host.clone(), what }
    }
}

/// The UID in the beginning of a FETCH response, if it is there.
fn uid(text: &[u8]) -> Option<u32> {
    let words = text.split(|byte| matches!(byte, b' ' | b'(' | b')'));
    let after = words.skip_while(|word| !word.eq_ignore_ascii_case(b"UID")).nth(1)?;
    str::from_utf8(after).ok()?.parse().ok().filter(|uid| *uid > 0)
}

fn is_late(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

/// The length of a literal is no number, or larger than memory can be.
struct NoLength;

/// The length of the literal that begins after this text, of which only the part from `tail_start` is looked at. The
/// human-readable text of a status response announces none.
fn literal_at_end(text: &[u8], tail_start: usize) -> Result<Option<usize>, NoLength> {
    let Some(inside) = text.get(tail_start..).and_then(|end| end.strip_suffix(b"}")) else { return Ok(None) };
    if is_status(text) {
        return Ok(None);
    }
    let Some(open) = inside.iter().rposition(|byte| *byte == b'{') else { return Ok(None) };
    let number = inside.get(open + 1..).unwrap_or_default();
    let number = number.strip_suffix(b"+").unwrap_or(number);
    if number.is_empty() || number.len() > 20 || !number.iter().all(u8::is_ascii_digit) {
        return Err(NoLength);
    }
    str::from_utf8(number).ok().and_then(|number| number.parse().ok()).map(Some).ok_or(NoLength)
}

fn is_status(text: &[u8]) -> bool {
    let Some(space) = text.iter().position(|byte| *byte == b' ') else { return false };
    let rest = text.get(space + 1..).unwrap_or_default().trim_ascii_start();
    let word = rest.split(|byte| *byte == b' ').next().unwrap_or_default();
    text.starts_with(b"+")
        || [&b"OK"[..], b"NO", b"BAD", b"BYE", b"PREAUTH"].iter().any(|it| it.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::net::{Shutdown, TcpListener, TcpStream};
    use std::thread;

    use super::{FramedStream, LITERAL_BYTES, RawResponse};
    use crate::net;
    use crate::source::imap::failure::ImapError;

    /// The responses that are read from a server that sends these pieces and then closes.
    fn read(pieces: Vec<Vec<u8>>) -> (Vec<RawResponse>, ImapError) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = thread::spawn(move || {
            let (mut socket, _): (TcpStream, _) = listener.accept().unwrap();
            for piece in pieces {
                // The other side may have closed already.
                let _ = socket.write_all(&piece);
            }
            let _ = socket.shutdown(Shutdown::Write);
        });
        let mut stream = FramedStream::new("host", net::connect("127.0.0.1", port).unwrap());
        let mut answers = Vec::new();
        let error = loop {
            match stream.response() {
                Ok(answer) => answers.push(answer),
                Err(error) => break error,
            }
        };
        drop(stream);
        server.join().unwrap();
        (answers, error)
    }

    fn answer(text: &str, literals: &[&[u8]]) -> RawResponse {
        RawResponse { text: text.as_bytes().to_vec(), literals: literals.iter().map(|it| it.to_vec()).collect() }
    }

    const TALK: &[u8] =
        b"* OK hi {3}\r\n* 1 FETCH (BODY[] {5}\r\na\0\r\n) UID 7)\r\n\r\n* LIST () \"/\" {1+}\r\nx\nt1 OK\r\n";

    fn understood() -> Vec<RawResponse> {
        vec![
            answer("* OK hi {3}", &[]),
            answer("* 1 FETCH (BODY[] {5} UID 7)", &[b"a\0\r\n)"]),
            answer("* LIST () \"/\" {1+}", &[b"x"]),
            answer("t1 OK", &[]),
        ]
    }

    #[test]
    fn answers_are_the_same_however_the_bytes_arrive() {
        for size in [1, 2, 7, 1_000] {
            let (answers, error) = read(TALK.chunks(size).map(<[u8]>::to_vec).collect());
            assert_eq!(answers, understood(), "{size} bytes at a time");
            assert!(matches!(error, ImapError::Lost { .. }));
        }
    }

    #[test]
    fn a_large_literal_arrives_whole() {
        let body = vec![7_u8; 3_000_000];
        let mut transport = format!("* 1 FETCH (BODY[] {{{}}}\r\n", body.len()).into_bytes();
        transport.extend_from_slice(&body);
        transport.extend_from_slice(b")\r\nt1 OK\r\n");
        let (answers, _) = read(vec![transport]);
        assert_eq!(answers.len(), 2);
        assert!(answers[0].literals == [body]);
    }

    #[test]
    fn what_is_too_long_or_no_length_ends_the_reading() {
        let too_large = format!("* 1 FETCH (BODY[] {{{}}}\r\n", LITERAL_BYTES + 1).into_bytes();
        for odd in [
            too_large,
            b"* 1 FETCH (BODY[] {4294967296}\r\n".to_vec(),
            b"* 1 FETCH (BODY[] {99999999999999999999999}\r\n".to_vec(),
            b"* 1 FETCH (BODY[] {-1}\r\n".to_vec(),
            b"* 1 FETCH (BODY[] {x}\r\n".to_vec(),
            b"* 1 FETCH (BODY[] {}\r\n".to_vec(),
            vec![b'x'; 2_000_000],
        ] {
            let (answers, error) = read(vec![odd]);
            let too_large = matches!(error, ImapError::TooLarge { uid: None, .. });
            assert!(answers.is_empty() && (too_large || matches!(error, ImapError::Odd { .. })), "{error}");
        }
        let (_, error) = read(vec![b"* 1 FETCH (FLAGS (\\Seen) UID 77 BODY[] {4294967295}\r\n".to_vec()]);
        assert!(matches!(error, ImapError::TooLarge { uid: Some(77), .. }), "it is known which one: {error}");
    }
}
