//! What guards a tenant, and what lifts the guard.

use super::fixture::LogFixture;
use crate::record::{Body, NewSnapshot, Origin, Settings, SnapshotKind, SnapshotNote, Version};
use crate::value::Text;

fn settings(log: &mut LogFixture, guarded: Option<bool>, keep: u64) {
    let mut settings = Settings { guarded, ..Settings::default() };
    settings.retention.named = Some(keep);
    log.push(Body::Settings(Box::new(settings)));
}

fn mark(log: &mut LogFixture, tag: &str) {
    log.push(Body::Snapshot(Box::new(NewSnapshot {
        version: Version(1),
        name: Some(format!("s{}", log.records.all.len()).into()),
        kind: SnapshotKind::Named,
        description: Text::new(),
        tags: vec![tag.into()],
        drops: Vec::new(),
        created: None,
    })));
}

fn undo(log: &mut LogFixture) {
    let of = log.history.undoable(Origin::Application).unwrap().of;
    log.push(Body::Undo { of });
}

fn delete(log: &mut LogFixture) {
    let ids = log.history.marks().listed().iter().map(|one| one.id).collect();
    log.push(Body::DeleteSnapshots { ids });
}

fn edit(log: &mut LogFixture) {
    let id = log.history.marks().listed()[0].id;
    let note = SnapshotNote { name: Some("e".into()), description: Text::new(), tags: vec!["prod".into()] };
    log.push(Body::EditSnapshot { id, note: Box::new(note) });
}

/// What is done, and whether the tenant is guarded afterwards.
type Case = (&'static str, &'static [fn(&mut LogFixture)], bool);

const CASES: &[Case] = &[
    ("nothing", &[], false),
    ("a tag", &[|l| mark(l, "prod")], true),
    ("another tag", &[|l| mark(l, "production")], false),
    ("the setting", &[|l| settings(l, Some(true), 5)], true),
    ("deleting the snapshot", &[|l| mark(l, "prod"), delete], true),
    ("undoing the snapshot", &[|l| mark(l, "prod"), undo], true),
    ("a tag by an edit", &[|l| mark(l, "x"), edit], true),
    ("settings that say nothing of it", &[|l| mark(l, "prod"), |l| settings(l, None, 5)], true),
    ("lifting it", &[|l| mark(l, "prod"), |l| settings(l, Some(false), 5)], false),
    ("undoing that", &[|l| mark(l, "prod"), |l| settings(l, Some(false), 5), undo], true),
    ("undoing the setting", &[|l| settings(l, Some(true), 5), undo], false),
    ("undoing and redoing it", &[|l| settings(l, Some(true), 5), undo, |l| l.play("redo")], true),
    ("a tag after lifting it", &[|l| settings(l, Some(false), 5), |l| mark(l, "prod")], true),
    (
        "undoing settings from before the tag",
        &[|l| settings(l, Some(false), 5), |l| settings(l, Some(false), 6), |l| mark(l, "prod"), undo, undo],
        true,
    ),
];

#[test]
fn the_guard_is_lifted_by_the_setting_only() {
    for (what, steps, guarded) in CASES {
        let mut log = LogFixture::default();
        log.play("a b");
        steps.iter().for_each(|step| step(&mut log));
        assert_eq!(log.history.ledger().is_guarded(), *guarded, "{what}");
    }
}

#[test]
fn compaction_keeps_the_guard() {
    for (what, steps, guarded) in CASES {
        let mut log = LogFixture::default();
        log.play("a b");
        steps.iter().for_each(|step| step(&mut log));
        let base = log.history.base(&std::collections::BTreeSet::new(), &log.records).unwrap();
        log.push(Body::Base(Box::new(base)));
        assert_eq!(log.history.ledger().is_guarded(), *guarded, "{what}");
    }
}
