//! Histories with every kind of record, values and patches that look random.

use super::*;
use crate::dice::Dice;

/// A log in memory with its history.
pub(super) struct IndexedLog {
    pub(super) records: LoggedRecords,
    pub(super) history: History,
}

#[derive(Default)]
pub(super) struct LoggedRecords {
    /// Positions of those before.
    pub(super) cut: u64,
    pub(super) all: Vec<Option<Arc<Record>>>,
}

impl RecordSource for LoggedRecords {
    fn record(&self, position: Position) -> Result<Arc<Record>> {
        let index = position.0.checked_sub(self.cut + 1).and_then(|index| usize::try_from(index).ok());
        index.and_then(|index| self.all.get(index)?.clone()).ok_or_else(|| Error::Gaps { tenant: "test".into() })
    }
}

impl IndexedLog {
    pub(super) fn within(budget: u64) -> Self {
        Self { records: LoggedRecords::default(), history: History::new("acme".into(), Budget::new(budget)) }
    }

    pub(super) fn push(&mut self, branch: Option<&Text>, body: Body) {
        let position = Position(self.records.cut + self.records.all.len() as u64 + 1);
        let entry = Entry { branch: branch.cloned(), ..Entry::new(body) };
        let record = Arc::new(Record { position, id: Text::new(), entry });
        self.history.push(&record, &self.records).unwrap();
        self.records.all.push(Some(record));
    }

    pub(super) fn lose(&mut self) {
        self.history.note_gap("a record is missing".into());
        self.records.all.push(None);
    }

    /// What compaction makes of all that is there.
    pub(super) fn compacted(&self, budget: u64) -> Self {
        let base = self.history.base(&BTreeSet::new(), &self.records).unwrap();
        let cut = self.history.position().0;
        let mut next = Self::within(budget);
        next.history.begin_records(Some((Position(cut), Some(base.through))));
        next.records.cut = cut;
        next.push(None, Body::Base(Box::new(base)));
        next
    }

    pub(super) fn value(&self, version: Version) -> Option<Value> {
        self.history.existing(version).ok()?;
        Some(self.history.value(version, &self.records).unwrap())
    }
}

impl Dice {
    pub(super) fn json(&mut self, depth: u64) -> String {
        let some = |dice: &mut Self, open: &str, close: &str, child: &dyn Fn(&mut Self, u64) -> String| {
            let children: Vec<String> = (0..dice.below(4)).map(|n| child(dice, n)).collect();
            format!("{open}{}{close}", children.join(","))
        };
        match self.below(if depth == 0 { 4 } else { 9 }) {
            0 => self.below(3).to_string(),
            1 => format!("{}.0", self.below(3)),
            2 => "null".to_owned(),
            3 => format!("\"{}\"", self.below(3)),
            4 => some(self, "[", "]", &|dice, _| dice.json(depth - 1)),
            5 | 6 => format!("{{\"list\":{}}}", self.list()),
            _ => some(self, "{", "}", &|dice, n| {
                format!("\"{}\":{}", ["a", "b", "", "list"][usize::try_from(n).unwrap()], dice.json(depth - 1))
            }),
        }
    }

    /// Elements with an id of their own, with one that is another's as well, and without.
    pub(super) fn list(&mut self) -> String {
        let elements: Vec<String> = (0..self.below(5)).map(|_| self.element()).collect();
        format!("[{}]", elements.join(","))
    }

    pub(super) fn element(&mut self) -> String {
        let inner = self.json(1);
        match self.below(6) {
            0 => inner,
            1 => format!("{{\"id\":\"{}\",\"v\":{inner}}}", self.below(4)),
            2 => format!("{{\"id\":{}.0,\"v\":{inner}}}", self.below(4)),
            3 => format!("{{\"id\":{},\"list\":{}}}", self.below(4), "[{\"id\":1},{\"id\":2}]"),
            _ => format!("{{\"id\":{},\"v\":{inner}}}", self.below(4)),
        }
    }

