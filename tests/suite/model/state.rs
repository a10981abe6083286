//! One tenant as a list of plain values, with everything else that a history has spelled out the slow way.

use asof::{SnapshotKind, TransactionState};
use serde_json::Value as Json;
use std::collections::BTreeSet;

pub struct Made {
    pub value: Json,
    pub parent: usize,
    pub owner: usize,
    pub side: Side,
    pub kind: &'static str,
    pub label: String,
    /// Seconds; `#0` has none.
    pub at: Option<i64>,
}

pub struct Line {
    pub name: String,
    pub base: usize,
    pub head: usize,
    pub baseline: Option<u64>,
    left: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    pub name: String,
    pub owner: usize,
    pub base: usize,
    pub head: usize,
    pub by: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub name: Option<String>,
    pub description: String,
}

pub struct Mark {
    pub id: u64,
    pub version: usize,
    pub kind: SnapshotKind,
    pub note: Note,
    pub at: i64,
    pub hidden: u32,
}

pub struct Tx {
    pub name: String,
    pub base: usize,
    pub state: TransactionState,
    /// Step, id and version of each checkpoint that stands.
    pub standing: Vec<(usize, u64, usize)>,
    pub versions: Vec<usize>,
}

/// How the tenant is kept: how many snapshots of each kind stay, and the oldest age in seconds; when one is made by itself;
/// how many versions there may be, and how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keep {
    pub every: Option<u64>,
    /// Before transitions of this label.
    pub before: Option<&'static str>,
    pub versions: Option<u64>,
    pub bytes: Option<u64>,
    pub auto: Option<u64>,
    pub named: Option<u64>,
    pub checkpoint: Option<u64>,
    pub max_age: Option<u64>,
}

#[derive(Debug, Clone)]
enum Write {
    Return { owner: usize, made: usize, left: usize },
    Mark { id: u64, drops: Vec<u64>, there: bool },
    Hide { ids: Vec<u64>, done: bool },
    Edit { id: u64, before: Note },
    Keep(Keep),
}

/// 0 is the application, 1 the debugger.
pub type Side = usize;

pub struct Model {
    pub versions: Vec<Made>,
    pub lines: Vec<Line>,
    pub kept: Vec<Kept>,
    pub marks: Vec<Mark>,
    pub transactions: Vec<Tx>,
    pub measured: Vec<(String, usize)>,
    pub promoted: Vec<(String, usize)>,
    pub keep: Keep,
    stand: Vec<(Side, Write)>,
    undone: Vec<(Side, Write)>,
    /// Records so far.
    pub position: u64,
    /// Whether all steps of a transaction are one write now.
    together: bool,
    /// Marks that rules made in this write.
    fresh: Vec<u64>,
}

impl Model {
    pub fn new() -> Self {
        let origin = Made { value: Json::Null, parent: 0, owner: 0, side: 0, kind: "", label: String::new(), at: None };
        let main = Line { name: "main".into(), base: 0, head: 0, baseline: None, left: 0 };
        Self {
            versions: vec![origin],
            lines: vec![main],
            kept: Vec::new(),
            marks: Vec::new(),
            transactions: Vec::new(),
            measured: Vec::new(),
            promoted: Vec::new(),
            keep: Keep {
                auto: Some(10),
                named: Some(50),
                checkpoint: Some(100),
                max_age: None,
                every: None,
                before: None,
                versions: None,
                bytes: None,
            },
            stand: Vec::new(),
            undone: Vec::new(),
            position: 0,
            together: false,
            fresh: Vec::new(),
        }
    }

    pub fn newest(&self) -> usize {
        self.versions.len() - 1
    }

    pub fn head_value(&self, owner: usize) -> &Json {
        &self.versions[self.lines[owner].head].value
    }

    /// The versions on a line, from `#0` to `head`.
    pub fn line(&self, head: usize) -> BTreeSet<usize> {
        let back = std::iter::successors(Some(head), |at| (*at > 0).then(|| self.versions[*at].parent));
        back.collect()
    }

