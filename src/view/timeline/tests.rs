//! Layouts, heights, marks and words of timelines, over histories written here version by version.

mod axis;
mod names;

use super::density::Scale;
use super::*;
use crate::history::Budget;
use crate::record::{
    Body, Entry, InTransaction, NewSnapshot, Position, Record, RecordSource, SnapshotKind, StateChange, TenantId, Time,
    TransactionId,
};
use crate::value::{Text, Value};
use crate::view::clock;
use crate::view::counts::KeyCounts;
use proptest::prelude::*;

/// A history that grows; nothing is ever read back.
struct TimelineLog {
    history: History,
    at: Option<Time>,
    strip: Remembered,
}

struct Nothing;

impl RecordSource for Nothing {
    fn record(&self, _: Position) -> crate::Result<std::sync::Arc<Record>> {
        Err(crate::Error::Gaps { tenant: "test".into() })
    }
}

impl TimelineLog {
    fn new() -> Self {
        Self {
            history: History::new(TenantId::from("acme"), Budget::default()),
            at: None,
            strip: Remembered::default(),
        }
    }

    /// Versions at these milliseconds.
    fn at(times: impl IntoIterator<Item = i64>) -> Self {
        let mut log = Self::new();
        for time in times {
            log.at = Time::from_timestamp_millis(time);
            log.step();
        }
        log
    }

    fn push(&mut self, body: Body, step: Option<InTransaction>) {
        let position = Position(self.history.position().0 + 1);
        let record = Record {
            position,
            id: Text::new(),
            entry: Entry { at: self.at, step: step.map(Box::new), ..Entry::new(body) },
        };
        self.history.push(&record.into(), &Nothing).unwrap();
    }

    fn step(&mut self) -> &mut Self {
        self.labelled("step")
    }

    fn labelled(&mut self, label: &str) -> &mut Self {
        let change = StateChange::State(Value::from(self.history.newest().0));
        self.push(Body::Transition { label: label.into(), change }, None);
        self
    }

    /// A transaction whose first step fails after the newest version.
    fn fail(&mut self) -> &mut Self {
        let id = TransactionId(self.history.transactions().next_id().0);
        self.push(Body::Begin { name: "pay".into(), steps: Vec::new() }, None);
        self.push(
            Body::Fail { name: "capture".into(), why: "declined".into(), closed: false },
            Some(InTransaction::new(id, 1)),
        );
        self
    }

    fn back(&mut self, to: u64) -> &mut Self {
        self.push(Body::Rollback { to: Version(to), reason: Text::new() }, None);
        self
    }

    fn mark(&mut self, kind: SnapshotKind, name: &str, version: u64) -> &mut Self {
        let name = (!name.is_empty()).then(|| name.into());
        let (description, tags, drops) = (Text::new(), Vec::new(), Vec::new());
        self.push(
            Body::Snapshot(Box::new(NewSnapshot {
                version: Version(version),
                name,
                kind,
                description,
                tags,
                drops,
                created: None,
            })),
            None,
        );
        self
    }

    /// Made anew, which is what a remembered one shows.
    fn timeline(&self, ask: &TimelineQuery) -> TimelineModel {
        let counts = KeyCounts::default();
        let made = Remembered::default().timeline(&self.history, &counts, ask);
        for _ in 0..2 {
            assert_eq!(self.strip.timeline(&self.history, &counts, ask), made);
        }
        assert_eq!(span(&self.history, &counts, ask), made.span);
        made
    }
}

fn ask(cursor: u64, width: usize) -> TimelineQuery {
    let ends = Ends { a: Version(cursor.saturating_sub(1)), b: Version(cursor) };
    let (cursor, manner) = (Version(cursor), Manner::default());
    TimelineQuery { cursor, ends, zoom: Zoom(0), start: None, width, rows: 1, manner }
}

fn by_time(cursor: u64, width: usize) -> TimelineQuery {
    TimelineQuery { manner: Manner { axis: Axis::Time, ..Manner::default() }, ..ask(cursor, width) }
}

