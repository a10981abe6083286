//! Whole histories: tables written in a small language of what happened, and a model that keeps every value.

mod activity;
mod clones;
mod fixture;
mod guard;
mod guide;
mod hostile;
mod model;
mod moments;
mod names;
mod persistent;
#[cfg(feature = "import")]
mod real;
mod sharing;
mod stored;
mod targets;

use crate::record::{Body, Entry, Makes, Position, Record, Version};
use fixture::LogFixture;

/// Plays `script` (see [`LogFixture::play`]) and compares the lines: kept branches in order, then `main`.
fn check_history(script: &str, expected: &str) {
    let mut log = LogFixture::default();
    log.play(script);
    assert_eq!(log.lines(), expected, "{script}");
}

#[test]
fn transitions_follow_each_other() {
    check_history("", "#0*");
    check_history("a", "#0 -> a*");
    check_history("a b ~c", "#0 -> a -> b -> c*");
    check_history("a, bad, b", "#0 -> a -> !a -> b*");
    check_history("a, gone, b", "#0 -> a -> null -> b*");
}

#[test]
fn a_rollback_leaves_nothing_out() {
    check_history("a b c, rewind a, d", "#0 -> a -> b -> c | #0 -> a -> (a) -> d*");
    check_history("a b c, rewind #0", "#0 -> a -> b -> c | #0 -> (null)*");
    check_history("a b, rewind b, c", "#0 -> a -> b -> (b) -> c*");
    check_history("a b, rewind a, c, rewind b", "#0 -> a -> b | #0 -> a -> (a) -> c | #0 -> a -> b -> (b)*");
    check_history("a b, rewind #9", "#0 -> a -> b -> !b*");
    check_history("a b, rewind a, rewind b", "#0 -> a -> b | #0 -> a -> (a) | #0 -> a -> b -> (b)*");
    check_history("a, gone, b, rewind #2", "#0 -> a -> null -> b | #0 -> a -> null -> (null)*");
}

#[test]
fn undo_takes_back_the_last_write_and_then_the_one_before() {
    check_history("a b, rewind a, undo", "#0 -> a -> b | #0 -> a -> (a) | #0 -> a -> b -> (b)*");
    check_history("a b, rewind a, c, undo, d", "#0 -> a -> b | #0 -> a -> (a) -> c | #0 -> a -> b -> (b) -> d*");
    // The second undo finds the first rollback; the third finds nothing.
    check_history(
        "a b c, rewind b, rewind a, undo, undo, undo",
        "#0 -> a -> b -> c | #0 -> a -> b -> (b) | #0 -> a -> (a) | #0 -> a -> b -> (b) -> (b) | #0 -> a -> b -> c -> (c)*",
    );
    check_history("a b, undo", "#0 -> a -> b*");
    // A rollback that could not be done cannot be taken back.
    check_history("a, rewind #7, undo", "#0 -> a -> !a*");
}

#[test]
fn redo_does_again_what_was_taken_back() {
    check_history(
        "a b, rewind a, undo, redo",
        "#0 -> a -> b | #0 -> a -> (a) | #0 -> a -> b -> (b) | #0 -> a -> (a) -> (a)*",
    );
    check_history("a b, rewind a, redo", "#0 -> a -> b | #0 -> a -> (a)*");
}

#[test]
fn forks_go_on_beside_main() {
    check_history("a b, fork x a, on x, c, on main, d, on x, e", "#0 -> a -> c -> e | #0 -> a -> b -> d*");
    // A fork that goes back keeps what it left; main is not touched.
    check_history(
        "a b, fork x b, on x, c d, rewind c",
        "#0 -> a -> b -> c -> (c) | #0 -> a -> b -> c -> d | #0 -> a -> b*",
    );
    check_history("a b, fork x a, fork x b, on x, c", "#0 -> a -> c | #0 -> a -> b*");
    check_history("a, on nowhere, c", "#0 -> a -> !a*");
}

#[test]
fn a_promoted_variant_is_the_head_and_can_be_taken_back() {
    check_history("a, fork x a, on x, c, on main, b, promote x", "#0 -> a -> c | #0 -> a -> b | #0 -> a -> c -> (c)*");
    check_history(
        "a, fork x a, on x, c, on main, b, promote x, undo",
        "#0 -> a -> c | #0 -> a -> b | #0 -> a -> c -> (c) | #0 -> a -> b -> (b)*",
    );
    check_history("a, promote x", "#0 -> a -> !a*");
}

