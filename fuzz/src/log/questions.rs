//! Everything that can be asked of a history.

use asof::{History, Origin, Strategy, Target, TargetContext, Version};

/// So many versions from each end are asked for.
const SOME: usize = 64;

const TARGETS: [&str; 12] = [
    "head",
    "head~9",
    "-5m",
    "50%",
    "@12:30",
    "@2026-10-09",
    "main~1",
    "a#1",
    "index:0",
    "latest",
    "snap:a",
    "before:@12:30",
];

/// Versions that are there: all of them, or the first and last where a log claims that very many are missing.
pub fn versions(history: &History) -> Vec<Version> {
    let (first, newest) = (history.first().0.saturating_sub(1), history.newest().0);
    let ends = (first..=newest).take(SOME).chain(newest.saturating_sub(SOME as u64)..=newest);
    let mut versions: Vec<Version> = ends.map(Version).collect();
    versions.sort();
    versions.dedup();
    versions
}

/// Asks all of it. What is answered hangs together.
pub fn ask(history: &History) {
    let (first, newest) = (history.first().0, history.newest().0);
    let others = [0, newest.saturating_add(1), u64::MAX].map(Version);
    for version in versions(history).into_iter().chain(others) {
        let info = history.info(version);
        assert!(version.0 <= newest || info.is_none(), "{version:?} of {first} to {newest}");
        assert!(!(first..=newest).contains(&version.0) || info.is_some(), "{version:?} of {first} to {newest}");
        if info.is_none() {
            let _ = (history.lineage().parent(version), history.plan_rollback(None, version).is_ok());
            continue;
        }
        assert!(history.lineage().parent(version).is_none_or(|parent| parent < version), "a parent is older");
        let line = history.lineage().line(version);
        assert!(line.iter().all(|run| run.end <= newest + 1), "{line:?}");
        let _ = (
            history.lineage().branch_of(version),
            history.lineage().made_by(version),
            history.transactions().of(version).map(|tx| tx.id),
        );
        let _ =
            (history.plan_rollback(None, version).is_ok(), history.lineage().steps_between(version, Version(first)));
        let _ = (
            history.lineage().seen_before(version),
            history.lineage().seen_after(version),
            history.lineage().first_of(version),
        );
    }
    branches(history);
    marks(history);
    for text in TARGETS {
        let target = Target::parse(text).unwrap();
        let found = history.resolve(&target, &TargetContext::default());
        assert!(found.is_err() || found.is_ok_and(|version| version.0 <= newest), "{text}");
    }
    let _ = (
        history.activity(0..u64::MAX),
        history.timeline().pauses(0..newest + 1, 3),
        history.ledger().settings(),
        history.problems(),
    );
}

fn branches(history: &History) {
    let branches = history.branches();
    let mut names: Vec<_> = branches.iter().map(|branch| branch.name.clone()).collect();
    for branch in &branches {
        assert!(branch.head <= history.newest(), "{branch:?}");
        assert_eq!(history.branch(&branch.name).as_ref(), Some(branch));
        assert_eq!(history.growing(Some(&branch.name)).is_some(), branch.kept_by.is_none(), "{branch:?}");
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), branches.len(), "each branch has a name of its own");
    let _ = history.left_behind();
}

fn marks(history: &History) {
    for snapshot in history.marks().listed() {
        assert!(snapshot.version <= history.newest(), "{snapshot:?}");
        assert_eq!(history.marks().get(snapshot.id), Some(snapshot));
        let _ = history.transactions().holds(snapshot);
    }
    for id in history.variants().baselines() {
        let words =
            |found: asof::Comparison| found.variants.iter().map(|one| found.verdict_words(one)).collect::<String>();
        let _ = history.variants().comparison(id).map(words);
    }
    for tx in history.transactions().all() {
        let _ = (tx.checkpoints(), tx.failure(), tx.last(), tx.checkpoint_of(u32::MAX), tx.versions().count());
        assert_eq!(history.transactions().get(tx.id), Some(tx));
    }
    for strategy in [Strategy::Latest, Strategy::Index(usize::MAX), Strategy::Time(asof::Time::UNIX_EPOCH)] {
        let _ = history.choose(&strategy).is_ok();
    }
    for origin in [Origin::Application, Origin::Debugger] {
        let _ = (history.undoable(origin), history.redoable(origin), history.transactions().held_checkpoints());
    }
}
