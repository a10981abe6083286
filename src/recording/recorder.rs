//! What an application does: record its state, edit it, read it back.

use super::runs::EditRuns;
use super::write::{Durability, NewEntries};
use super::{Draft, SnapshotRequest, Tenant};
use crate::error::{Error, Result};
use crate::history::{History, Snapshot};
use crate::patch::Patch;
use crate::record::{Body, SnapshotId, StateChange, Version};
use crate::value::{self, Value};
use std::sync::atomic::Ordering;

/// How often an edit is tried again on a head that someone else moved.
const TRIES: usize = 1_000;

impl Tenant {
    /// Records a transition to what `state` looks like as JSON. Only what changed against the head is stored.
    /// O(size of the state) to read it, O(changes) to store it.
    ///
    /// # Errors
    /// `Conflict` when someone else moved the head to a version this writer has not seen, a rollback for example: take
    /// up [`current`](Self::current) first, so that it is not overwritten unseen. When `state` cannot be said in JSON;
    /// `TooDeep`, `TooLarge`, `Io`.
    pub fn record<S: serde::Serialize + ?Sized>(&self, label: &str, state: &S) -> Result<Version> {
        self.set(label, value::to_value(state)?)
    }

    /// Records a transition to a whole new state, as [`record`](Self::record) does.
    ///
    /// # Errors
    /// As [`record`](Self::record).
    pub fn set(&self, label: &str, state: Value) -> Result<Version> {
        let entry = self.entry(transition(label, StateChange::State(state)));
        let written = self.retried(|| {
            let tried = self.write_if(vec![entry.clone()], Durability::Flush, |history| self.knows_head(history));
            match tried {
                // What others wrote beside the head, a snapshot for example, is no reason to stop.
                Err(Error::Conflict { .. }) if self.knows_head(&self.folded()).is_ok() => tried.map(Ok),
                done => Ok(done),
            }
        });
        written?.map(|written| written.version)
    }

    /// A whole state replaces whatever is there, so its writer must know what that is.
    fn knows_head(&self, history: &History) -> Result<()> {
        let head = history.growing(self.branch()).unwrap_or(history.head());
        if self.knows(head) {
            return Ok(());
        }
        let position = |version| history.info(version).map_or(0, |info| info.position.0);
        Err(Error::Conflict { expected: position(Version(self.seen.load(Ordering::Acquire))), actual: position(head) })
    }

    /// Records a transition made by editing the head: all edits happen or none. Runs `edit` again on the new head when
    /// someone else moved it meanwhile, so that both changes count. O(edits · log n).
    ///
    /// ```
    /// # fn main() -> asof::Result<()> {
    /// let shop = asof::Recording::memory().tenant_or_new(&"shop".into())?;
    /// shop.record("open", &serde_json::json!({"cart": [], "total": 0}))?;
    /// shop.apply("add item", |draft| {
    ///     draft.push(".cart", "tea")?;
    ///     draft.set(".total", &12.50)
    /// })?;
    /// assert_eq!(shop.value().to_json(), r#"{"cart":["tea"],"total":12.5}"#);
    /// assert!(shop.apply("fail", |draft| { draft.remove(".cart")?; draft.remove(".nothing") }).is_err());
    /// assert_eq!(shop.value().to_json(), r#"{"cart":["tea"],"total":12.5}"#);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What `edit` returns (then nothing is recorded), of any type that takes in [`asof::Error`](Error), an application's
    /// own or a boxed one (a closure that ends in `Ok(())` says which: `Ok::<_, asof::Error>(())`); `TooDeep`, `TooLarge`, `Io`; `Conflict` when others were faster again and again. A write to the
    /// same tenant inside of `edit` is refused with `NestedWrite`; where `edit` waits for another thread that writes, with
    /// `Overtaken`.
    ///
    /// ```
    /// # fn main() -> asof::Result<()> {
    /// # let shop = asof::Recording::memory().tenant_or_new(&"shop".into())?;
    /// # shop.record("open", &serde_json::json!({"stock": 0}))?;
    /// #[derive(Debug)]
    /// enum ShopError {
    ///     SoldOut,
    ///     Recording(asof::Error),
    /// }
    /// impl From<asof::Error> for ShopError {
    ///     fn from(error: asof::Error) -> Self {
    ///         Self::Recording(error)
    ///     }
    /// }
    /// let sold = shop.apply("sell", |draft| {
    ///     let stock = draft.get(".stock")?.and_then(|stock| stock.as_number()?.as_i64()).unwrap_or(0);
    ///     if stock == 0 {
    ///         return Err(ShopError::SoldOut);
    ///     }
    ///     Ok(draft.set(".stock", &(stock - 1))?)
    /// });
    /// assert!(matches!(sold, Err(ShopError::SoldOut)));
    /// # Ok(())
    /// # }
    /// ```
    pub fn apply<E: From<Error>>(
        &self,
        label: &str,
        mut edit: impl FnMut(&mut Draft) -> Result<(), E>,
    ) -> Result<Version, E> {
        let mut runs = EditRuns::default();
        let written = self.retried(|| {
            let (head, draft) = match self.drafted(&mut edit, &mut runs) {
                Ok(drafted) => drafted,
                Err(own) => return Ok(Err(own)),
            };
            let (patch, made) = draft.into_parts();
            let entries = NewEntries::making(vec![self.entry(transition(label, StateChange::Patch(patch)))], made);
            self.write_if(entries, Durability::Flush, |history| self.still_at(history, head)).map(Ok)
        });
        written?.map(|written| written.version)
    }

