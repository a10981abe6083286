//! Positions: behind what was cut off, behind damage, and counts that make no sense.

use super::*;
use crate::log::codec::{LineStamp, encode};
use crate::log::line::{LogHeader, Seed};
use crate::log::verify;
use std::fs;

const SEED: u32 = 0x1234_5678;

/// A log with that `cut`, and records at those positions, each with its `more`.
fn log_of(cut: u64, records: &[(u64, u64)]) -> Scratch {
    let (scratch, _) = Scratch::new();
    let mut bytes = Vec::new();
    LogHeader::write_cut(&mut bytes, Seed::new(SEED), Some(&main()), (cut > 0).then_some((cut, 0)));
    for (position, more) in records {
        let stamp = LineStamp { position: *position, more: *more, id: format!("r-{position}").into() };
        encode(&mut bytes, Seed::new(SEED), &stamp, &entry(&position.to_string()));
    }
    fs::write(scratch.main(), bytes).unwrap();
    scratch
}

#[test]
fn what_is_appended_can_be_read_back_whatever_was_cut_off() {
    let logs: [(u64, &[(u64, u64)]); 8] = [
        (4, &[(5, 0), (6, 0)]),
        (5, &[(5, 0), (6, 0)]),
        (5, &[(5, 0)]),
        (5, &[]),
        (1_000_000, &[(3, 0)]),
        (1_000_000, &[]),
        ((1 << 53) - 3, &[]),
        (0, &[(7, 0)]),
    ];
    for (cut, records) in logs {
        let scratch = log_of(cut, records);
        let log = scratch.open();
        let last = log.last(&main()).unwrap();
        let next = log.next(&main()).unwrap().unwrap();
        assert!(next.0 > cut && next > last, "{cut} {records:?}: {next:?}");
        assert_eq!(log.put(&main(), last, &[entry("new")]).unwrap(), next);
        for log in [&log, &scratch.open()] {
            let record = log.record(&main(), next).unwrap();
            assert_eq!((words(&record).as_str(), log.last(&main()).unwrap()), ("new", next));
            assert!(all_words(log, &main()).contains(&"new".into()), "{cut} {records:?}");
        }
    }
    for cut in [(1 << 53) - 1, 1 << 53, u64::MAX] {
        let scratch = log_of(cut, &[]);
        let before = fs::read(scratch.main()).unwrap();
        let log = scratch.open();
        assert!(log.put(&main(), Position(0), &[entry("new")]).is_err(), "{cut}");
        assert_eq!(fs::read(scratch.main()).unwrap(), before);
    }
}

#[test]
fn more_that_makes_no_sense_is_told() {
    // Bytes after `"pos":2`, whether the line is damage, and whether the counting down is.
    let cases = [
        ("", false, false),
        (",\"more\":0", false, false),
        (",\"more\":1", false, false),
        (",\"more\":5", false, true),
        (",\"more\":9007199254740989", false, true),
        (",\"more\":9007199254740990", true, false),
        (",\"more\":18446744073709551615", true, false),
        (",\"more\":99999999999999999999999", true, false),
        (",\"more\":-1", true, false),
        (",\"more\":1.5", true, false),
    ];
    for (more, damaged, uneven) in cases {
        let scratch = log_of(0, &[(1, 0)]);
        let mut bytes = fs::read(scratch.main()).unwrap();
        crate::log::line::write_line(&mut bytes, Seed::new(SEED), |out| {
            out.extend_from_slice(
                format!(",\"pos\":2{more},\"id\":\"r-2\",\"type\":\"rollback\",\"to\":0,\"reason\":\"2\"").as_bytes(),
            );
        });
        let stamp = LineStamp { position: 3, more: 0, id: "r-3".into() };
        encode(&mut bytes, Seed::new(SEED), &stamp, &entry("3"));
        fs::write(scratch.main(), bytes).unwrap();
        let (records, damage) = read_all(&scratch.open(), &main(), 10);
        assert_eq!(
            (records.len(), damage.len()),
            (3 - usize::from(damaged), usize::from(damaged)),
            "{more}: {damage:?}"
        );
        let report = verify(&scratch.path).unwrap();
        let expected = usize::from(damaged || uneven);
        assert_eq!(report.damage.len(), expected, "{more}: {:?}", report.damage);
        assert!(!uneven || report.damage[0].why.contains("more of its append"), "{:?}", report.damage);
    }
}

#[test]
fn appends_count_down_and_verify_says_where_not() {
    let cases: [(&[(u64, u64)], usize); 7] = [
        (&[(1, 2), (2, 1), (3, 0), (4, 0)], 0),
        (&[(1, 0), (2, 1), (3, 0)], 0),
        (&[(1, 2), (2, 0), (3, 0)], 1),
        (&[(1, 2), (2, 2), (3, 1), (4, 0)], 1),
        (&[(1, 1), (2, 1), (3, 1), (4, 0)], 2),
        (&[(1, 5), (2, 0), (3, 5), (4, 0)], 2),
        // A position is missing between them: that is told, and explains it.
        (&[(1, 2), (3, 0)], 1),
    ];
    for (records, expected) in cases {
        let scratch = log_of(0, records);
        assert_eq!(verify(&scratch.path).unwrap().damage.len(), expected, "{records:?}");
        assert_eq!(all_words(&scratch.open(), &main()).len(), records.len());
    }
}
