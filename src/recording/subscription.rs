//! Waiting for new heads, whoever makes them.

use super::Tenant;
use crate::error::{Error, Result};
use crate::history::{VersionInfo, VersionKind};
use crate::log::{Follow, Log};
use crate::record::Version;
use crate::value::Value;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// One new head of a branch.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Head {
    /// What is known of it.
    pub info: VersionInfo,
    /// The state at that version.
    pub value: Value,
}

impl Head {
    /// Whether the state went back, or a variant was promoted: something that no transition of the application did.
    pub fn was_set_back(&self) -> bool {
        matches!(self.info.kind, VersionKind::Rollback | VersionKind::Promote | VersionKind::Undo)
    }
}

/// New heads of a handle's branch, each once and in order, whoever makes them: this process or another. Being told of a
/// head counts as [having seen it](Tenant::record).
pub struct Subscription {
    tenant: Tenant,
    /// The newest version already told; `None` until it could be read.
    told: Option<Version>,
    /// Why it could not be read when it was asked for.
    failed: Option<Error>,
    /// The log that is followed: another one once the recording is kept elsewhere.
    followed: Option<(Arc<dyn Log>, Box<dyn Follow>)>,
    /// Whether there may be heads that were not looked for yet.
    due: bool,
}

impl Tenant {
    /// Tells each new head of the handle's branch from now on, whatever this handle has loaded: reads what is not folded
    /// yet. Heads are looked for when asked for, on the caller's thread: use a thread of its own to wait, or
    /// [`try_next`](Subscription::try_next) between other work. Where the log cannot be read, `try_next` says so first,
    /// and tells from then on. O(records not read yet).
    pub fn subscribe(&self) -> Subscription {
        let mut heads = Subscription { tenant: self.clone(), told: None, failed: None, followed: None, due: true };
        heads.failed = heads.start().err();
        heads
    }
}

impl Subscription {
    /// The next head if there is one now.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn try_next(&mut self) -> Result<Option<Head>> {
        if let Some(failed) = self.failed.take() {
            return Err(failed);
        }
        if self.told.is_none() {
            self.start()?;
        }
        if Some(self.tenant.folded().newest()) == self.told {
            self.tenant.look_up()?;
        }
        let Some(info) = self.next_info() else { return Ok(None) };
        // What could not be read is still to be told.
        let untold = |_: &Error| self.told = Some(Version(info.version.0 - 1));
        let value = self.tenant.value_at(info.version).inspect_err(untold)?;
        self.tenant.has_seen(info.version);
        Ok(Some(Head { info, value }))
    }

    fn start(&mut self) -> Result<()> {
        match self.tenant.look_up() {
            Ok(()) => {}
            Err(error) => return Err(error),
        }
        self.told = Some(self.tenant.folded().newest());
        Ok(())
    }

    /// The next head, waited for up to `most`; for ever where that is longer than time can be told. The log tells when it
    /// has grown, or is looked at again and again where it cannot.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn next_within(&mut self, most: Duration) -> Result<Option<Head>> {
        let end = Instant::now().checked_add(most);
        loop {
            // Before the look, so that nothing is missed that happens between the two.
            self.follow();
            if std::mem::take(&mut self.due)
                && let Some(head) = self.try_next().inspect_err(|_| self.due = true)?
            {
                self.due = true;
                self.follow().found();
                return Ok(Some(head));
            }
            let left = end.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return Ok(None);
            }
            self.due = self.follow().wait(left);
        }
    }

    /// Who waits for news of the log that the recording is kept in now.
    fn follow(&mut self) -> &mut dyn Follow {
        let log = self.tenant.shared.log();
        let followed = self.followed.take().filter(|(followed, _)| Arc::ptr_eq(followed, &log));
        let make = || {
            self.due = true;
            let follow = log.follow(Some(self.tenant.id()));
            (log, follow)
        };
        &mut *self.followed.insert(followed.unwrap_or_else(make)).1
    }

    /// The next version made on the branch. Versions of other branches are passed over, and those that compaction cut off
    /// before they were told.
    fn next_info(&mut self) -> Option<VersionInfo> {
        let history = self.tenant.folded();
        let newest = history.newest();
        while let Some(next) = self.told.map(|told| Version(told.0 + 1)).filter(|next| *next <= newest) {
            self.told = Some(next);
            let own = history.lineage().made_by(next) == self.tenant.branch().unwrap_or(crate::history::MAIN);
            if own && history.existing(next).is_ok() {
                return history.info(next);
            }
        }
        None
    }
}

/// Waits for each head; ends when the log cannot be read any more.
impl Iterator for Subscription {
    type Item = Head;

    fn next(&mut self) -> Option<Head> {
        loop {
            match self.next_within(Duration::from_hours(1)) {
                Ok(Some(head)) => return Some(head),
                Ok(None) => {}
                Err(_) => return None,
            }
        }
    }
}