#[test]
fn heights_use_the_range_of_what_is_shown() {
    for (amounts, rows, expected) in [
        (vec![], 1, vec![]),
        (vec![0.0, 0.0], 1, vec![0, 0]),
        (vec![5.0, 5.0, 0.0], 1, vec![4, 4, 0]),
        (vec![1.0, 10.0, 100.0, 1_000.0], 1, vec![1, 3, 6, 8]),
        (vec![1.0, 10.0, 100.0, 1_000.0], 2, vec![1, 6, 11, 16]),
        (vec![1.0, 2.0], 1, vec![1, 8]),
        // A little more is no spike.
        (vec![2_201.0, 2_202.0], 2, vec![8, 8]),
        (vec![0.0, 1.0, f64::MAX], 1, vec![0, 1, 8]),
    ] {
        let scale = Scale::suiting(&amounts);
        let levels: Vec<u8> = amounts.iter().map(|amount| scale.level(*amount, rows)).collect();
        assert_eq!(levels, expected, "{amounts:?}");
        assert!(amounts.iter().all(|amount| *amount <= scale.high), "{amounts:?}");
    }
}

/// A rollback over a long time changes a thousand times as many keys as each version before it.
#[test]
fn a_few_that_are_far_higher_are_cut_and_flatten_no_others() {
    let mut amounts: Vec<f64> = (0..100).map(|at| [1.0, 2.0, 4.0, 8.0][at % 4]).collect();
    let heights = |amounts: &[f64]| {
        let scale = Scale::suiting(amounts);
        (amounts[..4].iter().map(|amount| scale.level(*amount, 4)).collect::<Vec<_>>(), scale)
    };
    let (before, _) = heights(&amounts);
    amounts.extend([12_000.0, 9_000.0]);
    let (after, scale) = heights(&amounts);
    assert_eq!((before, scale.level(12_000.0, 4)), (after, 32));
    assert!(amounts.iter().filter(|amount| **amount > scale.high).count() == 2, "{}", scale.high);
}

/// Some columns have two versions and others one: what is the same in all versions is of one height.
#[test]
fn columns_with_one_version_more_are_not_higher() {
    let shown = TimelineLog::at(0..150).timeline(&ask(1, 100));
    assert!(shown.columns.iter().all(|column| column.levels == shown.columns[0].levels), "{:?}", shown.columns);
}

#[test]
fn words_and_rows_of_densities_agree() {
    for (at, row) in density::DENSITIES.iter().enumerate() {
        assert_eq!((row.density as usize, Density::named(row.word)), (at, Some(row.density)));
        assert_eq!((WORDS[at + 1], row.density.caption()), (row.word, row.caption));
    }
    assert_eq!(Density::named(WORDS[0]), None);
}

/// Every version of the window is in one column, and what a column answers to a click is in it or before it.
fn check_columns(history: &History, ask: &TimelineQuery) -> TimelineModel {
    let shown = Remembered::default().timeline(history, &KeyCounts::default(), ask);
    assert!(shown.columns.len() + usize::from(shown.live.is_some()) <= ask.width.max(1), "{ask:?}");
    assert!(shown.span.contains(&ask.cursor.0.max(history.first().0)), "{ask:?} {:?}", shown.span);
    let mut last = 0;
    for version in shown.span.clone() {
        let column = shown.column_of(Version(version)).unwrap_or_else(|| panic!("#{version} in {ask:?}"));
        assert!(column >= last && column < shown.columns.len());
        last = column;
    }
    assert_eq!(
        (shown.column_of(Version(shown.span.start - 1)), shown.column_of(Version(shown.span.end))),
        (None, None)
    );
    for column in 0..shown.columns.len() {
        let version = shown.version_at(column).unwrap();
        let found = shown.column_of(version).unwrap_or(column);
        let is_nearest = |other: usize| found.abs_diff(column) <= other.abs_diff(column);
        let others = shown.cells().filter(|(_, versions)| !versions.is_empty());
        let is_told = matches!(shown.scale, ColumnScale::TimePerColumn(_)) && ask.manner.kept == AbandonedOnAxis::Shown;
        assert!(!is_told || others.map(|(first, _)| first).all(is_nearest), "{column} {version} {ask:?}");
    }
    shown
}

