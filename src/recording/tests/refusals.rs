//! What is refused unless it is allowed: going back to where the head is, leaving others' work behind, the guard; and what
//! retention drops and keeps.

use super::{everywhere, json};
use crate::error::{Error, Result};
use crate::history::Strategy;
use crate::record::{Settings, Version};
use crate::recording::{Allow, Prune, Recording, SnapshotRequest, Tenant};

/// `#1` to `#4`, with a snapshot of each, `s1` to `s4`.
fn four(recording: &Recording) -> Tenant {
    let app = recording.tenant_or_new(&"t".into()).unwrap();
    for n in 1..=4 {
        app.set("step", json(&format!(r#"{{"n":{n}}}"#))).unwrap();
        app.snapshot(&SnapshotRequest::named(&format!("s{n}"))).unwrap();
    }
    app
}

fn to(version: u64) -> Strategy {
    Strategy::Version(Version(version))
}

#[test]
fn going_back_to_where_the_head_is_changes_nothing_and_is_refused() {
    // What is done first, where to go back, and the head that is there already.
    type Case = (&'static str, fn(&Tenant) -> Result<()>, fn(&Tenant) -> Result<Version>, Option<u64>);
    let cases: &[Case] = &[
        ("the head", |_| Ok(()), |t| Ok(t.rollback(&to(4), "")?.version), Some(4)),
        ("its snapshot", |_| Ok(()), |t| Ok(t.rollback_to_named_snapshot("s4")?.version), Some(4)),
        ("the newest snapshot", |_| Ok(()), |t| Ok(t.rollback_to_latest_snapshot()?.version), Some(4)),
        ("its index", |_| Ok(()), |t| Ok(t.rollback_to_snapshot_index(3)?.version), Some(4)),
        ("another version", |_| Ok(()), |t| Ok(t.rollback(&to(2), "")?.version), None),
        ("twice", |t| t.rollback(&to(2), "").map(drop), |t| Ok(t.rollback(&to(2), "")?.version), Some(5)),
        ("to the rollback", |t| t.rollback(&to(2), "").map(drop), |t| Ok(t.rollback(&to(5), "")?.version), Some(5)),
        ("and forth", |t| t.rollback(&to(2), "").map(drop), |t| Ok(t.rollback(&to(4), "")?.version), None),
        (
            "what an undo went back to",
            |t| t.rollback(&to(2), "").and_then(|_| t.undo()).map(drop),
            |t| Ok(t.rollback(&to(4), "")?.version),
            Some(6),
        ),
        (
            "an unchanged variant of the head",
            |t| t.variant("v", "s4").map(drop),
            |t| Ok(t.promote("v", "")?.version),
            Some(4),
        ),
        (
            "a variant promoted before",
            |t| {
                t.variant("v", "s4")?;
                t.on("v")?.set("try", json("5"))?;
                t.promote("v", "").map(drop)
            },
            |t| Ok(t.promote("v", "")?.version),
            Some(6),
        ),
        ("an older variant", |t| t.variant("v", "s3").map(drop), |t| Ok(t.promote("v", "")?.version), None),
    ];
    for (what, first, again, head) in cases {
        everywhere(|recording| {
            let app = four(recording);
            first(&app).unwrap();
            let before = (app.head(), app.history().position(), app.undoable());
            match (again(&app), head) {
                (
                    Err(Error::AlreadyHead { head: told, .. } | Error::NothingToPromote { head: told, .. }),
                    Some(head),
                ) => {
                    assert_eq!(told, *head, "{what}");
                    assert_eq!((app.head(), app.history().position(), app.undoable()), before, "{what}");
                }
                (Ok(made), None) => assert_eq!(made, app.head(), "{what}"),
                other => panic!("{what}: {other:?}"),
            }
        });
    }
}

#[test]
fn what_others_wrote_since_is_left_behind_only_where_that_is_allowed() {
    for others in [0, 1, 3] {
        everywhere(|recording| {
            let app = four(recording);
            let debugger = app.as_debugger();
            debugger.rollback(&to(2), "").unwrap();
            app.catch_up().unwrap();
            for n in 0..others {
                app.set("on", json(&format!(r#"{{"on":{n}}}"#))).unwrap();
            }
            let head = debugger.head();
            match debugger.undo() {
                Ok(done) => assert_eq!((others, done.others), (0, 0)),
                Err(Error::LeavesOthers { others: told, kept, .. }) => {
                    assert_eq!((told, kept.as_str(), debugger.head()), (others, "main~2", head));
                    let done = debugger.allowing(Allow::default().leaving_others(true)).undo().unwrap();
                    let back = done.back.unwrap();
                    assert_eq!((done.others, back.kept.as_deref(), back.head), (others, Some("main~2"), head));
                    assert_eq!(debugger.history().branch("main~2").unwrap().head, head, "what was left can be opened");
                }
                Err(error) => panic!("{error}"),
            }
        });
    }
}

#[test]
fn an_application_takes_back_its_own_rollback_and_what_it_recorded_since() {
    everywhere(|recording| {
        let app = four(recording);
        app.rollback(&to(2), "").unwrap();
        app.set("on", json("1")).unwrap();
        assert_eq!(app.undo().unwrap().others, 0);
    });
}

#[test]
fn a_guarded_tenant_asks_the_debugger_for_its_name_before_a_head_moves_or_something_goes() {
    // What is done before it is guarded, and what is refused then.
    type Verb = (&'static str, fn(&Tenant) -> Result<()>, fn(&Tenant) -> Result<()>);
    let verbs: &[Verb] = &[
        ("rollback", |_| Ok(()), |t| t.rollback(&to(1), "").map(drop)),
        ("undo", |t| t.rollback(&to(2), "").map(drop), |t| t.undo().map(drop)),
        ("redo", |t| t.rollback(&to(2), "").and_then(|_| t.undo()).map(drop), |t| t.redo().map(drop)),
        ("promote", |t| t.variant("v", "s3").map(drop), |t| t.promote("v", "").map(drop)),
        ("prune", |_| Ok(()), |t| t.prune(&Prune { keep: Some(1), ..Prune::default() }).map(drop)),
        ("delete", |_| Ok(()), |t| t.delete_named_snapshot("s2")),
        ("undo of a snapshot", |t| t.snapshot(&SnapshotRequest::named("new")).map(drop), |t| t.undo().map(drop)),
        (
            "redo of a deletion",
            |t| t.delete_named_snapshot("s2").and_then(|()| t.undo()).map(drop),
            |t| t.redo().map(drop),
        ),
        (
            "redo of a clean-up",
            |t| t.prune(&Prune { keep: Some(1), ..Prune::default() }).and_then(|_| t.undo()).map(drop),
            |t| t.redo().map(drop),
        ),
        ("a smaller list", |_| Ok(()), |t| t.reconfigure(|settings| settings.retention.named = Some(1)).map(drop)),
        (
            "abandon",
            |t| {
                drop(t.transaction("order").step("pay", |_| Err("declined".into())).run());
                t.catch_up().map(drop)
            },
            |t| t.abandon_transaction(crate::TransactionId(1), true).map(drop),
        ),
        ("lifting it", |_| Ok(()), |t| t.reconfigure(|settings| settings.guarded = Some(false)).map(drop)),
    ];
    for (what, first, verb) in verbs {
        everywhere(|recording| {
            let app = four(recording);
            let debugger = app.as_debugger();
            first(&debugger).unwrap();
            app.configure(&Settings { guarded: Some(true), ..Settings::default() }).unwrap();
            let before = (app.history().position(), app.head());
            for wrong in [Allow::default(), Allow::default().confirmed("T"), Allow::default().confirmed("")] {
                let refused = verb(&debugger.allowing(wrong.clone()));
                assert!(matches!(refused, Err(Error::Guarded { .. })), "{what} {wrong:?}: {refused:?}");
                assert_eq!((app.history().position(), app.head()), before, "{what}: nothing was written");
            }
            verb(&debugger.allowing(Allow::default().confirmed("t"))).unwrap();
        });
    }
}

#[test]
fn a_guarded_tenant_is_not_cut_without_its_name() {
    let (_home, recording) = super::on_disk();
    let app = four(&recording);
    app.configure(&Settings { guarded: Some(true), ..Settings::default() }).unwrap();
    let debugger = app.as_debugger();
    assert!(matches!(debugger.compact(Version(3)), Err(Error::Guarded { .. })));
    assert_eq!(debugger.history().first(), Version(1));
    debugger.allowing(Allow::default().confirmed("t")).compact(Version(3)).unwrap();
    assert!(app.history().ledger().is_guarded(), "as before");
}

#[test]
fn an_application_is_not_asked_for_its_own_name() {
    everywhere(|recording| {
        let app = four(recording);
        app.snapshot(&SnapshotRequest { tags: vec!["prod".into()], ..SnapshotRequest::named("p") }).unwrap();
        assert!(app.history().ledger().is_guarded() && !app.asks_for_name() && app.as_debugger().asks_for_name());
        app.rollback(&to(1), "").unwrap();
    });
}

#[test]
fn a_snapshot_says_what_it_drops_and_keeps_what_something_refers_to() {
    for (keep, variants, dropped) in [
        (4, &[][..], &["s1"][..]),
        (5, &[], &[]),
        (1, &[], &["s1", "s2", "s3", "s4"]),
        (4, &["s1"], &[]),
        (3, &["s1"], &["s2"]),
        (1, &["s1", "s4"], &["s2", "s3"]),
    ] {
        everywhere(|recording| {
            let app = four(recording);
            for baseline in variants {
                app.variant(&format!("of-{baseline}"), baseline).unwrap();
            }
            app.reconfigure(|settings| settings.retention.named = Some(keep)).unwrap();
            let made = app.make_snapshot(&SnapshotRequest::named("new")).unwrap();
            let names = |list: &[crate::history::Snapshot]| -> Vec<String> {
                list.iter().filter_map(|one| one.name.as_ref().map(ToString::to_string)).collect()
            };
            assert_eq!(names(&made.dropped), dropped, "keep {keep}, variants of {variants:?}");
            let gone = app.prune(&Prune { keep: Some(0), ..Prune::default() }).unwrap();
            assert!(variants.iter().all(|baseline| !names(&gone).iter().any(|name| name == baseline)));
            assert_eq!(app.prune(&Prune { keep: Some(0), ..Prune::default() }).unwrap(), [], "and no empty record");
        });
    }
}

#[test]
fn a_promoted_variant_does_not_hold_its_baseline() {
    everywhere(|recording| {
        let app = four(recording);
        app.variant("v", "s1").unwrap();
        app.on("v").unwrap().set("try", json("9")).unwrap();
        let held = |app: &Tenant| !app.prunable(&Prune::default()).iter().any(|one| one.name.as_deref() == Some("s1"));
        assert!(held(&app));
        app.catch_up().unwrap();
        app.promote("v", "").unwrap();
        assert!(!held(&app));
        app.undo().unwrap();
        assert!(held(&app), "it is open again");
    });
}

/// A retention that keeps fewer takes snapshots away, whoever sets it: a change of settings, its undo, or a redo.
#[test]
fn a_guarded_tenant_asks_before_an_undo_that_takes_snapshots_away() {
    let keep = |named| move |settings: &mut Settings| settings.retention.named = named;
    // Retention at first and after the change; whether the undo, and then the redo, asks.
    let cases = [
        (Some(2), Some(50), true, false),
        (Some(2), None, true, false),
        (Some(50), Some(60), false, false),
        (None, Some(50), false, false),
        (Some(60), Some(4), false, false),
    ];
    for (first, then, undo_asks, redo_asks) in cases {
        everywhere(|recording| {
            let app = recording.tenant_or_new(&"t".into()).unwrap();
            app.reconfigure(keep(first)).unwrap();
            app.set("step", json("1")).unwrap();
            let debugger = app.as_debugger();
            debugger.reconfigure(keep(then)).unwrap();
            for n in 1..=4 {
                app.snapshot(&SnapshotRequest::named(&format!("s{n}")).tagged("prod")).unwrap();
            }
            let confirmed = debugger.allowing(Allow::default().confirmed("t"));
            let asks = |done: Result<_>| matches!(done, Err(Error::Guarded { .. }));
            assert_eq!(debugger.undoable().unwrap().is_guarded(), undo_asks, "{first:?} {then:?}");
            assert_eq!(asks(debugger.undo()), undo_asks, "{first:?} {then:?}");
            if undo_asks {
                confirmed.undo().unwrap();
            }
            assert_eq!(debugger.redoable().unwrap().is_guarded(), redo_asks, "{first:?} {then:?}");
            assert_eq!(asks(debugger.redo()), redo_asks, "{first:?} {then:?}");
        });
    }
}

#[test]
fn a_limit_above_what_can_be_read_back_is_refused() {
    everywhere(|recording| {
        let app = recording.tenant_or_new(&"t".into()).unwrap();
        let depth = app.reconfigure(|settings| settings.limits.depth = 129).unwrap_err();
        assert_eq!(
            depth.to_string(),
            "settings not changed: max-depth is 129, but no more than 128 levels of a value can be read back"
        );
        let bytes = app.reconfigure(|settings| settings.limits.value_bytes = u64::MAX).unwrap_err();
        assert!(matches!(&bytes, Error::InvalidSetting { why } if why.contains("67108864")), "{bytes}");
        assert_eq!(app.history().ledger().settings(), &Settings::default());
    });
}
