//! Tenants do not see each other, whatever many threads do to many of them at once.
//!
//! `ASOF_ISOLATION_OPERATIONS=1000000` does more.

use crate::dice::{Dice, from_env};
use asof::{Prune, Recording, SnapshotRequest, Strategy, Tenant, Version, export::FORMATS};
use std::ops::ControlFlow;
use std::time::Duration;

const TENANTS: usize = 100;
const THREADS: usize = 8;

fn marker(n: usize) -> String {
    format!("secret-{n:03}-")
}

/// Everything a tenant can show, as one text.
fn all_of(tenant: &Tenant) -> String {
    let history = tenant.history();
    let lists = (history.marks().listed(), history.branches(), history.transactions().all());
    let mut text = format!("{lists:?}{:?}{:?}", history.ledger().measurements(), history.problems());
    drop(history);
    for format in FORMATS {
        (format.write)(tenant, &mut |line| {
            text += line;
            ControlFlow::Continue(())
        })
        .unwrap();
    }
    text
}

/// Has only its own marker in it.
fn check(text: &str, own: usize) {
    for (at, _) in text.match_indices("secret-") {
        assert!(text[at..].starts_with(&marker(own)), "tenant {own} shows {}", &text[at..at + 20]);
    }
}

/// What one operation answered, in words.
fn operate(tenant: &Tenant, own: usize, dice: &mut Dice) -> String {
    let (n, other) = (dice.below(1000), dice.below(TENANTS));
    let mine = format!("{}{n}", marker(own));
    match dice.below(16) {
        0..7 => {
            format!("{:?}", tenant.apply("edit", |draft| draft.set(".", &serde_json::json!({"key": mine, "n": n}))))
        }
        7 => format!("{:?}", tenant.snapshot(&SnapshotRequest::named(&mine))),
        8 => format!("{:?}", tenant.snapshot(&SnapshotRequest::default())),
        // The names of another tenant are asked for, its tenant's included: that much the asker knows already.
        9 => tenant
            .rollback_to_named_snapshot(&format!("guess {other}-{n}"))
            .map_or_else(|e| e.to_string(), |_| String::new()),
        10 => format!("{:?}", tenant.rollback(&Strategy::Version(Version(n as u64 % 20)), &mine)),
        11 => format!("{:?}", tenant.rollback_to_latest_snapshot()),
        12 => format!("{:?}", tenant.fork(&mine.replace('-', "_"), Version(n as u64 % 9)))
            .replace("secret_", "secret-")
            .replace('_', "-"),
        13 => format!("{:?}", tenant.undo()),
        14 => format!("{:?}", tenant.prune(&Prune::default().keep(5))),
        _ => tenant.value().to_json(),
    }
}

#[test]
fn no_tenant_sees_another() {
    let recording = Recording::memory();
    let each = usize::try_from(from_env("ASOF_ISOLATION_OPERATIONS", 60_000)).unwrap() / THREADS;
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let recording = &recording;
            scope.spawn(move || {
                let mut dice = Dice(thread as u64);
                for _ in 0..each {
                    let own = dice.below(TENANTS);
                    let tenant = recording.tenant_or_new(&format!("tenant {own}").as_str().into()).unwrap();
                    check(&operate(&tenant, own, &mut dice), own);
                }
            });
        }
    });
    for own in 0..TENANTS {
        let tenant = recording.tenant(&format!("tenant {own}").as_str().into()).unwrap();
        let text = all_of(&tenant);
        assert!(text.contains(&marker(own)));
        check(&text.replace("secret_", "secret-").replace('_', "-"), own);
        assert!(tenant.subscribe().next_within(Duration::ZERO).unwrap().is_none());
    }
}

/// How many of four threads that do the same at once are told that it was done.
fn winners(work: impl Fn() -> bool + Sync) -> usize {
    std::thread::scope(|scope| {
        let threads: Vec<_> = [(); 4].map(|()| scope.spawn(&work)).into_iter().collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).filter(|won| *won).count()
    })
}

#[test]
fn of_several_threads_one_gets_the_name() {
    let app = Recording::memory().tenant_or_new(&"main".into()).unwrap();
    app.record("open", &1).unwrap();
    for n in 0..200 {
        let name = format!("n{n}");
        assert_eq!(winners(|| app.snapshot(&SnapshotRequest::named(&name)).is_ok()), 1);
        assert_eq!(winners(|| app.fork(&name, Version(1)).is_ok()), 1);
        assert_eq!(winners(|| app.delete_named_snapshot(&name).is_ok()), 1);
    }
    app.rollback(&Strategy::Version(Version(0)), "").unwrap();
    let writes = 401;
    let undone: usize = (0..200).map(|_| winners(|| app.undo().is_ok())).sum();
    assert_eq!((undone, app.undoable()), (writes, None));
    assert_eq!(app.history().problems(), [] as [asof::Text; 0]);
}
