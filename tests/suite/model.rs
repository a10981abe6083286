//! Random runs against a model that keeps every state whole: two handles of one recording on disk, as two processes
//! would have them, and two tenants.
//!
//! `ASOF_MODEL_RUNS=1000` runs more; `ASOF_MODEL_SEED=7` runs the one that failed.

mod state;

use crate::dice::{Dice, from_env, quick_directory};
use asof::{
    Allow, Body, Draft, Error, Metric, Number, Prune, Recording, Settings, SnapshotId, SnapshotKind, SnapshotNote,
    SnapshotRequest, StepError, Strategy, Tenant, Time, TransactionState, Version, VersionKind, between,
};
use serde_json::{Value as Json, json};
use state::{Keep, Mark, Model, Note};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::Path;

const OPERATIONS: usize = 500;

thread_local! {
    static NOW: Cell<i64> = const { Cell::new(0) };
}

fn time(seconds: i64) -> Time {
    Time::from_timestamp(1_760_000_000 + seconds, 0).unwrap()
}

fn clock() -> Time {
    time(NOW.get())
}

#[test]
fn a_recording_is_what_a_list_of_plain_states_is() {
    if let Ok(seed) = std::env::var("ASOF_MODEL_SEED") {
        return run(seed.parse().unwrap());
    }
    (1..=from_env("ASOF_MODEL_RUNS", 25)).for_each(run);
}

/// Says which run it was when it fails.
struct Told(u64);

impl Drop for Told {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("replay with ASOF_MODEL_SEED={}", self.0);
        }
    }
}

fn run(seed: u64) {
    let _told = Told(seed);
    let directory = quick_directory();
    let path = directory.path().join("run.asof");
    let mut run = Run {
        dice: Dice(seed),
        handles: [Recording::create(&path).unwrap(), open(&path)].map(|recording| recording.with_clock(clock)),
        models: [Model::new(), Model::new()],
        names: 0,
    };
    for n in 0..OPERATIONS {
        NOW.set(i64::try_from(n).unwrap());
        run.operate(&path);
        if n % 125 == 124 {
            run.check_all();
        }
    }
    run.handles = [open(&path), open(&path)];
    run.check_all();
    assert_eq!(asof::verify(&path).unwrap().damage, []);
}

fn open(path: &Path) -> Recording {
    Recording::open(path).unwrap().with_clock(clock)
}

struct Run {
    dice: Dice,
    handles: [Recording; 2],
    models: [Model; 2],
    names: usize,
}

/// Where one operation happens.
struct At {
    /// On the branch `owner`, of the side `side`, caught up.
    tenant: Tenant,
    model: usize,
    owner: usize,
    side: usize,
}

const TENANTS: [&str; 2] = ["acme_corp", "widgets_r_us"];

impl Run {
    fn operate(&mut self, path: &Path) {
        if self.dice.once_in(80) {
            self.handles = [open(path), open(path)];
        }
        let (model, side) = (self.dice.below(2), usize::from(self.dice.once_in(4)));
        let owner = if self.dice.once_in(3) { self.dice.below(self.models[model].lines.len()) } else { 0 };
        let recording = &self.handles[self.dice.below(2)];
        let tenant = recording.tenant_or_new(&TENANTS[model].into()).unwrap();
        let tenant = if side == 1 { tenant.as_debugger() } else { tenant };
        let what = self.dice.below(100);
        // Edits and whole states cope with a handle that is behind.
        let name = self.models[model].lines[owner].name.clone();
        if what >= 45 || tenant.history().growing(Some(&name)).is_none() {
            tenant.catch_up().unwrap();
        }
        let tenant = if owner == 0 { tenant } else { tenant.on(&name).unwrap() };
        let at = At { tenant, model, owner, side };
        match what {
            0..15 => self.set(&at),
            15..45 => self.apply(&at),
            45..53 => self.snapshot(&at),
            53..63 => self.roll_back(&at),
            63..68 => self.fork(&at),
            68..70 => self.promote(&at),
            70..80 => self.transaction(&at),
            80..88 => self.undo_or_redo(&at),
            88..90 => self.prune(&at),
            90..94 => self.edit_or_delete(&at),
            94..96 => self.configure(&at),
            _ => self.measure(&at),
        }
        let model = &self.models[model];
        at.tenant.catch_up().unwrap();
        assert_eq!(at.tenant.history().position().0, model.position, "operation {what}");
        let version = self.dice.below(model.versions.len());
        let value = at.tenant.value_at(Version(version as u64)).unwrap();
        assert_eq!(value.to_json(), model.versions[version].value.to_string(), "#{version} after {what}");
        check_lists(&at.tenant, model);
    }

