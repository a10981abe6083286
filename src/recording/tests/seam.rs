//! Recordings on a log that leaves positions out and loses, delays and doubles answers: they are those of a recording in
//! memory, but for positions.

use super::{Recording, Tenant, at, json, on_disk};
use crate::dice::Dice;
use crate::error::Error;
use crate::history::Strategy;
use crate::log::Log;
use crate::log::tests::awkward::Awkward;
use crate::record::{
    AutoRules, Body, Entry, Metric, Retention, Settings, SnapshotKind, SnapshotNote, StateChange, TenantId, Version,
};
use crate::recording::{Prune, SnapshotRequest};
use crate::value::Value;
use std::sync::Arc;
use std::time::Duration;

/// All that a tenant says of itself, without positions.
pub(super) fn told(tenant: &Tenant) -> String {
    let mut told = Vec::new();
    let newest = tenant.history().newest();
    for version in (0..=newest.0).map(Version) {
        told.push(format!("{:?} {}", tenant.history().info(version), tenant.value_at(version).unwrap().to_json()));
        let record = tenant.record_of(version).unwrap();
        assert!(record.is_some() || version.0 == 0);
    }
    let history = tenant.history();
    told.push(format!("{:#?}", history.marks().listed()));
    told.push(format!("{:#?}", history.branches()));
    told.push(format!("{:#?}", history.transactions().all()));
    told.push(format!("{:?} {:?}", tenant.undoable(), tenant.redoable()));
    told.push(format!("{:?} {:?}", history.ledger().settings(), history.newest()));
    told.push(format!("{:?} {}", tenant.head(), tenant.head_value().to_json()));
    without_positions(&told.join("\n"))
}

/// Shows the first line in which two answers differ.
fn assert_same(found: &str, expected: &str, case: &str) {
    let lines = found.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
    assert!(found == expected, "{case}: {lines:#?}");
}

fn without_positions(text: &str) -> String {
    let mut parts = text.split("Position(");
    let mut left = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        left.push_str("Position(");
        left.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit() || c.is_whitespace()));
    }
    left
}

fn state(dice: &mut Dice) -> Value {
    let members: Vec<_> = (0..=dice.below(4)).map(|_| format!("\"k{}\":{}", dice.below(6), dice.below(9))).collect();
    json(&format!("{{{}}}", members.join(",")))
}

fn transition(dice: &mut Dice) -> Entry {
    let body =
        Body::Transition { label: format!("bulk {}", dice.below(3)).into(), change: StateChange::State(state(dice)) };
    Entry { at: Some(at(1)), ..Entry::new(body) }
}

