use super::*;
use proptest::prelude::*;

fn moment(seconds: i64) -> Time {
    chrono::DateTime::from_timestamp(seconds, 0).unwrap()
}

fn versions(times: &[Option<i64>]) -> Timeline {
    let mut versions = Timeline::default();
    for (n, at) in (1..).zip(times) {
        let counts = Counts { added: 1, changed: 2, removed: 3, moved: 4 };
        versions.push(NewVersion {
            position: Position(n * 10),
            at: at.map(moment),
            arrived: false,
            by: (n % 2 == 0).then(|| "ann".into()),
            origin: Origin::Application,
            label: format!("label {}", n % 3).as_str().into(),
            kind: VersionKind::Transition,
            parent: Version(n - 1),
            counts,
            size: n,
            whole: n % 2 == 0,
            problem: (n % 4 == 0).then(|| "why".into()),
            from: SourceFacts { id: (n % 3 == 0).then(|| format!("id {n}").as_str().into()), cause: None },
            doubt: None,
        });
    }
    versions
}

#[test]
fn rows_give_back_what_went_in() {
    let versions = versions(&[Some(5), None, Some(3), Some(3)]);
    let info = versions.info(Version(4), Version(3)).unwrap();
    assert_eq!((info.position, info.at, info.size), (Position(40), Some(moment(3)), 4));
    assert_eq!((info.label.as_str(), info.by.as_deref()), ("label 1", Some("ann")));
    assert_eq!(info.problem.as_deref(), Some("why"));
    assert_eq!(versions.info(Version(2), Version(1)).unwrap().at, None);
    assert_eq!(versions.info(Version(0), Version(0)).unwrap().size, 4);
    assert_eq!(versions.info(Version(5), Version(4)), None);
    assert_eq!(versions.tallies(&(1..5))[KEYS].sum, 40);
    assert_eq!(versions.broken(), [Version(4)]);
    assert_eq!(versions.words.texts.len(), 4);
}

#[test]
fn missing_versions_take_numbers_and_no_rows() {
    let (mut versions, far) = (versions(&[Some(5), Some(7)]), 1 << 52);
    versions.skip(far, 9, "lost".into());
    let new = |position, seconds| NewVersion {
        position: Position(position),
        at: Some(moment(seconds)),
        arrived: false,
        by: None,
        label: "later".into(),
        kind: VersionKind::Transition,
        parent: Version(2),
        counts: Counts { added: 1, ..Counts::default() },
        size: 3,
        whole: true,
        problem: None,
        from: SourceFacts::NONE,
        doubt: None,
        origin: Origin::Application,
    };
    versions.push(new(far + 3, 9));
    versions.skip(1, 3, "lost too".into());
    versions.push(new(far + 5, 11));
    let kinds: Vec<_> = [2, 3, far + 2, far + 3, far + 4, far + 5, far + 6]
        .map(|n| versions.info(Version(n), Version(0)).map(|info| (info.label.to_string(), info.through.0)))
        .into();
    let row = |label: &str, n: u64| Some((label.to_owned(), n));
    let expected = [
        row("label 2", 2),
        row("missing", far + 2),
        row("missing", far + 2),
        row("later", far + 3),
        row("missing", far + 4),
        row("later", far + 5),
        None,
    ];
    assert_eq!(kinds, expected);
    for (at, expected) in [(6, 1), (8, far + 2), (9, far + 4), (11, far + 5)] {
        assert_eq!(versions.at_time(moment(at)), Some(Version(expected)), "{at}");
    }
    assert_eq!(versions.there_by(Version(4)), Some(moment(7)));
    assert_eq!(versions.tallies(&(1..far + 6))[KEYS].sum, 22);
    assert_eq!(versions.tallies(&(3..far + 5))[KEYS].sum, 1);
    assert_eq!(versions.slowest(&(1..far + 6), 1).len(), 1);
    assert_eq!(versions.broken(), [Version(3), Version(far + 4)]);
    assert_eq!(versions.recorded_from(Version(5)), Some((Version(far + 3), Position(far + 3))));
    let doubtful = |n: u64| versions.doubt(Version(n)).map(Text::to_string);
    assert_eq!(
        [2, 3, far + 2, far + 3, far + 4].map(doubtful).map(|why| why.is_some()),
        [false, true, true, false, true]
    );
}

#[test]
fn time_finds_the_last_version_at_or_before() {
    for (times, at, expected) in [
        (&[][..], 0, None),
        (&[None, None], 9, None),
        (&[Some(10), Some(20), Some(30)], 9, None),
        (&[Some(10), Some(20), Some(30)], 10, Some(1)),
        (&[Some(10), Some(20), Some(30)], 29, Some(2)),
        (&[Some(10), Some(20), Some(30)], 99, Some(3)),
        // Ties: the last of them.
        (&[Some(10), Some(10), Some(10), Some(20)], 10, Some(3)),
        // No time: counts as the one before.
        (&[None, Some(10), None, None, Some(20)], 15, Some(4)),
        (&[None, Some(10), None, None, Some(20)], 9, None),
        // The clock was set back: what was written last counts.
        (&[Some(10), Some(30), Some(20), Some(25)], 20, Some(3)),
        (&[Some(10), Some(30), Some(20), Some(25)], 19, Some(1)),
        (&[Some(10), Some(30), Some(20), Some(25)], 35, Some(4)),
        // One time far ahead does not hide the rest.
        (&[Some(10), Some(999), Some(20), Some(30)], 25, Some(3)),
    ] {
        assert_eq!(versions(times).at_time(moment(at)), expected.map(Version), "{times:?} at {at}");
    }
}

proptest! {
    #[test]
    fn time_agrees_with_a_scan(times in prop::collection::vec(prop::option::of(0i64..20), 0..40), at in -1i64..22) {
        let mut last = None;
        let effective: Vec<_> = times.iter().map(|time| { last = time.or(last); last }).collect();
        let expected = effective.iter().rposition(|time| time.is_some_and(|time| time <= at));
        let versions = versions(&times);
        prop_assert_eq!(versions.at_time(moment(at)), expected.map(|index| Version(index as u64 + 1)));
        let moments: Vec<_> = (1..=times.len() as u64).map(|n| versions.there_by(Version(n))).collect();
        let latest = |index: usize| effective[index..].iter().flatten().min().copied().map(moment);
        prop_assert_eq!(moments, (0..times.len()).map(latest).collect::<Vec<_>>());
        prop_assert_eq!(versions.earliest_time(), effective.iter().flatten().min().copied().map(moment));
    }
}
