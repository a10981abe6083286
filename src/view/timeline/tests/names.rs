//! Names of snapshots below their marks, and labels of versions above their bars.

use super::*;

/// Names stand below their marks, those of people before those of the program; none runs into another.
#[test]
fn names_of_snapshots_stand_below_their_marks_where_they_fit() {
    for (versions, width, named) in [(7_u64, 118_usize, 3), (200, 118, 3), (5_000, 60, 2), (3, 20, 1)] {
        let mut log = TimelineLog::at(0..i64::try_from(versions).unwrap());
        log.mark(SnapshotKind::Auto, "", 1).mark(SnapshotKind::Named, "v1.0.0", 2);
        log.mark(SnapshotKind::Named, "v2.0.0", versions / 2 + 1).mark(SnapshotKind::Named, "v2.0.1", versions);
        let shown = log.timeline(&ask(versions, width));
        let kinds = shown.snapshots.iter().filter(|(_, mark)| *mark == TimelineMark::Named).count();
        assert!(kinds >= named, "{versions} {width}: {:?}", shown.snapshots);
        for pair in shown.snapshots.windows(2) {
            assert!(pair[0].0.column + pair[0].0.text.width() < pair[1].0.column, "{:?}", shown.snapshots);
        }
        for (label, mark) in &shown.snapshots {
            let end = label.column + label.text.width();
            let below = |column: &super::TimelineColumn| column.marks.contains(&Some(*mark));
            assert!(end <= width && shown.columns[label.column..].iter().take(20).any(below), "{label:?}");
        }
    }
}

/// Of names that stand in each other's way the one nearest to the cursor is told, and none is a stub.
#[test]
fn of_names_without_room_the_nearest_to_the_cursor_is_told() {
    let mut log = TimelineLog::at(0..200);
    let name = |at: u64| format!("before the release number {at}");
    (90..110).for_each(|at| _ = log.mark(SnapshotKind::Named, &name(at), at));
    for cursor in [90, 97, 103, 109] {
        let told = log.timeline(&ask(cursor, 118)).snapshots;
        let at_cursor = log.timeline(&ask(cursor, 118)).cursor.unwrap();
        assert!(told.iter().any(|(label, _)| label.column == at_cursor), "{cursor}: {told:?}");
        for (label, _) in &told {
            let text = label.text.unmarked();
            assert!(text.chars().count() >= 12 && text.starts_with("befo"), "{cursor}: {text}");
        }
    }
    let mut log = TimelineLog::at(0..3);
    log.mark(SnapshotKind::Named, &name(1), 1);
    assert_eq!(log.timeline(&ask(3, 118)).snapshots[0].0.text.unmarked(), name(1), "alone it has all the room");
}

/// A label has nine columns, or all that it says, or is not there; the last of all goes on to the edge.
#[test]
fn labels_of_versions_are_told_where_they_have_room() {
    for (versions, width) in
        [(7_u64, 118_usize), (7, 70), (8, 70), (9, 78), (12, 118), (40, 78), (100, 118), (118, 118)]
    {
        let log = labelled(versions);
        let label = |version: u64| log.history.info(Version(version)).unwrap().label.to_string();
        for cursor in [1, versions / 2, versions] {
            let shown = log.timeline(&ask(cursor, width));
            let [upper, lower] = &shown.names_in_two;
            for row in [&shown.names, upper, lower] {
                for pair in row.windows(2) {
                    assert!(pair[0].column + pair[0].text.width() < pair[1].column, "{versions} in {width}: {row:?}");
                }
                for name in row {
                    let text = name.text.unmarked();
                    let is_of = |version: u64| shown.column_of(Version(version)) == Some(name.column);
                    let is_at_edge = name.column + name.text.width() == width;
                    let version = (1..=versions).find(|version| is_of(*version)).filter(|_| !is_at_edge);
                    let version = version.or(is_at_edge.then_some(cursor)).expect("it begins below its bar");
                    assert!(text.chars().count() >= 9 || *text == *label(version), "{versions} in {width}: {name:?}");
                    assert!(name.column + name.text.width() <= width);
                }
            }
            let told = upper.len() + lower.len();
            let is_full = width / usize::try_from(versions).unwrap() >= 5;
            assert!(told.max(shown.names.len()) >= if is_full { 7 } else { 4 }, "{versions} in {width}: {shown:?}");
            assert!(told == 0 || told > shown.names.len() || shown.are_all_named, "two rows tell more");
            let at_cursor = shown.cursor.unwrap();
            let has_room = at_cursor + 9 <= width;
            let is_told =
                [&shown.names, upper, lower].iter().any(|row| row.iter().any(|name| name.column == at_cursor));
            assert!(is_told || !has_room, "the cursor's is there: {versions} in {width} at {cursor}");
        }
    }
    assert!(labelled(200).timeline(&ask(1, 118)).names.is_empty(), "no version has a column of its own");
}

fn labelled(versions: u64) -> TimelineLog {
    let mut log = TimelineLog::new();
    for version in 1..=versions {
        let change = StateChange::State(Value::from(version));
        log.push(Body::Transition { label: format!("{version}-th change").into(), change }, None);
    }
    log
}

/// The last label begins before its column where it is too long, as far as the one before leaves room.
#[test]
fn the_last_label_is_whole_where_there_is_room_before_it() {
    for (before, last, (column, told)) in [
        ("add", "enable feature", (26, "enable feature")),
        ("add", "on", (30, "on")),
        ("add user", "enable feature", (29, "enable fea…")),
        ("a label that goes on", "enable feature", (29, "enable fea…")),
    ] {
        let mut log = TimelineLog::at(0..2);
        log.labelled(before).labelled(last);
        let shown = log.timeline(&ask(1, 40));
        let label = shown.names.last().unwrap();
        assert_eq!((label.column, &*label.text.unmarked()), (column, told), "{before}, {last}");
    }
}
