//! A limit for the bytes of messages that are on their way from a source to the store. A limit for the number of
//! messages is not enough: two short queues of messages with large attachments would fill the memory.

use std::sync::{Condvar, Mutex, PoisonError};

/// The bytes of originals that may be on their way at once. Parsed and packed, they take some three times as much
/// memory.
const MOST: usize = 64 * 1024 * 1024;
/// The same where low memory matters more than speed.
const LOW_MEMORY: usize = 4 * 1024 * 1024;

#[derive(Debug)]
pub struct ByteBudget {
    most: usize,
    bytes: Mutex<usize>,
    freed: Condvar,
}

/// A message's share of the bytes. It is released when the message is in the store, or was given up.
#[derive(Debug)]
pub struct Permit<'a> {
    of: &'a ByteBudget,
    size: usize,
}

impl Default for ByteBudget {
    fn default() -> Self {
        Self::of(MOST)
    }
}

impl ByteBudget {
    fn of(most: usize) -> Self {
        Self { most, bytes: Mutex::default(), freed: Condvar::default() }
    }

    /// A smaller budget, where low memory matters more than speed.
    pub fn low_memory() -> Self {
        Self::of(LOW_MEMORY)
    }

    /// Waits until there is room. A message that is larger than the whole budget waits until it is alone.
    pub fn wait_for(&self, size: usize) -> Permit<'_> {
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        while *bytes > 0 && bytes.saturating_add(size) > self.most {
            bytes = self.freed.wait(bytes).unwrap_or_else(PoisonError::into_inner);
        }
        *bytes += size;
        Permit { of: self, size }
    }

    /// Waits until everything that was on its way is in the store.
    pub fn wait_until_free(&self) {
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        while *bytes > 0 {
            bytes = self.freed.wait(bytes).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.of.bytes.lock().unwrap_or_else(PoisonError::into_inner) -= self.size;
        self.of.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{TryRecvError, channel};
    use std::thread;

    use super::{ByteBudget, MOST};

    #[test]
    fn what_is_too_much_waits_and_what_is_too_large_goes_alone() {
        let budget = ByteBudget::default();
        let (first, second) = (budget.wait_for(MOST / 2), budget.wait_for(MOST / 2));
        let (told, tells) = channel();
        thread::scope(|scope| {
            scope.spawn(|| {
                let large = budget.wait_for(MOST * 2);
                told.send(*budget.bytes.lock().unwrap()).unwrap();
                drop(large);
            });
            drop(first);
            assert_eq!(tells.try_recv(), Err(TryRecvError::Empty), "half of it is taken");
            drop(second);
            assert_eq!(tells.recv(), Ok(MOST * 2));
        });
        assert_eq!(*budget.bytes.lock().unwrap(), 0);
    }
}
