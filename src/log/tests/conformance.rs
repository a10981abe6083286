//! What every log does, on each of them.

use super::awkward::Awkward;
use super::*;
use crate::Error;
use crate::log::MemoryLog;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Runs a check on every implementation.
fn each(check: impl Fn(&dyn Log)) {
    check(&MemoryLog::default());
    check(&MemoryLog::behind(std::sync::Arc::new(MemoryLog::default())).unwrap());
    let (_scratch, log) = Scratch::new();
    check(&log);
    (0..3).for_each(|seed| check(&Awkward::new(seed)));
    on_server(check);
}

/// Runs a check on a server, where `tests/nats/run` has started one.
fn on_server(check: impl Fn(&dyn Log)) {
    #[cfg(feature = "nats")]
    if let Ok(server) = std::env::var("ASOF_TEST_NATS") {
        check(&super::new_on_server(&server));
    }
    let _not_without_the_feature = check;
}

/// The positions of a tenant's records.
fn positions(log: &dyn Log, tenant: &TenantId) -> Vec<u64> {
    read_all(log, tenant, 100).0.iter().map(|record| record.position.0).collect()
}

#[test]
fn an_unknown_tenant_is_empty() {
    each(|log| {
        assert_eq!(log.tenants().unwrap(), []);
        assert_eq!(log.last(&main()).unwrap(), Position(0));
        let batch = log.read(&main(), Position(0), 10).unwrap();
        assert!(batch.records.is_empty() && batch.damage.is_empty());
        let missing = log.record(&main(), Position(1)).unwrap_err();
        assert!(matches!(missing, Error::NotFound { .. }), "{missing}");
        assert!(matches!(log.record(&main(), Position(0)), Err(Error::NotFound { .. })));
    });
}

#[test]
fn what_is_appended_comes_back() {
    each(|log| {
        let full = Entry { at: moment(1_760_011_200), by: Some("ann".into()), ..entry("first") };
        let first = log.put_synced(&main(), Position(0), std::slice::from_ref(&full)).unwrap();
        let more = [entry("second"), entry("third")];
        let last = log.put(&main(), first, &more).unwrap();
        let (records, damage) = read_all(log, &main(), 2);
        assert_eq!(damage, []);
        assert!(Position(0) < first && first.0 + 2 <= last.0);
        let positions: Vec<_> = records.iter().map(|record| record.position.0).collect();
        assert_eq!(positions, [first.0, last.0 - 1, last.0], "those of one append follow each other");
        assert_eq!(records.iter().map(|record| &record.entry).collect::<Vec<_>>(), [&full, &more[0], &more[1]]);
        assert_eq!(records.iter().map(|record| &record.id).collect::<BTreeSet<_>>().len(), 3);
        for record in &records {
            assert_eq!(log.record(&main(), record.position).unwrap(), *record);
        }
        for nothing in (0..=last.0 + 1).filter(|position| !positions.contains(position)) {
            assert!(matches!(log.record(&main(), Position(nothing)), Err(Error::NotFound { .. })));
        }
        assert_eq!(log.last(&main()).unwrap(), last);
        if let Some(next) = log.next(&main()).unwrap() {
            assert_eq!(log.put(&main(), last, &[entry("next")]).unwrap(), next);
        }
    });
}

#[test]
fn an_append_at_another_position_is_refused() {
    each(|log| {
        let refused = |expected, actual| {
            let error = log.put(&main(), Position(expected), &[entry("late")]).unwrap_err();
            let told = matches!(error, Error::Conflict { expected: e, actual: a } if (e, a) == (expected, actual));
            assert!(told, "{error}");
        };
        refused(5, 0);
        assert_eq!(log.tenants().unwrap(), []);
        let last = log.put(&main(), Position(0), &[entry("a"), entry("b")]).unwrap().0;
        for expected in [0, last - 1, last + 1, u64::MAX] {
            refused(expected, last);
        }
        assert_eq!(all_words(log, &main()), ["a", "b"]);
    });
}

