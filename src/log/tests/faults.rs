//! A disk that refuses to write, cut or sync: what is told of the append, and what is in the log then.

use super::*;
use crate::Error;
use crate::log::verify;

/// What is told of an append that had to be on the disk.
#[derive(Debug, PartialEq)]
enum Told {
    Saved,
    /// It has not happened.
    Refused,
    /// A crash decides; whether it is in the log until then.
    Unknown {
        in_log: bool,
    },
}

fn told(outcome: crate::Result<Position>) -> Told {
    match outcome {
        Ok(_) => Told::Saved,
        Err(Error::Io { .. }) => Told::Refused,
        Err(Error::Unsynced { withdrawn, .. }) => Told::Unknown { in_log: !withdrawn },
        Err(other) => panic!("{other}"),
    }
}

/// Appends that are flushed, then one that has to be on the disk, on a disk with those faults.
fn append_on(faults: &[Fault], before: u64, count: usize) -> (Scratch, FileLog, crate::Result<Position>) {
    let (scratch, log) = Scratch::new();
    let log = log.with_faults(Faults::of(faults));
    for after in 0..before {
        log.put(&main(), Position(after), &[entry(&format!("kept {after}"))]).unwrap();
    }
    let own = entries(&(0..count).map(|n| format!("own {n}")).collect::<Vec<_>>());
    let outcome = log.put_synced(&main(), Position(before), &own);
    (scratch, log, outcome)
}

#[test]
fn an_append_that_could_not_be_synced_is_gone_or_told_as_unknown() {
    let fault = |operation, after, times| Fault { operation, after, times };
    let cases: [(&[Fault], Told); 8] = [
        (&[], Told::Saved),
        (&[fault("sync", 0, 1)], Told::Refused),
        (&[fault("sync", 0, 9)], Told::Unknown { in_log: false }),
        (&[fault("sync", 0, 1), fault("cut", 0, 1)], Told::Unknown { in_log: true }),
        (&[fault("sync", 0, 9), fault("cut", 0, 9)], Told::Unknown { in_log: true }),
        (&[fault("sync", 1, 1)], Told::Saved),
        (&[fault("cut", 0, 9)], Told::Saved),
        (&[fault("write", 50, 1)], Told::Saved),
    ];
    for (faults, expected) in &cases {
        for (before, count) in [(0, 1), (1, 1), (4, 3)] {
            let (scratch, log, outcome) = append_on(faults, before, count);
            let words = outcome.as_ref().err().map(ToString::to_string).unwrap_or_default();
            let was = told(outcome);
            assert_eq!(was, *expected, "{faults:?} {words}");
            let own = if matches!(was, Told::Saved | Told::Unknown { in_log: true }) { count } else { 0 };
            // Who reads it here and who opens it anew see the same, and what was acknowledged before is there.
            for log in [&log, &scratch.open()] {
                let all = all_words(log, &main());
                assert_eq!(all.len(), before as usize + own, "{faults:?} {all:?}");
                assert!((0..before).zip(&all).all(|(n, words)| *words == format!("kept {n}")));
            }
            assert_eq!(verify(&scratch.path).unwrap().damage, []);
            assert_eq!(words.contains("withdrawn"), matches!(was, Told::Refused | Told::Unknown { in_log: false }));
            assert_eq!(words.contains("crash of the machine"), matches!(was, Told::Unknown { .. }));
            // A second sync might succeed without the data being there: nothing more is acknowledged here.
            let next = log.put(&main(), log.last(&main()).unwrap(), &[entry("next")]);
            assert_eq!(next.is_ok(), was == Told::Saved, "{faults:?}");
            let anew = scratch.open();
            let last = anew.last(&main()).unwrap();
            anew.put_synced(&main(), last, &[entry("anew")]).unwrap();
        }
    }
}

/// What others have appended behind it must not go with it.
#[test]
fn an_append_with_others_behind_it_is_not_taken_back() {
    for same_process in [true, false] {
        let (scratch, log) = Scratch::new();
        let log = log.with_faults(Faults::of(&[Fault { operation: "sync", after: 0, times: 1 }]));
        let id = AppendId::new();
        log.append(&main(), Position(0), &id, &[entry("own")]).unwrap();
        let behind = scratch.open();
        let other: &FileLog = if same_process { &log } else { &behind };
        other.put(&main(), Position(1), &[entry("other")]).unwrap();
        let error = log.sync_append(&main(), Position(0), &id).unwrap_err();
        assert!(matches!(error, Error::Unsynced { position: 1, withdrawn: false, .. }), "{error}");
        assert!(error.to_string().contains("in the log"), "{error}");
        assert_eq!(all_words(&scratch.open(), &main()), ["own", "other"]);
        assert_eq!(log.find(&main(), Position(0), &id).unwrap(), Some(Position(1)));
    }
}

/// Whoever has read what was taken back is told, and reads on when it is opened again.
#[test]
fn who_has_read_what_was_taken_back_is_told() {
    let (scratch, log) = Scratch::new();
    let log = log.with_faults(Faults::of(&[Fault { operation: "sync", after: 0, times: 1 }]));
    let (reader, behind) = (scratch.open(), scratch.open());
    log.put(&main(), Position(0), &[entry("kept")]).unwrap();
    assert_eq!(behind.last(&main()).unwrap(), Position(1));
    let id = AppendId::new();
    log.append(&main(), Position(1), &id, &[entry("own")]).unwrap();
    assert_eq!(reader.last(&main()).unwrap(), Position(2));
    log.sync_append(&main(), Position(1), &id).unwrap_err();
    let told = reader.last(&main()).unwrap_err();
    assert!(told.to_string().contains("it ends at position 1, was at 2"), "{told}");
    assert_eq!(behind.put(&main(), Position(1), &[entry("next")]).unwrap(), Position(2));
    assert!(matches!(reader.last(&main()), Err(Error::LogChanged { .. })));
    assert_eq!(all_words(&scratch.open(), &main()), ["kept", "next"]);
}

#[test]
fn a_write_that_fails_is_cut_back_or_refused_until_it_is_opened_again() {
    let fault = |operation, times| Fault { operation, after: 1, times };
    let once = [fault("write", 1)];
    let (scratch, log) = Scratch::new();
    let log = log.with_faults(Faults::of(&once));
    log.put(&main(), Position(0), &[entry("1")]).unwrap();
    assert!(matches!(log.put(&main(), Position(1), &[entry("lost")]), Err(Error::Io { operation: "write", .. })));
    assert_eq!(log.put(&main(), Position(1), &[entry("2")]).unwrap(), Position(2));
    assert_eq!((all_words(&scratch.open(), &main()), log.refused(&main())), (vec!["1".into(), "2".into()], None));
    let both = [fault("write", 1), Fault { operation: "cut", after: 0, times: 1 }];
    let (scratch, log) = Scratch::new();
    let log = log.with_faults(Faults::of(&both));
    log.put(&main(), Position(0), &[entry("1")]).unwrap();
    let error = log.put(&main(), Position(1), &[entry("lost")]).unwrap_err();
    assert!(error.to_string().contains("it may be in the log"), "{error}");
    assert!(log.put(&main(), Position(1), &[entry("2")]).is_err() && log.refused(&main()).is_some());
    let anew = scratch.open();
    anew.put(&main(), Position(1), &[entry("2")]).unwrap();
    assert_eq!(all_words(&anew, &main()), ["1", "2"]);
}
