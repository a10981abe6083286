//! A log that changes under those who have it open, and positions that are not dense.

use super::super::RecordStore;
use super::{json, on_disk};
use crate::error::{Error, LogChange};
use crate::history::Strategy;
use crate::log::FileLog;
use crate::log::tests::{Fault, Faults};
use crate::record::{AutoRules, Retention, Settings, SnapshotKind, Version};
use crate::recording::{Recording, SnapshotRequest, Tenant};
use crate::value::Value;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

type Happening = fn(&Path);

fn happenings() -> [(&'static str, Happening); 5] {
    [
        ("deleted", |file| fs::remove_file(file).unwrap()),
        ("deleted", |file| fs::remove_dir_all(file.parent().unwrap()).unwrap()),
        ("emptied", |file| fs::write(file, "").unwrap()),
        ("truncated", |file| {
            let bytes = fs::read(file).unwrap();
            fs::write(file, &bytes[..bytes.len() - 5]).unwrap();
        }),
        ("another recording", |file| {
            let (_home, other) = on_disk();
            let tenant = other.tenant_or_new(&"t".into()).unwrap();
            (0..9).for_each(|n: i64| _ = tenant.set("other", Value::from(n)).unwrap());
            fs::copy(other.file(&"t".into()).unwrap(), file).unwrap();
        }),
    ]
}

#[test]
fn who_follows_or_writes_is_told_what_became_of_the_log() {
    for (words, happen) in happenings() {
        let (_home, recording) = on_disk();
        let id = "t".into();
        let app = recording.tenant_or_new(&id).unwrap();
        (1..=3).for_each(|n: i64| _ = app.set("step", Value::from(n)).unwrap());
        let opened = Recording::open(&recording.directory().unwrap()).unwrap();
        let follower = opened.tenant(&id).unwrap();
        let mut heads = follower.subscribe();
        assert!(heads.try_next().unwrap().is_none());
        happen(&recording.file(&id).unwrap());
        let told = [
            heads.try_next().unwrap_err(),
            heads.next_within(Duration::from_secs(5)).unwrap_err(),
            follower.catch_up().unwrap_err(),
            app.set("lost", json("9")).unwrap_err(),
            app.apply("lost", |draft| draft.set("", &9)).unwrap_err(),
            app.snapshot(&SnapshotRequest::named("lost")).unwrap_err(),
            follower.as_debugger().snapshot(&SnapshotRequest::named("lost")).unwrap_err(),
        ];
        for error in told {
            assert!(matches!(error, Error::LogChanged { .. }), "{words}: {error}");
            assert!(error.to_string().contains(words), "{words}: {error}");
        }
        assert!(heads.next().is_none());
        assert!(recording.refused(&id).unwrap().contains(words) && opened.refused(&id).unwrap().contains(words));
        // What was read stays readable.
        assert_eq!((app.head().0, follower.head_value()), (3, json("3")));
    }
}

#[test]
fn a_recording_made_anew_in_its_place_is_not_taken_for_it() {
    let (home, recording) = on_disk();
    let directory = recording.directory().unwrap();
    let app = recording.tenant_or_new(&"t".into()).unwrap();
    (1..=3).for_each(|n: i64| _ = app.set("step", Value::from(n)).unwrap());
    for versions in [1, 3, 9] {
        fs::remove_dir_all(&directory).unwrap();
        let anew = Recording::create(&home.path().join("run.asof")).unwrap();
        let other = anew.tenant_or_new(&"t".into()).unwrap();
        (1..=versions).for_each(|n: i64| _ = other.set("other", Value::from(-n)).unwrap());
        let told = app.catch_up().unwrap_err();
        assert!(matches!(told, Error::LogChanged { change: LogChange::Replaced, .. }), "{told}");
        assert!(app.set("lost", json("4")).is_err());
        assert_eq!((app.head().0, other.catch_up().unwrap(), other.head().0), (3, 0, versions.cast_unsigned()));
    }
}

/// What has to be on the disk and cannot be is taken back, in the log and in the history: nobody sees it.
#[test]
fn what_could_not_be_synced_has_not_happened() {
    type Write = fn(&Tenant) -> crate::Result<()>;
    let writes: [(&str, Write); 4] = [
        ("snapshot", |tenant| tenant.snapshot(&SnapshotRequest::named("s")).map(drop)),
        ("rollback", |tenant| tenant.rollback(&Strategy::Version(Version(1)), "").map(drop)),
        ("fork", |tenant| tenant.fork("v", Version(2)).map(drop)),
        ("settings", |tenant| tenant.configure(&Settings::default())),
    ];
    for (name, write) in writes {
        for cut_fails in [false, true] {
            let home = tempfile::tempdir().unwrap();
            let directory = home.path().join("run.asof");
            let fault = |operation, times| Fault { operation, after: 0, times };
            let faults = [fault("sync", 1), fault("cut", usize::from(cut_fails))];
            let log = FileLog::create(&directory).unwrap().with_faults(Faults::of(&faults));
            let recording = Recording::of(RecordStore::new(Arc::new(log), Some(directory.clone())));
            let id = "t".into();
            let app = recording.tenant_or_new(&id).unwrap();
            (1..=3).for_each(|n: i64| _ = app.set("step", Value::from(n)).unwrap());
            let before = app.history().position();
            let follower = Recording::open(&directory).unwrap();
            let follower = follower.tenant(&id).unwrap();
            let error = write(&app).unwrap_err();
            assert_eq!(matches!(error, Error::Unsynced { withdrawn: false, .. }), cut_fails, "{name}: {error}");
            assert_eq!(matches!(error, Error::Io { .. }), !cut_fails, "{name}: {error}");
            let stands = u64::from(cut_fails);
            assert_eq!(app.history().position().0, before.0 + stands, "{name}");
            assert_eq!(follower.catch_up().unwrap(), stands, "{name}");
            let again = Recording::open(&directory).unwrap().tenant(&id).unwrap();
            assert_eq!(again.history().position().0, before.0 + stands, "{name}");
            assert!(app.set("more", json("4")).is_err() && recording.refused(&id).is_some());
            again.set("more", json("4")).unwrap();
        }
    }
}

/// Snapshots made in one write drop earlier ones of it: by the positions they get, which damage moves.
#[test]
fn auto_snapshots_of_one_write_name_each_other_behind_damage() {
    for damaged in 0..4 {
        let (_home, recording) = on_disk();
        let id = "t".into();
        let app = recording.tenant_or_new(&id).unwrap();
        let auto = AutoRules { every: Some(1), ..AutoRules::default() };
        let retention = Retention { auto: Some(2), ..Retention::default() };
        app.configure(&Settings { retention, auto, ..Settings::default() }).unwrap();
        app.set("one", json("1")).unwrap();
        (0..damaged)
            .for_each(|n: i64| _ = app.as_debugger().snapshot(&SnapshotRequest::named(&format!("s{n}"))).unwrap());
        let file = recording.file(&id).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let kept = lines.len() - usize::try_from(damaged).unwrap();
        let broken: String = lines[kept..].iter().map(|line| line.replacen("snapshot", "snapshoT", 1)).collect();
        fs::write(&file, lines[..kept].concat() + &broken).unwrap();
        let opened = Recording::open(&recording.directory().unwrap()).unwrap();
        let app = opened.tenant(&id).unwrap();
        let entries = (2..8).map(|n: i64| {
            let change = crate::record::StateChange::State(Value::from(n));
            crate::record::Entry::new(crate::record::Body::Transition { label: "step".into(), change })
        });
        app.append_all(entries.collect()).unwrap();
        let again = Recording::open(&recording.directory().unwrap()).unwrap().tenant(&id).unwrap();
        for app in [&app, &again] {
            let history = app.history();
            let autos: Vec<_> =
                history.marks().listed().iter().filter(|mark| mark.kind == SnapshotKind::Auto).collect();
            let newest = history.newest().0;
            assert_eq!(autos.iter().map(|mark| mark.version.0).collect::<Vec<_>>(), [newest - 1, newest], "{damaged}");
        }
    }
}
