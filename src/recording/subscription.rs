//! Waiting for new heads, whoever makes them.

use super::Tenant;
use crate::error::{Error, Result};
use crate::history::{Kind, VersionInfo};
use crate::record::Version;
use crate::value::Value;
use std::time::{Duration, Instant};

/// How often the log is looked at: soon after something happened, and while nothing does.
const BUSY: Duration = Duration::from_millis(5);
const IDLE: Duration = Duration::from_millis(100);

/// One new head of a branch.
#[derive(Debug, Clone)]
pub struct Head {
    /// What is known of it.
    pub info: VersionInfo,
    /// Its value.
    pub value: Value,
}

impl Head {
    /// Whether the state went back, or a variant was promoted: something that no transition of the application did.
    pub fn was_set_back(&self) -> bool {
        matches!(self.info.kind, Kind::Rollback | Kind::Promote | Kind::Undo)
    }
}

/// New heads of a handle's branch, each once and in order, whoever makes them: this process or another. Being told of a
/// head counts as [having seen it](Tenant::record).
pub struct Subscription {
    tenant: Tenant,
    /// The newest version already told.
    told: Version,
    pause: Duration,
}

impl Tenant {
    /// Tells each new head of the handle's branch from now on. Heads are looked for when asked for, on the caller's
    /// thread: use a thread of its own to wait, or [`try_next`](Subscription::try_next) between other work.
    pub fn subscribe(&self) -> Subscription {
        let told = self.folded().newest();
        Subscription { tenant: self.clone(), told, pause: BUSY }
    }
}

impl Subscription {
    /// The next head if there is one now.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn try_next(&mut self) -> Result<Option<Head>> {
        if self.tenant.folded().newest() == self.told {
            self.tenant.look_up()?;
        }
        let Some(info) = self.next_info() else { return Ok(None) };
        // What could not be read is still to be told.
        let untold = |_: &Error| self.told = Version(info.version.0 - 1);
        let value = self.tenant.value_at(info.version).inspect_err(untold)?;
        self.tenant.has_seen(info.version);
        Ok(Some(Head { info, value }))
    }

    /// The next head, waited for up to `most`.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn next_within(&mut self, most: Duration) -> Result<Option<Head>> {
        let end = Instant::now() + most;
        loop {
            if let Some(head) = self.try_next()? {
                self.pause = BUSY;
                return Ok(Some(head));
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            std::thread::sleep(self.pause.min(left));
            self.pause = (self.pause * 2).min(IDLE);
        }
    }

    /// The next version made on the branch. Versions of other branches are passed over, and those that compaction cut off
    /// before they were told.
    fn next_info(&mut self) -> Option<VersionInfo> {
        let history = self.tenant.folded();
        while self.told < history.newest() {
            self.told = Version(self.told.0 + 1);
            let own = history.made_by(self.told) == self.tenant.branch().unwrap_or(crate::history::MAIN);
            if own && history.existing(self.told).is_ok() {
                return history.info(self.told);
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