    pub(super) fn value(&mut self, depth: u64) -> Value {
        parse(self.json(depth).as_bytes()).unwrap()
    }

    /// A pointer to a place in a value, at times to one that is not there.
    pub(super) fn pointer(&mut self, value: &Value) -> Pointer {
        let (mut tokens, mut here) = (Vec::<Text>::new(), Some(value));
        while let Some(value) = here.filter(|value| value.is_container()) {
            if !tokens.is_empty() && self.below(3) == 0 {
                break;
            }
            let token: Text = match value {
                Value::Array(array) if self.below(4) > 0 && !array.is_empty() => {
                    self.below(array.len() as u64).to_string().into()
                }
                Value::Array(_) => "-".into(),
                _ => ["a", "b", "", "list", "id", "v"][self.index(6)].into(),
            };
            here = value.token(&token);
            tokens.push(token);
        }
        Pointer(tokens)
    }

    pub(super) fn patch(&mut self, value: &Value) -> Patch {
        let op = |dice: &mut Self| {
            let path = dice.pointer(value);
            match dice.below(6) {
                0 => Op::Remove { path },
                1 => Op::Replace { path, value: dice.value(1) },
                2 => Op::Move { from: dice.pointer(value), path },
                3 => Op::Copy { from: dice.pointer(value), path },
                _ => {
                    let inner =
                        if dice.below(2) == 0 { parse(dice.element().as_bytes()).unwrap() } else { dice.value(2) };
                    Op::Add { path, value: inner }
                }
            }
        };
        Patch((0..=self.below(2)).map(|_| op(self)).collect())
    }
}

/// One more record of any kind, or a gap.
pub(super) fn happen(log: &mut IndexedLog, dice: &mut Dice) {
    let any = |dice: &mut Dice, log: &IndexedLog| Version(dice.below(log.history.newest().0 + 2));
    let branches: Vec<Text> = log.history.branches().into_iter().map(|branch| branch.name).collect();
    let forks: Vec<&Text> = branches.iter().filter(|name| name.starts_with("fork")).collect();
    let fork = (!forks.is_empty()).then(|| forks[dice.index(forks.len())]);
    let on = fork.filter(|_| dice.below(3) == 0);
    let position = log.history.position().0;
    let change = |change| Body::Transition { label: Text::new(), change };
    let body = match dice.below(26) {
        0 | 1 => change(StateChange::State(dice.value(3))),
        2 => change(StateChange::Deleted),
        3 => change(StateChange::Invalid { raw: "{".into(), why: "cut off".into() }),
        4 | 5 => Body::Rollback { to: any(dice, log), reason: Text::new() },
        6 => Body::Undo { of: Position(dice.below(position + 2)) },
        7 => match log.history.undoable(crate::record::Origin::Application) {
            Some(write) => Body::Undo { of: write.of },
            None => Body::Commit,
        },
        8 => Body::Fork { name: format!("fork {position}").into(), from: any(dice, log), baseline: None },
        9 => match log.history.marks().listed().last() {
            Some(snapshot) => {
                let (baseline, from) = (Some(snapshot.id), snapshot.version);
                Body::Fork { name: format!("fork {position}").into(), from, baseline }
            }
            None => Body::Commit,
        },
        10 => Body::Promote { variant: fork.cloned().unwrap_or_default(), reason: Text::new() },
        11 => Body::Snapshot(Box::new(NewSnapshot {
            version: any(dice, log),
            name: None,
            kind: SnapshotKind::Auto,
            description: Text::new(),
            tags: Vec::new(),
            drops: Vec::new(),
            created: None,
        })),
        12 => Body::DeleteSnapshots { ids: vec![SnapshotId(Position(dice.below(position + 1)))] },
        13 => Body::Begin { name: "tx".into(), steps: Vec::new() },
        14 if dice.below(3) == 0 => return log.lose(),
        _ => {
            let value = log.history.growing_value(on.map(ecow::EcoString::as_str)).cloned();
            change(StateChange::Patch(dice.patch(&value.unwrap_or_default())))
        }
    };
    log.push(on, body);
}