proptest! {
    #[test]
    fn columns_and_versions_agree(
        waits in prop::collection::vec(prop_oneof![8 => -50i64..200, 1 => 100_000i64..9_000_000], 1..300),
        rollbacks in prop::collection::vec((0usize..300, 0u64..300), 0..8),
        (width, zoom, cursor) in (1usize..130, 0u32..9, any::<prop::sample::Index>()),
        (axis, kept) in (any::<bool>(), any::<bool>()),
        (grain, live) in (any::<bool>(), any::<bool>()),
    ) {
        let mut log = TimelineLog::new();
        let mut now = 1_700_000_000_000;
        for (at, wait) in waits.iter().enumerate() {
            now += wait;
            log.at = Time::from_timestamp_millis(now);
            log.step();
            for (_, to) in rollbacks.iter().filter(|(when, _)| *when == at) {
                log.back(to % (log.history.newest().0 + 1));
            }
        }
        let manner = Manner {
            is_suited: false,
            axis: if axis { Axis::Time } else { Axis::Version },
            kept: if kept { AbandonedOnAxis::Shown } else { AbandonedOnAxis::Hidden },
            grain: if grain { Grain::Whole } else { Grain::Halves },
            edge: if live { Edge::Live } else { Edge::Still },
            density: None,
        };
        let cursor = 1 + cursor.index(usize::try_from(log.history.newest().0).unwrap()) as u64;
        // What is hidden has no place of its own.
        let left = log.history.left_behind();
        let cursor = if kept { cursor } else { (1..=cursor).rev().find(|v| left.within(&(*v..v + 1)) == 0).unwrap_or(log.history.newest().0) };
        let shown = check_columns(&log.history, &TimelineQuery { zoom: Zoom(zoom), manner, ..ask(cursor, width) });
        prop_assert!(shown.cursor.is_some());
    }
}

/// Marks are never averaged away: one failure among 100,000 transitions is in its column at every zoom and width.
#[test]
fn one_failure_in_a_hundred_thousand_transitions_is_always_seen() {
    let mut log = TimelineLog::new();
    for n in 1..=100_000 {
        log.at = Time::from_timestamp_millis(n * 13 + n % 977 * 40);
        log.step();
        if n == 70_001 {
            log.fail();
        }
    }
    for (width, axis, grain) in [
        (20, Axis::Version, Grain::Whole),
        (78, Axis::Version, Grain::Halves),
        (118, Axis::Version, Grain::Whole),
        (198, Axis::Version, Grain::Halves),
        (78, Axis::Time, Grain::Halves),
        (118, Axis::Time, Grain::Whole),
    ] {
        let manner = Manner { axis, grain, ..Manner::default() };
        for zoom in 0..=window::deepest(100_000, width) {
            let shown = log.timeline(&TimelineQuery { zoom: Zoom(zoom), manner, ..ask(70_001, width) });
            let broken: Vec<_> = (0..width)
                .filter(|at| shown.columns.get(*at).is_some_and(|c| c.marks[0] == Some(TimelineMark::Broken)))
                .collect();
            assert_eq!(broken, [shown.cursor.unwrap()], "{width} columns, zoom {zoom}, {axis:?}");
            assert!(shown.readout.unmarked().ends_with("  ! 1") || width < 60, "{}", shown.readout.unmarked());
        }
    }
}

#[test]
fn zoom_halves_what_is_shown_until_single_versions() {
    for (total, width, levels) in [(10, 80, 0), (1_000, 80, 4), (100_000, 118, 10), (10_000_000, 118, 17)] {
        assert_eq!(window::deepest(total, width), levels);
    }
    let log = TimelineLog::at(0..1_000);
    let caption = |zoom| log.timeline(&TimelineQuery { zoom: Zoom(zoom), ..ask(500, 118) }).caption;
    assert_eq!(caption(0), "by version · 9 versions/col · bar height: keys changed");
    assert_eq!(caption(9), "zoom 4/4 · by version · 1 version/col · bar height: keys changed");
}

#[test]
fn the_overview_shows_where_the_window_is() {
    let log = TimelineLog::at(0..1_000);
    let window = |cursor, zoom| {
        let shown = log.timeline(&TimelineQuery { zoom: Zoom(zoom), ..ask(cursor, 100) });
        shown.overview.map(|overview| (overview.window.clone(), overview.version_at(overview.window.end - 1)))
    };
    assert_eq!(window(500, 0), None);
    assert_eq!(window(1, 1), Some((0..50, Some(Version(500)))));
    assert_eq!(window(1_000, 1), Some((50..100, Some(Version(1_000)))));
    assert_eq!(window(500, 2), Some((37..63, Some(Version(630)))));
}

