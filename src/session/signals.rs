//! Signals: noted when they come, acted on by the loop.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[derive(Debug)]
pub struct Signals {
    /// Each signal that asks to leave, and whether it came.
    leave: Vec<(i32, Arc<AtomicBool>)>,
    stop: Arc<AtomicBool>,
    resumed: Arc<AtomicBool>,
}

impl Signals {
    /// From now on the signals that would end or stop the program are noted instead.
    #[cfg(unix)]
    pub fn catch() -> io::Result<Self> {
        use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
        let noted = |signal| {
            let flag = Arc::new(AtomicBool::new(false));
            signal_hook::flag::register(signal, Arc::clone(&flag)).map(|_| flag)
        };
        let mut leave = Vec::new();
        for signal in [SIGTERM, SIGHUP, SIGINT, SIGQUIT] {
            leave.push((signal, noted(signal)?));
        }
        Ok(Self { leave, stop: noted(SIGTSTP)?, resumed: noted(SIGCONT)? })
    }

    #[cfg(not(unix))]
    pub fn catch() -> io::Result<Self> {
        Ok(Self { leave: Vec::new(), stop: Arc::default(), resumed: Arc::default() })
    }

    /// Does something once, on a thread of its own, when the terminal is gone (SIGHUP). The loop may be beyond
    /// hearing it: at the end of its input crossterm reads on for ever (seen in 0.29).
    #[cfg(unix)]
    pub fn on_hangup(act: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let (mut told, tells) = std::os::unix::net::UnixStream::pair()?;
        signal_hook::low_level::pipe::register(signal_hook::consts::SIGHUP, tells)?;
        std::thread::Builder::new().name("hangup".to_owned()).spawn(move || {
            if io::Read::read_exact(&mut told, &mut [0]).is_ok() {
                act();
            }
        })?;
        Ok(())
    }

    #[cfg(not(unix))]
    pub fn on_hangup(_: impl FnOnce() + Send + 'static) -> io::Result<()> {
        Ok(())
    }

    /// The signal that asked to leave, where one did.
    pub fn leave(&self) -> Option<i32> {
        self.leave.iter().find(|(_, came)| came.load(Ordering::Relaxed)).map(|(signal, _)| *signal)
    }

    /// Forgets the keys that interrupt: they were meant for a command that had the terminal.
    #[cfg(unix)]
    pub fn forget_interrupts(&self) {
        use signal_hook::consts::{SIGINT, SIGQUIT};
        for (_, came) in self.leave.iter().filter(|(signal, _)| matches!(*signal, SIGINT | SIGQUIT)) {
            came.store(false, Ordering::Relaxed);
        }
    }

    #[cfg(not(unix))]
    pub fn forget_interrupts(&self) {}

    /// Whether somebody asked to stop for a while, since this was asked last.
    pub fn stop(&self) -> bool {
        self.stop.swap(false, Ordering::Relaxed)
    }

    /// Whether the program went on after a stop, since this was asked last.
    pub fn resumed(&self) -> bool {
        self.resumed.swap(false, Ordering::Relaxed)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use signal_hook::consts::{SIGCONT, SIGINT, SIGTERM, SIGTSTP};
    use signal_hook::low_level::raise;

    use super::Signals;

    #[test]
    fn signals_are_noted_and_a_stop_is_told_once() {
        let signals = Signals::catch().unwrap();
        assert_eq!(signals.leave(), None);
        assert!(!signals.stop());
        raise(SIGTSTP).unwrap();
        raise(SIGCONT).unwrap();
        assert!(signals.stop());
        assert!(!signals.stop(), "it is told once");
        assert!(signals.resumed());
        assert!(!signals.resumed(), "it is told once");
        assert_eq!(signals.leave(), None);
        raise(SIGINT).unwrap();
        assert_eq!(signals.leave(), Some(SIGINT));
        signals.forget_interrupts();
        assert_eq!(signals.leave(), None, "it was meant for somebody else");
        raise(SIGTERM).unwrap();
        signals.forget_interrupts();
        assert_eq!(signals.leave(), Some(SIGTERM));
        assert_eq!(signals.leave(), Some(SIGTERM), "it is never forgotten");
    }
}
