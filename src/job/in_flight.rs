//! How many bytes of messages are on their way from a source to the store. Numbers of messages say little: a mailbox of
//! large attachments would fill the memory with what fits into two short queues.

use std::sync::{Condvar, Mutex, PoisonError};

/// So many bytes of originals at once. Parsed and packed, they take some three times as much.
const MOST: usize = 64 * 1024 * 1024;
/// Where memory is dearer than time.
const LITTLE: usize = 4 * 1024 * 1024;

#[derive(Debug)]
pub struct InFlight {
    most: usize,
    bytes: Mutex<usize>,
    landed: Condvar,
}

/// A message's part of the bytes; it ends when the message is in the store, or is given up.
#[derive(Debug)]
pub struct Share<'a> {
    of: &'a InFlight,
    size: usize,
}

impl Default for InFlight {
    fn default() -> Self {
        Self::of(MOST)
    }
}

impl InFlight {
    fn of(most: usize) -> Self {
        Self { most, bytes: Mutex::default(), landed: Condvar::default() }
    }

    /// With room for little at once.
    pub fn little() -> Self {
        Self::of(LITTLE)
    }

    /// Waits until there is room. A message that is larger than all the room goes alone.
    pub fn wait_for(&self, size: usize) -> Share<'_> {
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        while *bytes > 0 && bytes.saturating_add(size) > self.most {
            bytes = self.landed.wait(bytes).unwrap_or_else(PoisonError::into_inner);
        }
        *bytes += size;
        Share { of: self, size }
    }

    /// Waits until everything that was on its way is in the store.
    pub fn wait_until_landed(&self) {
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        while *bytes > 0 {
            bytes = self.landed.wait(bytes).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        *self.of.bytes.lock().unwrap_or_else(PoisonError::into_inner) -= self.size;
        self.of.landed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{TryRecvError, channel};
    use std::thread;

    use super::{InFlight, MOST};

    #[test]
    fn what_is_too_much_waits_and_what_is_too_large_goes_alone() {
        let room = InFlight::default();
        let (first, second) = (room.wait_for(MOST / 2), room.wait_for(MOST / 2));
        let (told, tells) = channel();
        thread::scope(|scope| {
            scope.spawn(|| {
                let large = room.wait_for(MOST * 2);
                told.send(*room.bytes.lock().unwrap()).unwrap();
                drop(large);
            });
            drop(first);
            assert_eq!(tells.try_recv(), Err(TryRecvError::Empty), "half of the room is taken");
            drop(second);
            assert_eq!(tells.recv(), Ok(MOST * 2));
        });
        assert_eq!(*room.bytes.lock().unwrap(), 0);
    }
}
