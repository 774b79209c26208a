//! The terminal: taken for the screen, and given back on every way out.
//!
//! Leaving in good order, an error, a panic of the screen's thread, a signal, Ctrl-Z: each passes through `give_back`.

use std::io::{self, BufWriter, Stdout, Write, stdout};
use std::panic;
use std::thread;

use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::backend::CrosstermBackend;

use super::clicks::{LeaveClicks, TakeClicks};
use super::screen_buffer::ScreenBuffer;
use crate::log;
use crate::ui::state::State;
use crate::ui::view;

/// Holds a whole frame, so that it reaches the terminal in one piece; standard output by itself hands on every line.
const FRAME_BYTES: usize = 64 * 1024;

/// The terminal while it is ours. Dropping it gives it back.
#[derive(Debug)]
pub struct TerminalGuard {
    screen: ScreenBuffer<CrosstermBackend<BufWriter<Stdout>>>,
    /// Whether clicks and the wheel are ours too.
    mouse: bool,
}

impl TerminalGuard {
    /// Takes the terminal, with the mouse where that is wanted.
    pub fn take(mouse: bool) -> io::Result<Self> {
        install_panic_hook();
        enter(mouse)?;
        Ok(Self { screen: blank(), mouse })
    }

    /// Takes the mouse or leaves it, where that is wanted otherwise than it is.
    pub fn take_clicks(&mut self, wanted: bool) -> io::Result<()> {
        if std::mem::replace(&mut self.mouse, wanted) == wanted {
            return Ok(());
        }
        if wanted { execute!(stdout(), TakeClicks) } else { execute!(stdout(), LeaveClicks) }
    }

    pub fn size(&self) -> io::Result<(u16, u16)> {
        self.screen.size().map(|size| (size.width, size.height))
    }

    /// Paints the state in one go: a terminal that knows synchronized updates shows no half of it. It hears of the frame before that is
    /// made, so that it is awake when the frame comes, which is one write.
    pub fn paint(&mut self, state: &State) -> io::Result<()> {
        execute!(stdout(), BeginSynchronizedUpdate)?;
        let painted = self.screen.draw(|frame| view::draw(state, frame));
        let out = self.screen.backend();
        queue!(out, Hide, EndSynchronizedUpdate)?;
        io::Write::flush(out)?;
        painted
    }

    /// Gives the terminal back, stops like any program on Ctrl-Z, and takes it again when it goes on.
    pub fn suspend(&mut self) -> io::Result<()> {
        self.lend(Self::stop)?
    }

    /// Gives the terminal back, lets something else have it, and takes it again.
    pub fn lend<T>(&mut self, to: impl FnOnce() -> T) -> io::Result<T> {
        give_back();
        let came = to();
        enter(self.mouse)?;
        self.forget()?;
        Ok(came)
    }

    /// Stops like any program on Ctrl-Z, while the terminal is lent.
    pub fn stop() -> io::Result<()> {
        #[cfg(unix)]
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
        Ok(())
    }

    /// Forgets what stands on the terminal, so that the next frame is painted whole.
    pub fn forget(&mut self) -> io::Result<()> {
        execute!(stdout(), Clear(ClearType::All))?;
        self.screen = blank();
        Ok(())
    }

    /// Puts text on the terminal's own clipboard (OSC 52), where it allows that.
    pub fn copy(base64: &str) -> io::Result<()> {
        let mut out = stdout();
        write!(out, "\x1b]52;c;{base64}\x07")?;
        out.flush()
    }
}

impl Drop for TerminalGuard {
    fn drop(&mut self) {
        give_back();
    }
}

/// A screen of which nothing is painted yet.
fn blank() -> ScreenBuffer<CrosstermBackend<BufWriter<Stdout>>> {
    ScreenBuffer::blank(CrosstermBackend::new(BufWriter::with_capacity(FRAME_BYTES, stdout())))
}

fn enter(mouse: bool) -> io::Result<()> {
    enable_raw_mode()?;
    let take = || {
        let mut out = stdout();
        // Nearly every terminal hands out an empty second screen; the others get theirs wiped.
        queue!(out, EnterAlternateScreen, Clear(ClearType::All), EnableBracketedPaste)?;
        if mouse {
            queue!(out, TakeClicks)?;
        }
        out.flush()
    };
    take().inspect_err(|_| give_back())
}

/// Gives the terminal back. Harmless when it was given back before; a terminal that is gone needs nothing.
fn give_back() {
    let _ = execute!(stdout(), EndSynchronizedUpdate, LeaveClicks, DisableBracketedPaste, LeaveAlternateScreen, Show);
    let _ = disable_raw_mode();
}

/// A panic of the screen's thread must not leave its message on a screen that is about to vanish. Panics elsewhere
/// are caught where they happen (a hostile message, say) and must not touch the terminal.
fn install_panic_hook() {
    let screen = thread::current().id();
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if thread::current().id() == screen {
            give_back();
            before(info);
        } else {
            log::note_panic(info);
        }
    }));
}