    fn name(&mut self, of: &str) -> String {
        self.names += 1;
        format!("{of}{}", self.names)
    }

    fn set(&mut self, at: &At) {
        let state =
            json!({"list": [self.dice.below(9)], "n": self.dice.below(1000), "deep": {"a": {"b": self.dice.below(3)}}});
        let mut done = at.tenant.record("set", &state);
        if matches!(done, Err(Error::Conflict { .. })) {
            at.tenant.catch_up().unwrap();
            done = at.tenant.record("set", &state);
        }
        if self.models[at.model].refuses(&state) {
            return assert!(done.is_err());
        }
        let made = self.models[at.model].transition(at.side, at.owner, "set", state, NOW.get());
        assert_eq!(done.unwrap().0, made as u64);
    }

    fn apply(&mut self, at: &At) {
        let edits = self.edits();
        let made = at.tenant.apply("edit", |draft| edits.iter().try_for_each(|edit| edit.draft(draft)));
        let value = edited(self.models[at.model].head_value(at.owner), &edits);
        if self.models[at.model].refuses(&value) {
            return assert!(made.is_err());
        }
        let expected = self.models[at.model].transition(at.side, at.owner, "edit", value, NOW.get());
        assert_eq!(made.unwrap().0, expected as u64);
    }

    fn edits(&mut self) -> Vec<Edit> {
        let count = self.dice.below(4);
        let mut edits = vec![Edit::Start];
        edits.extend((0..count).map(|_| {
            let (key, n) = (format!("k{}", self.dice.below(12)), self.dice.below(1000));
            match self.dice.below(4) {
                0 => Edit::Remove(key),
                1 => Edit::Push(n),
                2 => Edit::Merge(key, n),
                _ => Edit::Set(key, n),
            }
        }));
        edits
    }

    fn any_version(&mut self, model: usize) -> usize {
        self.dice.below(self.models[model].versions.len())
    }

    fn snapshot(&mut self, at: &At) {
        let named = self.dice.below(2) == 0;
        let version = self.dice.once_in(2).then(|| self.any_version(at.model));
        let note = Note { name: named.then(|| self.name("mark")), description: self.name("text") };
        let request = note.name.as_deref().map_or_else(SnapshotRequest::auto, SnapshotRequest::named);
        let request = request.described(&note.description);
        let request = match version {
            Some(version) => request.at(Version(version as u64)),
            None => request,
        };
        let made = at.tenant.snapshot(&request).unwrap();
        let model = &mut self.models[at.model];
        let version = version.unwrap_or(model.lines[at.owner].head);
        let kind = if named { SnapshotKind::Named } else { SnapshotKind::Auto };
        assert_eq!(made.id.0.0, model.mark(at.side, version, kind, note, NOW.get()));
    }

