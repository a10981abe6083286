//! A history as bytes, for a segment, and one that goes on from them. What bytes say is checked before it is believed, so
//! that nothing asked of such a history panics or hangs.
//!
//! Must not name: files, `log`.

use super::lineage::Lineage;
use super::lineage::branches::Branches;
use super::lineage::tree::VersionTree;
use super::timeline::Timeline;
use super::values::HeadValue;
use super::values::lazy::LazyValue;
use super::values::names::ArrayNames;
use super::{Budget, History};
use crate::bytes::{Binary, ByteReader, LazyBytes};
use crate::record::{Position, TenantId, Version};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Bytes of JSON that the heads' values may take together, and what compaction left: they are read as bytes at the start, as
/// values when they are asked for.
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
        let (places, values) = self.values.keyframes.store(most);
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

    /// Values of heads, each version's once, newest first; those that no record gives; bytes patched, by owner.
    fn store_heads(&self) -> Option<Vec<u8>> {
        let heads = self.lineage.branches.growing().map(|(_, _, head)| head).zip(self.values.heads.values());
        let values: BTreeMap<Version, &LazyValue> = heads.map(|(version, head)| (version, &head.value)).collect();
        let pinned = self.values.keyframes.pinned();
        let bytes: u64 = values.values().copied().chain(pinned.map(|(_, value)| value)).map(LazyValue::size).sum();
        if bytes > MOST_HEADS {
            return None;
        }
        let mut out = Vec::new();
        store_values(values.into_iter().rev(), &mut out);
        store_values(self.values.keyframes.pinned(), &mut out);
        self.values.heads.values().map(|head| head.patched).collect::<Vec<u64>>().encode(&mut out);
        Some(out)
    }

    /// The history of a tenant that these parts are of; the last of them is read when it is needed.
    pub(crate) fn restore(
        tenant: &TenantId,
        budget: Budget,
        parts: Vec<Vec<u8>>,
        last: Arc<dyn LazyBytes>,
    ) -> Option<Self> {
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
        self.set_positions(position, cut);
        let tree = VersionTree::decode(from).filter(|tree| tree.newest() == newest)?;
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
        let values = restore_values(from, None)?;
        // Of large states all share with the newest.
        let newest = values.last_key_value().map(|(_, value)| value.clone());
        let pinned = restore_values(from, newest.as_ref())?;
        pinned.into_iter().for_each(|(version, value)| self.values.keyframes.pin(version, value));
        let patched: Vec<u64> = Binary::decode(from)?;
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

fn store_values<'a>(values: impl ExactSizeIterator<Item = (Version, &'a LazyValue)>, out: &mut Vec<u8>) {
    values.len().encode(out);
    for (version, value) in values {
        version.encode(out);
        value.encode(out);
    }
}

/// Values by version. All share with a model: without one, with the first.
fn restore_values(from: &mut ByteReader<'_>, model: Option<&LazyValue>) -> Option<BTreeMap<Version, LazyValue>> {
    let (mut values, mut model) = (BTreeMap::new(), model.cloned());
    for _ in 0..from.count()? {
        let version = Version::decode(from)?;
        let value = LazyValue::decode(from, model.as_ref())?;
        model.get_or_insert_with(|| value.clone());
        values.insert(version, value);
    }
    Some(values)
}