#[test]
fn an_append_whose_answer_was_lost_is_found_and_not_done_twice() {
    each(|log| {
        for (count, before) in [(1, 0), (3, 0), (100, 0), (1, 5), (2, 5)] {
            let tenant = TenantId::from(format!("{count} after {before}").as_str());
            let id = AppendId::new();
            let others = |count: u64| entries(&(0..count).map(|n| format!("other {n}")).collect::<Vec<_>>());
            let before = log.put(&tenant, Position(0), &others(before)).unwrap();
            assert_eq!(log.find(&tenant, before, &id).unwrap(), None);
            let own = entries(&(0..count).map(|n| format!("own {n}")).collect::<Vec<_>>());
            let last = append_settled(log, &tenant, before, &id, &own).unwrap();
            let mut end = last;
            for _ in 0..3 {
                assert_eq!(log.find(&tenant, before, &id).unwrap(), Some(last));
                assert_eq!(log.find(&tenant, before, &AppendId::new()).unwrap(), None);
                assert_eq!(append_settled(log, &tenant, before, &id, &own).unwrap(), last);
                assert_eq!(log.last(&tenant).unwrap(), end);
                end = log.put(&tenant, end, &others(1)).unwrap();
            }
        }
    });
}

#[test]
fn bounds_and_times_are_those_of_the_records() {
    each(|log| {
        assert_eq!((log.bounds(&main()).unwrap(), log.seek_time(&main(), Time::MIN_UTC).unwrap()), Default::default());
        let times = [None, Some(50), Some(10), None, Some(70), Some(70), Some(20)];
        let mut last = Position(0);
        for (number, at) in times.iter().enumerate() {
            let at = at.and_then(moment);
            last = log.put(&main(), last, &[Entry { at, ..entry(&number.to_string()) }]).unwrap();
        }
        let positions = positions(log, &main());
        let bounds = log.bounds(&main()).unwrap();
        assert_eq!(
            (bounds.first.0, bounds.last, bounds.first_at, bounds.last_at),
            (positions[0], last, None, moment(20))
        );
        for asked in 0..80 {
            let expected = times.iter().position(|at| at.is_some_and(|at| at >= asked));
            let found = log.seek_time(&main(), moment(asked).unwrap()).unwrap();
            assert_eq!(found, expected.map(|number| Position(positions[number])), "{asked}");
        }
    });
}

#[test]
fn who_follows_is_told_of_what_others_append() {
    each(|log| {
        let mut any = log.follow(None);
        std::thread::scope(|scope| {
            for tenant in ["one", "other"] {
                let mut own = log.follow(Some(&tenant.into()));
                scope.spawn(move || {
                    let end = std::time::Instant::now() + std::time::Duration::from_mins(1);
                    while all_words(log, &tenant.into()).len() < 20 {
                        own.wait(end.saturating_duration_since(std::time::Instant::now()));
                        assert!(std::time::Instant::now() < end, "{tenant} was not told");
                    }
                });
            }
            for number in 0..20 {
                append_at_last(log, &"one".into(), &number.to_string());
                append_at_last(log, &"other".into(), &number.to_string());
            }
        });
        assert!(any.wait(std::time::Duration::from_mins(1)));
    });
}

#[test]
fn an_empty_append_only_compares_the_position() {
    each(|log| {
        assert_eq!(log.put_synced(&main(), Position(0), &[]).unwrap(), Position(0));
        assert!(log.put_synced(&main(), Position(1), &[]).is_err());
        assert_eq!(log.tenants().unwrap(), []);
    });
}

#[test]
fn tenants_are_apart_whatever_their_names() {
    let long = "n".repeat(64 * 1024);
    let names = [
        "",
        ".",
        "..",
        "../..",
        "/",
        "/etc/passwd",
        "a/b",
        "a\\b",
        "nul\0byte",
        "new\nline",
        "\r",
        "CON",
        "nul",
        "main",
        "Main",
        "MAIN",
        "caf\u{e9}",
        "cafe\u{301}",
        "\u{202e}txt",
        "\u{1b}[31m",
        " ",
        "main ",
        "asof.json",
        "\u{10ffff}",
        "{}",
        "\"",
        &long,
    ];
    each(|log| {
        for name in names {
            log.put(&name.into(), Position(0), &[entry(name)]).unwrap();
        }
        let mut sorted: Vec<TenantId> = names.into_iter().map(TenantId::from).collect();
        sorted.sort();
        assert_eq!(log.tenants().unwrap(), sorted);
        for name in names {
            assert_eq!(all_words(log, &name.into()), [name]);
        }
    });
}

#[test]
fn large_entries_and_many_entries_come_back() {
    each(|log| {
        let large = entry(&"x".repeat(5 << 20));
        log.put(&main(), Position(0), &[large.clone(), entry("small"), large.clone()]).unwrap();
        let many: Vec<_> = (0..5000).map(|n| entry(&n.to_string())).collect();
        log.put(&main(), log.last(&main()).unwrap(), &many).unwrap();
        let (records, damage) = read_all(log, &main(), 1000);
        assert!(damage.is_empty() && records.len() == 5003);
        assert_eq!(records[2].entry, large);
        for step in (0..5003).step_by(if log.local().is_some() { 1 } else { 100 }) {
            let record = &records[step * 1009 % 5003];
            assert_eq!(log.record(&main(), record.position).unwrap(), *record);
        }
        assert_eq!(log.record(&main(), records[1002].position).unwrap().entry, many[999]);
    });
}

