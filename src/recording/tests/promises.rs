//! What the documentation of a recording and its handles promises.

use super::{at, everywhere, json, on_disk};
use crate::error::Error;
use crate::log::{FileLog, Log};
use crate::record::{Body, Entry, StateChange, Version};
use crate::recording::Recording;
use crate::value::{MAX_DEPTH, Value};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

#[test]
fn a_subscription_tells_from_now_on_whatever_is_loaded() {
    let (home, recording) = on_disk();
    let app = recording.tenant_or_new(&"t".into()).unwrap();
    (1..=3_i64).for_each(|n| _ = app.set("step", Value::from(n)).unwrap());
    for loaded in [false, true] {
        let again = Recording::open(&home.path().join("run.asof")).unwrap();
        let other = again.tenant_or_new(&"t".into()).unwrap();
        if loaded {
            other.catch_up().unwrap();
        }
        let reading = other.history();
        let while_reading = loaded.then(|| other.subscribe());
        drop(reading);
        let mut heads = vec![other.subscribe(), app.subscribe()];
        heads.extend(while_reading);
        for heads in &mut heads {
            assert!(heads.try_next().unwrap().is_none(), "what was there before is not told");
        }
        let next = app.set("step", json("4")).unwrap();
        for heads in &mut heads {
            assert_eq!(heads.try_next().unwrap().map(|head| head.info.version), Some(next));
            assert!(heads.try_next().unwrap().is_none());
        }
    }
}

#[test]
fn waiting_takes_any_length_of_time() {
    everywhere(|recording| {
        let app = recording.tenant_or_new(&"t".into()).unwrap();
        app.set("open", json("1")).unwrap();
        for most in [Duration::MAX, Duration::from_secs(u64::MAX), Duration::from_secs(1 << 62), Duration::ZERO] {
            let mut heads = app.subscribe();
            app.set("step", json("2")).unwrap();
            assert!(heads.next_within(most).unwrap().is_some(), "{most:?}");
        }
        assert!(app.subscribe().next_within(Duration::ZERO).unwrap().is_none());
    });
}

/// A log that cannot be copied: a record in its middle is missing.
fn with_a_gap() -> (tempfile::TempDir, Recording) {
    let (home, recording) = on_disk();
    let app = recording.tenant_or_new(&"t".into()).unwrap();
    (1..=3_i64).for_each(|n| _ = app.set("step", Value::from(n)).unwrap());
    let file = recording.file(&"t".into()).unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    let without: Vec<&str> = text.lines().enumerate().filter(|(n, _)| *n != 2).map(|(_, line)| line).collect();
    std::fs::write(&file, without.join("\n") + "\n").unwrap();
    let again = Recording::open(&home.path().join("run.asof")).unwrap();
    (home, again)
}

#[test]
fn keeping_that_fails_leaves_nothing_behind() {
    let (home, broken) = with_a_gap();
    let new = home.path().join("new.asof");
    for _ in 0..2 {
        let refused = broken.keep_at(&new);
        assert!(matches!(refused, Err(Error::Gaps { .. })), "{refused:?}");
        assert!(!new.exists());
    }
    // A directory that was there stays, with what was in it.
    let there = home.path().join("there");
    std::fs::create_dir(&there).unwrap();
    std::fs::write(there.join(".keep"), "mine").unwrap();
    assert!(broken.keep_at(&there).is_err());
    let left: Vec<_> = std::fs::read_dir(&there).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, [".keep"]);
    let whole = Recording::memory();
    let app = whole.tenant_or_new(&"t".into()).unwrap();
    app.set("open", json("1")).unwrap();
    for refused in [home.path().join("no/parent"), home.path().join("run.asof")] {
        let before = refused.exists();
        assert!(whole.keep_at(&refused).is_err());
        assert_eq!((refused.exists(), whole.directory()), (before, None));
    }
    whole.keep_at(&there).unwrap();
    app.set("step", json("2")).unwrap();
    assert_eq!(Recording::open(&there).unwrap().tenant(&"t".into()).unwrap().value(), json("2"));
}

#[test]
fn a_clock_can_hold_what_it_needs() {
    let minutes = Arc::new(AtomicU32::new(0));
    let ticking = Arc::clone(&minutes);
    let recording = Recording::memory().with_clock(move || at(ticking.fetch_add(1, Ordering::Relaxed)));
    let app = recording.tenant_or_new(&"t".into()).unwrap();
    app.set("open", json("1")).unwrap();
    let told = minutes.load(Ordering::Relaxed);
    app.set("step", json("2")).unwrap();
    assert!(app.history().info(Version(2)).unwrap().at.unwrap() >= at(told));
}