    fn roll_back(&mut self, at: &At) {
        let listed: Vec<(u64, usize, Option<String>, i64)> = self.models[at.model]
            .listed()
            .iter()
            .map(|mark| (mark.id, mark.version, mark.note.name.clone(), mark.at))
            .collect();
        let index = self.dice.below(listed.len());
        let moment = i64::try_from(self.dice.below(OPERATIONS)).unwrap();
        let version = self.any_version(at.model);
        let (strategy, to) = match self.dice.below(5) {
            0 => (Strategy::Latest, listed.last().map(|mark| mark.1)),
            1 => (Strategy::Index(index), listed.get(index).map(|mark| mark.1)),
            2 => {
                let before = listed.iter().filter(|mark| mark.3 <= moment);
                (Strategy::Time(time(moment)), before.max_by_key(|mark| mark.3).map(|mark| mark.1))
            }
            3 => {
                let name = listed.get(index).and_then(|mark| mark.2.clone()).unwrap_or_else(|| "nothing".into());
                let of_name = listed.iter().filter(|mark| mark.2.as_deref() == Some(&name));
                (Strategy::Named(name.as_str().into()), of_name.max_by_key(|mark| mark.0).map(|mark| mark.1))
            }
            _ => (Strategy::Version(Version(version as u64)), Some(version)),
        };
        let done = at.tenant.rollback(&strategy, "why");
        let Some(to) = to else { return assert!(done.is_err(), "{strategy:?}") };
        if self.models[at.model].is_head(at.owner, to) {
            return assert!(matches!(done, Err(Error::AlreadyHead { .. })), "{strategy:?}: {done:?}");
        }
        let done = done.unwrap();
        let model = &mut self.models[at.model];
        let kept = model.kept.len();
        let made = model.roll_back(at.side, at.owner, to, NOW.get());
        let kept = model.kept.get(kept).map(|kept| kept.name.as_str());
        let told = (done.version.0, done.to.0, done.kept.as_deref());
        assert_eq!(told, (made as u64, to as u64, kept), "{strategy:?}");
    }

    fn fork(&mut self, at: &At) {
        let (name, version) = (self.name("fork"), self.any_version(at.model));
        let baselines: Vec<_> = self.models[at.model]
            .listed()
            .iter()
            .filter_map(|mark| Some((mark.note.name.clone()?, mark.version, mark.id)))
            .collect();
        let unique = |name: &String| baselines.iter().filter(|baseline| baseline.0 == *name).count() == 1;
        let baseline = self.dice.pick(&baselines).filter(|baseline| unique(&baseline.0));
        let model = &mut self.models[at.model];
        match baseline {
            Some((baseline, version, id)) if self.dice.once_in(2) => {
                at.tenant.variant(&name, &baseline).unwrap();
                model.fork(&name, version, Some(id));
            }
            _ => {
                at.tenant.fork(&name, Version(version as u64)).unwrap();
                model.fork(&name, version, None);
            }
        }
        assert!(at.tenant.fork(&name, Version(0)).is_err(), "the name is taken");
    }

    fn promote(&mut self, at: &At) {
        let model = &mut self.models[at.model];
        if at.owner == 0 {
            return assert!(at.tenant.promote("main", "").is_err());
        }
        let done = at.tenant.promote(&model.lines[at.owner].name, "best");
        if model.is_head(0, model.lines[at.owner].head) {
            return assert!(matches!(done, Err(Error::NothingToPromote { .. })), "{done:?}");
        }
        let done = done.unwrap();
        assert_eq!(done.version.0, model.promote(at.side, at.owner, NOW.get()) as u64);
    }

    fn undo_or_redo(&mut self, at: &At) {
        let model = &mut self.models[at.model];
        let (undo, redo) = (model.can_undo(at.side), model.can_redo(at.side));
        assert_eq!((at.tenant.undoable().is_some(), at.tenant.redoable().is_some()), (undo, redo));
        let all = at.tenant.allowing(Allow::default().leaving_others(true));
        match (self.dice.once_in(2), undo, redo) {
            (true, true, _) => {
                let others = model.others_left(at.side, false);
                assert_refused_for(others, || at.tenant.undo());
                assert_eq!(all.undo().unwrap().others, others as u64);
                model.undo(at.side, NOW.get());
            }
            (false, _, true) => {
                let others = model.others_left(at.side, true);
                assert_refused_for(others, || at.tenant.redo());
                assert_eq!(all.redo().unwrap().others, others as u64);
                model.redo(at.side, NOW.get());
            }
            (true, false, _) => assert!(at.tenant.undo().is_err()),
            (false, _, false) => assert!(at.tenant.redo().is_err()),
        }
    }

