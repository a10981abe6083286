//! A log that is replaced, shortened, emptied, moved or deleted while others have it open: each is told by its name, and
//! nothing is written past it.

use super::*;
use crate::log::LogCut;
use crate::{Error, LogChange};
use std::fs;

/// What may happen to the file of a log with 5 records.
type Happening = fn(&Path);

fn rewritten(file: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(file).unwrap();
    change(&mut bytes);
    fs::write(file, bytes).unwrap();
}

fn lines(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

/// A log with other records, of the same recording or of another one.
fn other_log(words: &[&str], of: Option<&Path>) -> Vec<u8> {
    let (scratch, log) = Scratch::new();
    if let Some(file) = of {
        fs::write(scratch.main(), &lines(&fs::read(file).unwrap())[0]).unwrap();
    }
    let words: Vec<String> = words.iter().map(ToString::to_string).collect();
    log.put(&main(), Position(0), &entries(&words)).unwrap();
    fs::read(scratch.main()).unwrap()
}

const FIVE: [&str; 5] = ["1", "2", "3", "4", "5"];

fn happenings() -> Vec<(&'static str, LogChange, Happening)> {
    vec![
        ("deleted", LogChange::Deleted, |file| fs::remove_file(file).unwrap()),
        ("moved away", LogChange::Deleted, |file| fs::rename(file, file.with_extension("old")).unwrap()),
        ("directory deleted", LogChange::Deleted, |file| fs::remove_dir_all(file.parent().unwrap()).unwrap()),
        ("a directory", LogChange::NoFile, |file| {
            fs::remove_file(file).unwrap();
            fs::create_dir(file).unwrap();
        }),
        #[cfg(unix)]
        ("a link", LogChange::NoFile, |file| {
            fs::rename(file, file.with_extension("old")).unwrap();
            std::os::unix::fs::symlink(file.with_extension("old"), file).unwrap();
        }),
        ("emptied", LogChange::Emptied, |file| rewritten(file, Vec::clear)),
        ("cut in the header", LogChange::Emptied, |file| rewritten(file, |bytes| bytes.truncate(40))),
        ("replaced by an empty file", LogChange::Emptied, |file| {
            fs::remove_file(file).unwrap();
            fs::write(file, "").unwrap();
        }),
        ("cut behind 3", LogChange::Shortened { last: 3, known: 5 }, |file| {
            rewritten(file, |bytes| *bytes = lines(bytes)[..4].concat());
        }),
        ("cut in 5", LogChange::Shortened { last: 4, known: 5 }, |file| {
            rewritten(file, |bytes| bytes.truncate(bytes.len() - 3));
        }),
        ("an older copy", LogChange::Shortened { last: 2, known: 5 }, |file| {
            let old = lines(&fs::read(file).unwrap())[..3].concat();
            fs::remove_file(file).unwrap();
            fs::write(file, old).unwrap();
        }),
        ("header only", LogChange::Shortened { last: 0, known: 5 }, |file| {
            rewritten(file, |bytes| *bytes = lines(bytes)[..1].concat());
        }),
        ("another recording's", LogChange::Replaced, |file| fs::write(file, other_log(&FIVE, None)).unwrap()),
        ("another recording's, renamed here", LogChange::Replaced, |file| {
            let new = file.with_extension("other");
            fs::write(&new, other_log(&FIVE, None)).unwrap();
            fs::rename(new, file).unwrap();
        }),
        ("another recording's, longer", LogChange::Replaced, |file| {
            fs::write(file, other_log(&[&FIVE[..], &FIVE[..]].concat(), None)).unwrap();
        }),
        ("other records", LogChange::Rewritten { position: 5 }, |file| {
            let other = other_log(&["a", "b", "c", "d", "e", "f"], Some(file));
            fs::write(file, other).unwrap();
        }),
        ("as many other records", LogChange::Rewritten { position: 5 }, |file| {
            let other = other_log(&["6", "7", "8", "9", "0"], Some(file));
            fs::write(file, other).unwrap();
        }),
        ("the last record damaged, another behind it", LogChange::Rewritten { position: 5 }, |file| {
            rewritten(file, |bytes| {
                let other = lines(&other_log(&["1", "2", "3", "4", "5", "6"], None));
                let last = bytes.len() - lines(bytes)[5].len();
                bytes[last + 9] ^= 1;
                bytes.extend_from_slice(&other[6]);
            });
        }),
    ]
}

/// A recording with 5 records, read and written by one handle, which stays open.
fn five() -> (Scratch, FileLog) {
    let (scratch, log) = Scratch::new();
    for (word, after) in FIVE.iter().zip(0..) {
        log.put(&main(), Position(after), &[entry(word)]).unwrap();
    }
    (scratch, log)
}

fn change_of<T: std::fmt::Debug>(outcome: crate::Result<T>, name: &str) -> LogChange {
    match outcome {
        Err(Error::LogChanged { change, .. }) => change,
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn what_became_of_a_log_is_told_to_readers_and_writers_and_nothing_is_written() {
    for (name, change, happen) in happenings() {
        // The last one is found damaged before the record behind it, which is another log's, is looked at.
        let last_damaged = name.starts_with("the last record damaged");
        let (scratch, log) = five();
        let reader = scratch.open();
        assert_eq!(all_words(&reader, &main()), FIVE);
        let file = scratch.main();
        happen(&file);
        let before = file.parent().unwrap().exists().then(|| contents(&scratch.path));
        let id = AppendId::new();
        let base = LogCut { expected: Position(5), through: Position(3), base: entry("base") };
        for log in [&log, &reader] {
            let told = [
                change_of(log.last(&main()), name),
                change_of(log.read(&main(), Position(0), 10), name),
                change_of(log.read(&main(), Position(5), 10), name),
                change_of(log.record(&main(), Position(2)), name),
                change_of(log.append(&main(), Position(5), &id, &[entry("lost")]), name),
                change_of(log.append(&main(), Position(0), &id, &[entry("lost")]), name),
                change_of(log.find(&main(), Position(5), &id), name),
                change_of(log.cut(&main(), &base), name),
                change_of(log.sync(&main()), name),
                change_of(log.last(&main()), name),
            ];
            if last_damaged {
                assert!(
                    told.iter().all(|told| matches!(told, LogChange::Shortened { .. } | LogChange::Rewritten { .. }))
                );
            } else {
                assert!(told.iter().all(|told| *told == change), "{name}: {told:?}");
            }
            assert!(log.refused(&main()).unwrap().contains("reopen the recording"), "{name}");
        }
        let after = file.parent().unwrap().exists().then(|| contents(&scratch.path));
        let but_locks = |files: Option<Vec<(PathBuf, Vec<u8>)>>| {
            files.map(|files| {
                files.into_iter().filter(|(file, _)| file.extension() != Some("lock".as_ref())).collect::<Vec<_>>()
            })
        };
        assert_eq!(but_locks(before), but_locks(after), "{name}");
    }
}

#[test]
fn a_log_that_is_there_again_is_gone_on_with() {
    let away_and_back: [Happening; 4] = [
        |file| {
            fs::rename(file, file.with_extension("old")).unwrap();
            fs::rename(file.with_extension("old"), file).unwrap();
        },
        |file| {
            fs::copy(file, file.with_extension("copy")).unwrap();
            fs::rename(file, file.with_extension("old")).unwrap();
            fs::rename(file.with_extension("copy"), file).unwrap();
        },
        |file| {
            let bytes = fs::read(file).unwrap();
            fs::write(file, "").unwrap();
            fs::write(file, bytes).unwrap();
        },
        |file| {
            fs::hard_link(file, file.with_extension("backup")).unwrap();
            let cut = LogCut { expected: Position(5), through: Position(3), base: entry("base") };
            FileLog::open(file.parent().unwrap()).unwrap().cut(&main(), &cut).unwrap();
        },
    ];
    for (number, happen) in away_and_back.into_iter().enumerate() {
        for looks in [false, true] {
            let (scratch, log) = five();
            let reader = scratch.open();
            assert_eq!(reader.last(&main()).unwrap(), Position(5));
            let file = scratch.main();
            let kept = file.with_extension("kept");
            if looks {
                fs::rename(&file, &kept).unwrap();
                assert_eq!(change_of(log.last(&main()), "moved"), LogChange::Deleted);
                assert_eq!(change_of(log.put(&main(), Position(5), &[entry("6")]), "moved"), LogChange::Deleted);
                fs::rename(&kept, &file).unwrap();
            }
            happen(&file);
            let backup = file.with_extension("backup");
            let before = backup.exists().then(|| fs::read(&backup).unwrap());
            assert_eq!(log.put(&main(), Position(5), &[entry("6")]).unwrap(), Position(6), "{number}");
            log.sync(&main()).unwrap();
            assert_eq!(reader.put(&main(), Position(6), &[entry("7")]).unwrap(), Position(7), "{number}");
            let all = all_words(&scratch.open(), &main());
            assert_eq!(all[all.len() - 3..], ["5", "6", "7"], "{number}");
            assert_eq!(before, backup.exists().then(|| fs::read(&backup).unwrap()), "a backup is nobody's log");
        }
    }
}

/// The tail is read again under the lock: a length, or what was torn before, says nothing about what is there now.
#[test]
fn a_finished_append_is_never_moved_out_as_torn() {
    for padding in (0..300usize).step_by(13) {
        let (scratch, log) = Scratch::new();
        log.put(&main(), Position(0), &[entry("1")]).unwrap();
        let whole = fs::read(scratch.main()).unwrap();
        // As long a torn end as the record that will stand there.
        let (probe, other) = (Scratch::new(), entry(&"x".repeat(padding)));
        probe.1.put(&main(), Position(0), &[entry("1")]).unwrap();
        let start = fs::metadata(probe.0.main()).unwrap().len();
        probe.1.put(&main(), Position(1), std::slice::from_ref(&other)).unwrap();
        let length = fs::metadata(probe.0.main()).unwrap().len() - start;
        fs::write(scratch.main(), [whole, vec![b'x'; length as usize]].concat()).unwrap();
        let (late, first) = (scratch.open(), scratch.open());
        assert_eq!(late.last(&main()).unwrap(), Position(1));
        assert_eq!(first.put_synced(&main(), Position(1), &[other]).unwrap(), Position(2));
        let refused = late.put(&main(), Position(1), &[entry("late")]);
        assert!(matches!(refused, Err(Error::Conflict { expected: 1, actual: 2 })), "{refused:?}");
        assert_eq!(late.last(&main()).unwrap(), Position(2));
        assert_eq!(all_words(&scratch.open(), &main()), ["1".into(), Text::from("x".repeat(padding))]);
    }
}

/// Whether an append arrived cannot be known where compaction has cut off its place: then it is not said that it has not.
#[test]
fn an_append_that_may_have_been_cut_off_is_not_said_to_be_missing() {
    for (expected, through, known) in
        [(0, 1, false), (1, 3, false), (2, 3, false), (3, 3, true), (4, 3, true), (0, 5, false)]
    {
        let (scratch, log) = Scratch::new();
        let mut ids = Vec::new();
        for (word, after) in FIVE.iter().zip(0..) {
            ids.push(AppendId::new());
            log.append(&main(), Position(after), &ids[after as usize], &[entry(word)]).unwrap();
        }
        let cut = LogCut { expected: Position(5), through: Position(through), base: entry("base") };
        scratch.open().cut(&main(), &cut).unwrap();
        let id = &ids[expected as usize];
        for outcome in [
            log.find(&main(), Position(expected), id),
            log.append(&main(), Position(expected), id, &[entry("again")]).map(Some),
        ] {
            match outcome {
                Ok(found) => assert!(known && found == Some(Position(expected + 1)), "{expected} {through}"),
                Err(Error::Conflict { .. }) => assert!(!known, "{expected} {through}"),
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(log.last(&main()).unwrap(), Position(5));
    }
}
