//! Several writers of one tenant, and an application's own errors: nobody's writes are taken for another's.

use super::{everywhere, json, on_disk};
use crate::error::Error;
use crate::history::{Budget, Strategy};
use crate::record::{AutoRules, Metric, Retention, Settings, SnapshotKind, TenantLimits, Version};
use crate::recording::{Allow, Draft, Recording, SnapshotRequest, StepError, Tenant};
use std::cell::Cell;

fn tenant(recording: &Recording) -> Tenant {
    let tenant = recording.tenant_or_new(&"t".into()).unwrap();
    tenant.set("open", json(r#"{"n":0}"#)).unwrap();
    tenant
}

fn set(path: &'static str) -> impl FnMut(&mut Draft) -> Result<(), StepError> {
    move |draft| Ok(draft.set(path, &1)?)
}

#[test]
fn what_the_debugger_of_the_same_process_did_is_told_first() {
    everywhere(|recording| {
        let app = tenant(recording);
        let debugger = app.as_debugger();
        debugger.set("look", json(r#"{"n":1}"#)).unwrap();
        let refused = app.set("step", json(r#"{"n":2}"#)).unwrap_err();
        assert!(matches!(refused, Error::Conflict { .. }), "{refused}");
        assert_eq!(app.value(), json(r#"{"n":1}"#));
        app.set("step", json(r#"{"n":2}"#)).unwrap();
    });
}

#[test]
fn an_edit_that_fails_is_not_tried_again() {
    everywhere(|recording| {
        let (app, tries) = (tenant(recording), Cell::new(0));
        let own = || {
            tries.set(tries.get() + 1);
            Err(Error::Conflict { expected: 7, actual: 8 })
        };
        assert!(app.apply("fail", |_| own()).unwrap_err().to_string().contains("expected position 7"));
        let marked = app.apply_with_snapshot("fail", &SnapshotRequest::named("s"), |_| own());
        assert!(marked.is_err() && app.history().marks().listed().is_empty());
        assert_eq!(tries.get(), 2);
    });
}

#[test]
fn each_checkpoint_of_a_write_takes_others_than_the_one_before() {
    everywhere(|recording| {
        let app = tenant(recording);
        let retention = Retention { checkpoint: Some(2), ..Retention::default() };
        app.configure(&Settings { retention, ..Settings::default() }).unwrap();
        // While a transaction is open its checkpoints stay, beside those that may be kept.
        let kept: [&[&str]; 3] =
            [&["tx-1/a", "tx-1/b"], &["tx-1/b", "tx-2/a", "tx-2/b"], &["tx-2/b", "tx-3/a", "tx-3/b"]];
        for (round, kept) in (1..).zip(kept) {
            let mut both =
                app.transaction("both").step("a", set(".a")).checkpoint("a").step("b", set(".b")).checkpoint("b");
            if round == 2 {
                both.run().unwrap()
            } else {
                both.run_atomic().unwrap()
            };
            let names: Vec<_> = app.history().marks().listed().iter().filter_map(|mark| mark.name.clone()).collect();
            assert_eq!(names, kept);
        }
    });
}

#[test]
fn going_back_takes_nobody_else_s_writes_along() {
    everywhere(|recording| {
        let (app, broken) = (tenant(recording), Cell::new(true));
        let third = |draft: &mut Draft| if broken.get() { Err("no".into()) } else { set(".c")(draft) };
        let steps = app.transaction("three").step("a", set(".a")).checkpoint("a");
        let mut steps = steps.step("b", set(".b")).step("c", third);
        let failed = steps.run().unwrap_err();
        let other = app.by("ann").apply("other", |draft| draft.set(".a", &5)).unwrap();
        for refused in [failed.roll_back_all(), failed.roll_back_all()] {
            assert!(matches!(refused, Err(Error::Overlapping { .. })), "{refused:?}");
        }
        assert_eq!((app.head(), app.value()), (other, json(r#"{"a":5,"b":1,"n":0}"#)));
        failed.roll_back_to("a").unwrap();
        assert_eq!(app.value(), json(r#"{"a":5,"n":0}"#));
        app.rollback(&Strategy::Version(Version(other.0 - 1)), "take it back myself").unwrap();
        assert!(failed.roll_back_all().is_err(), "that was somebody else's, too");
        broken.set(false);
        steps.resume().unwrap();
        assert_eq!(app.value(), json(r#"{"a":1,"b":1,"c":1,"n":0}"#));
    });
}

#[test]
fn what_was_rolled_back_is_done_again_when_resumed() {
    for (back, done_again) in [(None, 3), (Some("a"), 2)] {
        everywhere(|recording| {
            let (app, broken, ran) = (tenant(recording), Cell::new(true), Cell::new(0));
            let step = |path: &'static str| {
                let ran = &ran;
                move |draft: &mut Draft| {
                    ran.set(ran.get() + 1);
                    set(path)(draft)
                }
            };
            let third = |draft: &mut Draft| if broken.get() { Err("no".into()) } else { step(".c")(draft) };
            let steps = app.transaction("three").step("a", step(".a")).checkpoint("a").step("b", step(".b"));
            let mut steps = steps.step("c", third);
            let failed = steps.run().unwrap_err();
            back.map_or_else(|| failed.roll_back_all(), |name| failed.roll_back_to(name)).unwrap();
            broken.set(false);
            ran.set(0);
            steps.resume().unwrap();
            assert_eq!((app.value(), ran.get()), (json(r#"{"a":1,"b":1,"c":1,"n":0}"#), done_again));
        });
    }
}

#[test]
fn who_keeps_no_auto_snapshots_gets_none() {
    everywhere(|recording| {
        let app = tenant(recording);
        let retention = Retention { auto: Some(0), ..Retention::default() };
        let auto = AutoRules { every: Some(1), ..AutoRules::default() };
        app.configure(&Settings { retention, auto, ..Settings::default() }).unwrap();
        app.set("step", json("1")).unwrap();
        let refused = app.snapshot(&SnapshotRequest::default()).unwrap_err().to_string();
        assert!(refused.contains("keeps no auto snapshots"), "{refused}");
        assert!(app.history().marks().listed().is_empty());
        assert_eq!(app.snapshot(&SnapshotRequest::named("s")).unwrap().kind, SnapshotKind::Named);
    });
}

#[test]
fn settings_are_changed_from_what_they_are() {
    everywhere(|recording| {
        let (app, other) = (tenant(recording), recording.tenant(&"t".into()).unwrap());
        app.reconfigure(|settings| settings.auto.every = Some(9)).unwrap();
        let both = other.reconfigure(|settings| settings.retention.auto = Some(3)).unwrap();
        assert_eq!((both.auto.every, both.retention.auto), (Some(9), Some(3)));
        assert_eq!(*app.history().ledger().settings(), both);
    });
}

#[test]
fn figures_beyond_comparing_are_refused() {
    everywhere(|recording| {
        let app = tenant(recording);
        app.snapshot(&SnapshotRequest::named("base")).unwrap();
        let refused = app.measure("base", &[Metric::parse("score=1e400").unwrap()]).unwrap_err().to_string();
        assert!(refused.starts_with("score=1e400 is out of range"), "{refused}");
        app.measure("base", &[Metric::parse("score=1e300").unwrap()]).unwrap();
    });
}

#[test]
fn a_rollback_to_what_cannot_be_read_is_not_written() {
    let (home, recording) = on_disk();
    let recording = recording.with_budget(Budget::new(0));
    let app = recording.tenant_or_new(&"t".into()).unwrap();
    app.set("open", json(&format!(r#"{{"n":0,"text":"{}"}}"#, "long ".repeat(100)))).unwrap();
    (1..=9).for_each(|n| _ = app.apply("step", |draft| draft.set(".n", &n)).unwrap());
    let file = recording.file(&"t".into()).unwrap();
    let whole = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, whole.replacen(r#""value":4"#, r#""value":7"#, 1)).unwrap();
    assert!(app.rollback(&Strategy::Version(Version(6)), "").is_err());
    assert_eq!((app.head(), app.history().position().0), (Version(10), 10));
    std::fs::write(&file, whole).unwrap();
    let again = Recording::open(&home.path().join("run.asof")).unwrap();
    let app = again.tenant(&"t".into()).unwrap();
    assert_eq!(app.history().position().0, 10, "nothing was written");
    app.rollback(&Strategy::Version(Version(6)), "").unwrap();
}

/// The same tenant in two processes, as far as the log can tell.
fn two_sides() -> (tempfile::TempDir, Tenant, Tenant) {
    let (home, recording) = on_disk();
    let app = tenant(&recording);
    let other = Recording::open(&home.path().join("run.asof")).unwrap();
    let other = other.tenant(&"t".into()).unwrap();
    (home, app, other)
}

#[test]
fn what_others_write_beside_the_head_does_not_stop_recording() {
    let (_home, app, debugger) = two_sides();
    let debugger = debugger.as_debugger();
    debugger.snapshot(&SnapshotRequest::named("look")).unwrap();
    app.set("step", json(r#"{"n":1}"#)).unwrap();
    debugger.catch_up().unwrap();
    debugger.fork("try", Version(1)).unwrap();
    debugger.on("try").unwrap().set("tried", json("7")).unwrap();
    app.set("step", json(r#"{"n":2}"#)).unwrap();
    debugger.catch_up().unwrap();
    debugger.rollback(&Strategy::Version(Version(1)), "").unwrap();
    let refused = app.set("step", json(r#"{"n":3}"#)).unwrap_err();
    assert!(matches!(refused, Error::Conflict { .. }), "{refused}");
    assert!(app.set("step", json(r#"{"n":3}"#)).is_err(), "it has still not been told");
    assert_eq!(app.value(), json(r#"{"n":0}"#));
    app.set("step", json(r#"{"n":3}"#)).unwrap();
}

#[test]
fn a_failed_transaction_says_what_can_be_rolled_back() {
    everywhere(|recording| {
        let app = tenant(recording);
        let steps = || app.transaction("two").step("a", set(".a")).checkpoint("a").step("b", set(".b"));
        let failed = steps().step("c", |_| Err("no".into())).run().unwrap_err();
        assert!(failed.can_roll_back());
        failed.roll_back_to("a").unwrap();
        assert!(failed.can_roll_back());
        failed.roll_back_all().unwrap();
        assert!(!failed.can_roll_back(), "nothing of it stands");
        let failed = steps().step("c", |_| Err("no".into())).run().unwrap_err();
        app.by("ann").apply("other", |draft| draft.set(".n", &5)).unwrap();
        assert!(failed.can_roll_back(), "ann's write stays");
        app.by("ann").apply("other", |draft| draft.set(".b", &5)).unwrap();
        assert!(!failed.can_roll_back(), "ann changed the same");
    });
}

/// Makes one record of the log unreadable.
fn broken(recording: &Recording, record: &str) {
    let file = recording.file(&"t".into()).unwrap();
    let whole = std::fs::read_to_string(&file).unwrap();
    let spoilt = whole.replacen(record, &record.replace(|digit: char| digit.is_ascii_digit(), "_"), 1);
    assert_ne!(spoilt, whole);
    std::fs::write(&file, spoilt).unwrap();
}

#[test]
fn a_promotion_of_what_cannot_be_read_is_not_needed_to_be_read() {
    let (_home, recording) = on_disk();
    let recording = recording.with_budget(Budget::new(0));
    let app = recording.tenant_or_new(&"t".into()).unwrap();
    app.set("open", json(&format!(r#"{{"n":0,"text":"{}"}}"#, "long ".repeat(100)))).unwrap();
    app.snapshot(&SnapshotRequest::named("base")).unwrap();
    app.variant("b", "base").unwrap();
    app.on("b").unwrap().apply("try", |draft| draft.set(".n", &42)).unwrap();
    (1..=9).for_each(|n| _ = app.apply("step", |draft| draft.set(".n", &n)).unwrap());
    broken(&recording, r#""value":42"#);
    app.promote("b", "its head is known").unwrap();
    assert_eq!(app.value().to_json(), app.on("b").unwrap().value().to_json());
}

#[test]
fn a_head_that_cannot_be_read_is_not_passed_over() {
    let (_home, recording) = on_disk();
    let recording = recording.with_budget(Budget::new(0));
    let app = recording.tenant_or_new(&"t".into()).unwrap();
    app.set("open", json(&format!(r#"{{"n":0,"text":"{}"}}"#, "long ".repeat(100)))).unwrap();
    let mut heads = app.subscribe();
    (41..=49).for_each(|n| _ = app.apply("step", |draft| draft.set(".n", &n)).unwrap());
    broken(&recording, r#""value":42"#);
    assert_eq!(heads.try_next().unwrap().unwrap().info.version, Version(2));
    assert!((0..20).all(|_| heads.try_next().is_err()), "#10 is known, but #3 to #9 are not told yet");
}

#[test]
fn a_tenant_is_found_whatever_is_wrong_with_others() {
    let (home, recording) = on_disk();
    let directory = home.path().join("run.asof");
    for name in ["a", "b"] {
        recording.tenant_or_new(&name.into()).unwrap().set("open", json("1")).unwrap();
    }
    let header = |name: &str, change: fn(String) -> String| {
        let file = recording.file(&name.into()).unwrap();
        std::fs::write(&file, change(std::fs::read_to_string(&file).unwrap())).unwrap();
    };
    // A damaged header hides only itself: the name still gives the file.
    header("a", |text| text.replacen(r#""asof""#, r#""osaf""#, 1));
    let again = Recording::open(&directory).unwrap();
    assert_eq!(again.tenant(&"a".into()).unwrap().value(), json("1"));
    assert_eq!(again.tenant(&"b".into()).unwrap().value(), json("1"));
    assert!(again.tenant(&"c".into()).is_err());
    // A log that cannot even be opened is its own tenant's trouble.
    let file = recording.file(&"a".into()).unwrap();
    std::fs::remove_file(&file).unwrap();
    std::fs::write(&file, "{\"crc\":\"00000000\"\n").unwrap();
    assert_eq!(Recording::open(&directory).unwrap().tenant(&"b".into()).unwrap().value(), json("1"));
}

#[test]
fn an_application_that_records_all_the_time_keeps_no_debugger_from_writing() {
    let (_home, app, debugger) = two_sides();
    let debugger = debugger.as_debugger();
    let goes_on = || app.apply("step", |draft| draft.set(".n", &1)).unwrap();
    let head = debugger.head();
    goes_on();
    assert_eq!(debugger.snapshot(&SnapshotRequest::named("s")).unwrap().version, head, "the head it saw");
    goes_on();
    debugger.variant("v", "s").unwrap();
    goes_on();
    debugger.measure("v", &[Metric::parse("score=1").unwrap()]).unwrap();
    goes_on();
    debugger.reconfigure(|settings| settings.auto.every = Some(1_000)).unwrap();
    let last = goes_on();
    let back = debugger.rollback(&Strategy::Version(Version(1)), "").unwrap();
    assert_eq!(back.kept.as_deref(), Some("main~1"));
    assert_eq!(debugger.history().branch("main~1").unwrap().head, last, "what came meanwhile is kept with the rest");
    goes_on();
    let leaving = debugger.allowing(Allow::default().leaving_others(true));
    assert_eq!(leaving.undo().unwrap().back_to, Some(last));
    goes_on();
    leaving.redo().unwrap();
    goes_on();
    debugger.promote("v", "").unwrap();
    app.catch_up().unwrap();
    assert_eq!(app.history().position(), debugger.history().position());
}

#[test]
fn who_was_full_goes_on_when_someone_else_has_made_room() {
    let (_home, app, other) = two_sides();
    let limits = TenantLimits { versions: Some(2), ..TenantLimits::default() };
    app.configure(&Settings { limits, ..Settings::default() }).unwrap();
    app.set("step", json("2")).unwrap();
    assert!(app.set("step", json("3")).unwrap_err().to_string().contains("is full"));
    other.catch_up().unwrap();
    other.compact(Version(2)).unwrap();
    app.set("step", json("3")).unwrap();
    assert!(app.set("step", json("4")).is_err());
    other.catch_up().unwrap();
    other.configure(&Settings::default()).unwrap();
    app.set("step", json("4")).unwrap();
}

#[test]
fn who_goes_back_second_is_told() {
    let (_home, app, other) = two_sides();
    app.set("step", json(r#"{"n":1}"#)).unwrap();
    other.catch_up().unwrap();
    app.rollback(&Strategy::Version(Version(1)), "").unwrap();
    let second = other.rollback(&Strategy::Version(Version(1)), "");
    assert!(matches!(second, Err(Error::Conflict { .. })), "{second:?}");
    other.rollback(&Strategy::Version(Version(2)), "and now it knows").unwrap();
    // A strategy that chooses something else than it did when it was asked for.
    app.catch_up().unwrap();
    app.snapshot(&SnapshotRequest { version: Some(Version(1)), ..SnapshotRequest::named("one") }).unwrap();
    other.catch_up().unwrap();
    app.snapshot(&SnapshotRequest { version: Some(Version(2)), ..SnapshotRequest::named("two") }).unwrap();
    assert!(matches!(other.rollback(&Strategy::Latest, ""), Err(Error::Conflict { .. })));
    let now = other.rollback(&Strategy::Latest, "");
    assert!(matches!(now, Err(Error::AlreadyHead { target: 2, head: 4 })), "{now:?}");
}
