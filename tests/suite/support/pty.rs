//! The real program on a real pseudo-terminal, whose output a terminal emulator reads. Tests wait for text, never for
//! time.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use tidebox::clock::Stopwatch;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use super::Home;
use super::signal::{self, Signal};

const PATIENCE: Duration = Duration::from_secs(20);

pub struct Terminal {
    parser: Arc<Mutex<vt100::Parser>>,
    raw: Arc<Mutex<Vec<u8>>>,
    writer: Box<dyn Write + Send>,
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
}

/// A command for a terminal: a program and its arguments, in a home, at an instant, with no environment but what the
/// test sets.
pub fn command<W: AsRef<OsStr>>(home: &Home, at: &str, words: impl IntoIterator<Item = W>) -> CommandBuilder {
    let mut command = CommandBuilder::from_argv(words.into_iter().map(|word| word.as_ref().to_owned()).collect());
    command.env_clear();
    for (name, value) in home.environment(at) {
        command.env(name, value);
    }
    command.env("TERM", "xterm-256color");
    command.cwd(home.path(""));
    command
}

impl Terminal {
    pub fn open(home: &Home, at: &str, arguments: &[&str], columns: u16, rows: u16) -> Self {
        Self::open_with(home, at, arguments, columns, rows, &[])
    }

    pub fn open_with(
        home: &Home,
        at: &str,
        arguments: &[&str],
        columns: u16,
        rows: u16,
        environment: &[(&str, &str)],
    ) -> Self {
        let mut command = command(home, at, [super::program()]);
        for (name, value) in environment {
            command.env(name, value);
        }
        command.args(arguments);
        Self::spawn(command, columns, rows)
    }

    pub fn spawn(command: CommandBuilder, columns: u16, rows: u16) -> Self {
        let pair =
            native_pty_system().openpty(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let parser = Arc::new(Mutex::new(vt100::Parser::new(size(rows), size(columns), 0)));
        let raw = Arc::new(Mutex::new(Vec::new()));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (screen, bytes) = (Arc::clone(&parser), Arc::clone(&raw));
        thread::spawn(move || {
            let mut buffer = [0; 8192];
            let mut emulated = Emulated::default();
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                bytes.lock().unwrap().extend_from_slice(&buffer[..read]);
                screen.lock().unwrap().process(&emulated.take(&buffer[..read]));
            }
        });
        let writer = pair.master.take_writer().unwrap();
        Self { parser, raw, writer, master: pair.master, child }
    }

    pub fn text(&self) -> String {
        self.parser.lock().unwrap().screen().contents()
    }

    pub fn with_screen<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        look(self.parser.lock().unwrap().screen())
    }

    /// Every byte that the program has written.
    pub fn bytes(&self) -> Vec<u8> {
        self.raw.lock().unwrap().clone()
    }

    /// The same bytes, shared while they come.
    pub fn shared_bytes(&self) -> Arc<Mutex<Vec<u8>>> {
        Arc::clone(&self.raw)
    }

    pub fn keys(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Waits long enough for the earlier keys to be read alone: Esc and another key in one read would be one key with
    /// Alt.
    pub fn pause() {
        thread::sleep(Duration::from_millis(30));
    }

    /// Waits until this text is on the screen.
    #[track_caller]
    pub fn wait(&mut self, what: &str) -> String {
        self.wait_until(what, |text| text.contains(what))
    }

    #[track_caller]
    pub fn wait_gone(&mut self, what: &str) -> String {
        self.wait_until(what, |text| !text.contains(what))
    }

    #[track_caller]
    pub fn wait_until(&mut self, what: &str, is: impl Fn(&str) -> bool) -> String {
        let watch = Stopwatch::start();
        loop {
            let text = self.text();
            if is(&text) {
                return text;
            }
            assert!(watch.elapsed() < PATIENCE, "waited in vain for {what:?}; the screen says:\n{text}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.parser.lock().unwrap().screen_mut().set_size(size(rows), size(columns));
        self.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    pub fn process(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    pub fn signal(&self, signal: Signal) {
        signal::send(self.process(), signal);
    }

    /// Whether the program has ended.
    #[allow(dead_code, reason = "the sweep of faults asks")]
    pub fn is_gone(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Ends it at once, as `kill -9` does.
    #[allow(dead_code, reason = "the sweep of faults does it")]
    pub fn kill(&mut self) {
        self.signal(Signal::KILL);
        self.child.wait().unwrap();
    }

    /// Waits for the end of the program; returns its exit code.
    #[track_caller]
    pub fn ended(&mut self) -> u32 {
        let watch = Stopwatch::start();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(watch.elapsed() < PATIENCE, "the program goes on; the screen says:\n{}", self.text());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Whether the terminal was given back: the primary screen is shown again, with its cursor. The last bytes may
    /// still be on their way, so they are waited for.
    pub fn given_back(&self) -> bool {
        let watch = Stopwatch::start();
        while self.is_taken() && watch.elapsed() < PATIENCE {
            Self::pause();
        }
        !self.is_taken()
    }

    /// Whether the program uses the alternate screen.
    pub fn is_taken(&self) -> bool {
        let parser = self.parser.lock().unwrap();
        let screen = parser.screen();
        screen.alternate_screen()
            || screen.hide_cursor()
            || screen.bracketed_paste()
            || screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The bytes for the emulator. It takes U+FFFD, which stands for a forbidden character, for an invalid byte and shows
/// nothing, while terminals show a character of one column. So it gets another character instead.
#[derive(Default)]
struct Emulated {
    held: Vec<u8>,
}

impl Emulated {
    fn take(&mut self, read: &[u8]) -> Vec<u8> {
        const MARK: &[u8] = "\u{FFFD}".as_bytes();
        self.held.extend_from_slice(read);
        let mut out = Vec::with_capacity(self.held.len());
        let mut at = 0;
        while at < self.held.len() {
            let rest = &self.held[at..];
            if rest.starts_with(MARK) {
                out.extend_from_slice("¤".as_bytes());
                at += MARK.len();
            } else if rest.len() < MARK.len() && MARK.starts_with(rest) {
                break;
            } else {
                out.push(rest[0]);
                at += 1;
            }
        }
        self.held.drain(..at);
        out
    }
}

pub fn size(cells: u16) -> NonZeroU16 {
    NonZeroU16::new(cells).unwrap()
}