/// Plays `script` and compares the snapshots in the list, and what undo would take back.
fn check_snapshots(script: &str, listed: &str, undoable: &str) {
    let mut log = LogFixture::default();
    log.play(script);
    let shown: Vec<_> = log
        .history
        .marks()
        .listed()
        .iter()
        .map(|s| format!("{}{}", s.name.as_deref().unwrap_or("-"), s.version))
        .collect();
    assert_eq!(shown.join(" "), listed, "{script}");
    assert_eq!(
        log.history
            .undoable(crate::record::Origin::Application)
            .map(|write| write.what.to_string())
            .unwrap_or_default(),
        undoable,
        "{script}"
    );
}

#[test]
fn snapshots_come_go_and_come_back() {
    check_snapshots("a b, mark x", "x#2", "snapshot \"x\"");
    check_snapshots("a b, mark x #1, mark - #2, mark y #1", "x#1 y#1 -#2", "snapshot \"y\"");
    check_snapshots("a, mark x, undo", "", "");
    check_snapshots("a, mark x, unmark x", "", "deletion of snapshot \"x\"");
    check_snapshots("a, mark x, unmark x, undo", "x#1", "snapshot \"x\"");
    check_snapshots("a, mark x, unmark x, undo, undo", "", "");
    check_snapshots("a b, mark -, rewind a", "-#2", "rollback to #1");
    check_snapshots("a b, mark -, rewind a, undo", "-#2", "auto snapshot of #2");
    // Not the last write: it is taken back by its position all the same.
    check_snapshots("a, mark x, mark y, undo @2", "y#1", "snapshot \"y\"");
    check_snapshots("a, mark x, unmark x, undo @2", "", "deletion of snapshot \"x\"");
    check_snapshots("a, mark x #5", "", "");
    check_snapshots("a, mark x, undo, redo", "x#1", "snapshot \"x\"");
    check_snapshots("a, mark x, unmark x, undo, undo, redo, redo", "", "deletion of snapshot \"x\"");
    // A new write: what was taken back stays so.
    check_snapshots("a, mark x, undo, mark y, redo", "y#1", "snapshot \"y\"");
    check_snapshots("a, mark x, undo @1, undo @2, undo @2, undo @77", "", "");
}

#[test]
fn what_cannot_be_followed_is_told() {
    let mut log = LogFixture::default();
    log.play("a, mark x #5, undo @1, drop 9");
    assert_eq!(
        log.history.problems(),
        [
            "record 2 is ignored: there is no #5 to make a snapshot of",
            "record 3 is ignored: record 1 made nothing that can be undone, or was undone before",
            "record 4 is ignored: there is no snapshot with id 9 to delete",
        ]
    );
    assert_eq!(log.history.position().0, 4);
}

/// Plays `script` and compares kind, label, parent and problem of each version.
fn check_versions(script: &str, expected: &[&str]) {
    let mut log = LogFixture::default();
    log.play(script);
    assert_eq!(shown_versions(&log), expected, "{script}");
}

fn shown_versions(log: &LogFixture) -> Vec<String> {
    (1..=log.history.newest().0).map(|n| log.describe(n)).collect()
}

#[test]
fn versions_say_what_made_them() {
    check_versions(
        "a, bad, gone, b, rewind a, undo, rewind #12",
        &[
            "#1 transition a of #0",
            "#2 invalid bad of #1: cut off",
            "#3 deleted gone of #2",
            "#4 transition b of #3",
            "#5 rollback rollback to #1 of #1",
            "#6 undo undo of #5 of #4",
            "#7 invalid rollback to #12 of #6: there is no #12 to roll back to; the newest is #6",
        ],
    );
    check_versions(
        "a, %/b, b",
        &[
            "#1 transition a of #0",
            "#2 invalid %/b of #1: patch operation 0 (remove /b): the whole value: cannot descend into a string",
            "#3 transition b of #2",
        ],
    );
}

/// As `check_versions`, where records say which version they make.
fn check_numbered(script: &str, expected: &[&str]) {
    let mut log = LogFixture { newest: Some(0), ..LogFixture::default() };
    log.play(script);
    assert_eq!(shown_versions(&log), expected, "{script}");
}