    fn prune(&mut self, at: &At) {
        let kinds = [None, Some(SnapshotKind::Auto), Some(SnapshotKind::Named), Some(SnapshotKind::Checkpoint)];
        let kind = kinds[self.dice.below(4)];
        let older_than = self.dice.once_in(2).then(|| self.dice.below(200) as u64);
        let keep = Some(self.dice.below(6) as u64);
        let mut which = Prune::default();
        (which.kind, which.older_than, which.keep) = (kind, older_than, keep);
        let gone = at.tenant.prune(&which).unwrap();
        let model = &mut self.models[at.model];
        let expected = model.prunable(kind, older_than, keep, NOW.get());
        assert_eq!(gone.iter().map(|mark| mark.id.0.0).collect::<Vec<_>>(), expected);
        if !expected.is_empty() {
            model.delete(at.side, expected);
        }
    }

    fn edit_or_delete(&mut self, at: &At) {
        let ids: Vec<u64> = self.models[at.model].listed().iter().map(|mark| mark.id).collect();
        let Some(id) = self.dice.pick(&ids) else { return };
        let snapshot = SnapshotId(asof::Position(id));
        if self.dice.once_in(2) {
            at.tenant.delete_snapshot(snapshot).unwrap();
            return self.models[at.model].delete(at.side, vec![id]);
        }
        let note = Note { name: Some(self.name("new")), description: self.name("text") };
        let mut said = SnapshotNote::default();
        (said.name, said.description) = (note.name.as_deref().map(Into::into), note.description.as_str().into());
        at.tenant.edit_snapshot(snapshot, &said).unwrap();
        self.models[at.model].edit(at.side, id, note);
    }

    fn configure(&mut self, at: &At) {
        let mut most = |end: usize| (!self.dice.once_in(4)).then(|| 1 + self.dice.below(end) as u64);
        let (auto, named, checkpoint, max_age) = (most(8), most(12), most(6), most(300));
        let newest = self.models[at.model].newest() as u64;
        let keep = Keep {
            auto,
            named,
            checkpoint,
            max_age,
            every: self.dice.once_in(3).then(|| 1 + self.dice.below(6) as u64),
            before: self.dice.once_in(3).then_some("set"),
            versions: self.dice.once_in(8).then(|| newest + self.dice.below(9) as u64),
            bytes: self.dice.once_in(8).then(|| 40 + self.dice.below(400) as u64),
        };
        at.tenant.configure(&settings(&keep)).unwrap();
        self.models[at.model].configure(at.side, keep);
    }

    fn measure(&mut self, at: &At) {
        let value = Number::parse(&self.dice.below(100).to_string()).unwrap();
        let model = &mut self.models[at.model];
        let line = &model.lines[at.owner];
        at.tenant.measure(&line.name, &[Metric::new("score", value)]).unwrap();
        model.measured.push((line.name.clone(), line.head));
        model.position += 1;
    }

