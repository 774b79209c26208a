//! The output of a program, as a stream that ends with the program, or at a limit.

use std::io::{self, Read};
use std::process::Child;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How long to read on after a program has ended, because a process that it left behind may keep the pipe open.
const GRACE: Duration = Duration::from_millis(300);
/// How many pieces of output may wait to be read.
const PIECES: usize = 16;
/// The largest piece, in bytes.
const PIECE_BYTES: usize = 64 * 1024;

/// The output of a program while it runs. A process that the program leaves behind may keep the pipe open for ever.
pub(super) struct Pipe {
    pieces: Receiver<Vec<u8>>,
    piece: io::Cursor<Vec<u8>>,
    child: Arc<Mutex<Child>>,
}

impl Pipe {
    pub(super) fn new(mut stdout: impl Read + Send + 'static, child: Arc<Mutex<Child>>) -> Self {
        let (full, pieces) = sync_channel(PIECES);
        std::thread::spawn(move || {
            let mut buffer = vec![0; PIECE_BYTES];
            while let Ok(read @ 1..) = stdout.read(&mut buffer) {
                if full.send(buffer.get(..read).unwrap_or_default().to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { pieces, piece: io::Cursor::default(), child }
    }

    fn ended(&self) -> bool {
        self.child.lock().is_ok_and(|mut child| !matches!(child.try_wait(), Ok(None)))
    }
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.piece.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            // This is asked before waiting: everything that was printed until the end has arrived after the wait.
            let ended = self.ended();
            match self.pieces.recv_timeout(GRACE) {
                Ok(piece) => self.piece = io::Cursor::new(piece),
                Err(RecvTimeoutError::Timeout) if !ended => {}
                Err(_) => return Ok(0),
            }
        }
    }
}

/// Ends the output of a program when it passes its limit.
pub(super) struct Limited<'a> {
    pipe: Option<Pipe>,
    left: usize,
    over: &'a mut bool,
}

impl<'a> Limited<'a> {
    /// At most `left` bytes of `pipe`; `over` is set if there was more.
    pub(super) fn new(pipe: Option<Pipe>, left: usize, over: &'a mut bool) -> Self {
        Self { pipe, left, over }
    }
}

impl Read for Limited<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.pipe.as_mut().map_or(Ok(0), |pipe| pipe.read(buffer))?;
        if read > self.left {
            *self.over = true;
            // A part of the last piece might end in the middle of a line, so all of it is dropped.
            return Ok(0);
        }
        self.left -= read;
        Ok(read)
    }
}
