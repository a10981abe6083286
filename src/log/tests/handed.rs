//! Positions that another handle read and handed on: the answers are those of a handle that reads the file itself,
//! whatever happened to the file in between, and cost what came since.

use super::*;
use crate::log::line::Seed;
use crate::log::log_source::LogSource;
use crate::log::reader::LogReader;
use crate::log::window::ReadAt;
use crate::log::{LogCut, LogPositions};
use std::fs;

/// A log of `count` records: many short ones, some of a few kilobytes, in appends of one to four.
fn filled(count: u64, dice: &mut Dice) -> (Scratch, FileLog) {
    let (scratch, log) = Scratch::new();
    let mut last = 0;
    while last < count {
        let long = |dice: &mut Dice| if dice.below(40) == 0 { dice.below(9000) } else { dice.below(60) };
        let new: Vec<_> =
            (0..=dice.below(4)).map(|n| format!("{last}.{n} {}", "x".repeat(long(dice) as usize))).collect();
        last = log.put(&main(), Position(last), &entries(&new)).unwrap().0;
    }
    (scratch, log)
}

/// What a handle knows of it after reading it all, encoded and decoded.
fn known(log: &FileLog) -> LogPositions {
    log.last(&main()).unwrap();
    let mut bytes = Vec::new();
    log.positions(&main()).unwrap().encode(&mut bytes);
    LogPositions::decode(&bytes).unwrap()
}

/// What a log answers to many questions, each asked of a handle of its own, as text.
fn answers(open: &dyn Fn() -> FileLog, dice: &mut Dice, most: u64) -> Vec<String> {
    let all = open();
    let mut answers = vec![
        format!("{:?}", all.last(&main())),
        format!("{:?}", all.next(&main())),
        format!("{:?}", all.read(&main(), Position(0), 10).map(|batch| (batch.cut, batch.records, batch.damage))),
    ];
    for _ in 0..6 {
        let (after, limit) = (Position(dice.below(most + 3)), 1 + dice.below(150) as usize);
        let batch =
            |log: &FileLog| log.read(&main(), after, limit).map(|batch| (batch.cut, batch.records, batch.damage));
        answers.push(format!("read {after:?}: {:?}", batch(&open())));
        answers.push(format!("read {after:?}: {:?}", batch(&all)));
        answers.push(format!("record {after:?}: {:?}", open().record(&main(), after)));
        answers.push(format!("bytes {after:?}: {:?}", open().bytes_through(&main(), after)));
        answers.push(format!("find {after:?}: {:?}", open().find(&main(), after, &AppendId::new())));
        answers.push(format!("last {:?}", all.last(&main())));
    }
    answers
}

type Change = fn(&Scratch, &FileLog, &mut Dice);

fn append(scratch: &Scratch, _: &FileLog, dice: &mut Dice) {
    let log = scratch.open();
    for number in 0..dice.below(200) {
        let last = log.last(&main()).unwrap();
        log.put(&main(), last, &[entry(&format!("later {number}"))]).unwrap();
    }
}

fn compact(scratch: &Scratch, log: &FileLog, dice: &mut Dice) {
    let last = log.last(&main()).unwrap();
    let through = Position(1 + dice.below(last.0));
    log.cut(&main(), &LogCut { expected: last, through, base: entry("base") }).unwrap();
    append(scratch, log, dice);
}

/// A copy from before, that went on by itself: the same seed, header and beginning.
fn replace(scratch: &Scratch, log: &FileLog, dice: &mut Dice) {
    truncate(scratch, log, dice);
    append(scratch, log, dice);
}

fn truncate(scratch: &Scratch, _: &FileLog, dice: &mut Dice) {
    let file = scratch.main();
    let length = fs::metadata(&file).unwrap().len();
    fs::File::options().write(true).open(file).unwrap().set_len(dice.below(length)).unwrap();
}

fn tear(scratch: &Scratch, _: &FileLog, dice: &mut Dice) {
    let line = format!("{{\"crc\":\"00000000\",\"pos\":{}", dice.below(5000));
    let bytes = [fs::read(scratch.main()).unwrap(), line.into_bytes()].concat();
    fs::write(scratch.main(), bytes).unwrap();
}

