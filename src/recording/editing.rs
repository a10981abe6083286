//! Which tenants this thread edits just now: a write from inside an edit would move the head under it, so that the edit
//! would run again, and write again, without end.
//!
//! Must not name: `history`, `log`.

use super::{Place, Tenant};
use crate::error::{Error, Result};
use crate::record::{TenantId, Version};
use std::cell::RefCell;
use std::marker::PhantomData;
use std::path::PathBuf;
use std::sync::{Arc, RwLock};

/// One tenant's history wherever it is named from: two handles of one directory are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HistoryKey {
    home: Home,
    tenant: TenantId,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Home {
    /// The directory, links followed.
    Directory(PathBuf),
    /// The address of a recording in memory.
    Memory(usize),
}

impl HistoryKey {
    pub fn of(place: &Arc<RwLock<Place>>, tenant: &TenantId) -> Self {
        let home = match &super::read(place).identity {
            Some(directory) => Home::Directory(directory.clone()),
            None => Home::Memory(Arc::as_ptr(place).addr()),
        };
        Self { home, tenant: tenant.clone() }
    }
}

thread_local! {
    static EDITED_HERE: RefCell<Vec<(HistoryKey, Held)>> = const { RefCell::new(Vec::new()) };
}

/// What a thread holds while it runs code of the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    /// Nothing: others may read and write.
    Nothing,
    /// The lock of all who write or load.
    Lock,
}

/// Says that this thread edits a tenant, for as long as it is there.
#[must_use]
pub(super) struct Editing(PhantomData<*const ()>);

impl Editing {
    pub fn begin(key: HistoryKey, held: Held) -> Self {
        EDITED_HERE.with_borrow_mut(|edited| edited.push((key, held)));
        Self(PhantomData)
    }
}

impl Drop for Editing {
    fn drop(&mut self) {
        // They end in the opposite order of their beginning, since none can leave its thread or its block.
        EDITED_HERE.with_borrow_mut(Vec::pop);
    }
}

/// How often in a row an edit may be overtaken while it runs. One that waits for a write of another thread always is.
const OVERTAKEN: u32 = 100;

/// The runs of one edit, until it is written.
#[derive(Default)]
pub(super) struct Runs {
    ran: bool,
    overtaken: u32,
}

impl Runs {
    /// Notes that the edit ran once more, on a head.
    ///
    /// # Errors
    /// `Overtaken` when the head has moved meanwhile too often in a row; when the log cannot be read.
    pub fn ended(&mut self, tenant: &Tenant, head: Version) -> Result<()> {
        // Another handle of the recording, or another process, may be the one that writes.
        if std::mem::replace(&mut self.ran, true) {
            tenant.look_up()?;
        }
        let moved = tenant.head_and_value().0 != head;
        self.overtaken = if moved { self.overtaken + 1 } else { 0 };
        if self.overtaken < OVERTAKEN {
            return Ok(());
        }
        Err(Error::Overtaken { tenant: tenant.id().to_string(), tries: self.overtaken })
    }
}

/// # Errors
/// `NestedWrite` when this thread edits the tenant of a key; `held` asks only for edits that hold the lock. The key is
/// made only where this thread edits anything.
pub(super) fn not_editing(held: Option<Held>, key: impl FnOnce() -> HistoryKey) -> Result<()> {
    EDITED_HERE.with_borrow(|edited| {
        if edited.is_empty() {
            return Ok(());
        }
        let key = key();
        let within = edited.iter().any(|(edited, holds)| *edited == key && held.is_none_or(|held| held == *holds));
        if within { Err(Error::NestedWrite { tenant: key.tenant.to_string() }) } else { Ok(()) }
    })
}