#[test]
fn threads_that_append_lose_nothing() {
    each(|log| {
        std::thread::scope(|scope| {
            for thread in 0..8 {
                scope.spawn(move || {
                    for number in 0..25 {
                        append_at_last(log, &main(), &format!("{thread}-{number}"));
                    }
                });
            }
        });
        let (records, damage) = read_all(log, &main(), 7);
        assert!(damage.is_empty() && records.len() == 200);
        for thread in 0..8 {
            let own = format!("{thread}-");
            let numbers: Vec<_> = records.iter().map(|record| words(record)).filter(|w| w.starts_with(&own)).collect();
            assert_eq!(numbers, (0..25).map(|number| format!("{thread}-{number}")).collect::<Vec<_>>());
        }
    });
}

/// Appends after whatever is there, trying again when another was first; how often that was so.
pub fn append_at_last(log: &dyn Log, tenant: &TenantId, words: &str) -> u64 {
    for conflicts in 0.. {
        let last = log.last(tenant).unwrap();
        match log.put(tenant, last, &[entry(words)]) {
            Ok(_) => return conflicts,
            Err(Error::Conflict { .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }
    unreachable!()
}

#[derive(Debug, Clone)]
enum LogStep {
    Append { tenant: u8, expected: Expected, count: usize },
    Read { tenant: u8, after: u64, limit: usize },
    Record { tenant: u8, position: u64 },
    Reopen,
}

#[derive(Debug, Clone)]
enum Expected {
    Right,
    Wrong(u64),
}

fn steps() -> impl Strategy<Value = Vec<LogStep>> {
    let expected = prop_oneof![4 => Just(Expected::Right), 1 => (0u64..40).prop_map(Expected::Wrong)];
    let step = prop_oneof![
        4 => (0u8..3, expected, 0usize..6).prop_map(|(tenant, expected, count)| LogStep::Append { tenant, expected, count }),
        2 => (0u8..3, 0u64..40, 0usize..9).prop_map(|(tenant, after, limit)| LogStep::Read { tenant, after, limit }),
        2 => (0u8..3, 0u64..40).prop_map(|(tenant, position)| LogStep::Record { tenant, position }),
        1 => Just(LogStep::Reopen),
    ];
    proptest::collection::vec(step, 0..60)
}

/// The model: what was appended, tenant by tenant, and where.
type Model = BTreeMap<TenantId, Vec<(u64, String)>>;

fn run(model: &mut Model, log: &dyn Log, number: usize, step: &LogStep) {
    let name = |tenant: &u8| TenantId::from(["main", "", "../x"][usize::from(*tenant)]);
    let known = |model: &Model, tenant| model.get(&name(tenant)).cloned().unwrap_or_default();
    match step {
        LogStep::Append { tenant, expected, count } => {
            let last = known(model, tenant).last().map_or(0, |(position, _)| *position);
            let new: Vec<_> = (0..*count).map(|n| format!("{number}.{n}")).collect();
            let expected = if let Expected::Wrong(position) = expected { *position } else { last };
            let outcome = log.put(&name(tenant), Position(expected), &entries(&new));
            assert_eq!(outcome.is_ok(), expected == last);
            if let (Ok(end), 1..) = (outcome, *count) {
                let first = end.0 + 1 - *count as u64;
                assert!(first > last && (!is_dense(log) || first == last + 1));
                model.entry(name(tenant)).or_default().extend((first..).zip(new));
            }
        }
        LogStep::Read { tenant, after, limit } => {
            let all = known(model, tenant);
            let batch = log.read(&name(tenant), Position(*after), *limit).unwrap();
            let expected: Vec<_> = all.into_iter().filter(|(position, _)| position > after).take(*limit).collect();
            let read: Vec<_> =
                batch.records.iter().map(|record| (record.position.0, words(record).to_string())).collect();
            assert_eq!(read[..], expected[..read.len()], "a batch may be shorter");
            assert_eq!(read.is_empty(), expected.is_empty(), "but is empty only at the end");
        }
        LogStep::Record { tenant, position } => {
            let all = known(model, tenant);
            let expected = all.into_iter().find(|(at, _)| at == position).map(|(_, words)| words);
            let record = log.record(&name(tenant), Position(*position)).ok();
            assert_eq!(record.map(|record| words(&record).to_string()), expected);
        }
        LogStep::Reopen => assert_eq!(log.tenants().unwrap(), model.keys().cloned().collect::<Vec<_>>()),
    }
}

/// Whether a log leaves no positions out.
fn is_dense(log: &dyn Log) -> bool {
    log.next(&main()).unwrap().is_some()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_log_does_what_a_list_does(steps in steps(), seed in 0u64..1000) {
        let (memory, awkward) = (MemoryLog::default(), Awkward::new(seed));
        let mut models = [Model::new(), Model::new(), Model::new()];
        let (scratch, mut log) = Scratch::new();
        // Some of the cases: each takes a connection and streams of its own.
        let on_server = |check: &dyn Fn(&dyn Log)| if seed % 4 == 0 { on_server(check) };
        on_server(&|log| {
            let mut model = Model::new();
            steps.iter().enumerate().for_each(|(number, step)| run(&mut model, log, number, step));
        });
        for (number, step) in steps.iter().enumerate() {
            let logs: [&dyn Log; 3] = [&memory, &log, &awkward];
            logs.iter().zip(&mut models).for_each(|(log, model)| run(model, *log, number, step));
            if matches!(step, LogStep::Reopen) {
                log = scratch.open();
            }
        }
    }
}

#[test]
fn a_file_log_follows_another() {
    let (scratch, writer) = Scratch::new();
    let reader = scratch.open();
    for number in 1..=300u64 {
        let count = usize::try_from(number % 3 + 1).unwrap();
        let new: Vec<_> = (0..count).map(|_| number.to_string()).collect();
        let after = writer.last(&main()).unwrap();
        let last = writer.put(&main(), after, &entries(&new)).unwrap();
        assert_eq!(reader.last(&main()).unwrap(), last);
        let batch = reader.read(&main(), after, 100).unwrap();
        assert_eq!(batch.records.iter().map(|record| words(record)).collect::<Vec<_>>(), new);
        assert!(batch.damage.is_empty());
    }
    let last = reader.last(&main()).unwrap();
    reader.put(&main(), last, &[entry("from the reader")]).unwrap();
    let late = writer.put(&main(), last, &[entry("late")]).unwrap_err();
    assert!(matches!(late, Error::Conflict { .. }), "{late}");
}

/// Wherever a log in memory begins, it answers as one that holds all records itself, and writes nothing to the files.
#[test]
fn a_log_in_memory_that_goes_on_from_files_answers_as_one_of_all_records() {
    for (before, behind) in [(1, 0), (5, 3), (64, 70), (200, 1)] {
        let (scratch, base) = Scratch::new();
        let whole = MemoryLog::default();
        let words = |from: u64, count: u64| entries(&(from..from + count).map(|n| n.to_string()).collect::<Vec<_>>());
        let id = AppendId::new();
        for log in [&base as &dyn Log, &whole] {
            append_settled(log, &main(), Position(0), &id, &words(0, before)).unwrap();
        }
        let bytes = std::fs::read(base.file(&main())).unwrap();
        let log = MemoryLog::behind(std::sync::Arc::new(scratch.open())).unwrap();
        let later = AppendId::new();
        for log in [&log, &whole] {
            append_settled(log, &main(), Position(before), &later, &words(before, behind)).unwrap();
            append_settled(log, &"new".into(), Position(0), &later, &words(0, 2)).unwrap();
        }
        assert_eq!(log.tenants().unwrap(), whole.tenants().unwrap());
        for tenant in [main(), "new".into(), "none".into()] {
            assert_eq!(log.last(&tenant).unwrap(), whole.last(&tenant).unwrap());
            assert_eq!(log.next(&tenant).unwrap(), whole.next(&tenant).unwrap());
            for limit in [1, 3, 100] {
                assert_eq!(read_all(&log, &tenant, limit), read_all(&whole, &tenant, limit));
            }
            for at in 0..=before + behind + 2 {
                let found = [&log, &whole].map(|log| log.record(&tenant, Position(at)).ok());
                assert_eq!(found[0], found[1], "{at}");
                let after = [&log, &whole].map(|log| log.find(&tenant, Position(at), &id).unwrap());
                assert_eq!(after[0], after[1], "{at}");
            }
        }
        assert_eq!(std::fs::read(base.file(&main())).unwrap(), bytes);
    }
}