fn flip(scratch: &Scratch, _: &FileLog, dice: &mut Dice) {
    let mut bytes = fs::read(scratch.main()).unwrap();
    for _ in 0..=dice.below(3) {
        let at = dice.below(bytes.len() as u64) as usize;
        bytes[at] ^= 1 << dice.below(8);
    }
    fs::write(scratch.main(), bytes).unwrap();
}

/// Damages line ends, which places stand behind.
fn join(scratch: &Scratch, _: &FileLog, dice: &mut Dice) {
    let mut bytes = fs::read(scratch.main()).unwrap();
    let ends: Vec<_> = (0..bytes.len()).filter(|at| bytes[*at] == b'\n').collect();
    ends.chunks(1 + dice.below(70) as usize).for_each(|some| bytes[some[0]] = b' ');
    fs::write(scratch.main(), bytes).unwrap();
}

/// Damages whole lines, so that places lead to damage or behind it.
fn blank(scratch: &Scratch, _: &FileLog, dice: &mut Dice) {
    let bytes = fs::read(scratch.main()).unwrap();
    let every = 2 + dice.below(70);
    let lines = bytes.split_inclusive(|byte| *byte == b'\n').zip(0u64..);
    let blanked = lines.map(|(line, number)| match number % every {
        1 => [vec![b'#'; line.len() - 1], b"\n".to_vec()].concat(),
        _ => line.to_vec(),
    });
    let blanked: Vec<u8> = blanked.flatten().collect();
    fs::write(scratch.main(), blanked).unwrap();
}

fn delete(scratch: &Scratch, _: &FileLog, _: &mut Dice) {
    fs::remove_file(scratch.main()).unwrap();
}

fn empty(scratch: &Scratch, _: &FileLog, _: &mut Dice) {
    fs::write(scratch.main(), b"").unwrap();
}

const CHANGES: [(&str, Change); 11] = [
    ("nothing", |_, _, _| {}),
    ("append", append),
    ("compact", compact),
    ("replace", replace),
    ("truncate", truncate),
    ("tear", tear),
    ("flip", flip),
    ("join", join),
    ("blank", blank),
    ("delete", delete),
    ("empty", empty),
];

#[test]
fn answers_are_the_same_with_handed_positions_whatever_became_of_the_file() {
    for seed in 0..110 {
        let mut dice = Dice(seed);
        let (name, change) = CHANGES[seed as usize % CHANGES.len()];
        let count = [3, 70, 400, 1500][dice.below(4) as usize];
        let (scratch, log) = filled(count, &mut dice);
        let positions = known(&log);
        change(&scratch, &log, &mut dice);
        let fresh = || scratch.open();
        let handed = || {
            let log = scratch.open();
            let resumed = log.resume(&main(), &positions);
            match name {
                "nothing" | "append" | "tear" => assert!(resumed, "{seed} {name}"),
                "compact" | "delete" | "empty" => assert!(!resumed, "{seed} {name}"),
                _ => {}
            }
            log
        };
        let state = dice.0;
        let expected = answers(&fresh, &mut dice, count);
        let found = answers(&handed, &mut Dice(state), count);
        assert_eq!(found, expected, "{seed} {name}");
        appends_alike(&scratch, &handed, &format!("{seed} {name}"));
    }
}

/// What a handle with positions appends leaves the same files as what one without does.
fn appends_alike(scratch: &Scratch, handed: &dyn Fn() -> FileLog, case: &str) {
    let before = contents(&scratch.path);
    let (id, mut left) = (AppendId::new(), Vec::new());
    for open in [&|| scratch.open(), handed] {
        let log = open();
        let last = log.last(&main()).map_or(0, |last| last.0);
        let answers: Vec<_> = [Position(last), Position(last / 2)]
            .map(|at| format!("{:?}", log.append(&main(), at, &id, &[entry("one"), entry("two")])))
            .into();
        left.push((answers, contents(&scratch.path)));
        fs::remove_dir_all(&scratch.path).unwrap();
        fs::create_dir(&scratch.path).unwrap();
        before.iter().for_each(|(file, bytes)| fs::write(file, bytes).unwrap());
    }
    assert!(left[0] == left[1], "{case}: {:?} {:?}", left[0].0, left[1].0);
}

