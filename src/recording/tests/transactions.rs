//! Taking back only what a transaction did, and closing transactions that nobody will end: against plain values.

use super::{everywhere, json, on_disk};
use crate::error::Error;
use crate::history::TransactionState;
use crate::record::{Retention, Settings, TransactionId, Version};
use crate::recording::{Draft, Recording, StepError, Tenant, TransactionError};
use crate::value::Value;
use proptest::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

fn tenant(recording: &Recording, state: &str) -> Tenant {
    let tenant = recording.tenant_or_new(&"t".into()).unwrap();
    tenant.set("open", json(state)).unwrap();
    tenant
}

type Edit = fn(&mut Draft) -> Result<(), Error>;

fn no(_: &mut Draft) -> Result<(), StepError> {
    Err("no".into())
}

/// A step, what others do meanwhile (between the steps, and after them), and what is left when the step is taken back.
const KEPT: [(&str, &str, Edit, Edit, Edit, &str); 12] = [
    (
        "other key",
        r#"{"a":0,"b":0}"#,
        |d| d.set(".a", &1),
        |d| d.set(".b", &1),
        |d| d.set(".b", &2),
        r#"{"a":0,"b":2}"#,
    ),
    ("new keys", "{}", |d| d.set(".a", &1), |d| d.set(".b", &1), |d| d.set(".c", &1), r#"{"b":1,"c":1}"#),
    ("removed key", r#"{"a":[1],"b":0}"#, |d| d.remove(".a"), |d| d.set(".b", &1), |_| Ok(()), r#"{"a":[1],"b":1}"#),
    (
        "siblings",
        r#"{"o":{"a":0,"b":0}}"#,
        |d| d.set(".o.a", &1),
        |d| d.set(".o.b", &1),
        |d| d.set(".o.c", &1),
        r#"{"o":{"a":0,"b":1,"c":1}}"#,
    ),
    (
        "prefix of a name",
        r#"{"a":0,"ab":0}"#,
        |d| d.set(".a", &1),
        |d| d.set(".ab", &1),
        |_| Ok(()),
        r#"{"a":0,"ab":1}"#,
    ),
    (
        "elements",
        "[[0],[0],[0]]",
        |d| d.set(".[0][0]", &1),
        |d| d.set(".[1][0]", &1),
        |d| d.set(".[2]", &1),
        "[[0],[1],1]",
    ),
    ("push and change", "[0,0]", |d| d.push(".", &1), |d| d.set(".[0]", &2), |d| d.set(".[1]", &3), "[2,3]"),
    (
        "two pushes",
        r#"{"l":[]}"#,
        |d| d.push(".l", &1).and_then(|()| d.push(".l", &2)),
        |d| d.set(".x", &1),
        |_| Ok(()),
        r#"{"l":[],"x":1}"#,
    ),
    ("pop and change", "[0,0,7]", |d| d.remove(".[2]"), |d| d.set(".[0]", &2), |_| Ok(()), "[2,0,7]"),
    ("digits", r#"{"a":1.50,"b":0}"#, |d| d.set(".a", &1.5), |d| d.set(".b", &1), |_| Ok(()), r#"{"a":1.50,"b":1}"#),
    (
        "nested object",
        r#"{"o":{}}"#,
        |d| d.set(".o.n", &vec![vec![1]]),
        |d| d.set(".o.m", &1),
        |_| Ok(()),
        r#"{"o":{"m":1}}"#,
    ),
    (
        "set and unset",
        r#"{"a":0,"b":0}"#,
        |d| d.set(".a", &1),
        |d| d.set(".b", &1).and_then(|()| d.set(".b", &0)),
        |d| d.set(".b", &5),
        r#"{"a":0,"b":5}"#,
    ),
];

#[test]
fn a_transaction_takes_back_only_its_own_changes() {
    for (name, before, own, between, after, left) in KEPT {
        for within in [false, true] {
            everywhere(|recording| {
                let app = tenant(recording, before);
                let other = app.by("ann");
                let failed = app
                    .transaction("tx")
                    .step("own", |draft| Ok(own(draft)?))
                    .step("more", |_| {
                        let (other, write) = (other.clone(), within);
                        // Another thread writes between the steps.
                        std::thread::spawn(
                            move || if write { other.apply("between", between).map(drop) } else { Ok(()) },
                        )
                        .join()
                        .unwrap()?;
                        Err("no".into())
                    })
                    .run()
                    .unwrap_err();
                if !within {
                    other.apply("between", between).unwrap();
                }
                other.apply("after", after).unwrap();
                assert!(failed.can_roll_back(), "{name}");
                failed.roll_back_all().unwrap();
                assert_eq!(app.value().to_json(), left, "{name}");
                let transaction = app.history().transactions().all()[0].clone();
                assert_eq!(transaction.state, TransactionState::Undone, "{name}");
                assert!(!failed.can_roll_back(), "{name}");
            });
        }
    }
}

/// A step, what someone else does then, and the paths that are in the way.
const IN_THE_WAY: [(&str, Edit, Edit, &[&str]); 8] = [
    (r#"{"a":0}"#, |d| d.set(".a", &1), |d| d.set(".a", &2), &[".a"]),
    (r#"{"a":0}"#, |d| d.set(".a", &1), |d| d.set(".a", &0), &[".a"]),
    (r#"{"o":{"a":0}}"#, |d| d.set(".o.a", &1), |d| d.remove(".o"), &[".o"]),
    ("{}", |d| d.set(".o", &serde_json::json!({"x": {}})), |d| d.set(".o.x.y", &1), &[".o.x.y"]),
    (r#"{"l":[1,2]}"#, |d| d.set(".l[1]", &9), |d| d.patch(&insert(".l", "/l/0")), &[".l"]),
    (r#"{"l":[1]}"#, |d| d.push(".l", &2), |d| d.push(".l", &3).and_then(|()| d.set(".l[1]", &4)), &[".l"]),
    (r#"{"a":0}"#, |d| d.set(".a", &1), |d| d.set("", &7), &["."]),
    (
        r#"{"a":0,"b":0}"#,
        |d| d.merge("", &serde_json::json!({"a": 1, "b": 1})),
        |d| d.merge("", &serde_json::json!({"a": 2, "b": 2, "c": 1})),
        &[".a", ".b"],
    ),
];

fn insert(_: &str, at: &str) -> crate::Patch {
    crate::Patch::from_value(&json(&format!(r#"[{{"op":"add","path":"{at}","value":0}}]"#))).unwrap()
}

#[test]
fn what_others_changed_too_is_refused_with_paths_and_authors() {
    for (before, own, theirs, paths) in IN_THE_WAY {
        everywhere(|recording| {
            let app = tenant(recording, before);
            let steps = app.transaction("tx").step("own", |draft| Ok(own(draft)?)).checkpoint("c");
            let failed = steps.step("again", |draft| Ok(own(draft)?)).step("fails", no).run();
            let failed = failed.unwrap_err();
            let theirs = app.by("ann").apply("theirs", theirs).unwrap();
            assert!(!failed.can_roll_back());
            let Err(Error::Overlapping { overlaps, transaction }) = failed.roll_back_all() else { panic!("{before}") };
            assert_eq!(transaction, "tx-1");
            let named: Vec<_> = overlaps.iter().map(|overlap| overlap.path.as_str()).collect();
            assert!(paths.iter().all(|path| named.contains(path)), "{named:?} {paths:?}");
            let one = &overlaps[0];
            assert_eq!((one.version, one.by.as_deref()), (theirs.0, Some("ann")));
            assert_eq!(app.head(), theirs, "nothing was written");
        });
    }
}

#[test]
fn a_checkpoint_is_gone_back_to_beside_the_writes_of_others() {
    everywhere(|recording| {
        let (app, broken) = (tenant(recording, r#"{"n":0}"#), std::cell::Cell::new(true));
        let set = |path: &'static str| move |draft: &mut Draft| -> Result<(), StepError> { Ok(draft.set(path, &1)?) };
        let third = |draft: &mut Draft| if broken.get() { no(draft) } else { set(".c")(draft) };
        let steps = app.transaction("tx").step("a", set(".a")).checkpoint("a");
        let mut steps = steps.step("b", set(".b")).checkpoint("b").step("c", third);
        let failed = steps.run().unwrap_err();
        app.by("ann").apply("other", |draft| draft.set(".n", &5)).unwrap();
        let back = failed.roll_back_to("a").unwrap();
        assert_eq!((app.head(), app.value()), (back, json(r#"{"a":1,"n":5}"#)));
        let names: Vec<_> = app.history().transactions().all()[0].checkpoints();
        assert_eq!(names.len(), 1, "that of the step that was taken back does not stand");
        assert_eq!(failed.roll_back_to("a").unwrap(), app.head(), "there is nothing more to take back");
        broken.set(false);
        steps.resume().unwrap();
        assert_eq!(app.value(), json(r#"{"a":1,"b":1,"c":1,"n":5}"#));
        assert!(matches!(failed.roll_back_to("nowhere"), Err(Error::NotFound { .. })));
        assert_eq!(app.history().transactions().all()[0].state, TransactionState::Committed);
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Against a list of what everybody did: without the transaction's changes the same is left, or it is refused.
    #[test]
    fn taking_back_is_leaving_out(edits in prop::collection::vec((any::<bool>(), 0..4_usize, 0..5_i64), 1..12)) {
        let app = tenant(&Recording::memory(), r#"{"k0":0,"k1":0,"k2":[0,0],"k3":{"x":0}}"#);
        let apply = |draft: &mut Draft, key: usize, n: i64| match key {
            2 => draft.set(".k2[1]", &n),
            3 if n == 0 => draft.merge(".k3", &serde_json::json!({"x": null})),
            3 => draft.set(".k3.x", &n),
            _ => draft.set(&format!(".k{key}"), &n),
        };
        let mut steps = app.transaction("tx");
        for (own, key, n) in &edits {
            let other = app.by("ann");
            let (own, key, n) = (*own, *key, *n);
            steps = steps.step("step", move |draft| {
                if own {
                    return Ok(apply(draft, key, n)?);
                }
                let other = other.clone();
                let before = other.head_value();
                if before.same(draft.value()) && !DONE.get() {
                    DONE.set(true);
                    std::thread::spawn(move || other.apply("theirs", |draft| apply(draft, key, n))).join().unwrap()?;
                } else {
                    DONE.set(false);
                }
                Ok(())
            });
        }
        let failed = steps.step("fails", no).run().unwrap_err();
        let mut expected = Draft::new(app.value_at(Version(1)).unwrap());
        for (_, key, n) in edits.iter().filter(|(own, ..)| !own) {
            apply(&mut expected, *key, *n).unwrap();
        }
        let touch = |own: bool| edits.iter().filter(|edit| edit.0 == own).map(|edit| edit.1).collect::<std::collections::BTreeSet<_>>();
        let apart = touch(true).is_disjoint(&touch(false));
        match failed.roll_back_all() {
            Ok(_) if apart => prop_assert_eq!(app.value().to_json(), expected.value().to_json()),
            // What they did to the same path changed nothing.
            Ok(_) => {}
            Err(Error::Overlapping { .. }) => prop_assert!(!apart),
            Err(error) => prop_assert!(false, "{}", error),
        }
    }
}

thread_local! {
    static DONE: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

#[test]
fn a_step_that_panics_closes_its_transaction_and_panics_on() {
    for atomic in [false, true] {
        everywhere(|recording| {
            let app = tenant(recording, "{}");
            let retention = Retention { checkpoint: Some(1), ..Retention::default() };
            app.configure(&Settings { retention, ..Settings::default() }).unwrap();
            let payload = catch_unwind(AssertUnwindSafe(|| {
                let steps = app.transaction("tx").step("a", |draft| Ok(draft.set(".a", &1)?)).checkpoint("a");
                let mut steps = steps.step("b", |_| std::panic::resume_unwind(Box::new("out of tea".to_owned())));
                if atomic { steps.run_atomic() } else { steps.run() }.map(drop).unwrap_err();
            }))
            .unwrap_err();
            assert_eq!(payload.downcast_ref::<String>().map(String::as_str), Some("out of tea"));
            let closed = app.history().transactions().all()[0].clone();
            assert_eq!((closed.state, closed.closed), (TransactionState::Failed, true));
            let (step, name, why) = closed.failure().unwrap();
            assert_eq!((step, name.as_str(), why.as_str()), (2, "b", "the step panicked: out of tea"));
            assert_eq!(app.value().to_json(), if atomic { "{}" } else { r#"{"a":1}"# });
            assert!(app.history().transactions().held_checkpoints().is_empty());
            let next = app.transaction("next").step("a", |draft| Ok(draft.set(".a", &2)?)).checkpoint("a").run();
            assert_eq!(next.unwrap().id, TransactionId(2));
            let names: Vec<_> = app.history().marks().listed().iter().filter_map(|mark| mark.name.clone()).collect();
            assert_eq!(names, ["tx-2/a"], "the checkpoint of the first is released");
            assert!(matches!(app.abandon_transaction(TransactionId(1), true), Err(Error::TransactionClosed { .. })));
        });
    }
}

/// Whether or not the failure can be recorded: here the log is gone, emptied, or another one by then.
#[test]
fn a_panic_in_a_step_goes_on_when_its_failure_cannot_be_recorded() {
    let spoilt: [fn(&std::path::Path); 3] = [
        |log| std::fs::remove_file(log).unwrap(),
        |log| std::fs::write(log, "").unwrap(),
        |log| std::fs::write(log, "something else\n").unwrap(),
    ];
    for (spoil, atomic) in spoilt.into_iter().flat_map(|spoil| [(spoil, true), (spoil, false)]) {
        let (home, recording) = on_disk();
        let app = tenant(&recording, "{}");
        let log = log_of(home.path());
        let payload = catch_unwind(AssertUnwindSafe(|| {
            let mut steps = app.transaction("tx").step("a", |_| {
                spoil(&log);
                std::panic::resume_unwind(Box::new("out of tea".to_owned()))
            });
            if atomic { steps.run_atomic() } else { steps.run() }.map(drop).unwrap_err();
        }));
        let payload = payload.unwrap_err();
        assert_eq!(payload.downcast_ref::<String>().map(String::as_str), Some("out of tea"), "atomic: {atomic}");
        // An error is told with what kept it from being recorded.
        let (home, recording) = on_disk();
        let app = tenant(&recording, "{}");
        let log = log_of(home.path());
        let mut steps = app.transaction("tx").step("a", |_| {
            spoil(&log);
            Err("no tea".into())
        });
        let failed = if atomic { steps.run_atomic() } else { steps.run() }.unwrap_err().cause.to_string();
        assert!(failed.starts_with("no tea; the failure could not be recorded: "), "atomic: {atomic}: {failed}");
    }
}

/// The log of the only tenant of the recording in a folder.
fn log_of(home: &std::path::Path) -> std::path::PathBuf {
    let mut files = std::fs::read_dir(home.join("run.asof")).unwrap().map(|file| file.unwrap().path());
    files.find(|file| file.extension().is_some_and(|end| end == "jsonl")).unwrap()
}

#[test]
fn a_transaction_without_its_writer_is_found_and_closed() {
    let (home, recording) = on_disk();
    let app = tenant(&recording, "{}");
    // As a process leaves it that dies within the second step.
    let steps = |app: &Tenant| {
        let steps = app.transaction("tx").step("a", |draft| Ok(draft.set(".a", &1)?)).checkpoint("a");
        let died = std::sync::Mutex::new(steps.step("b", |_| Err("died".into())));
        died.into_inner().unwrap().run().unwrap_err()
    };
    let alive: Box<TransactionError> = steps(&app);
    let in_use = app.abandon_transaction(alive.id, true);
    assert!(matches!(in_use, Err(Error::TransactionInUse { .. })), "this process can still go on with it");
    drop(alive);
    // Another handle, as of another process: the first one still writes.
    let again = Recording::open(&home.path().join("run.asof")).unwrap();
    let debugger = again.tenant(&"t".into()).unwrap().as_debugger();
    let refused = debugger.abandon_transaction(TransactionId(1), false);
    assert!(matches!(refused, Err(Error::TransactionInUse { .. })), "{refused:?}");
    assert!(debugger.orphaned_transactions().unwrap().is_empty());
    drop((app, recording));
    assert_eq!(debugger.history().transactions().held_checkpoints().len(), 1);
    let closed = debugger.abandon_transaction(TransactionId(1), false).unwrap();
    assert_eq!((closed.state, closed.closed), (TransactionState::Failed, true));
    assert!(debugger.history().transactions().held_checkpoints().is_empty());
    assert!(matches!(debugger.abandon_transaction(TransactionId(9), false), Err(Error::NotFound { .. })));
    let done = debugger.transaction("done").step("a", |_| Ok(())).run().unwrap();
    assert!(matches!(debugger.abandon_transaction(done.id, true), Err(Error::TransactionClosed { .. })));
}

#[test]
fn who_is_closed_while_it_runs_is_told_at_its_next_step() {
    everywhere(|recording| {
        let app = tenant(recording, "{}");
        let close = crate::Entry {
            step: Some(Box::new(crate::InTransaction::new(TransactionId(1), 1))),
            ..crate::Entry::new(crate::Body::Fail { name: "".into(), why: "abandoned".into(), closed: true })
        };
        let run = app
            .transaction("tx")
            .step("a", |_| {
                let (app, close) = (app.clone(), close.clone());
                Ok(std::thread::spawn(move || app.append(close)).join().unwrap()?)
            })
            .step("b", |draft| Ok(draft.set(".b", &1)?))
            .run();
        let failed = run.unwrap_err();
        let cause = failed.cause.downcast_ref::<Error>().unwrap();
        assert!(matches!(cause, Error::TransactionClosed { .. }), "{cause}");
        assert!(matches!(failed.roll_back_all(), Err(Error::TransactionClosed { .. })));
        assert_eq!(app.value(), Value::Object([].into_iter().collect()));
    });
}

#[test]
fn a_transaction_s_error_goes_where_errors_go() {
    fn boxed(app: &Tenant) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        app.transaction("tx").step("a", |_| Ok(std::fs::read("/nowhere/at/all").map(drop)?)).run()?;
        Ok(())
    }
    fn own(app: &Tenant) -> Result<(), Error> {
        app.transaction("tx").step("a", |_| Ok(std::fs::read("/nowhere/at/all").map(drop)?)).run_atomic()?;
        Ok(())
    }
    everywhere(|recording| {
        let app = tenant(recording, "{}");
        let (boxed, own) = (boxed(&app).unwrap_err(), own(&app).unwrap_err());
        assert!(boxed.downcast_ref::<Box<TransactionError>>().is_some());
        let root = |error: &(dyn std::error::Error + 'static)| {
            let mut error = Some(error);
            while let Some(one) = error {
                if one.downcast_ref::<std::io::Error>().is_some() {
                    return true;
                }
                error = one.source();
            }
            false
        };
        assert!(root(&*boxed) && root(&own));
        assert!(matches!(own, Error::Transaction { step: 1, .. }), "{own}");
        // Handed to another thread.
        let failed = app.transaction("tx").step("a", |draft| Ok(draft.set(".a", &1)?)).step("b", no).run().unwrap_err();
        std::thread::spawn(move || failed.roll_back_all()).join().unwrap().unwrap();
        assert_eq!(app.value().to_json(), "{}");
    });
}
