//! A history as bytes, for a segment, and one that goes on from them. What bytes say is checked before it is believed, so
//! that nothing asked of such a history panics or hangs.
//!
//! Must not name: files, `log`.

use super::lineage::Lineage;
use super::lineage::branches::Branches;
use super::lineage::tree::Tree;
use super::timeline::Timeline;
use super::values::HeadValue;
use super::values::names::ArrayNames;
use super::{Budget, History};
use crate::bytes::{Binary, Blob, ByteReader};
use crate::record::{Position, TenantId, Version};
use crate::value::Value;
use std::sync::Arc;

/// Bytes of JSON that the heads' values may take together, and what compaction left: they are all read at the start.
const MOST_HEADS: u64 = 64 * 1024 * 1024;

/// Why a history is not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotStored {
    /// Records are missing or unknown, so that what follows is in doubt.
    Doubtful,
    /// The values of its heads are too large together.
    LargeHeads,
}

impl History {
    /// Its parts; values of old versions take about `most` bytes of the last one.
    ///
    /// # Errors
    /// Why it cannot be stored.
    pub(crate) fn store(&self, most: u64) -> Result<Vec<Vec<u8>>, NotStored> {
        let sound = self.gaps.is_empty()
            && self.is_within(self.newest())
            && self.values.heads.values().all(|head| head.suspect.is_none());
        let (versions, rows) =
            self.timeline.store().filter(|_| sound && self.is_counted()).ok_or(NotStored::Doubtful)?;
        let heads = self.store_heads().ok_or(NotStored::LargeHeads)?;
        let (places, values) = self.values.keyframes.store(most, |version| !self.timeline.is_whole(version));
        Ok(vec![self.store_small(), heads, versions, rows, places, values])
    }

    fn store_small(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.tenant().0.encode(&mut out);
        (self.position(), self.cut()).encode(&mut out);
        self.lineage.tree.encode(&mut out);
        self.lineage.branches.store(&mut out);
        self.marks.encode(&mut out);
        self.ledger.transactions.encode(&mut out);
        self.ledger.measurements.encode(&mut out);
        self.ledger.settings.encode(&mut out);
        self.ledger.writes.encode(&mut out);
        self.unknown.encode(&mut out);
        self.problems.encode(&mut out);
        self.values.names.encode(&mut out);
        out
    }

    /// Heads by owner, each version's value once; then the values that no record gives.
    fn store_heads(&self) -> Option<Vec<u8>> {
        let versions: Vec<Version> = self.lineage.branches.growing().map(|(_, _, head)| head).collect();
        let mut values: std::collections::BTreeMap<Version, &Value> = std::collections::BTreeMap::new();
        for (version, head) in versions.iter().zip(self.values.heads.values()) {
            values.insert(*version, &head.value);
        }
        let pinned = self.values.keyframes.pinned();
        let bytes: u64 = values.values().copied().chain(pinned.iter().map(|(_, value)| value)).map(Value::size).sum();
        if bytes > MOST_HEADS {
            return None;
        }
        let mut out = Vec::new();
        values.len().encode(&mut out);
        for (version, value) in values {
            version.encode(&mut out);
            value.encode(&mut out);
        }
        pinned.encode(&mut out);
        self.values.heads.len().encode(&mut out);
        self.values.heads.values().for_each(|head| head.patched.encode(&mut out));
        Some(out)
    }

    /// The history of a tenant that these parts are of; the last of them is read when it is needed.
    pub(crate) fn restore(tenant: &TenantId, budget: Budget, parts: Vec<Vec<u8>>, last: Arc<dyn Blob>) -> Option<Self> {
        let Ok([small, heads, versions, rows, places]) = <[Vec<u8>; 5]>::try_from(parts) else { return None };
        let mut history = Self::new(tenant.clone(), budget);
        history.timeline = Timeline::restore(&versions, &Arc::new(rows))?;
        let newest = history.timeline.newest()?;
        history.restore_small(&small, newest)?;
        history.restore_heads(&heads)?;
        history.values.keyframes.restore(&places, last, newest)?;
        Some(history)
    }

    fn restore_small(&mut self, bytes: &[u8], newest: Version) -> Option<()> {
        let from = &mut ByteReader::new(bytes);
        let tenant = crate::value::Text::decode(from)?;
        if self.tenant().0 != tenant {
            return None;
        }
        let (position, cut): (Position, Position) = Binary::decode(from)?;
        self.stand_at(position, cut);
        let tree = Tree::decode(from).filter(|tree| tree.newest() == newest)?;
        let branches = Branches::restore(from, &tree)?;
        self.lineage = Lineage::of(tree, branches);
        self.marks = Binary::decode(from)?;
        self.ledger.transactions = Binary::decode(from)?;
        self.ledger.measurements = Binary::decode(from)?;
        self.ledger.settings = Binary::decode(from)?;
        self.ledger.writes = Binary::decode(from)?;
        self.unknown = Binary::decode(from)?;
        self.problems = Binary::decode(from)?;
        self.values.names = ArrayNames::decode(from, newest)?;
        let branches = self.lineage.branches.growing().count();
        let sound = from.is_at_end()
            && cut <= position
            && self.lineage.tree.owners().all(|owner| (owner.0 as usize) < branches);
        (sound && self.is_within(newest)).then_some(())
    }

    /// Whether its parts name versions up to this one only. Records may claim others.
    fn is_within(&self, newest: Version) -> bool {
        self.marks.are_within(newest)
            && self.ledger.transactions.are_within(newest)
            && self.ledger.measurements.are_within(newest)
            && self.ledger.writes.are_within(self.lineage.branches.growing().count(), newest)
    }

    fn restore_heads(&mut self, bytes: &[u8]) -> Option<()> {
        let from = &mut ByteReader::new(bytes);
        let values: Vec<(Version, Value)> = Binary::decode(from)?;
        let (pinned, patched): (Vec<(Version, Value)>, Vec<u64>) = Binary::decode(from)?;
        let model = values.last().map(|(_, value)| value.clone()).unwrap_or_default();
        let values: std::collections::BTreeMap<Version, Value> =
            values.into_iter().map(|(version, value)| (version, value.sharing(&model))).collect();
        for (version, value) in pinned {
            self.values.keyframes.pin(version, value.sharing(&model));
        }
        let heads: Vec<Version> = self.lineage.branches.growing().map(|(_, _, head)| head).collect();
        if patched.len() != heads.len() || !from.is_at_end() {
            return None;
        }
        let head = |(version, patched): (&Version, u64)| {
            Some(HeadValue { value: values.get(version)?.clone(), suspect: None, patched })
        };
        self.values.heads = heads.iter().zip(patched).map(head).collect::<Option<_>>()?;
        Some(())
    }
}