#[test]
fn numbers_stay_when_records_say_them() {
    check_numbered(
        "a, gap, ~b, bad, rewind #3, c, ~d",
        &[
            "#1 transition a of #0",
            "#2 invalid missing of #1: records lost",
            "#3 transition ~b of #2: records lost",
            "#4 invalid bad of #3: cut off",
            "#5 rollback rollback to #3 of #3: records lost",
            "#6 transition c of #5",
            "#7 transition ~d of #6",
        ],
    );
    check_numbered(
        "a, gap-aside, ~b, rewind a, ~c, gap, gap-aside, gap, gone, ~d",
        &[
            "#1 transition a of #0",
            "#2 transition ~b of #1: records lost",
            "#3 rollback rollback to #1 of #1",
            "#4 transition ~c of #3",
            "#5 invalid missing of #4: records lost",
            "#6 invalid missing of #5: records lost",
            "#7 deleted gone of #6",
            "#8 transition ~d of #7",
        ],
    );
    let mut log = LogFixture { newest: Some(0), ..LogFixture::default() };
    log.play("a, gap, ~b, bad, gone, c");
    assert_eq!(log.history.timeline().broken().iter().map(|version| version.0).collect::<Vec<_>>(), [2, 3, 4, 5]);
}

#[test]
fn without_numbers_each_missing_record_counts_until_one_is_known() {
    check_versions(
        "a, gap, b, ~c",
        &[
            "#1 transition a of #0",
            "#2 invalid missing of #1: records lost",
            "#3 transition b of #2: records lost",
            "#4 transition ~c of #3: records lost",
        ],
    );
    // The first record that says its number ends the doubt from there on; whoever wrote it may have counted as well.
    let mut log = LogFixture::default();
    log.play("a, gap, b");
    log.newest = Some(3);
    log.play("c");
    assert_eq!(shown_versions(&log)[2..], ["#3 transition b of #2: records lost", "#4 transition c of #3"]);
}

#[test]
fn a_number_that_cannot_be_is_not_believed_and_told() {
    for (newest, told) in [(0, "says #1,"), (1, "says #2,"), (7, "says #8,"), (1 << 52, "says #4503599627370497,")] {
        let mut log = LogFixture { newest: Some(0), ..LogFixture::default() };
        log.play("a b, gap, c");
        log.newest = Some(newest);
        log.play("d");
        let last = shown_versions(&log).pop().unwrap_or_default();
        assert!(last.starts_with("#5 transition d of #4: its record") && last.contains(told), "{newest}: {last}");
        assert!(log.history.doubts().of(Version(4)).is_none() && log.history.problems().len() == 1);
    }
}

#[test]
fn what_goes_back_to_what_is_in_doubt_is_in_doubt() {
    for (script, doubtful) in [
        ("a b, gap, ~c, rewind a, rewind #4, ~d", &[3, 4, 6, 7][..]),
        ("a b, gap, c, rewind #3, ~d", &[3, 5, 6]),
        ("a, fork x a, on x, b, on main, gap, promote x, ~c", &[3, 4, 5]),
        ("a, fork x a, on x, b, on main, gap, on x, c, on main, promote x, ~d", &[3]),
        ("a b, gap, rewind a, ~c, undo, ~d", &[3, 6, 7]),
        ("a b, rewind a, gap, ~c, undo, ~d, redo, ~e", &[4, 5, 8, 9]),
        ("a b, gap, ~c, fork x #4, on x, ~d, on main, e, fork y #6, on y, ~f", &[3, 4, 5]),
    ] {
        let mut log = LogFixture { newest: Some(0), ..LogFixture::default() };
        log.play(script);
        let all = 0..=log.history.newest().0;
        let found: Vec<_> = all.filter(|n| log.history.doubts().of(Version(*n)).is_some()).collect();
        assert_eq!(found, doubtful, "{script}: {:?}", shown_versions(&log));
    }
}

#[test]
fn heads_forks_and_transactions_are_in_doubt_with_what_is_missing() {
    let mut log = LogFixture { newest: Some(0), ..LogFixture::default() };
    log.play("a, fork x a, begin, b");
    assert!(log.history.branches().iter().all(|branch| branch.doubt.is_none()));
    log.history.note_gap("records lost".into());
    assert!(log.history.branches().iter().all(|branch| branch.doubt.is_some()), "more may follow the last record");
    log.history.begin_records(None);
    log.play("gap, c");
    let doubts =
        |log: &LogFixture| log.history.branches().iter().map(|branch| branch.doubt.is_some()).collect::<Vec<_>>();
    assert_eq!((doubts(&log), log.history.transactions().all()[0].doubt.is_some()), (vec![false, true], true));
    log.play("on x, d");
    assert_eq!(doubts(&log), [false, false]);
}

