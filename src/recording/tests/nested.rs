//! Writes from inside an edit of the same tenant: refused at once, with nothing written.

use super::{everywhere, json, on_disk};
use crate::error::Error;
use crate::history::Strategy;
use crate::record::{TenantId, Version};
use crate::recording::{Recording, SnapshotRequest, StepError, Tenant};
use std::cell::Cell;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};

pub(super) fn tenant(recording: &Recording) -> Tenant {
    let tenant = recording.tenant_or_new(&"t".into()).unwrap();
    tenant.set("open", json(r#"{"n":0}"#)).unwrap();
    tenant.snapshot(&SnapshotRequest::named("s")).unwrap();
    tenant
}

pub(super) type Write = (&'static str, fn(&Tenant) -> Result<(), Error>);

/// Everything that writes.
pub(super) const WRITES: [Write; 17] = [
    ("record", |t| t.record("inner", &1).map(drop)),
    ("set", |t| t.set("inner", json("1")).map(drop)),
    ("apply", |t| t.apply("inner", |draft| draft.set(".m", &1)).map(drop)),
    ("apply with snapshot", |t| {
        t.apply_with_snapshot("inner", &SnapshotRequest::named("x"), |draft| draft.set(".m", &1)).map(drop)
    }),
    ("snapshot", |t| t.snapshot(&SnapshotRequest::named("inner")).map(drop)),
    ("delete snapshot", |t| t.delete_named_snapshot("s")),
    ("prune", |t| t.prune(&crate::Prune { keep: Some(0), ..Default::default() }).map(drop)),
    ("rollback", |t| t.rollback(&Strategy::Version(Version(0)), "").map(drop)),
    ("undo", |t| t.undo().map(drop)),
    ("fork", |t| t.fork("b", Version(1)).map(drop)),
    ("variant", |t| t.variant("v", "s").map(drop)),
    ("measure", |t| t.measure("s", &[crate::Metric::parse("score=1").unwrap()])),
    ("configure", |t| t.configure(&crate::Settings::default())),
    ("reconfigure", |t| t.reconfigure(|_| {}).map(drop)),
    ("transaction", |t| Ok(t.transaction("inner").step("i", |draft| Ok(draft.set(".m", &1)?)).run().map(drop)?)),
    ("atomic", |t| Ok(t.transaction("inner").step("i", |draft| Ok(draft.set(".m", &1)?)).run_atomic().map(drop)?)),
    ("append", |t| t.append(crate::Entry::new(crate::Body::Commit))),
];

pub(super) type Edit = (&'static str, fn(&Tenant, &mut dyn FnMut() -> Result<(), Error>) -> Result<(), Error>);

/// Everything that runs code of the application.
pub(super) const EDITS: [Edit; 6] = [
    ("apply", |t, inner| t.apply("outer", |draft| inner().and_then(|()| draft.set(".w", &1))).map(drop)),
    ("apply with snapshot", |t, inner| {
        let edit = |draft: &mut crate::Draft| inner().and_then(|()| draft.set(".w", &1));
        t.apply_with_snapshot("outer", &SnapshotRequest::default(), edit).map(drop)
    }),
    ("step", |t, inner| Ok(t.transaction("outer").step("o", |_| Ok(inner()?)).run().map(drop)?)),
    ("atomic step", |t, inner| Ok(t.transaction("outer").step("o", |_| Ok(inner()?)).run_atomic().map(drop)?)),
    ("reconfigure", |t, inner| {
        let mut answer = Ok(());
        let done = t.reconfigure(|_| answer = inner()).map(drop);
        answer.and(done)
    }),
    ("load", |t, inner| {
        let mut answer = Ok(());
        let mut report = |_| {
            answer = inner();
            ControlFlow::Break(())
        };
        t.load(&mut report)?;
        answer
    }),
];

/// Whether an error, or what it came from, is the refusal.
fn is_refusal(error: &(dyn std::error::Error + 'static)) -> bool {
    let own = error.downcast_ref::<Error>().is_some_and(|error| matches!(error, Error::NestedWrite { .. }));
    own || error.source().is_some_and(is_refusal)
}

#[test]
fn a_write_inside_an_edit_is_refused_at_once() {
    everywhere(|recording| {
        for (outer, edit) in EDITS {
            for (inner, write) in WRITES {
                let id = TenantId(format!("{outer} {inner}").as_str().into());
                let app = recording.tenant_or_new(&id).unwrap();
                app.set("open", json(r#"{"n":0}"#)).unwrap();
                app.snapshot(&SnapshotRequest::named("s")).unwrap();
                let (clone, tries) = (app.clone().by("ann"), Cell::new(0));
                let before = app.history().newest();
                let refused = edit(&app, &mut || {
                    tries.set(tries.get() + 1);
                    write(&clone)
                });
                let refused = refused.unwrap_err();
                assert!(is_refusal(&refused), "{inner} in {outer}: {refused}");
                assert_eq!(tries.get(), 1, "{inner} in {outer}");
                assert_eq!(app.history().newest(), before, "{inner} in {outer}");
                let names: Vec<_> = app.history().transactions().all().iter().map(|tx| tx.name.to_string()).collect();
                assert!(!names.contains(&"inner".to_owned()), "{inner} in {outer}");
                app.apply("after", |draft| draft.set(".n", &1)).unwrap();
            }
        }
    });
}

#[test]
fn a_write_inside_an_edit_by_another_handle_of_the_recording_is_refused() {
    let (home, recording) = on_disk();
    let app = tenant(&recording);
    let linked = home.path().join("linked.asof");
    std::os::unix::fs::symlink(home.path().join("run.asof"), &linked).unwrap();
    for path in [home.path().join("run.asof"), linked] {
        let again = Recording::open(&path).unwrap();
        let other = again.tenant(&"t".into()).unwrap();
        for (outer, edit) in EDITS {
            for (inner, write) in WRITES {
                let before = app.history().newest();
                let refused = edit(&app, &mut || write(&other)).unwrap_err();
                assert!(is_refusal(&refused), "{inner} in {outer}: {refused}");
                app.catch_up().unwrap();
                assert_eq!(app.history().newest(), before, "{inner} in {outer}");
            }
        }
    }
}

#[test]
fn other_tenants_other_threads_and_later_writes_are_not_refused() {
    everywhere(|recording| {
        let (app, other) = (tenant(recording), recording.tenant_or_new(&"u".into()).unwrap());
        app.apply("outer", |draft| other.record("beside", &1).and_then(|_| draft.set(".w", &1))).unwrap();
        // A thread that writes meanwhile is another writer: the edit runs again, once, on the new head.
        let tries = Cell::new(0);
        app.apply("outer", |draft| {
            tries.set(tries.get() + 1);
            if tries.get() == 1 {
                let app = app.clone();
                std::thread::spawn(move || app.apply("thread", |draft| draft.set(".t", &1))).join().unwrap()?;
            }
            draft.set(".w", &2)
        })
        .unwrap();
        assert_eq!((tries.get(), app.value().to_json().as_str()), (2, r#"{"n":0,"t":1,"w":2}"#));
        // An edit that panics leaves nothing behind.
        let panics = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            app.apply("panics", |_| -> Result<(), Error> { std::panic::resume_unwind(Box::new("stop")) })
        }));
        assert!(panics.is_err());
        app.record("later", &3).unwrap();
    });
}

#[test]
fn reading_inside_an_edit_is_allowed() {
    everywhere(|recording| {
        let app = tenant(recording);
        app.apply("outer", |draft| {
            app.catch_up()?;
            let n = app.history().newest().0;
            draft.set(".seen", &n)
        })
        .unwrap();
        assert_eq!(app.value(), json(r#"{"n":0,"seen":1}"#));
    });
}

#[derive(Debug)]
enum OwnError {
    SoldOut(u32),
    Recording(Error),
}

impl From<Error> for OwnError {
    fn from(error: Error) -> Self {
        Self::Recording(error)
    }
}

#[test]
fn an_edit_returns_the_application_s_own_error() {
    everywhere(|recording| {
        let app = tenant(recording);
        let sold = app.apply("sell", |_| Err(OwnError::SoldOut(7)));
        assert!(matches!(sold, Err(OwnError::SoldOut(7))));
        let edit = |draft: &mut crate::Draft| -> Result<(), OwnError> { Ok(draft.remove(".nothing")?) };
        assert!(matches!(app.apply("sell", edit), Err(OwnError::Recording(Error::Patch { .. }))));
        // A box takes in whatever there is, and gives it back.
        let boxed = |_: &mut crate::Draft| -> Result<(), StepError> { Err("out of stock".into()) };
        assert_eq!(app.apply("sell", boxed).unwrap_err().to_string(), "out of stock");
        let parsed = |draft: &mut crate::Draft| -> Result<(), StepError> { Ok(draft.set(".n", &"x".parse::<u8>()?)?) };
        let failed = app.apply_with_snapshot("sell", &SnapshotRequest::named("b"), parsed).unwrap_err();
        assert!(failed.downcast_ref::<std::num::ParseIntError>().is_some());
        let mut full = crate::Settings::default();
        full.limits.versions = Some(1);
        app.configure(&full).unwrap();
        let full = app.apply("full", |draft| Ok::<_, StepError>(draft.set(".n", &1)?)).unwrap_err();
        assert!(
            matches!(full.downcast_ref::<Error>(), Some(Error::TenantFull { versions: 1, limit: 1, .. })),
            "{full}"
        );
        assert_eq!((app.head(), app.history().marks().listed().len()), (Version(1), 1));
    });
}

#[test]
fn an_edit_that_waits_for_a_write_of_another_thread_ends_in_a_sentence() {
    let (home, recording) = on_disk();
    let app = tenant(&recording);
    let again = Recording::open(&home.path().join("run.asof")).unwrap();
    let others = [app.clone(), app.by("ann"), app.as_debugger(), again.tenant(&"t".into()).unwrap()];
    for (outer, edit) in EDITS.into_iter().filter(|(outer, _)| !["reconfigure", "load"].contains(outer)) {
        for (n, other) in others.iter().enumerate() {
            let tries = AtomicU64::new(0);
            let refused = edit(&app, &mut || {
                tries.fetch_add(1, Ordering::Relaxed);
                let write = || other.apply("beside", |draft| draft.set(".m", &tries.load(Ordering::Relaxed))).map(drop);
                std::thread::scope(|scope| scope.spawn(write).join().unwrap())
            });
            let mut refused: &(dyn std::error::Error + 'static) = &refused.unwrap_err();
            while let Some(source) = refused.source() {
                refused = source;
            }
            assert!(refused.to_string().contains("do not wait for a thread"), "{outer} {n}: {refused}");
            let tries = tries.into_inner();
            assert!((50..=200).contains(&tries), "{outer} {n}: {tries} tries");
            assert!(!app.value().to_json().contains("\"w\""), "{outer} {n}");
            app.apply("after", |draft| draft.set(".n", &1)).unwrap();
        }
    }
}