#[test]
fn a_tenant_s_memory_is_released_when_no_handle_is_left() {
    everywhere(|recording| {
        let id = "t".into();
        let app = recording.tenant_or_new(&id).unwrap();
        (1..=50_i64).for_each(|n| _ = app.set("step", Value::from(n)).unwrap());
        let heads = app.subscribe();
        assert!(!recording.release(&id));
        let kept = Arc::downgrade(&app.shared);
        drop(app);
        assert!(!recording.release(&id), "a subscription is a handle");
        drop(heads);
        assert!(kept.upgrade().is_some());
        assert!(recording.release(&id));
        assert!(kept.upgrade().is_none(), "it is gone from memory");
        assert!(!recording.release(&id) && !recording.release(&"nobody".into()));
        let again = recording.tenant(&id).unwrap();
        assert_eq!((again.head(), again.value()), (Version(50), json("50")));
        again.set("step", json("51")).unwrap();
    });
}

#[test]
fn a_log_that_refuses_appends_is_not_forgotten() {
    let home = tempfile::tempdir().unwrap();
    let log = FileLog::create(&home.path().join("run.asof")).unwrap();
    log.release(&"nobody".into());
    assert_eq!(log.refused(&"nobody".into()), None);
}

#[test]
fn a_state_at_the_deepest_level_is_taken_up() {
    everywhere(|recording| {
        for depth in [1, 127, MAX_DEPTH] {
            let app = recording.tenant_or_new(&format!("t{depth}").as_str().into()).unwrap();
            let text = "[".repeat(depth) + &"]".repeat(depth);
            app.set("deep", json(&text)).unwrap();
            let current: serde_json::Value = app.current().unwrap();
            assert_eq!(current.to_string(), text);
            assert_eq!(app.record("again", &current).unwrap(), Version(2));
        }
    });
}

#[test]
fn what_json_cannot_hold_is_refused_wherever_it_comes_in() {
    everywhere(|recording| {
        let app = recording.tenant_or_new(&"t".into()).unwrap();
        app.set("open", json(r#"{"list":[]}"#)).unwrap();
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let state = std::collections::BTreeMap::from([("load", [0.5, bad])]);
            for (refused, expected) in [
                (app.record("bad", &state), ".load[1]"),
                (app.apply("bad", |draft| draft.set(".x", &state)), ".load[1]"),
                (app.apply("bad", |draft| draft.push(".list", &bad)), ""),
                (app.apply("bad", |draft| draft.merge("", &state)), ".load[1]"),
            ] {
                let Err(Error::NotJson { path, .. }) = refused else { panic!("{refused:?}") };
                assert_eq!(path, expected);
            }
            assert!(Value::try_from(bad).is_err());
        }
        assert_eq!((app.head(), app.value()), (Version(1), json(r#"{"list":[]}"#)));
        let misfit = app.current::<Vec<u8>>().unwrap_err();
        assert!(matches!(misfit, Error::Misfit { version: 1, .. }), "{misfit}");
    });
}

#[test]
fn what_can_be_matched_is_a_variant_of_its_own() {
    everywhere(|recording| {
        let id = "t".into();
        assert!(matches!(recording.tenant(&"nobody".into()), Err(Error::UnknownTenant { .. })));
        let app = recording.tenant_or_new(&id).unwrap();
        assert!(matches!(app.undo(), Err(Error::NothingToUndo { .. })));
        assert!(matches!(app.redo(), Err(Error::NothingToRedo { .. })));
        app.set("open", json("1")).unwrap();
        app.snapshot(&crate::SnapshotRequest::named("s")).unwrap();
        assert!(matches!(app.snapshot(&crate::SnapshotRequest::named("s")), Err(Error::NameTaken { version: 1, .. })));
        assert!(matches!(app.snapshot(&crate::SnapshotRequest::named(" ")), Err(Error::InvalidName { .. })));
        assert!(matches!(app.fork("a~b", Version(1)), Err(Error::InvalidName { .. })));
        app.fork("b", Version(1)).unwrap();
        assert!(matches!(app.fork("b", Version(1)), Err(Error::NameTaken { kind: "branch", .. })));
        assert!(matches!(app.compact(Version(1)), Err(Error::NothingToCompact { .. })));
        assert!(matches!(app.apply("p", |draft| draft.push("", &1)), Err(Error::Edit { operation: "push to", .. })));
        assert!(matches!(app.apply("p", |draft| draft.merge(".x", &1)), Err(Error::Edit { .. })));
        app.reconfigure(|settings| settings.limits.versions = Some(1)).unwrap();
        assert!(matches!(app.set("full", json("2")), Err(Error::TenantFull { versions: 1, limit: 1, .. })));
        let invalid = Entry::new(Body::Transition { label: "x".into(), change: StateChange::Deleted });
        assert!(matches!(app.append(invalid), Err(Error::TenantFull { .. })));
    });
}