/// One operation, the same for every dice of one seed; what came of it.
pub(super) fn operate(tenant: &Tenant, number: u64, dice: &mut Dice) -> String {
    let newest = tenant.history().newest().0;
    let some = |dice: &mut Dice| Version(dice.below(newest + 1));
    let snapshots = tenant.history().marks().listed().to_vec();
    let snapshot = |dice: &mut Dice| snapshots.get(dice.below(snapshots.len() as u64) as usize).map(|found| found.id);
    let words = |result: Result<String, Error>| match result {
        Ok(words) => words,
        Err(error) => format!("refused: {}", error.to_string().split("position").next().unwrap_or_default()),
    };
    words(match dice.below(14) {
        0..=3 => tenant.set(&format!("set {number}"), state(dice)).map(|made| made.to_string()),
        4 => {
            let entries = (0..=1 + dice.below(20)).map(|_| transition(dice)).collect();
            tenant.append_all(entries).map(|made| format!("{made:?}"))
        }
        5 => tenant
            .snapshot(&SnapshotRequest::named(&format!("s{number}")).at(some(dice)))
            .map(|made| format!("{:?} {:?}", made.name, made.version)),
        6 => tenant.rollback(&Strategy::Version(some(dice)), "back").map(|back| format!("{:?}", back.version)),
        7 => tenant.undo().map(|turned| format!("{:?}", turned.back.map(|back| back.version))),
        8 => tenant.redo().map(|turned| format!("{:?}", turned.back.map(|back| back.version))),
        9 => match snapshot(dice) {
            Some(id) if dice.below(2) == 0 => tenant.delete_snapshot(id).map(|()| "deleted".into()),
            Some(id) => {
                let note = SnapshotNote { description: format!("note {number}").into(), ..SnapshotNote::default() };
                tenant.edit_snapshot(id, &note).map(|()| "edited".into())
            }
            None => Ok("no snapshot".into()),
        },
        10 => {
            let baseline = format!("b{number}");
            let made = tenant.snapshot(&SnapshotRequest::named(&baseline)).and_then(|_| {
                let name = format!("v{number}");
                tenant.variant(&name, &baseline)?;
                tenant.on(&name)?.set("variant", state(dice))?;
                tenant.measure(&name, &[Metric::parse("cost=3")?])?;
                if dice.below(2) == 0 {
                    tenant.promote(&name, "better").map(|made| made.version)
                } else {
                    Ok(Version(0))
                }
            });
            made.map(|made| format!("{made:?}"))
        }
        11 => {
            let (one, two, fails) = (state(dice), state(dice), dice.below(3) == 0);
            let mut transaction = tenant.transaction("t").step("one", |draft| Ok(draft.set("/k1", &one.size())?));
            transaction = transaction
                .checkpoint("between")
                .step("two", |draft| if fails { Err("it fails".into()) } else { Ok(draft.set("/k2", &two.size())?) });
            let outcome = format!("{:?}", transaction.run());
            Ok(outcome.split("Position").next().unwrap_or_default().chars().take(40).collect())
        }
        12 => {
            let auto = AutoRules { every: Some(1 + dice.below(4)), ..AutoRules::default() };
            let retention = Retention { auto: Some(1 + dice.below(3)), ..Retention::default() };
            tenant.configure(&Settings { retention, auto, ..Settings::default() }).map(|()| "configured".into())
        }
        _ => tenant
            .prune(&Prune::default().of_kind(SnapshotKind::Auto).keep(dice.below(3)))
            .map(|gone| gone.len().to_string()),
    })
}

pub(super) fn on(log: &Arc<Awkward>) -> Recording {
    let log: Arc<dyn Log> = Arc::<Awkward>::clone(log);
    Recording::on(log).with_clock(|| at(0))
}

#[test]
fn what_is_recorded_on_an_awkward_log_is_what_is_recorded_in_memory() {
    let id = TenantId::from("t");
    let mut happened = std::collections::BTreeMap::<&str, u64>::new();
    for seed in 0..40 {
        let memory = Recording::memory().with_clock(|| at(0));
        let log = Arc::new(Awkward::new(seed));
        // Two have it open, and write in turns.
        let both = [on(&log), on(&log)].map(|recording| recording.tenant_or_new(&id).unwrap());
        let (plain, mut dice) = (memory.tenant_or_new(&id).unwrap(), Dice(seed));
        let mut done = Vec::new();
        for number in 0..25 {
            let who = &both[dice.below(2) as usize];
            who.catch_up().unwrap();
            let from = dice.0;
            let expected = operate(&plain, number, &mut dice);
            let found = operate(who, number, &mut Dice(from));
            done.push(expected.clone());
            assert_eq!(found, expected, "{seed}: {done:#?}");
        }
        let expected = told(&plain);
        for tenant in &both {
            tenant.catch_up().unwrap();
            assert_same(&told(tenant), &expected, &format!("{seed}: {done:#?}"));
        }
        assert_same(&told(&on(&log).tenant(&id).unwrap()), &expected, &format!("{seed} opened again: {done:#?}"));
        log.told().into_iter().for_each(|(what, count)| *happened.entry(what).or_default() += count);

        // And kept in files, where positions follow each other.
        let home = tempfile::tempdir().unwrap();
        let recording = on(&log);
        let before = recording.tenant(&id).unwrap();
        recording.keep_at(&home.path().join("kept.asof")).unwrap();
        before.set("after", json("1")).unwrap();
        plain.set("after", json("1")).unwrap();
        let kept = Recording::open(&home.path().join("kept.asof")).unwrap();
        assert_same(&told(&kept.tenant(&id).unwrap()), &told(&plain), &format!("{seed} kept: {done:#?}"));
        assert!(crate::log::verify(&home.path().join("kept.asof")).unwrap().damage.is_empty());
    }
    assert_eq!(happened.len(), 4, "{happened:?}");
}

