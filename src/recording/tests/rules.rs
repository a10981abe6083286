//! Auto snapshots against a plain walk through the versions: what is made, what leaves the list, and that it does not
//! matter how many transitions come in one write.

use super::{at, json};
use crate::record::{AutoRules, Body, Entry, Retention, Settings, SnapshotKind, StateChange, Time};
use crate::recording::{Recording, SnapshotRequest, Tenant};
use crate::value::Value;
use proptest::prelude::*;

/// One transition: its label, and seconds since the one before.
type RuleStep = (&'static str, i64);

/// What should be marked, by version.
#[derive(Default)]
struct Model {
    newest: u64,
    at: Option<Time>,
    marks: Vec<(u64, Option<Time>)>,
    transitions: u64,
    since: Option<Time>,
}

impl Model {
    fn mark(&mut self, keep: &Retention) {
        let over = (self.marks.len() + 1).saturating_sub(usize::try_from(keep.auto.unwrap()).unwrap());
        self.marks.drain(..over);
        let age = |own: &Option<Time>| u64::try_from((at(1) - own.unwrap()).num_seconds()).unwrap_or(0);
        self.marks.retain(|(_, own)| keep.max_age.is_none_or(|most| age(own) <= most));
        self.marks.push((self.newest, self.at));
        (self.transitions, self.since) = (0, self.at);
    }

    fn marked(&self) -> Vec<u64> {
        self.marks.iter().map(|(version, _)| *version).collect()
    }

    fn step(&mut self, label: &str, at: Time, rules: &AutoRules, keep: &Retention) {
        let before = rules.before.iter().any(|before| before == label);
        if before && self.newest > 0 && self.marks.last().is_none_or(|(last, _)| *last != self.newest) {
            self.mark(keep);
        }
        (self.newest, self.at, self.transitions) = (self.newest + 1, Some(at), self.transitions + 1);
        let many = rules.every.is_some_and(|every| self.transitions >= every);
        let late = rules.after.zip(self.since).is_some_and(|(after, since)| (at - since).num_seconds() >= after as i64);
        if many || late {
            self.mark(keep);
        }
        self.since.get_or_insert(at);
    }
}

fn entry((label, after): RuleStep, last: &mut Time) -> Entry {
    *last += chrono::Duration::seconds(after);
    let change = StateChange::State(Value::from(last.timestamp()));
    Entry { at: Some(*last), ..Entry::new(Body::Transition { label: label.into(), change }) }
}

fn marked(tenant: &Tenant) -> Vec<u64> {
    tenant.history().marks().listed().iter().map(|mark| mark.version.0).collect()
}

/// The steps in writes of so many each, ended by what the model says.
fn check(rules: &AutoRules, keep: &Retention, writes: &[Vec<RuleStep>]) -> Result<(), TestCaseError> {
    let recording = Recording::memory().with_clock(|| at(1));
    let [together, alone] = ["together", "alone"].map(|name| recording.tenant_or_new(&name.into()).unwrap());
    let settings = Settings { retention: keep.clone(), auto: rules.clone(), ..Settings::default() };
    [&together, &alone].into_iter().for_each(|tenant| tenant.configure(&settings).unwrap());
    let (mut model, mut last) = (Model::default(), at(0));
    for write in writes {
        let entries: Vec<Entry> = write.iter().map(|step| entry(*step, &mut last)).collect();
        for (entry, (label, _)) in entries.iter().zip(write) {
            alone.append(entry.clone()).unwrap();
            model.step(label, entry.at.unwrap(), rules, keep);
            prop_assert_eq!(marked(&alone), model.marked(), "one by one, at #{}", model.newest);
        }
        together.append_all(entries).unwrap();
        prop_assert_eq!(marked(&together), model.marked(), "all at once, at #{}", model.newest);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
    #[test]
    fn auto_snapshots_are_those_of_a_plain_walk(
        every in prop::option::of(1u64..5),
        after in prop::option::of(1u64..60),
        deploys in any::<bool>(),
        keep in 1u64..6,
        max_age in prop::option::of(0u64..60),
        writes in prop::collection::vec(
            prop::collection::vec((prop_oneof![Just("step"), Just("deploy")], 0i64..40), 1..7), 0..8),
    ) {
        let before = if deploys { vec!["deploy".into()] } else { Vec::new() };
        let keep = Retention { auto: Some(keep), max_age, ..Retention::default() };
        check(&AutoRules { every, after, before }, &keep, &writes)?;
    }
}

#[test]
fn a_snapshot_asked_for_counts_like_one_of_a_rule() {
    let told = |together: bool| {
        let app = Recording::memory().with_clock(|| at(0)).tenant_or_new(&"t".into()).unwrap();
        let auto = AutoRules { every: Some(2), ..AutoRules::default() };
        app.configure(&Settings { auto, ..Settings::default() }).unwrap();
        app.set("one", json("1")).unwrap();
        let mark = SnapshotRequest::named("mine");
        if together {
            app.apply_with_snapshot("two", &mark, |draft| draft.set("", &2)).unwrap();
        } else {
            app.snapshot(&mark).unwrap();
            app.apply("two", |draft| draft.set("", &2)).unwrap();
        }
        app.set("three", json("3")).unwrap();
        marked(&app)
    };
    assert_eq!((told(true), told(false)), (vec![1, 3], vec![1, 3]));
}

#[test]
fn what_is_too_old_leaves_the_list_with_the_next_of_its_kind() {
    let recording = Recording::memory().with_clock(|| at(10));
    let app = recording.tenant_or_new(&"t".into()).unwrap();
    let retention = Retention { auto: Some(9), max_age: Some(300), ..Retention::default() };
    app.configure(&Settings { retention, ..Settings::default() }).unwrap();
    // 10, 9 ... 3 minutes before the clock's time; #6 is as old as a snapshot may be.
    let mut last = at(0);
    app.append_all((0..8).map(|n| entry(("step", if n == 0 { 0 } else { 60 }), &mut last)).collect()).unwrap();
    for version in [8, 2, 6, 3, 5] {
        let version = Some(crate::record::Version(version));
        let kept = app.snapshot(&SnapshotRequest { version, ..Default::default() }).unwrap();
        assert_eq!(kept.kind, SnapshotKind::Auto);
    }
    // What is old when it is made stays until the next one is.
    assert_eq!(marked(&app), [5, 6, 8]);
    app.snapshot(&SnapshotRequest { version: Some(crate::record::Version(4)), ..Default::default() }).unwrap();
    assert_eq!(marked(&app), [4, 6, 8]);
}

#[test]
fn a_snapshot_that_would_leave_the_list_with_the_same_write_is_not_made() {
    let app = Recording::memory().with_clock(|| at(0)).tenant_or_new(&"t".into()).unwrap();
    let auto = AutoRules { every: Some(1), ..AutoRules::default() };
    let retention = Retention { auto: Some(2), ..Retention::default() };
    app.configure(&Settings { retention, auto, ..Settings::default() }).unwrap();
    let mut last = at(0);
    let mut write = |many| app.append_all((0..many).map(|_| entry(("step", 1), &mut last)).collect()).unwrap();
    write(3);
    assert_eq!((marked(&app), app.history().position().0), (vec![2, 3], 1 + 3 + 2));
    write(5);
    assert_eq!((marked(&app), app.history().position().0), (vec![7, 8], 6 + 5 + 2));
    // What left the list comes back with what took it out, on every log.
    app.undo().unwrap();
    app.undo().unwrap();
    assert_eq!(marked(&app), [2, 3]);
}