    fn transaction(&mut self, at: &At) {
        let keep = &self.models[at.model].keep;
        if keep.versions.is_some() || keep.bytes.is_some() {
            // What is refused is told of single transitions; a step fails on it as on any error.
            return;
        }
        let steps: Vec<(Vec<Edit>, Option<String>)> =
            (1..=3).map(|n| (self.edits(), self.dice.once_in(2).then(|| format!("c{n}")))).collect();
        let fails = Cell::new(self.dice.below(5));
        let mut builder = at.tenant.transaction("several");
        for (n, (edits, checkpoint)) in (1..).zip(&steps) {
            let fails = &fails;
            builder = builder.step(&format!("step {n}"), move |draft: &mut Draft| -> Result<(), StepError> {
                if fails.get() == n {
                    return Err("it broke".into());
                }
                Ok(edits.iter().try_for_each(|edit| edit.draft(draft))?)
            });
            builder = if let Some(name) = checkpoint { builder.checkpoint(name) } else { builder };
        }
        let fails_at = fails.get();
        let mut story =
            Story { model: &mut self.models[at.model], side: at.side, owner: at.owner, tx: 0, steps: &steps };
        story.tx = story.model.begin(at.owner, "several");
        if self.dice.once_in(4) {
            let failed = (1..=3).contains(&fails_at);
            assert_eq!(builder.run_atomic().is_ok(), !failed);
            if !failed {
                story.model.in_one_write(true);
                story.steps(1, 4);
                story.model.in_one_write(false);
            }
            return story.end(!failed);
        }
        let done = builder.run();
        if !(1..=3).contains(&fails_at) {
            done.unwrap();
            story.steps(1, 4);
            return story.end(true);
        }
        let failed = done.unwrap_err();
        assert_eq!((failed.step, failed.cause.to_string().as_str()), (fails_at, "it broke"));
        story.steps(1, fails_at);
        story.end(false);
        let checkpoints: Vec<String> = failed.checkpoints().into_iter().map(str::to_owned).collect();
        fails.set(0);
        match (self.dice.below(5), self.dice.pick(&checkpoints)) {
            (0, Some(name)) => {
                assert_eq!(failed.roll_back_to(&name).unwrap().0, story.back_to(&name));
            }
            (1, Some(name)) => {
                builder.resume_from(&name).unwrap();
                let step = story.number(&name);
                if story.model.lines[at.owner].head != story.checkpoint(step) {
                    story.back_to(&name);
                }
                story.steps(step + 1, 4);
                story.end(true);
            }
            (2, _) => {
                builder.resume().unwrap();
                story.steps(fails_at, 4);
                story.end(true);
            }
            (3, _) => {
                let base = story.model.transactions[story.tx].base;
                failed.roll_back_all().unwrap();
                story.model.back(at.side, at.owner, story.tx, 0, base, NOW.get());
            }
            _ => {}
        }
    }

    fn check_all(&self) {
        for recording in &self.handles {
            for (name, model) in TENANTS.iter().zip(&self.models) {
                let tenant = recording.tenant_or_new(&(*name).into()).unwrap();
                tenant.catch_up().unwrap();
                check_versions(&tenant, model);
                check_branches(&tenant, model);
                check_lists(&tenant, model);
            }
        }
    }
}

/// A transaction as the model tells it.
struct Story<'a> {
    model: &'a mut Model,
    side: usize,
    owner: usize,
    tx: usize,
    steps: &'a [(Vec<Edit>, Option<String>)],
}

impl Story<'_> {
    fn steps(&mut self, from: usize, to: usize) {
        for number in from..to {
            let (edits, checkpoint) = &self.steps[number - 1];
            let value = edited(self.model.head_value(self.owner), edits);
            let step = (number, &*format!("step {number}"), value, checkpoint.clone());
            self.model.step(self.side, self.owner, self.tx, step, NOW.get());
        }
    }

    fn end(&mut self, done: bool) {
        self.model.end(self.tx, if done { TransactionState::Committed } else { TransactionState::Failed });
    }

    fn number(&self, checkpoint: &str) -> usize {
        self.steps.iter().position(|(_, name)| name.as_deref() == Some(checkpoint)).unwrap() + 1
    }

    fn checkpoint(&self, step: usize) -> usize {
        self.model.transactions[self.tx].standing.iter().find(|(own, ..)| *own == step).unwrap().2
    }

    fn back_to(&mut self, checkpoint: &str) -> u64 {
        let step = self.number(checkpoint);
        let to = self.checkpoint(step);
        self.model.back(self.side, self.owner, self.tx, step, to, NOW.get());
        self.model.newest() as u64
    }
}