#[test]
fn what_is_kept_behind_a_missing_record_gets_a_name_that_no_other_had() {
    let names =
        |log: &LogFixture| log.history.branches().iter().map(|branch| branch.name.to_string()).collect::<Vec<_>>();
    let mut log = LogFixture { newest: Some(0), ..LogFixture::default() };
    log.play("a b c, rewind a, gap, d, rewind b");
    assert_eq!(names(&log), ["main", "main~1", "main~3"], "the lost record may have left main~2 behind");
    let mut log = LogFixture::default();
    log.play("a b c, rewind a, gap, d, rewind b");
    assert_eq!(names(&log), ["main", "main~1", "main~?2"]);
}

#[test]
fn a_claimed_jump_takes_no_memory_and_no_time() {
    let mut log = LogFixture { newest: Some(0), ..LogFixture::default() };
    log.play("a b");
    log.history.note_gap("records lost".into());
    let (position, version) = (Position((1 << 53) - 1), Version((1 << 53) - 1));
    let body = Body::Rollback { to: Version(1 << 50), reason: "".into() };
    let mut entry = Entry::new(body);
    entry.makes = Some(Makes { version, counts: None, size: None, kept: None });
    let record = Record { position, id: "".into(), entry };
    log.history.push(&std::sync::Arc::new(record), &log.records).unwrap();
    assert_eq!(log.history.newest(), version);
    for n in [3, 1 << 40, 1 << 50, (1 << 53) - 1] {
        assert_eq!(log.history.value(Version(n), &log.records).unwrap().as_str(), Some("b"));
        assert!(log.history.doubts().of(Version(n)).is_some());
    }
    let listed = std::iter::successors(Some(Version(1)), |version| log.history.timeline().listed_after(*version));
    assert_eq!(listed.map(|version| version.0).collect::<Vec<_>>(), [1, 2, 3, (1 << 53) - 1]);
}

#[test]
fn lines_and_branches_answer_for_any_version() {
    let mut log = LogFixture::default();
    log.play("a b c, rewind a, d");
    let (history, v) = (&log.history, crate::record::Version);
    assert_eq!(history.lineage().line(v(5)), [0..2, 4..6]);
    assert_eq!(history.lineage().line(v(3)).into_iter().flatten().collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert_eq!(history.lineage().line(v(6)), []);
    assert_eq!(history.lineage().child_towards(v(1), v(5)), Some(v(4)));
    assert_eq!(history.lineage().child_towards(v(1), v(3)), Some(v(2)));
    assert_eq!(history.lineage().child_towards(v(2), v(5)), None);
    assert_eq!(history.lineage().child_towards(v(0), v(99)), None);
    assert_eq!(
        (history.lineage().parent(v(4)), history.lineage().parent(v(0)), history.lineage().parent(v(6))),
        (Some(v(1)), None, None)
    );
    assert!(
        history.lineage().on_line(v(0), v(5))
            && !history.lineage().on_line(v(2), v(5))
            && !history.lineage().on_line(v(0), v(6))
    );
    assert_eq!(history.lineage().branch_of(v(2)), "main~1");
    assert_eq!(history.lineage().branch_of(v(4)), "main");
    assert_eq!(history.timeline().rollbacks(), [(v(4), v(1))]);
    let kept = &history.branches()[1];
    assert_eq!((kept.base, kept.head, kept.versions, kept.kept_by), (v(1), v(3), 2, Some(v(4))));
}

#[test]
fn a_plan_foretells_the_rollback() {
    let mut log = LogFixture::default();
    log.play("a b c");
    for to in [1, 3, 2, 5, 0] {
        let plan = log.history.plan_rollback(None, crate::record::Version(to)).unwrap();
        let before = log.history.branches().len();
        log.play(&format!("rewind #{to}"));
        let kept = log.history.branches().into_iter().nth(before).map(|branch| (branch.name, branch.versions));
        assert_eq!((plan.makes, plan.kept), (log.history.head(), kept), "to #{to}");
    }
    assert!(log.history.plan_rollback(None, crate::record::Version(99)).is_err());
}

#[test]
fn records_that_cannot_be_read_change_nothing() {
    let mut log = LogFixture::within(0);
    log.play("a b c d e f g h");
    let (head, position) = (log.history.head(), log.history.position());
    log.records.lost = true;
    for n in 1..8 {
        let value = log.history.value(crate::record::Version(n), &log.records);
        assert!(value.is_ok() || matches!(value, Err(crate::Error::Gaps { .. })));
    }
    assert!(log.try_play("rewind a").is_err());
    assert_eq!((log.history.head(), log.history.position(), log.history.branches().len()), (head, position, 1));
    log.records.lost = false;
    log.play("rewind a");
    assert_eq!(log.text(9), "(a)");
}
