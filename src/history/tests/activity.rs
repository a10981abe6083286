//! What stretches of versions hold, against a plain scan; the pauses between them; what rollbacks left behind.

use super::fixture::LogFixture;
use crate::history::{Activity, History, Tally};
use crate::record::{SnapshotKind, Version};
use proptest::prelude::*;
use std::ops::Range;

/// `versions keys errors` and the marks.
fn words(a: Activity) -> String {
    let flags = [(a.named, 'n'), (a.auto, 'a'), (a.checkpoint, 'c'), (a.rollback, 'r')];
    let flags: String = flags.into_iter().filter_map(|(on, letter)| on.then_some(letter)).collect();
    format!("{} {} {} {flags}", a.versions, a.keys.sum, a.errors)
}

#[test]
fn activity_sums_a_stretch() {
    let mut log = LogFixture::default();
    log.play("a b, mark x #1, mark - #2, mark = #2, bad, rewind a, begin, c, fail");
    for (range, expected) in [
        (0..6, "5 4 2 nacr"),
        (0..1, "0 0 0 "),
        (0..2, "1 1 0 n"),
        (1..3, "2 2 0 nac"),
        (3..4, "1 0 1 "),
        (4..6, "2 2 1 r"),
        (5..900, "1 1 1 "),
        (6..900, "0 0 0 "),
        (4..4, "0 0 0 "),
        (Range { start: 5, end: 2 }, "0 0 0 "),
        (0..u64::MAX, "5 4 2 nacr"),
    ] {
        assert_eq!(words(log.history.activity(range.clone())), expected, "{range:?}");
    }
    log.play("unmark x, drop 4");
    assert_eq!(words(log.history.activity(0..9)), "5 4 2 cr", "what left the list left the timeline");
    log.play("undo, undo");
    assert_eq!(words(log.history.activity(0..9)), "5 4 2 nacr", "and came back");
}

/// Version by version, from what is told of each.
fn scanned(history: &History, range: Range<u64>) -> Activity {
    let mut all = Activity::default();
    for version in range.filter(|version| *version > 0 && *version <= history.newest().0) {
        let info = history.info(Version(version)).unwrap();
        let counts = info.counts;
        let tally = |value: u64| Tally { sum: value, most: value };
        let at = |version| history.info(Version(version)).and_then(|info| info.at);
        let before = (1..version).rev().find_map(at);
        let passed = before.zip(at(version)).map_or(0, |(before, at)| (at - before).num_nanoseconds().unwrap().max(0));
        let listed = || history.marks().listed().iter().filter(|snapshot| snapshot.version == Version(version));
        let marked = |kind| listed().any(|snapshot| snapshot.kind == kind);
        let failed = history.transactions().failures().iter().filter(|failed| failed.0 == version).count();
        all = all.and(Activity {
            versions: 1,
            keys: tally([counts.added, counts.changed, counts.removed, counts.moved].into_iter().map(u64::from).sum()),
            bytes: tally(info.size),
            latency: tally(passed.unsigned_abs()),
            errors: u64::from(info.problem.is_some() || info.kind.word() == "deleted") + failed as u64,
            named: marked(SnapshotKind::Named),
            auto: marked(SnapshotKind::Auto),
            checkpoint: marked(SnapshotKind::Checkpoint),
            rollback: matches!(info.kind.word(), "rollback" | "undo" | "promote"),
        });
    }
    all
}

fn phrase() -> impl Strategy<Value = String> {
    let version = || 0u64..40;
    prop_oneof![
        6 => "[a-e]( ~[a-e]){0,3}",
        1 => Just("bad".to_owned()),
        1 => Just("gone".to_owned()),
        2 => (0i64..1000).prop_map(|seconds| format!("at {seconds}")),
        2 => version().prop_map(|version| format!("rewind #{version}")),
        1 => Just("undo".to_owned()),
        1 => Just("redo".to_owned()),
        3 => (prop::sample::select(vec!["x", "-", "="]), version()).prop_map(|(name, version)| format!("mark {name} #{version}")),
        2 => (1u64..60).prop_map(|id| format!("drop {id}")),
        1 => Just("begin".to_owned()),
        1 => Just("fail".to_owned()),
        1 => version().prop_map(|version| format!("fork f{version} #{version}")),
        1 => version().prop_map(|version| format!("on f{version}")),
        1 => Just("on main".to_owned()),
    ]
}

proptest! {
    #[test]
    fn any_stretch_of_any_history_is_what_a_scan_says(
        phrases in prop::collection::vec(phrase(), 0..60),
        ranges in prop::collection::vec((0u64..80, 0u64..80), 4),
    ) {
        let mut log = LogFixture::default();
        for phrase in &phrases {
            log.play(phrase);
        }
        let history = &log.history;
        for (start, length) in ranges {
            let range = start..start + length;
            prop_assert_eq!(history.activity(range.clone()), scanned(history, range.clone()), "{:?}", range);
            let inside = range.start.max(1)..range.end.min(history.newest().0 + 1);
            let moments: Vec<_> = inside.clone().filter_map(|v| Some((v, history.timeline().there_by(Version(v))?))).collect();
            let longest = moments.windows(2).map(|pair| pair[1].1 - pair[0].1).max().filter(|most| !most.is_zero());
            let pauses = history.timeline().pauses(range.clone(), 99);
            prop_assert_eq!(pauses.first().map(|(_, length)| *length), longest);
            prop_assert!(pauses.is_sorted_by(|a, b| a.1 >= b.1));
        }
        let left = history.left_behind();
        for version in 1..=history.newest().0 {
            let kept = history.branch(&history.lineage().branch_of(Version(version))).unwrap().kept_by.is_some();
            prop_assert_eq!(left.within(&(version..version + 1)) > 0, kept, "#{}", version);
        }
        for branch in history.branches() {
            let by = branch.kept_by.and_then(|by| history.lineage().kept_by(by));
            prop_assert_eq!(by.map(|kept| &kept.name), branch.kept_by.map(|_| &branch.name));
        }
    }
}

/// Leaves and the levels above them: longer than the property test's histories.
#[test]
fn long_stretches_are_what_a_scan_says() {
    let mut log = LogFixture::default();
    for n in 0..1_500u64 {
        log.play(&format!("at {}, ~{n}{}", n * n % 977 + n, if n % 300 == 7 { ", bad" } else { "" }));
    }
    for (start, end) in [(1, 1_500), (250, 1_300), (256, 1_024), (257, 513), (3, 4), (700, 700)] {
        assert_eq!(log.history.activity(start..end), scanned(&log.history, start..end), "{start}..{end}");
    }
}
