//! Compaction: what is left of a history whose beginning is cut off, and starting over from that.
//!
//! Must not name: `log`. What is cut is decided by `recording`.

use crate::Result;
use crate::history::gaps::RecordGaps;
use crate::history::ledger::transactions::Transactions;
use crate::history::ledger::writes::{ReversibleWrite, Writes};
use crate::history::lineage::Lineage;
use crate::history::lineage::branches::{Branch, Branches, MAIN};
use crate::history::lineage::owners::ByOwner;
use crate::history::lineage::tree::BranchId;
use crate::history::marks::Snapshot;
use crate::history::parts::History;
use crate::history::timeline::Timeline;
use crate::history::values::HeadValue;
use crate::history::values::names::ArrayNames;
use crate::record::{
    Base, BaseHead, BaseTurn, BaseWrite, Body, Entry, NewSnapshot, Position, Record, RecordSource, Settings,
    SnapshotId, Version,
};
use crate::value::{Text, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A new history that starts from `base`.
pub(super) fn started(mut history: History, base: &Base) -> History {
    history.lineage = Lineage::cut(base.through, &base.heads);
    history.timeline = Timeline::cut(base.through);
    history.ledger.transactions = Transactions::cut(base.transactions);
    history.values.heads = [].into_iter().collect::<ByOwner<HeadValue>>();
    for (version, value) in &base.values {
        history.values.keyframes.pin(*version, value.clone().into());
    }
    let values: BTreeMap<Version, &Value> = base.values.iter().map(|(version, value)| (*version, value)).collect();
    history.values.names = ArrayNames::of_base(base);
    for head in &base.heads {
        let value = values.get(&head.head).map(|value| (*value).clone()).unwrap_or_default();
        history.values.heads.push(HeadValue { value: value.into(), suspect: head.suspect.clone(), patched: 0 });
    }
    let suspect: BTreeMap<Version, &Text> = base.suspect.iter().map(|(version, why)| (*version, why)).collect();
    suspect.into_iter().for_each(|(version, why)| history.timeline.doubt_also(version, version, why));
    history.gaps = RecordGaps::cut(&base.missing, base.numbering.as_ref(), base.through);
    for record in &base.kept {
        match &record.entry.body {
            // The time of its version, which is not there any more.
            Body::Snapshot(new) => history.mark_of_time(record, new, record.entry.at),
            body => history.note(record, body),
        }
    }
    let writes = base.writes.iter().map(|write| (write, write_of(&write.turns, &history.lineage.branches))).collect();
    history.ledger.writes = Writes::restored(writes);
    history
}

/// What is left when that is lost: a number.
pub(super) fn lost(position: Position, through: Version, why: &Text) -> Base {
    let (base, suspect) = (Version(0), Some(why.clone()));
    Base {
        through,
        heads: vec![BaseHead { name: MAIN.into(), base, head: through, baseline: None, suspect, left: 0 }],
        values: vec![(through, Value::Null)],
        suspect: vec![(through, why.clone())],
        numbering: None,
        missing: vec![(Position(1), position)],
        transactions: 0,
        writes: Vec::new(),
        kept: Vec::new(),
    }
}

impl History {
    /// What must be kept of this history for everything behind it to go on, but for values that only later records need.
    /// `baselines` are those of variants that later records start.
    ///
    /// # Errors
    /// When `records` cannot be read.
    pub(crate) fn base(&self, baselines: &BTreeSet<SnapshotId>, records: &dyn RecordSource) -> Result<Base> {
        let branches: Vec<_> = self.branches().into_iter().filter(|branch| branch.kept_by.is_none()).collect();
        let heads: Vec<BaseHead> = branches
            .into_iter()
            .map(|branch| BaseHead {
                left: self.lineage.branches.left_by(&branch.name),
                name: branch.name,
                base: branch.base,
                head: branch.head,
                baseline: branch.baseline,
                suspect: branch.doubt,
            })
            .collect();
        let baselines = baselines.iter().chain(heads.iter().filter_map(|head| head.baseline.as_ref()));
        let baselines: Vec<Snapshot> = baselines.filter_map(|id| self.marks.ever(*id)).collect();
        let mut needed: BTreeSet<Version> = heads.iter().map(|head| head.head).collect();
        needed.extend(baselines.iter().map(|baseline| baseline.version));
        Ok(Base {
            through: self.newest(),
            suspect: needed.iter().filter_map(|version| Some((*version, self.doubts().of(*version)?))).collect(),
            values: self.values_of(&needed, records)?,
            numbering: self.gaps.numbering().cloned(),
            missing: self.gaps.missing().to_vec(),
            transactions: self.transactions().next_id().0 - 1,
            writes: self.base_writes(),
            kept: [self.still_said(&heads, &baselines), self.unknown_records(records)?].concat(),
            heads,
        })
    }

    /// Adds values of versions that were cut off to a base.
    ///
    /// # Errors
    /// When `records` cannot be read.
    pub(crate) fn add_to_base(
        &self,
        base: &mut Base,
        needed: &BTreeSet<Version>,
        records: &dyn RecordSource,
    ) -> Result<()> {
        let there: BTreeSet<Version> = base.values.iter().map(|(version, _)| *version).collect();
        let more: BTreeSet<Version> = needed.difference(&there).copied().collect();
        base.suspect.extend(more.iter().filter_map(|version| Some((*version, self.doubts().of(*version)?))));
        base.values.extend(self.values_of(&more, records)?);
        Ok(())
    }

    fn values_of(&self, versions: &BTreeSet<Version>, records: &dyn RecordSource) -> Result<Vec<(Version, Value)>> {
        versions.iter().map(|version| Ok((*version, self.value(*version, records)?))).collect()
    }

    /// Records that say something unknown here, as they are.
    fn unknown_records(&self, records: &dyn RecordSource) -> Result<Vec<Record>> {
        let mut unknown = Vec::new();
        for position in &self.unknown {
            let record = records.record(*position)?;
            match &record.entry.body {
                Body::Base(base) => unknown.extend(base.kept.iter().filter(|kept| kept.is_unknown()).cloned()),
                _ => unknown.push((*record).clone()),
            }
        }
        Ok(unknown)
    }

    /// Settings, baselines, and figures of branches that grow and of baselines.
    fn still_said(&self, heads: &[BaseHead], baselines: &[Snapshot]) -> Vec<Record> {
        let record = |position, entry| Record { position, id: Text::new(), entry };
        let mut kept = Vec::new();
        let mut told: BTreeSet<SnapshotId> = BTreeSet::new();
        for baseline in baselines.iter().filter(|baseline| told.insert(baseline.id)) {
            let entry = Entry {
                at: baseline.at,
                by: baseline.by.clone(),
                ..Entry::new(Body::Snapshot(Box::new(again(baseline))))
            };
            kept.push(record(baseline.id.0, entry));
        }
        let named = baselines.iter().filter_map(|baseline| baseline.name.as_ref());
        let live: BTreeSet<&Text> = heads.iter().map(|head| &head.name).chain(named).collect();
        for measured in self.ledger.measurements().iter().filter(|measured| live.contains(&measured.of)) {
            let body =
                Body::Metrics { of: measured.of.clone(), version: measured.version, metrics: measured.metrics.clone() };
            kept.push(record(Position(0), Entry { at: measured.at, by: measured.by.clone(), ..Entry::new(body) }));
        }
        // Behind the snapshots: one of them may be tagged, though the guard was lifted since.
        kept.push(record(Position(0), Entry::new(Body::Settings(Box::new(self.ledger.settings().clone())))));
        kept
    }

    /// The newest version before `before` of each branch that grows; where it had none yet, the one it was forked from.
    /// O(runs), whatever the number of versions.
    pub(crate) fn heads_before(&self, before: Version) -> BTreeSet<Version> {
        let mut growing: BTreeMap<BranchId, Version> =
            self.lineage.branches.growing().map(|(owner, base, _)| (owner, base)).collect();
        let (mut heads, mut at) = (BTreeSet::new(), before.0.min(self.newest().0 + 1));
        while at > self.first().0 && !growing.is_empty() {
            let version = Version(at - 1);
            heads.extend(growing.remove(&self.lineage.tree.owner(version)).map(|_| version));
            at = self.lineage.tree.back(version).next().map_or(0, |run| run.start);
        }
        heads.extend(growing.into_values());
        heads
    }

    /// Whether what compaction leaves before `before` says nothing more of a kept branch: those versions are known by
    /// number only, as if each followed the one before it on `main`. O(runs).
    pub(crate) fn goes_with(&self, branch: &Branch, before: Version) -> bool {
        let Some(by) = branch.kept_by.filter(|by| *by >= before) else { return branch.kept_by.is_some() };
        if branch.head >= before {
            return false;
        }
        let line = self.lineage.parent(by).map(|to| self.lineage.line(to)).unwrap_or_default();
        let shared = line.iter().filter(|run| run.start < before.0).map(|run| run.end.min(before.0) - 1).max();
        self.lineage.made_by(branch.head) != MAIN || shared.unwrap_or(0) >= branch.head.0
    }

    /// The version whose value folding a record takes, beside the one it goes on from.
    pub(crate) fn read_by(&self, body: &Body) -> Option<Version> {
        match body {
            Body::Rollback { to, .. } => Some(*to),
            Body::Fork { from, .. } => Some(*from),
            Body::Promote { variant, .. } => self.lineage.branches.head(variant),
            Body::Undo { of } => match self.ledger.writes.get(*of)? {
                (ReversibleWrite::Return { left, .. }, _) => Some(left),
                _ => None,
            },
            _ => None,
        }
    }

    /// The writes that can be turned round, as far as that is more than a matter of the snapshots there were.
    fn base_writes(&self) -> Vec<BaseWrite> {
        self.ledger.writes.all(|write| match write {
            ReversibleWrite::Return { owner, made, left, suspect } => BaseTurn::Back {
                branch: self.lineage.branches.name(*owner).clone(),
                made: *made,
                left: *left,
                suspect: suspect.clone(),
            },
            ReversibleWrite::Settings(before) => BaseTurn::Settings(Box::new(Settings::clone(before))),
            _ => BaseTurn::Nothing,
        })
    }
}

fn write_of(turns: &BaseTurn, branches: &Branches) -> ReversibleWrite {
    match turns {
        BaseTurn::Back { branch, made, left, suspect } => {
            let owner = branches.owner(Some(branch)).unwrap_or_default();
            ReversibleWrite::Return { owner, made: *made, left: *left, suspect: suspect.clone() }
        }
        BaseTurn::Settings(before) => ReversibleWrite::Settings(Arc::new((**before).clone())),
        BaseTurn::Nothing => ReversibleWrite::Deletion(Arc::default()),
    }
}

fn again(snapshot: &Snapshot) -> NewSnapshot {
    NewSnapshot {
        version: snapshot.version,
        name: snapshot.name.clone(),
        kind: snapshot.kind,
        description: snapshot.description.clone(),
        tags: snapshot.tags.clone(),
        drops: Vec::new(),
        created: snapshot.created,
    }
}
