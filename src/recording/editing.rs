//! Which tenants this thread edits just now: a write from inside an edit would move the head under it, so that the edit
//! would run again, and write again, without end.
//!
//! Must not name: `history`, `log`.

use super::RecordStore;
use crate::error::{Error, Result};
use crate::record::TenantId;
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
    pub fn of(place: &Arc<RwLock<RecordStore>>, tenant: &TenantId) -> Self {
        let home = match &super::read(place).identity {
            Some(directory) => Home::Directory(directory.clone()),
            None => Home::Memory(Arc::as_ptr(place).addr()),
        };
        Self { home, tenant: tenant.clone() }
    }
}

thread_local! {
    static EDITED_HERE: RefCell<Vec<(HistoryKey, EditHold)>> = const { RefCell::new(Vec::new()) };
}

/// What a thread holds while it runs code of the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EditHold {
    /// Nothing: others may read and write.
    Nothing,
    /// The lock of all who write or load.
    Lock,
}

/// Says that this thread edits a tenant, for as long as it is there.
#[must_use]
pub(super) struct Editing(PhantomData<*const ()>);

impl Editing {
    pub fn begin(key: HistoryKey, held: EditHold) -> Self {
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

/// # Errors
/// `NestedWrite` when this thread edits the tenant of a key; `held` asks only for edits that hold the lock. The key is
/// made only where this thread edits anything.
pub(super) fn not_editing(held: Option<EditHold>, key: impl FnOnce() -> HistoryKey) -> Result<()> {
    EDITED_HERE.with_borrow(|edited| {
        if edited.is_empty() {
            return Ok(());
        }
        let key = key();
        let within = edited.iter().any(|(edited, holds)| *edited == key && held.is_none_or(|held| held == *holds));
        if within { Err(Error::NestedWrite { tenant: key.tenant.to_string() }) } else { Ok(()) }
    })
}