#[test]
fn a_write_whose_outcome_is_not_known_says_so_and_is_recognised_when_it_is_repeated() {
    for seed in 0..8 {
        let log = Arc::new(Awkward::new(seed));
        let app = on(&log).tenant_or_new(&"t".into()).unwrap();
        let first = app.set("one", json("1")).unwrap();
        log.silence(true);
        // Stored, and found by its id although no request is answered.
        assert_eq!(app.set("two", json("2")).unwrap(), Version(2));
        log.silence(false);
        log.lose(true);
        let error = app.set("three", json("3")).unwrap_err();
        assert!(matches!(&error, Error::Unknown { tenant, .. } if tenant == "t"), "{error}");
        assert_eq!((app.head(), app.value()), (Version(2), json("2")), "nothing of it is folded");
        log.lose(false);
        assert_eq!(app.set("three", json("3")).unwrap(), Version(3));
        let there = on(&log).tenant(&"t".into()).unwrap();
        assert_eq!((there.head(), first, there.value()), (Version(3), Version(1), json("3")));
    }
}

#[test]
fn heads_are_told_once_and_in_order_from_every_log() {
    let (_home, files) = on_disk();
    let awkward = Arc::new(Awkward::new(3));
    let reopened = Recording::open(&files.directory().unwrap()).unwrap();
    for (writer, reader) in [(&on(&awkward), &on(&awkward)), (&files, &reopened)] {
        let mut heads = reader.tenant_or_new(&"t".into()).unwrap().subscribe();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let app = writer.tenant_or_new(&"t".into()).unwrap();
                for number in 1..=30 {
                    app.record("count", &number).unwrap();
                    std::thread::sleep(Duration::from_millis(number % 4));
                }
            });
            for number in 1..=30u64 {
                let head = heads.next_within(Duration::from_mins(1)).unwrap().unwrap();
                assert_eq!((head.info.version.0, head.value.to_json()), (number, number.to_string()));
            }
        });
        assert!(heads.next_within(Duration::from_millis(20)).unwrap().is_none());
    }
    // A recording that is kept elsewhere meanwhile is followed there.
    let (home, memory) = (tempfile::tempdir().unwrap(), Recording::memory());
    let app = memory.tenant_or_new(&"t".into()).unwrap();
    app.record("one", &1).unwrap();
    let mut heads = app.subscribe();
    assert!(heads.next_within(Duration::from_millis(1)).unwrap().is_none());
    memory.keep_at(&home.path().join("kept.asof")).unwrap();
    Recording::open(&home.path().join("kept.asof")).unwrap().tenant(&"t".into()).unwrap().record("two", &2).unwrap();
    assert_eq!(heads.next_within(Duration::from_mins(1)).unwrap().unwrap().info.version, Version(2));
}

#[test]
fn what_only_files_can_do_is_refused_elsewhere() {
    let log = Arc::new(Awkward::new(1));
    let recording = on(&log);
    let app = recording.tenant_or_new(&"t".into()).unwrap();
    (0..5).for_each(|number| _ = app.record("count", &number).unwrap());
    assert!(matches!(app.compact(Version(3)), Err(Error::InMemory { operation: "compact" })));
    assert_eq!((recording.directory(), recording.file(&"t".into()), recording.is_live()), (None, None, None));
    assert!(recording.release(&"other".into()) || recording.tenant(&"t".into()).is_ok());
}