#[test]
fn what_rollbacks_left_is_dotted_or_hidden() {
    let mut log = TimelineLog::at(0..10);
    log.back(4).step().step();
    let dotted = |kept| {
        let manner = Manner { kept, ..Manner::default() };
        let shown = check_columns(&log.history, &TimelineQuery { manner, ..ask(13, 13) });
        let signs = shown.columns.iter().map(|column| if column.left_behind { '.' } else { '#' });
        (signs.collect::<String>(), shown.span.clone(), shown.cursor, shown.version_at(4))
    };
    assert_eq!(dotted(AbandonedOnAxis::Shown), ("####......###".into(), 1..14, Some(12), Some(Version(5))));
    assert_eq!(dotted(AbandonedOnAxis::Hidden), ("#######".into(), 1..14, Some(6), Some(Version(11))));
    let arc = log.timeline(&ask(9, 13)).arc.unwrap();
    assert_eq!((arc.to, arc.from), (3, 10));
    assert_eq!(arc.text, "rollback #11 → #4 · main~1 kept (6)");
}

#[test]
fn what_was_cut_off_has_no_column() {
    let mut log = TimelineLog::at(0..10);
    let base = log.history.base(&std::collections::BTreeSet::new(), &Nothing).unwrap();
    log.push(Body::Base(Box::new(base)), None);
    log.step().step();
    for cursor in [0, 8, 11, 12] {
        let shown = log.timeline(&ask(cursor, 60));
        assert_eq!(
            (shown.span.clone(), shown.column_of(Version(10)), shown.column_of(Version(11))),
            (11..13, None, Some(0))
        );
    }
}

#[test]
fn each_density_has_heights_of_its_own() {
    let mut log = TimelineLog::at([0, 10, 20, 5_000, 5_010]);
    log.fail().step();
    for (density, expected) in [
        (Density::Keys, [4, 4, 4, 4, 4, 4]),
        (Density::Bytes, [4, 4, 4, 4, 4, 4]),
        (Density::Count, [4, 4, 4, 4, 4, 4]),
        (Density::Latency, [0, 1, 1, 8, 1, 0]),
        (Density::Errors, [0, 0, 0, 0, 4, 0]),
    ] {
        let manner = Manner { density: Some(density), ..Manner::default() };
        let shown = log.timeline(&TimelineQuery { manner, ..ask(6, 6) });
        let heights: Vec<u8> = shown.columns.iter().map(|column| column.levels[0]).collect();
        assert_eq!(heights, expected, "{density:?}");
        assert!(shown.caption.unmarked().contains(density.caption()), "{:?}", shown.caption);
    }
}

#[test]
fn halves_of_a_cell_are_samples_of_their_own() {
    let mut log = TimelineLog::at(0..40);
    for version in 21..=30 {
        log.mark(SnapshotKind::Auto, "", version);
    }
    let manner = Manner { grain: Grain::Halves, density: Some(Density::Count), ..Manner::default() };
    let shown = log.timeline(&TimelineQuery { manner, ..by_time(40, 10) });
    assert_eq!(shown.columns.len(), 10);
    // On the time axis: bursts of different size in the two halves.
    let times = (0..9).map(|n| n * 10).chain([3, 3, 3, 3]).chain((9..20).map(|n| n * 10));
    let mut sorted: Vec<i64> = times.collect();
    sorted.sort_unstable();
    let manner = Manner { axis: Axis::Time, grain: Grain::Halves, ..Manner::default() };
    let shown = TimelineLog::at(sorted).timeline(&TimelineQuery { manner, ..ask(1, 10) });
    assert!(shown.columns.iter().any(|column| column.levels[0] != column.levels[1]), "{:?}", shown.columns);
}

#[test]
fn the_readout_names_all_marks_of_the_column() {
    let mut log = TimelineLog::at((0..600).map(|n| n * 1_000));
    log.mark(SnapshotKind::Named, "before the move", 291).mark(SnapshotKind::Auto, "", 292);
    log.mark(SnapshotKind::Checkpoint, "pay/1", 293).mark(SnapshotKind::Auto, "", 294);
    log.mark(SnapshotKind::Named, "alone", 1);
    assert_eq!(log.timeline(&ask(294, 100)).readout, "#294 00:04:53  ◆ before the move  ◇ #292  ■ pay/1  +1");
    assert_eq!(log.timeline(&ask(1, 100)).readout, "#1 00:00:00  ◆ alone");
    assert_eq!(log.timeline(&ask(100, 100)).readout, "#100 00:01:39");
    // Over days the date counts.
    assert_eq!(TimelineLog::at([0, 86_400_000]).timeline(&ask(2, 100)).readout, "#2 1970-01-02 00:00");
}

