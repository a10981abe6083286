//! Histories that are held are immutable, and readers wait for nobody.

use super::nested::{EDITS, WRITES, tenant};
use super::{everywhere, json, on_disk};
use crate::history::{History, Strategy};
use crate::record::{Position, Version};
use crate::recording::tenant::LogRecords;
use crate::recording::{Recording, SnapshotRequest, Tenant};
use crate::value::Value;
use std::sync::mpsc;
use std::sync::{Arc, atomic};
use std::time::Duration;

/// Each value, as the log of a handle gives it.
fn values(history: &History, of: &Tenant) -> Vec<Option<String>> {
    let log = of.shared.log();
    let value = |version| history.value(version, &LogRecords(&*log, of.id())).ok().map(|value| value.to_json());
    (0..=history.newest().0 + 1).map(Version).map(value).collect()
}

/// What another process folds of the log now.
fn folded_alone(recording: &Recording, of: &Tenant) -> Tenant {
    Recording::open(&recording.directory().unwrap()).unwrap().tenant(of.id()).unwrap()
}

#[test]
fn a_history_that_is_held_stays_as_it_was_whatever_is_written() {
    let (_home, recording) = on_disk();
    let app = tenant(&recording);
    let mut held = Vec::new();
    for (name, write) in WRITES {
        app.set("again", json(r#"{"n":{"deep":[1,2,3]}}"#)).unwrap();
        if app.history().named_snapshot("s").is_err() {
            app.snapshot(&SnapshotRequest::named("s")).unwrap();
        }
        let before = folded_alone(&recording, &app);
        held.push((name, app.history(), before.history(), values(&before.history(), &before)));
        write(&app).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(app.history().position() > before.history().position(), "{name} writes");
        let after = folded_alone(&recording, &app);
        assert_eq!(after.history().first_difference(&app.history()), None, "after {name}");
    }
    for (name, history, before, values_before) in &held {
        assert_eq!(before.first_difference(history), None, "held before {name}");
        assert_eq!(&values(history, &app), values_before, "held before {name}");
    }
    // Whatever is cut off, its rows are still there.
    app.compact(app.head()).unwrap();
    for (name, history, before, _) in &held {
        assert_eq!(before.first_difference(history), None, "held before {name}, and cut off since");
    }
}

#[test]
fn a_history_that_is_held_stays_as_it_was_when_another_writer_s_records_are_folded() {
    let (_home, recording) = on_disk();
    let app = tenant(&recording);
    let other = folded_alone(&recording, &app);
    let (held, expected) = (app.history(), folded_alone(&recording, &app).history());
    for (_, write) in WRITES {
        let _may_be_refused = write(&other);
    }
    assert!(app.catch_up().unwrap() > 10 && app.history().position() > held.position());
    assert_eq!(expected.first_difference(&held), None);
}

/// Waits for the answer of another thread, not for ever.
fn of_another_thread<T: Send + 'static>(ask: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || tell.send(ask()));
    told.recv_timeout(Duration::from_secs(20)).ok()
}

#[test]
fn reading_is_answered_while_an_edit_runs_and_while_records_are_folded() {
    everywhere(|recording| {
        for (outer, edit) in EDITS {
            let app = recording.tenant_or_new(&outer.into()).unwrap();
            app.set("open", json(r#"{"n":0}"#)).unwrap();
            let (before, mut asked) = (app.history(), 0);
            edit(&app, &mut || {
                asked += 1;
                let reader = app.clone();
                let read =
                    move || (reader.history().newest(), reader.value_at(Version(1)).map(|value| value.to_json()));
                let (newest, value) = of_another_thread(read).unwrap_or_else(|| panic!("{outer}: a reader waits"));
                assert_eq!((newest, value.unwrap().as_str()), (Version(1), r#"{"n":0}"#), "{outer}");
                assert_eq!(app.history().newest(), before.newest(), "{outer}");
                Ok(())
            })
            .unwrap();
            assert_eq!((asked, before.newest()), (1, Version(1)), "{outer}");
        }
        // In the middle of a change, which is not published yet.
        let app = tenant(recording);
        let changed = app.shared.change(|history| {
            history.set_loading(true);
            let reader = app.clone();
            Ok(of_another_thread(move || (reader.history().newest(), reader.head(), reader.value())))
        });
        assert_eq!(changed.unwrap(), Some((Version(1), Version(1), json(r#"{"n":0}"#))));
    });
}

#[test]
fn who_holds_a_history_may_write_and_load() {
    everywhere(|recording| {
        let app = tenant(recording);
        let held = app.history();
        assert_eq!(app.set("step", Value::from(1_i64)).unwrap(), Version(2));
        app.catch_up().unwrap();
        app.rollback(&Strategy::Version(Version(1)), "").unwrap();
        assert_eq!((held.newest(), app.history().newest()), (Version(1), Version(3)));
        assert_eq!(app.history().info(Version(3)).unwrap().counts.changed, 1, "counted for whoever asks");
    });
}

#[test]
fn histories_of_one_moment_are_seen_by_all_threads_while_one_writes() {
    let (_home, recording) = on_disk();
    let app = tenant(&recording);
    let done = atomic::AtomicBool::new(false);
    std::thread::scope(|threads| {
        let reader = || {
            let mut last = (Version(0), Position(0));
            while !done.load(atomic::Ordering::SeqCst) {
                let history = app.history();
                let now = (history.newest(), history.position());
                assert!(now >= last, "never older than before");
                assert!(history.marks().listed().iter().all(|mark| mark.version <= now.0));
                assert_eq!(history.head_value().to_json(), format!(r#"{{"n":{}}}"#, now.0.0.saturating_sub(1)));
                last = now;
            }
        };
        (0..3).for_each(|_| _ = threads.spawn(reader));
        for n in 1..=300_i64 {
            app.apply("count", |draft| draft.set(".n", &n)).unwrap();
        }
        done.store(true, atomic::Ordering::SeqCst);
    });
}

#[test]
fn a_tenant_that_moves_to_other_positions_shows_one_history_and_its_log() {
    for seed in 0..4 {
        let log = Arc::new(crate::log::tests::awkward::Awkward::new(seed));
        let recording = Recording::on(log);
        let tenants: Vec<_> = ["a", "b", "c"].map(|name| recording.tenant_or_new(&name.into()).unwrap()).into();
        for (app, n) in tenants.iter().zip(1..).cycle().take(60) {
            app.apply("count", |draft| draft.set("", &n)).unwrap();
            let _may_be_at_it = app.rollback(&Strategy::Version(Version(1)), "");
        }
        let (home, done) = (tempfile::tempdir().unwrap(), atomic::AtomicBool::new(false));
        std::thread::scope(|threads| {
            for app in &tenants {
                threads.spawn(|| {
                    while !done.load(atomic::Ordering::SeqCst) {
                        let values = (1..=app.history().newest().0).map(|n| app.value_at(Version(n)));
                        assert!(values.into_iter().all(|value| value.is_ok()));
                        let record = app.record_of(app.head()).unwrap().unwrap();
                        assert!(matches!(
                            record.entry.body,
                            crate::Body::Transition { .. } | crate::Body::Rollback { .. }
                        ));
                    }
                });
            }
            let kept = recording.keep_at(&home.path().join("kept.asof"));
            done.store(true, atomic::Ordering::SeqCst);
            kept.unwrap();
        });
        for app in &tenants {
            assert!(folded_alone(&recording, app).history().first_difference(&app.history()).is_none());
        }
    }
}

/// A leaf and a mark change the newest history where it is, unless a reader holds it; what takes longer never does.
#[test]
fn a_brief_change_copies_nothing_where_no_reader_holds_the_history() {
    type BriefWrite = (&'static str, bool, fn(&Tenant));
    let writes: [BriefWrite; 5] = [
        ("a leaf", true, |app| _ = app.apply("leaf", |draft| draft.set(".n", &2)).unwrap()),
        ("a mark", true, |app| _ = app.snapshot(&SnapshotRequest::named("brief")).unwrap()),
        ("steps", true, |app| {
            let step = app.transaction("t").step("one", |draft| Ok(draft.set(".n", &3)?));
            step.checkpoint("c").run().unwrap();
        }),
        ("a container", false, |app| _ = app.apply("part", |draft| draft.set(".m", &[1, 2])).unwrap()),
        ("a rollback", false, |app| _ = app.rollback(&Strategy::Version(Version(1)), "").unwrap()),
    ];
    everywhere(|recording| {
        let app = tenant(recording);
        let place = || Arc::as_ptr(&app.folded());
        for (name, brief, write) in writes {
            let before = place();
            write(&app);
            assert_eq!(place() == before, brief, "{name}");
        }
        app.undo().unwrap();
        for (name, _, write) in writes.into_iter().skip(2) {
            let (held, position) = (app.folded(), app.folded().position());
            write(&app);
            assert!(held.position() == position && app.folded().position() > position, "{name}: what is held stays");
        }
    });
}