/// One edit, for a draft and for a plain value.
enum Edit {
    /// Makes sure that there is an object with a list.
    Start,
    Set(String, usize),
    Remove(String),
    Push(usize),
    Merge(String, usize),
}

impl Edit {
    fn draft(&self, draft: &mut Draft) -> asof::Result<()> {
        match self {
            Self::Start if draft.value().as_object().is_none() => draft.set(".", &json!({"list": []})),
            Self::Set(key, n) => draft.set(&format!(".{key}"), n),
            Self::Remove(key) if draft.get(&format!(".{key}"))?.is_some() => draft.remove(&format!(".{key}")),
            Self::Start | Self::Remove(_) => Ok(()),
            Self::Push(n) => draft.push(".list", n),
            Self::Merge(key, n) => draft.merge(".", &json!({ key: { "n": n, "gone": null }, "n": null })),
        }
    }

    fn plain(&self, value: &mut Json) {
        match self {
            Self::Start if !value.is_object() => *value = json!({"list": []}),
            Self::Start => {}
            Self::Set(key, n) => value[key] = json!(n),
            Self::Remove(key) => drop(value.as_object_mut().unwrap().remove(key)),
            Self::Push(n) => value["list"].as_array_mut().unwrap().push(json!(n)),
            Self::Merge(key, n) => {
                value.as_object_mut().unwrap().remove("n");
                if value[key].is_object() { value[key]["n"] = json!(n) } else { value[key] = json!({ "n": n }) }
            }
        }
    }
}

fn edited(value: &Json, edits: &[Edit]) -> Json {
    let mut value = value.clone();
    edits.iter().for_each(|edit| edit.plain(&mut value));
    value
}

/// Every value, every record's patch, and every neighbouring difference forth and back.
fn check_versions(tenant: &Tenant, model: &Model) {
    assert_eq!(tenant.history().newest().0, model.newest() as u64);
    assert_eq!(tenant.history().problems().len(), 0);
    let values: Vec<_> = (0..=model.newest()).map(|n| tenant.value_at(Version(n as u64)).unwrap()).collect();
    for (n, made) in model.versions.iter().enumerate() {
        assert_eq!(values[n].to_json(), made.value.to_string(), "#{n}");
        let info = tenant.history().info(Version(n as u64)).unwrap();
        if n == 0 {
            continue;
        }
        assert_eq!(
            (info.kind.word(), info.label.as_str(), info.parent.0),
            (made.kind, &*made.label, made.parent as u64)
        );
        assert_eq!((info.at, info.size), (made.at.map(time), made.value.to_string().len() as u64));
        let (before, after) = (&values[n - 1], &values[n]);
        assert_eq!(&between(before, after).apply(before).unwrap(), after);
        assert_eq!(&between(after, before).apply(after).unwrap(), before);
        if info.kind == VersionKind::Transition
            && let Body::Transition { change: asof::record::StateChange::Patch(patch), .. } =
                &tenant.record_of(info.version).unwrap().unwrap().entry.body
        {
            assert_eq!(&patch.apply(&values[made.parent]).unwrap(), after);
        }
    }
}

