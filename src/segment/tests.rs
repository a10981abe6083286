use super::*;

/// A log in a folder, and content of so many bytes of it.
fn log(bytes: usize) -> (tempfile::TempDir, PathBuf, SegmentContent) {
    let home = tempfile::tempdir().unwrap();
    let log = home.path().join("0123.jsonl");
    std::fs::write(&log, vec![b'x'; bytes]).unwrap();
    let parts = vec![format!("parts of {bytes}").into_bytes(), b"0123456789".to_vec()];
    (home, log, SegmentContent { covers: bytes as u64, parts })
}

fn first_part(segment: Segment) -> Option<String> {
    String::from_utf8(segment.parts.into_iter().next()?).ok()
}

#[test]
fn a_segment_is_written_where_it_is_wanted_and_found_there() {
    let (home, log, content) = log(5_000);
    let cache = home.path().join("cache");
    for (write, beside, cached) in [
        (WriteSegments::Never, false, false),
        (WriteSegments::InCache, false, true),
        (WriteSegments::Beside, true, true),
    ] {
        let segments = Segments::new(Some(cache.clone()), write);
        let written = segments.write(&log, &content, || true).unwrap();
        assert_eq!(written.is_some(), write != WriteSegments::Never);
        let anywhere = segments.find(&log, first_part);
        assert_eq!(anywhere.is_ok(), beside || cached, "{write:?}");
        assert_eq!(Segments::default().find(&log, first_part).is_ok(), beside, "{write:?}");
    }
}

#[test]
fn of_several_segments_the_one_that_covers_most_is_taken() {
    let (home, log, content) = log(5_000);
    let segments = |write| Segments::new(Some(home.path().join("cache")), write);
    let shorter = SegmentContent { covers: 4_000, parts: vec![b"shorter".to_vec(), Vec::new()] };
    for (beside, cached, expected) in
        [(&content, &shorter, "parts of 5000"), (&shorter, &content, "parts of 5000"), (&shorter, &shorter, "shorter")]
    {
        segments(WriteSegments::Beside).write(&log, beside, || true).unwrap();
        segments(WriteSegments::InCache).write(&log, cached, || true).unwrap();
        assert_eq!(segments(WriteSegments::Never).find(&log, first_part).ok().as_deref(), Some(expected));
    }
    let refused = segments(WriteSegments::Never).find(&log, |_| None::<()>);
    assert_eq!(refused.err(), Some(Unfit::Damaged));
}

#[test]
fn the_last_part_is_read_in_ranges_that_are_there() {
    let (_home, log, content) = log(5_000);
    let segments = Segments::new(None, WriteSegments::Beside);
    segments.write(&log, &content, || true).unwrap();
    let last = segments.find(&log, |segment| Some(segment.last)).ok().unwrap();
    assert_eq!(last.read(0..10).as_deref(), Some(&b"0123456789"[..]));
    assert_eq!(last.read(4..6).as_deref(), Some(&b"45"[..]));
    #[expect(clippy::reversed_empty_ranges, reason = "what a broken caller could ask")]
    for beyond in [0..11, 5..4, 10..u64::MAX, u64::MAX - 1..u64::MAX] {
        assert_eq!(last.read(beyond.clone()), None, "{beyond:?}");
    }
}

#[test]
fn what_was_made_of_another_log_is_not_written() {
    let (_home, log, content) = log(5_000);
    let segments = Segments::new(None, WriteSegments::Beside);
    assert!(segments.write(&log, &content, || false).is_err());
    std::fs::write(&log, "short").unwrap();
    assert!(segments.write(&log, &content, || true).is_err());
    assert_eq!(segments.find(&log, first_part).err(), Some(Unfit::Missing));
}

#[test]
fn a_segment_of_another_log_is_not_taken() {
    let (home, log, content) = log(5_000);
    let segments = Segments::new(None, WriteSegments::Beside);
    let (written, _) = segments.write(&log, &content, || true).unwrap().unwrap();
    let other = home.path().join("4567.jsonl");
    std::fs::write(&other, vec![b'y'; 5_000]).unwrap();
    std::fs::copy(&written, place::beside(&other, Sort::History)).unwrap();
    assert_eq!(segments.find(&other, first_part).err(), Some(Unfit::OtherLog));
    assert_eq!(check_beside(&other), [(place::beside(&other, Sort::History), Unfit::OtherLog)]);
    assert_eq!(check_beside(&log), []);
}

/// Between the blocks that are compared when a log has grown: found by who verifies, and when the log has not grown.
#[test]
fn a_large_log_that_was_changed_in_the_middle_and_appended_to_is_found_by_who_checks() {
    let (_home, log, content) = log(9 << 20);
    let segments = Segments::new(None, WriteSegments::Beside);
    segments.write(&log, &content, || true).unwrap();
    let file = std::fs::OpenOptions::new().read(true).write(true).open(&log).unwrap();
    file.write_all_at(b"y", 100_000).unwrap();
    assert_eq!(segments.find(&log, first_part).err(), Some(Unfit::OtherLog));
    file.write_all_at(b"more", 9 << 20).unwrap();
    assert!(segments.find(&log, first_part).is_ok(), "what is not promised");
    assert_eq!(check_beside(&log), [(place::beside(&log, Sort::History), Unfit::OtherLog)]);
    file.write_all_at(b"x", 100_000).unwrap();
    assert_eq!(check_beside(&log), []);
}