    fn grow(&mut self, by: (Side, usize), parent: usize, made: (Json, &'static str, String), at: i64) -> usize {
        self.position += 1;
        let ((value, kind, label), (side, owner)) = (made, by);
        self.versions.push(Made { value, parent, owner, side, kind, label, at: Some(at) });
        let base = self.lines[owner].base;
        let (base_line, line) = (self.line(base), self.line(parent));
        self.lines[owner].base = base_line.intersection(&line).copied().max().unwrap();
        self.lines[owner].head = self.newest();
        self.newest()
    }

    /// Whether what follows is one write.
    pub fn in_one_write(&mut self, together: bool) {
        self.together = together;
        self.fresh.clear();
    }

    /// With the auto snapshots before and after it.
    pub fn transition(&mut self, side: Side, owner: usize, label: &str, value: Json, at: i64) -> usize {
        let head = self.lines[owner].head;
        self.fresh.retain(|_| self.together);
        if side == 0 && self.keep.before == Some(label) && head > 0 && self.last_mark(head) != Some(head) {
            self.mark_by_rule(head, format!("before {label}"), at);
        }
        let made = self.grow((side, owner), self.lines[owner].head, (value, "transition", label.to_owned()), at);
        let since = self.line(made).len() - self.line(self.last_mark(made).unwrap_or(0)).len();
        if let Some(every) = self.keep.every.filter(|every| side == 0 && since as u64 >= *every) {
            self.mark_by_rule(made, format!("every {every} transitions"), at);
        }
        made
    }

    /// The newest version marked on the line to `head`.
    fn last_mark(&self, head: usize) -> Option<usize> {
        let line = self.line(head);
        self.marks.iter().filter(|mark| mark.hidden == 0).map(|mark| mark.version).filter(|at| line.contains(at)).max()
    }

    fn mark_by_rule(&mut self, version: usize, description: String, at: i64) {
        let made = self.mark(0, version, SnapshotKind::Auto, Note { name: None, description }, at);
        self.fresh.push(made);
        let Some((_, Write::Mark { drops, .. })) = self.stand.last() else { panic!("no mark") };
        let left: Vec<u64> = drops.iter().copied().filter(|id| self.fresh.contains(id)).collect();
        left.into_iter().rev().for_each(|id| self.leave_out(id));
    }

    /// A mark that one after it in the same write took out was not made: that one took out what it had taken out too, and
    /// what was written behind it moves up.
    fn leave_out(&mut self, gone: u64) {
        let is_gone = |write: &Write| matches!(write, Write::Mark { id, .. } if *id == gone);
        let at = self.stand.iter().rposition(|(_, write)| is_gone(write)).unwrap();
        let Write::Mark { drops: earlier, .. } = self.stand.remove(at).1 else { unreachable!() };
        let Some((_, Write::Mark { drops, .. })) = self.stand.last_mut() else { panic!("no mark") };
        drops.retain(|id| *id != gone);
        drops.splice(0..0, earlier);
        self.marks.retain(|mark| mark.id != gone);
        self.fresh.retain(|id| *id != gone);
        let standing = self.transactions.iter_mut().flat_map(|tx| &mut tx.standing).map(|(_, id, _)| id);
        let made = self.stand.iter_mut().filter_map(|(_, write)| match write {
            Write::Mark { id, .. } => Some(id),
            _ => None,
        });
        let marks = self.marks.iter_mut().map(|mark| &mut mark.id);
        let all = marks.chain(standing).chain(made).chain(&mut self.fresh).chain([&mut self.position]);
        all.filter(|id| **id > gone).for_each(|id| *id -= 1);
    }

    /// Whether one more version of this value is refused.
    pub fn refuses(&self, value: &Json) -> bool {
        let full = self.keep.versions.is_some_and(|most| self.newest() as u64 >= most);
        full || self.keep.bytes.is_some_and(|most| value.to_string().len() as u64 > most)
    }

    /// The oldest version that a line would lose by going back.
    fn oldest_left(&self, owner: usize, to: usize) -> Option<usize> {
        let (line, target) = (self.line(self.lines[owner].head), self.line(to));
        line.difference(&target).copied().find(|version| self.versions[*version].owner == owner)
    }

    /// Whether going back would change nothing: the head is that version, or went back to it.
    pub fn is_head(&self, owner: usize, to: usize) -> bool {
        let first = |mut at: usize| {
            while ["rollback", "promote", "undo"].contains(&self.versions[at].kind) {
                at = self.versions[at].parent;
            }
            at
        };
        first(self.lines[owner].head) == first(to)
    }

    /// The versions of the other side that turning a side's last write round would leave behind.
    pub fn others_left(&self, side: Side, again: bool) -> usize {
        let writes = if again { &self.undone } else { &self.stand };
        let last = writes.iter().rfind(|(other, _)| *other == side);
        let Some((_, Write::Return { owner, made, left })) = last else { return 0 };
        let Some(oldest) = self.oldest_left(*owner, *left) else { return 0 };
        let (line, below) = (self.line(self.lines[*owner].head), self.line(self.versions[oldest].parent));
        line.difference(&below).filter(|at| **at > *made && self.versions[**at].side != side).count()
    }

    fn go_back(&mut self, by: (Side, usize), to: usize, kind: &'static str, label: String, at: i64) -> usize {
        let owner = by.1;
        let head = self.lines[owner].head;
        if let Some(oldest) = self.oldest_left(owner, to) {
            let line = &mut self.lines[owner];
            line.left += 1;
            let name = format!("{}~{}", line.name, line.left);
            let base = self.versions[oldest].parent;
            self.kept.push(Kept { name, owner, base, head, by: self.newest() + 1 });
        }
        self.grow(by, to, (self.versions[to].value.clone(), kind, label), at)
    }

    fn wrote(&mut self, side: Side, write: Write) {
        self.undone.retain(|(other, _)| *other != side);
        self.stand.push((side, write));
    }

    pub fn roll_back(&mut self, side: Side, owner: usize, to: usize, at: i64) -> usize {
        let left = self.lines[owner].head;
        let made = self.go_back((side, owner), to, "rollback", format!("rollback to #{to}"), at);
        self.wrote(side, Write::Return { owner, made, left });
        made
    }

    pub fn promote(&mut self, side: Side, owner: usize, at: i64) -> usize {
        let (left, to) = (self.lines[0].head, self.lines[owner].head);
        let name = self.lines[owner].name.clone();
        let made = self.go_back((side, 0), to, "promote", format!("promote {name}"), at);
        self.promoted.push((name, made));
        self.wrote(side, Write::Return { owner: 0, made, left });
        made
    }

    pub fn fork(&mut self, name: &str, from: usize, baseline: Option<u64>) {
        self.position += 1;
        self.lines.push(Line { name: name.into(), base: from, head: from, baseline, left: 0 });
    }

    /// In the list: by version, then by id.
    pub fn listed(&self) -> Vec<&Mark> {
        let mut listed: Vec<_> = self.marks.iter().filter(|mark| mark.hidden == 0).collect();
        listed.sort_by_key(|mark| (mark.version, mark.id));
        listed
    }

    fn held(&self, mark: &Mark) -> bool {
        let waiting = |tx: &&Tx| matches!(tx.state, TransactionState::Open | TransactionState::Failed);
        let recent = self.transactions.iter().rev().take(64).filter(waiting);
        recent.flat_map(|tx| &tx.standing).any(|(_, id, _)| *id == mark.id) || self.is_open_baseline(mark.id)
    }

    /// Whether a variant that was not promoted starts at a mark.
    fn is_open_baseline(&self, id: u64) -> bool {
        let main = self.line(self.lines[0].head);
        let promoted = |line: &Line| {
            let last = self.promoted.iter().rfind(|(name, _)| *name == line.name);
            last.is_some_and(|(_, made)| main.contains(made))
        };
        self.lines.iter().any(|line| line.baseline == Some(id) && !promoted(line))
    }

    /// Ids of a kind that may go, oldest first, each with its time.
    fn loose(&self, kind: SnapshotKind) -> Vec<(u64, i64)> {
        let loose = self.marks.iter().filter(|mark| mark.hidden == 0 && mark.kind == kind && !self.held(mark));
        loose.map(|mark| (mark.id, mark.at)).collect()
    }

    pub fn mark(&mut self, side: Side, version: usize, kind: SnapshotKind, note: Note, now: i64) -> u64 {
        let keep = match kind {
            SnapshotKind::Auto => self.keep.auto,
            SnapshotKind::Named => self.keep.named,
            SnapshotKind::Checkpoint => self.keep.checkpoint,
            other => panic!("{other:?}"),
        };
        let mut loose = self.loose(kind);
        let over = keep.map_or(0, |keep| (loose.len() + 1).saturating_sub(usize::try_from(keep).unwrap()));
        let mut drops: Vec<u64> = loose.drain(..over.min(loose.len())).map(|(id, _)| id).collect();
        if let Some(most) = self.keep.max_age.filter(|_| kind != SnapshotKind::Named) {
            drops.extend(loose.iter().filter(|(_, at)| now - at > i64::try_from(most).unwrap()).map(|(id, _)| *id));
        }
        self.position += 1;
        let id = self.position;
        self.hide(&drops);
        let at = self.versions[version].at.unwrap_or(now);
        self.marks.push(Mark { id, version, kind, note, at, hidden: 0 });
        self.wrote(side, Write::Mark { id, drops, there: true });
        id
    }

    fn hide(&mut self, ids: &[u64]) {
        self.marks.iter_mut().filter(|mark| ids.contains(&mark.id)).for_each(|mark| mark.hidden += 1);
    }

    fn show(&mut self, ids: &[u64]) {
        self.marks.iter_mut().filter(|mark| ids.contains(&mark.id)).for_each(|mark| mark.hidden -= 1);
    }

    pub fn delete(&mut self, side: Side, ids: Vec<u64>) {
        self.position += 1;
        self.hide(&ids);
        self.wrote(side, Write::Hide { ids, done: true });
    }

    /// What a clean-up takes out.
    pub fn prunable(&self, kind: Option<SnapshotKind>, older: Option<u64>, keep: Option<u64>, now: i64) -> Vec<u64> {
        let kinds = [SnapshotKind::Auto, SnapshotKind::Checkpoint, SnapshotKind::Named];
        let mut gone = Vec::new();
        for each in kinds.into_iter().filter(|each| kind.is_none_or(|kind| kind == *each)) {
            let mut loose = self.loose(each);
            loose.truncate(loose.len().saturating_sub(usize::try_from(keep.unwrap_or(0)).unwrap()));
            let old = |at: i64| older.is_none_or(|older| now - at > i64::try_from(older).unwrap());
            gone.extend(loose.into_iter().filter(|(_, at)| old(*at)).map(|(id, _)| id));
        }
        gone
    }

    fn renote(&mut self, id: u64, note: Note) -> Note {
        let mark = self.marks.iter_mut().find(|mark| mark.id == id).unwrap();
        std::mem::replace(&mut mark.note, note)
    }

    pub fn edit(&mut self, side: Side, id: u64, note: Note) {
        self.position += 1;
        let before = self.renote(id, note);
        self.wrote(side, Write::Edit { id, before });
    }

    pub fn configure(&mut self, side: Side, keep: Keep) {
        self.position += 1;
        let before = std::mem::replace(&mut self.keep, keep);
        self.wrote(side, Write::Keep(before));
    }

    pub fn can_undo(&self, side: Side) -> bool {
        self.stand.iter().any(|(other, _)| *other == side)
    }

    pub fn can_redo(&self, side: Side) -> bool {
        self.undone.iter().any(|(other, _)| *other == side)
    }

    pub fn undo(&mut self, side: Side, at: i64) {
        let last = self.stand.iter().rposition(|(other, _)| *other == side).unwrap();
        let (_, write) = self.stand.remove(last);
        let reverse = self.reverse(side, write, "undo", at);
        self.undone.push((side, reverse));
    }

    pub fn redo(&mut self, side: Side, at: i64) {
        let last = self.undone.iter().rposition(|(other, _)| *other == side).unwrap();
        let (_, write) = self.undone.remove(last);
        let reverse = self.reverse(side, write, "redo", at);
        self.stand.push((side, reverse));
    }

    fn reverse(&mut self, side: Side, write: Write, word: &str, at: i64) -> Write {
        if let Write::Return { owner, made, left } = write {
            let now = self.lines[owner].head;
            let back = self.go_back((side, owner), left, "undo", format!("{word} of #{made}"), at);
            return Write::Return { owner, made: back, left: now };
        }
        self.position += 1;
        match write {
            Write::Mark { id, drops, there } => {
                let (gone, back) = if there { (vec![id], drops.clone()) } else { (drops.clone(), vec![id]) };
                self.hide(&gone);
                self.show(&back);
                Write::Mark { id, drops, there: !there }
            }
            Write::Hide { ids, done } => {
                if done {
                    self.show(&ids);
                } else {
                    self.hide(&ids);
                }
                Write::Hide { ids, done: !done }
            }
            Write::Edit { id, before } => Write::Edit { id, before: self.renote(id, before) },
            Write::Keep(before) => Write::Keep(std::mem::replace(&mut self.keep, before)),
            back @ Write::Return { .. } => back,
        }
    }

    pub fn begin(&mut self, owner: usize, name: &str) -> usize {
        self.position += 1;
        let base = self.lines[owner].head;
        let (standing, versions) = (Vec::new(), Vec::new());
        self.transactions.push(Tx { name: name.into(), base, state: TransactionState::Open, standing, versions });
        self.transactions.len() - 1
    }

    /// A step's version, and its checkpoint.
    pub fn step(&mut self, side: Side, owner: usize, tx: usize, step: (usize, &str, Json, Option<String>), now: i64) {
        let (number, label, value, checkpoint) = step;
        let version = self.transition(side, owner, label, value, now);
        self.transactions[tx].versions.push(version);
        self.transactions[tx].state = TransactionState::Open;
        if let Some(name) = checkpoint {
            let note = Note { name: Some(format!("tx-{}/{name}", tx + 1)), description: String::new() };
            let id = self.mark(side, version, SnapshotKind::Checkpoint, note, now);
            self.transactions[tx].standing.push((number, id, version));
        }
    }

    pub fn end(&mut self, tx: usize, state: TransactionState) {
        self.position += 1;
        self.transactions[tx].state = state;
    }

    /// A way back: to the checkpoint of a step, or (0) to the beginning.
    pub fn back(&mut self, side: Side, owner: usize, tx: usize, step: usize, to: usize, now: i64) {
        self.roll_back(side, owner, to, now);
        let transaction = &mut self.transactions[tx];
        transaction.standing.retain(|(own, ..)| *own <= step);
        if to == transaction.base {
            transaction.state = TransactionState::Undone;
        }
    }

    /// The branch a version belongs to, from all lines.
    pub fn branch_of(
        &self,
        version: usize,
        lines: &[BTreeSet<usize>],
        kept: &[(BTreeSet<usize>, BTreeSet<usize>)],
    ) -> &str {
        let owner = self.versions[version].owner;
        let first =
            self.kept.iter().zip(kept).find(|(kept, (line, below))| {
                kept.owner == owner && line.contains(&version) && !below.contains(&version)
            });
        match first {
            Some((kept, _)) if !lines[owner].contains(&version) => &kept.name,
            _ => &self.lines[owner].name,
        }
    }
}