#[test]
fn positions_that_lie_cost_a_reading_and_change_no_answer() {
    let mut dice = Dice(5);
    let (scratch, log) = filled(800, &mut dice);
    let mut bytes = Vec::new();
    known(&log).encode(&mut bytes);
    let fresh = || scratch.open();
    let (state, mut adopted) = (dice.0, 0);
    let expected = answers(&fresh, &mut Dice(state), 800);
    for case in 0..400u64 {
        let mut other = bytes.clone();
        let at = dice.below(bytes.len() as u64) as usize;
        other[at] = dice.below(256) as u8;
        let Some(positions) = LogPositions::decode(&other) else { continue };
        let handed = || {
            let log = scratch.open();
            log.resume(&main(), &positions);
            log
        };
        adopted += u64::from(scratch.open().resume(&main(), &positions));
        assert!(answers(&handed, &mut Dice(state), 800) == expected, "{case}: byte {at}");
    }
    assert!(adopted > 20, "{adopted}");
}

#[test]
fn nothing_is_handed_on_of_a_log_with_damage() {
    let mut dice = Dice(9);
    for change in [flip, join, blank] {
        let (scratch, _) = filled(300, &mut dice);
        change(&scratch, &scratch.open(), &mut dice);
        let log = scratch.open();
        assert_eq!(log.positions(&main()), None, "nothing was read yet");
        if !read_all(&log, &main(), 100).1.is_empty() {
            assert_eq!(log.positions(&main()), None);
        }
        log.last(&main()).unwrap();
        assert_eq!(log.positions(&main()).is_some(), read_all(&scratch.open(), &main(), 100).1.is_empty());
    }
    assert_eq!(Scratch::new().1.positions(&main()), None);
}

/// Bytes of a file, counted as they are read.
struct Counted<'a>(&'a [u8], u64);

impl ReadAt for Counted<'_> {
    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.read_at(offset, into)?;
        self.1 += count as u64;
        Ok(count)
    }
}

type Ask<'a> = &'a dyn Fn(&mut LogReader, &mut Counted<'_>);

#[test]
fn a_resumed_reader_reads_the_tail() {
    let mut dice = Dice(2);
    let (scratch, log) = filled(20_000, &mut dice);
    let positions = known(&log);
    append(&scratch, &log, &mut dice);
    let bytes = fs::read(scratch.main()).unwrap();
    let last = log.last(&main()).unwrap();
    let tail = bytes.len() as u64 - positions.bytes();
    assert!(bytes.len() > 4_000_000, "{}", bytes.len());
    let origin = LogSource { file: scratch.main(), tenant: main(), spare: Some(Seed::new(0)) };
    // Each question fetches a few chunks of 64 KiB.
    let asked: [(&str, Ask<'_>); 4] = [
        ("last", &|reader, source| assert_eq!(reader.last(source).unwrap(), last.0)),
        ("next", &|reader, source| assert_eq!(reader.next(source).unwrap(), last.0 + 1)),
        ("tail", &|reader, source| {
            assert_eq!(reader.raw_batch(source, positions.last().0, 10_000).unwrap().last.after, last.0);
        }),
        ("record", &|reader, source| assert_eq!(reader.raw_batch(source, 7777, 1).unwrap().last.after, 7778)),
    ];
    for (name, ask) in asked {
        let mut source = Counted(&bytes, 0);
        let mut reader = LogReader::new(origin.clone());
        reader.refresh(&mut source, bytes.len() as u64).unwrap();
        assert!(reader.resume(&mut source, &positions).unwrap(), "{name}");
        ask(&mut reader, &mut source);
        assert!(source.1 <= 10 * 64 * 1024 + 2 * tail, "{name}: {} of {}", source.1, bytes.len());
    }
}