    /// As [`apply`](Self::apply), with a snapshot of the head first: both are recorded or none.
    ///
    /// # Errors
    /// As [`apply`](Self::apply) and [`snapshot`](Self::snapshot).
    pub fn apply_with_snapshot<E: From<Error>>(
        &self,
        label: &str,
        request: &SnapshotRequest,
        mut edit: impl FnMut(&mut Draft) -> Result<(), E>,
    ) -> Result<(Snapshot, Version), E> {
        let mut runs = EditRuns::default();
        let written = self.retried(|| {
            let (head, draft) = match self.drafted(&mut edit, &mut runs) {
                Ok(drafted) => drafted,
                Err(own) => return Ok(Err(own)),
            };
            let request = SnapshotRequest { version: Some(request.version.unwrap_or(head)), ..request.clone() };
            let (patch, made) = draft.into_parts();
            let change = self.entry(transition(label, StateChange::Patch(patch)));
            self.write_from(Durability::Sync, |history| {
                self.still_at(history, head)?;
                let mark = self.entry(Body::Snapshot(Box::new(self.new_snapshot(history, &request)?)));
                Ok((NewEntries::making(vec![mark, change], made), ()))
            })
            .map(|(written, ())| Ok(written))
        })??;
        let id = SnapshotId(written.first);
        let snapshot = self.folded().marks().get(id).cloned();
        let snapshot = snapshot.ok_or_else(|| self.not_found(format!("snapshot {}", id.0.0)))?;
        Ok((snapshot, written.version))
    }

    /// Records a transition by RFC 6902 operations on the head.
    ///
    /// # Errors
    /// `Patch` when they do not apply (nothing is recorded); as [`apply`](Self::apply).
    pub fn patch(&self, label: &str, patch: &Patch) -> Result<Version> {
        self.apply(label, |draft| draft.patch(patch))
    }

    /// The head as a type of the application: how it takes up a rollback made in the debugger. O(size).
    ///
    /// # Errors
    /// When the state does not fit the type.
    pub fn current<S: serde::de::DeserializeOwned>(&self) -> Result<S> {
        let (head, value) = self.head_and_value();
        let misfit = |fault: value::Fault| Error::Misfit { version: head.0, source: fault.into() };
        let state = value::from_value(&value).map_err(misfit)?;
        self.has_seen(head);
        Ok(state)
    }

    fn drafted<E: From<Error>>(
        &self,
        edit: &mut impl FnMut(&mut Draft) -> Result<(), E>,
        runs: &mut EditRuns,
    ) -> Result<(Version, Draft), E> {
        // An edit inside of another one is refused before it runs, so that what it does beside is not done either.
        self.not_editing()?;
        let (head, value) = self.head_and_value();
        let mut draft = Draft::new(value);
        let editing = self.editing();
        edit(&mut draft)?;
        drop(editing);
        runs.ended(self, head)?;
        Ok((head, draft))
    }

    pub(super) fn still_at(&self, history: &History, head: Version) -> Result<()> {
        let now = history.growing(self.branch()).unwrap_or(history.head());
        let position = |version| history.info(version).map_or(0, |info| info.position.0);
        if now == head { Ok(()) } else { Err(Error::Conflict { expected: position(head), actual: position(now) }) }
    }

    /// Does it again, caught up, as long as someone else is faster: which an application's own error does not say, so it
    /// comes inside of what `write` answers.
    pub(super) fn retried<T>(&self, mut write: impl FnMut() -> Result<T>) -> Result<T> {
        for _ in 1..TRIES {
            match write() {
                Err(Error::Conflict { .. }) => self.look_up()?,
                done => return done,
            }
        }
        write()
    }
}

pub(super) fn transition(label: &str, change: StateChange) -> Body {
    Body::Transition { label: label.into(), change }
}