fn check_branches(tenant: &Tenant, model: &Model) {
    let history = tenant.history();
    let found: Vec<_> = history
        .branches()
        .into_iter()
        .map(|b| {
            (b.name.to_string(), b.base.0, b.head.0, b.versions, b.kept_by.map(|by| by.0), b.baseline.map(|id| id.0.0))
        })
        .collect();
    let depth = |version: usize| model.line(version).len() as u64 - 1;
    let own = |base: usize, head: usize| depth(head) - depth(base);
    let live = model
        .lines
        .iter()
        .map(|l| (l.name.clone(), l.base as u64, l.head as u64, own(l.base, l.head), None, l.baseline));
    let kept = model
        .kept
        .iter()
        .map(|k| (k.name.clone(), k.base as u64, k.head as u64, own(k.base, k.head), Some(k.by as u64), None));
    assert_eq!(found, live.chain(kept).collect::<Vec<_>>());
    let lines: Vec<BTreeSet<usize>> = model.lines.iter().map(|line| model.line(line.head)).collect();
    let kept: Vec<_> = model.kept.iter().map(|kept| (model.line(kept.head), model.line(kept.base))).collect();
    for version in 1..=model.newest() {
        assert_eq!(
            history.lineage().branch_of(Version(version as u64)),
            model.branch_of(version, &lines, &kept),
            "#{version}"
        );
    }
}

/// A transaction: name, base, state, checkpoints that stand, versions.
type ToldTransaction = (String, u64, TransactionState, Vec<(u64, u64)>, Vec<u64>);

fn check_lists(tenant: &Tenant, model: &Model) {
    let history = tenant.history();
    let found: Vec<_> = history
        .marks()
        .listed()
        .iter()
        .map(|m| (m.id.0.0, m.version.0, m.kind, m.name.as_deref().map(str::to_owned), m.description.to_string()))
        .collect();
    let expected: Vec<_> = model
        .listed()
        .into_iter()
        .map(|m| (m.id, m.version as u64, m.kind, m.note.name.clone(), m.note.description.clone()))
        .collect();
    assert_eq!(found, expected);
    // The time of the version is one thing, what finding by time goes by another where that has none.
    let found: Vec<_> = history.marks().listed().iter().map(|mark| (mark.at, mark.moment())).collect();
    let of = |mark: &Mark| (model.versions[mark.version].at.map(time), Some(time(mark.at)));
    assert_eq!(found, model.listed().into_iter().map(of).collect::<Vec<_>>());
    let found: Vec<_> = history
        .transactions()
        .all()
        .iter()
        .map(|tx| {
            let standing = tx.checkpoints().into_iter().map(|(id, version)| (id.0.0, version.0)).collect();
            (tx.name.to_string(), tx.base.0, tx.state, standing, tx.versions().map(|v| v.0).collect())
        })
        .collect();
    let expected: Vec<ToldTransaction> = model
        .transactions
        .iter()
        .map(|tx| {
            let standing = tx.standing.iter().map(|(_, id, version)| (*id, *version as u64)).collect();
            (tx.name.clone(), tx.base as u64, tx.state, standing, tx.versions.iter().map(|v| *v as u64).collect())
        })
        .collect();
    assert_eq!(found, expected);
    let measured: Vec<_> = history
        .ledger()
        .measurements()
        .iter()
        .map(|m| (m.of.to_string(), usize::try_from(m.version.0).unwrap()))
        .collect();
    assert_eq!(measured, model.measured);
    assert_eq!(*history.ledger().settings(), settings(&model.keep));
}

/// What would leave others' versions behind says how many, and writes nothing.
fn assert_refused_for(others: usize, turn: impl FnOnce() -> asof::Result<asof::TurnedBack>) {
    if others > 0 {
        let refused = turn();
        let told = matches!(&refused, Err(Error::LeavesOthers { others: told, .. }) if *told == others as u64);
        assert!(told, "{others}: {refused:?}");
    }
}

fn settings(keep: &Keep) -> Settings {
    let Keep { auto, named, checkpoint, max_age, every, before, versions, bytes } = keep.clone();
    let mut settings = Settings::default();
    let retention = &mut settings.retention;
    (retention.auto, retention.named, retention.checkpoint, retention.max_age) = (auto, named, checkpoint, max_age);
    (settings.auto.every, settings.auto.before) = (every, before.map(Into::into).into_iter().collect());
    settings.limits.versions = versions;
    settings.limits.value_bytes = bytes.unwrap_or(settings.limits.value_bytes);
    settings
}
