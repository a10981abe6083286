//! Reading a history: a reader never waits for a writer that waits for other readers, so reading may nest; and who
//! writes while reading is told so, where it would wait for itself for ever.
//!
//! Must not name: `value`.

use crate::error::{Error, Result};
use crate::history::History;
use parking_lot::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::cell::RefCell;
use std::ops::Deref;

thread_local! {
    /// The histories this thread reads just now, by their locks; one as often as it is read.
    static READ_HERE: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// A tenant's history, which does not change as long as this is there. Keep it for a short time: writers wait meanwhile,
/// and writing on the same thread is refused.
pub struct HistoryGuard<'a> {
    history: RwLockReadGuard<'a, History>,
    lock: usize,
}

impl Deref for HistoryGuard<'_> {
    type Target = History;

    fn deref(&self) -> &History {
        &self.history
    }
}

impl Drop for HistoryGuard<'_> {
    fn drop(&mut self) {
        READ_HERE.with_borrow_mut(|read| {
            if let Some(at) = read.iter().rposition(|lock| *lock == self.lock) {
                read.swap_remove(at);
            }
        });
    }
}

/// A history that many read and one changes.
pub(super) struct Guarded(RwLock<History>);

impl Guarded {
    pub fn new(history: History) -> Self {
        Self(RwLock::new(history))
    }

    pub fn read(&self) -> HistoryGuard<'_> {
        READ_HERE.with_borrow_mut(|read| read.push(self.address()));
        HistoryGuard { history: self.0.read_recursive(), lock: self.address() }
    }

    pub fn write(&self) -> RwLockWriteGuard<'_, History> {
        self.0.write()
    }

    /// Whether this thread may wait until it can write.
    ///
    /// # Errors
    /// When it is reading, so that it would wait for itself.
    pub fn writable(&self) -> Result<()> {
        let read_here = READ_HERE.with_borrow(|read| read.contains(&self.address()));
        let tenant = || self.0.read_recursive().tenant().to_string();
        if read_here { Err(Error::WriteWhileReading { tenant: tenant() }) } else { Ok(()) }
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }
}