#[test]
fn zooming_to_two_ends_and_at_the_pointer() {
    let log = TimelineLog::at(0..1_000);
    for (first, last, zoom, start) in [(400, 500, 3, 388), (1, 1_000, 0, 1), (990, 1_000, 4, 939), (1, 2, 4, 1)] {
        let found = zoom_to(&log.history, &ask(1, 118), Version(first), Version(last));
        assert_eq!(found, (Zoom(zoom), start), "{first} to {last}");
        let ask = TimelineQuery { zoom: found.0, start: Some(found.1), ..ask(1, 118) };
        let shown = log.timeline(&ask);
        assert!(shown.span.contains(&first) && shown.span.contains(&last));
    }
    for axis in [Axis::Version, Axis::Time] {
        for (version, column) in [(300, 30), (1, 0), (1_000, 117), (900, 60)] {
            let manner = Manner { axis, ..Manner::default() };
            let ask = TimelineQuery { zoom: Zoom(2), manner, ..ask(1, 118) };
            let start = start_keeping(&log.history, &ask, Version(version), column);
            let at = log.timeline(&TimelineQuery { start: Some(start), ..ask }).column_of(Version(version)).unwrap();
            let edge = start == 1 || start == 751;
            assert!(at.abs_diff(column) <= 1 || edge, "#{version} at {at}, not {column}, {axis:?}");
        }
    }
}

#[test]
fn whoever_writes_has_the_last_column() {
    let log = TimelineLog::at(0..1_000);
    let live = |cursor, zoom, edge| {
        let manner = Manner { edge, ..Manner::default() };
        let shown = log.timeline(&TimelineQuery { zoom: Zoom(zoom), manner, ..ask(cursor, 100) });
        (shown.columns.len(), shown.live, shown.caption.unmarked().contains("following"))
    };
    assert_eq!(live(1_000, 0, Edge::Still), (100, None, false));
    assert_eq!(live(1_000, 0, Edge::Followed), (99, Some(99), true));
    assert_eq!(live(1, 1, Edge::Live), (99, None, false));
}

#[test]
fn marks_that_coincide_are_all_there() {
    for (versions, width) in [(7_u64, 118_usize), (30, 118), (118, 118), (4_000, 50)] {
        let mut log = TimelineLog::at(0..i64::try_from(versions).unwrap());
        for (kind, name) in [(SnapshotKind::Named, "a"), (SnapshotKind::Checkpoint, "b"), (SnapshotKind::Auto, "")] {
            log.mark(kind, name, 3);
        }
        let shown = log.timeline(&ask(3, width));
        let all: Vec<TimelineMark> = shown.columns.iter().flat_map(|column| column.marks).flatten().collect();
        assert_eq!(all, [TimelineMark::Named, TimelineMark::Checkpoint, TimelineMark::Auto], "{versions} {width}");
    }
}

/// By author where there are two, else by the first word of labels; the same hue at every zoom.
#[test]
fn each_author_or_action_has_one_hue_at_every_zoom() {
    let mut log = TimelineLog::at(0..300);
    log.mark(SnapshotKind::Named, "a", 3);
    let hues = |log: &TimelineLog, width| -> std::collections::BTreeSet<Option<Hue>> {
        log.timeline(&ask(1, width)).columns.iter().map(|column| column.hue).collect()
    };
    assert!(hues(&log, 300).len() <= 2);
    let cast = super::Cast::of(&log.history);
    let names: Vec<_> = cast.members().into_iter().map(|(_, name)| name.unmarked().into_owned()).collect();
    assert!(!names.is_empty() && names.len() <= super::HUES, "{names:?}");
    for width in [20, 60, 300] {
        let shown = log.timeline(&ask(1, width));
        assert_eq!(shown.cast, cast);
    }
}

proptest! {
    /// Whatever is asked next, and whatever happens between.
    #[test]
    fn a_remembered_timeline_is_one_made_anew(
        asks in prop::collection::vec((0..5_u8, 1..400_u64, 0..4_u32, 10..120_usize, 1..4_u8, any::<bool>()), 1..12),
    ) {
        let mut log = TimelineLog::at((0..300).map(|at| at * at));
        for (happens, version, zoom, width, rows, in_time) in asks {
            let newest = log.history.newest().0;
            match happens {
                0 => log.step(),
                1 => log.back(version.min(newest)),
                2 => log.mark(SnapshotKind::Named, &format!("n{version}"), version.min(newest)),
                _ => &mut log,
            };
            let cursor = if in_time { self::by_time(version, width) } else { ask(version, width) };
            for cursor in [cursor, TimelineQuery { cursor: Version(version / 2), ..cursor }] {
                log.timeline(&TimelineQuery { zoom: Zoom(zoom), rows, ..cursor });
            }
        }
    }
}
