//! Logs cut, flipped, joined and torn, on bytes in memory: what a reader makes of them.

use crate::Error;
use crate::log::codec::{LineStamp, encode};
use crate::log::index::LineOffset;
use crate::log::line::{LogHeader, Seed, write_line};
use crate::log::log_source::LogSource;
use crate::log::raw_batch::{RawBatch, read_batch, read_record};
use crate::log::reader::LogReader;
use crate::log::scan::{LineScan, ScanStep, finished_end};
use crate::log::window::FileWindow;
use crate::log::{Damage, LogBatch};
use crate::record::{Body, Entry, Position, Record, StateChange, TenantId};
use crate::value::{Text, Value};
use std::sync::Arc;

const SIZE: usize = 64 * 1024;

/// A log with what is known of it from having made it.
pub struct Made {
    pub bytes: Vec<u8>,
    pub seed: Seed,
    /// Start of each line, the header's first, and the end.
    pub starts: Vec<usize>,
    /// Ends of whole appends, with the last position of each.
    finished: Vec<(usize, u64)>,
}

fn entry(number: u64, padding: usize) -> Entry {
    let state = [(Text::from("n"), Value::from(number)), ("text".into(), Value::from("x".repeat(padding).as_str()))];
    let change = StateChange::State(state.into_iter().collect());
    Entry::new(Body::Transition { label: format!("step {number}").into(), change })
}

impl Made {
    fn new(seed: u32) -> Self {
        let seed = Seed::new(seed);
        let mut bytes = Vec::new();
        LogHeader::write(&mut bytes, seed, Some(&TenantId::from("main")));
        let starts = vec![0, bytes.len()];
        Self { finished: vec![(bytes.len(), 0)], bytes, seed, starts }
    }

    pub fn last(&self) -> u64 {
        self.finished.last().unwrap().1
    }

    fn append(&mut self, count: u64, padding: usize) {
        let first = self.last() + 1;
        for position in first..first + count {
            let stamp = LineStamp { position, more: first + count - 1 - position, id: format!("n-{position}").into() };
            encode(&mut self.bytes, self.seed, &stamp, &entry(position, padding));
            self.starts.push(self.bytes.len());
        }
        self.finished.push((self.bytes.len(), first + count - 1));
    }

    /// Exactly 64 KiB: single appends and groups of up to five.
    pub fn of_64_kib() -> Self {
        let mut log = Self::new(0x0bad_5eed);
        while log.bytes.len() < SIZE - 2000 {
            log.append(1 + log.last() % 5, 20 + (log.last() as usize * 37) % 200);
        }
        let before = log.bytes.len();
        let mut probe = Self { bytes: Vec::new(), starts: vec![], finished: vec![(0, log.last())], seed: log.seed };
        probe.append(1, 0);
        log.append(1, SIZE - before - probe.bytes.len());
        assert_eq!(log.bytes.len(), SIZE);
        log
    }
}

fn origin(spare: Option<Seed>) -> LogSource {
    LogSource { file: "main.jsonl".into(), tenant: "main".into(), spare }
}

/// A reader over bytes, with the recording's seed at hand.
pub struct ByteLog<'a> {
    bytes: &'a [u8],
    reader: LogReader,
    origin: LogSource,
}

pub fn open(bytes: &[u8], seed: Seed) -> ByteLog<'_> {
    let origin = origin(Some(seed));
    let mut reader = LogReader::new(origin.clone());
    reader.refresh(&mut &*bytes, bytes.len() as u64).unwrap();
    ByteLog { bytes, reader, origin }
}

impl ByteLog<'_> {
    fn raw_batch(&mut self, after: u64, limit: usize) -> RawBatch {
        self.reader.raw_batch(&mut self.bytes, after, limit).unwrap()
    }

    fn batch(&mut self, after: u64, limit: usize) -> LogBatch {
        read_batch(Position(after), |after| Ok(self.raw_batch(after, limit))).unwrap()
    }

    fn record(&mut self, position: u64) -> crate::Result<Arc<Record>> {
        let raw = self.raw_batch(position - 1, 1);
        read_record(&self.origin, Position(position), raw)
    }

    pub fn last(&mut self) -> u64 {
        self.reader.last(&mut self.bytes).unwrap()
    }

    /// Reads all, in batches of `limit`: positions and damage.
    pub fn all(&mut self, limit: usize) -> (Vec<u64>, Vec<Damage>) {
        let (mut positions, mut damage) = (Vec::new(), Vec::new());
        loop {
            let batch = self.batch(positions.last().copied().unwrap_or(0), limit);
            damage.extend(batch.damage);
            if batch.records.is_empty() {
                damage.extend(self.reader.torn());
                return (positions, damage);
            }
            for record in &batch.records {
                let number = record.position.0;
                let Body::Transition { label, .. } = &record.entry.body else { panic!("{record:?}") };
                assert_eq!(*label, format!("step {number}"));
                positions.push(number);
            }
        }
    }
}

#[test]
fn a_log_cut_at_every_byte_keeps_its_finished_appends() {
    let made = Made::of_64_kib();
    for cut in 0..=made.bytes.len() {
        let (end, last) = *made.finished.iter().rev().find(|(end, _)| *end <= cut).unwrap_or(&(0, 0));
        let mut opened = open(&made.bytes[..cut], made.seed);
        assert_eq!(opened.last(), last, "cut at {cut}");
        let torn =
            opened.reader.torn().map(|torn| (torn.offset as usize, torn.length as usize, torn.after.0, torn.torn));
        assert_eq!(torn, (end < cut).then_some((end, cut - end, last, true)), "cut at {cut}");
        if made.starts.contains(&cut) || cut % 4099 == 0 {
            let (positions, damage) = opened.all(7);
            assert_eq!(positions, (1..=last).collect::<Vec<_>>(), "cut at {cut}");
            assert_eq!(damage.len(), usize::from(end < cut), "cut at {cut}: {damage:?}");
        }
    }
}

/// Positions found and the bytes that are damage, in the lines from `line` up to before `until`.
fn scan(made: &Made, bytes: &[u8], line: usize, until: usize) -> (Vec<u64>, Vec<(u64, u64)>) {
    let place = LineOffset { after: (line as u64).saturating_sub(1), offset: made.starts[line] as u64 };
    let (mut window, mut source) = (FileWindow::default(), bytes);
    let end = made.starts[until] as u64;
    let (source, window) = (&mut source, &mut window);
    let mut scan = LineScan { source, window, seed: made.seed, end, place, passed_damage: false };
    let (mut positions, mut damage) = (Vec::new(), Vec::new());
    loop {
        match scan.step().unwrap() {
            ScanStep::End => return (positions, damage),
            ScanStep::Record { position, .. } => positions.push(position),
            ScanStep::Damage { offset, length, .. } => damage.push((offset, length)),
        }
    }
}

#[test]
fn every_flipped_bit_of_a_log_is_found_and_hides_only_its_line() {
    let made = Made::of_64_kib();
    let lines = made.starts.len() - 1;
    let mut bytes = made.bytes.clone();
    for line in 0..lines {
        let until = (line + 4).min(lines);
        for byte in made.starts[line]..made.starts[line + 1] {
            let joins = byte + 1 == made.starts[line + 1];
            if joins && line + 1 == lines {
                continue; // The last newline: the next test.
            }
            for bit in 0..8 {
                bytes[byte] ^= 1 << bit;
                let (positions, damage) = scan(&made, &bytes, line, until);
                let hidden = line + 1 + usize::from(joins);
                assert_eq!(positions, (hidden as u64..until as u64).collect::<Vec<_>>(), "byte {byte}, bit {bit}");
                let covered: u64 = damage.iter().map(|(_, length)| length).sum();
                assert_eq!(damage[0].0 as usize, made.starts[line]);
                assert_eq!(covered as usize, made.starts[hidden] - made.starts[line], "byte {byte}, bit {bit}");
                bytes[byte] ^= 1 << bit;
            }
        }
    }
}

#[test]
fn a_flipped_bit_at_the_end_cuts_nothing_but_the_last_line() {
    let made = Made::of_64_kib();
    let mut bytes = made.bytes.clone();
    let from = made.starts[made.starts.len() - 4];
    for byte in from..bytes.len() {
        for bit in 0..8 {
            bytes[byte] ^= 1 << bit;
            let end = finished_end(&mut &bytes[..], bytes.len() as u64, made.seed).unwrap() as usize;
            // The newline of the last line flipped: that line is no line any more.
            let last_newline = byte + 1 == bytes.len();
            assert_eq!(end, if last_newline { made.starts[made.starts.len() - 2] } else { bytes.len() });
            bytes[byte] ^= 1 << bit;
        }
    }
}

#[test]
fn a_flipped_log_read_from_the_start_loses_one_or_two_records() {
    let made = Made::of_64_kib();
    for bit in (0..made.bytes.len() * 8).step_by(4111) {
        let mut bytes = made.bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let mut opened = open(&bytes, made.seed);
        let (positions, damage) = opened.all(16);
        let lost = made.last() as usize - positions.len();
        assert!(lost <= 2 && damage.len() == 1, "bit {bit}: {lost} lost, {damage:?}");
        assert!((damage[0].offset..damage[0].offset + damage[0].length).contains(&(bit as u64 / 8)), "bit {bit}");
        for position in 1..=made.last() {
            match opened.record(position) {
                Ok(record) => assert_eq!(record.position.0, position),
                Err(Error::Damaged { offset, .. }) => assert_eq!(offset, damage[0].offset, "{position}"),
                Err(other) => panic!("{position}: {other}"),
            }
        }
    }
}

#[test]
fn any_batch_size_gives_the_same() {
    let mut made = Made::of_64_kib();
    for line in [3, 4, 9, 50] {
        made.bytes[made.starts[line] + 40] ^= 4;
    }
    let whole = open(&made.bytes, made.seed).all(usize::MAX);
    assert_eq!(whole.1.len(), 3, "{:?}", whole.1);
    for limit in [1, 2, 3, 64, 65, 1000] {
        assert_eq!(open(&made.bytes, made.seed).all(limit), whole, "{limit}");
    }
}

#[test]
fn bytes_of_an_older_log_never_pass_for_this_one() {
    let mut older = Made::new(1);
    (0..60).for_each(|_| older.append(1, 30));
    let mut newer = Made::new(2);
    (0..20).for_each(|_| newer.append(1, 30));
    let from = newer.bytes.len();
    let mut bytes = newer.bytes.clone();
    bytes.extend_from_slice(&older.bytes[from..]);
    let (positions, damage) = open(&bytes, newer.seed).all(100);
    assert_eq!(positions, (1..=20).collect::<Vec<_>>());
    assert_eq!(damage.len(), 1);
    assert_eq!((damage[0].offset, damage[0].length), (from as u64, (bytes.len() - from) as u64));
}

#[test]
fn lines_that_stand_twice_are_damage_the_second_time() {
    let mut made = Made::new(1);
    (0..20).for_each(|_| made.append(1, 30));
    let twice = [&made.bytes[..], &made.bytes[made.starts[6]..]].concat();
    let (positions, damage) = open(&twice, made.seed).all(100);
    assert_eq!(positions, (1..=20).collect::<Vec<_>>());
    assert_eq!(damage.len(), 1);
    assert!(damage[0].why.contains("follows position 20"), "{}", damage[0].why);
    assert_eq!(open(&twice, made.seed).last(), 20);
}

#[test]
fn lines_that_are_missing_are_told() {
    let mut made = Made::new(1);
    (0..9).for_each(|_| made.append(1, 30));
    let bytes = [&made.bytes[..made.starts[4]], &made.bytes[made.starts[6]..]].concat();
    let mut opened = open(&bytes, made.seed);
    let (positions, damage) = opened.all(2);
    assert_eq!(positions, [1, 2, 3, 6, 7, 8, 9]);
    assert_eq!(damage.len(), 1);
    assert_eq!((damage[0].length, damage[0].after.0), (0, 3));
    assert!(damage[0].why.contains("4 to 5 are missing"), "{}", damage[0].why);
    assert!(matches!(opened.record(5), Err(Error::Damaged { .. })));
    assert!(matches!(opened.record(10), Err(Error::NotFound { .. })));
}

#[test]
fn the_next_position_is_behind_damage() {
    let mut made = Made::new(1);
    (0..9).for_each(|_| made.append(1, 30));
    for line in [8, 9] {
        made.bytes[made.starts[line] + 40] ^= 4;
    }
    let mut opened = open(&made.bytes, made.seed);
    assert_eq!((opened.last(), opened.reader.next(&mut opened.bytes).unwrap()), (7, 10));
}

#[test]
fn a_reader_that_follows_sees_what_one_from_the_start_sees() {
    let made = Made::of_64_kib();
    let mut reader = LogReader::new(origin(None));
    let mut after = 0;
    for cut in (0..made.bytes.len()).step_by(577).chain([made.bytes.len()]) {
        let mut bytes = &made.bytes[..cut];
        reader.refresh(&mut bytes, cut as u64).unwrap();
        let batch = read_batch(Position(after), |after| reader.raw_batch(&mut bytes, after, 1000)).unwrap();
        assert!(batch.damage.is_empty(), "{:?}", batch.damage);
        for record in batch.records {
            assert_eq!(record.position.0, after + 1);
            after += 1;
        }
        assert_eq!(
            Some(after),
            made.finished.iter().rev().find(|(end, _)| *end <= cut).map(|(_, last)| *last).or(Some(0))
        );
    }
    assert_eq!(after, made.last());
}

#[test]
fn what_is_known_of_a_log_holds_only_in_its_continuations() {
    let (mut long, mut short) = (Made::new(1), Made::new(2));
    (0..20).for_each(|_| long.append(1, 30));
    (0..3).for_each(|_| short.append(1, 10));
    let mut opened = open(&long.bytes, long.seed);
    assert_eq!(opened.last(), 20);
    let holds = |bytes: &[u8]| opened.reader.still_holds(&mut &*bytes, bytes.len() as u64).unwrap();
    let last = *long.starts.iter().rev().nth(1).unwrap();
    assert!(holds(&long.bytes) && holds(&[&long.bytes[..], b"more"].concat()));
    assert!(!holds(&short.bytes) && !holds(b"") && !holds(&[&short.bytes[..], &long.bytes].concat()));
    assert!((0..long.bytes.len()).step_by(17).all(|cut| !holds(&long.bytes[..cut])));
    for at in (0..17).chain(last..last + 17) {
        let mut flipped = long.bytes.clone();
        flipped[at] ^= 1;
        assert!(!holds(&flipped), "{at}");
    }
}

#[test]
fn without_header_and_marker_nothing_is_taken_on_trust() {
    let mut made = Made::new(1);
    made.append(1, 1);
    made.bytes[40] ^= 1;
    let mut reader = LogReader::new(origin(None));
    let refused = reader.refresh(&mut &made.bytes[..], made.bytes.len() as u64).unwrap_err();
    assert!(matches!(refused, Error::Damaged { offset: 0, .. }), "{refused}");
}

#[test]
fn a_log_of_a_newer_format_or_another_tenant_is_refused() {
    let mut newer = Vec::new();
    write_line(&mut newer, Seed::NONE, |out| out.extend_from_slice(b",\"pos\":0,\"asof\":2"));
    let mut reader = LogReader::new(origin(None));
    let refused = reader.refresh(&mut &newer[..], newer.len() as u64).unwrap_err();
    assert!(matches!(refused, Error::NewerFormat { found: 2, known: 1, .. }), "{refused}");
    let mut other = Vec::new();
    LogHeader::write(&mut other, Seed::new(1), Some(&"other".into()));
    let refused = LogReader::new(origin(None)).refresh(&mut &other[..], other.len() as u64).unwrap_err();
    assert!(matches!(refused, Error::Format { .. }), "{refused}");
}

#[test]
fn hostile_bytes_are_damage_and_cost_little() {
    let mut made = Made::new(1);
    made.append(1, 1);
    let newlines = [&made.bytes[..], &vec![b'\n'; 1 << 20]].concat();
    let (positions, damage) = open(&newlines, made.seed).all(100);
    assert_eq!((positions, damage.len()), (vec![1], 1));
    for junk in [
        &b"\0\0\0\0"[..],
        b"\xff\xfe",
        b"{}",
        b"[[[[",
        b"{\"crc\":\"",
        b"{\"crc\":\"00000000\"",
        b"{\"crc\":\"00000000\",\"pos\":1",
    ] {
        let bytes = [&made.bytes[..], junk, b"\n"].concat();
        assert_eq!(open(&bytes, made.seed).all(100).1.len(), 1);
    }
    for position in ["18446744073709551616", "9007199254740992", "-1", "01", "1e3", "\"5\""] {
        let mut bytes = made.bytes.clone();
        let members = format!(",\"pos\":{position},\"id\":\"x\",\"type\":\"undo\",\"of\":1");
        write_line(&mut bytes, made.seed, |out| out.extend_from_slice(members.as_bytes()));
        let (positions, damage) = open(&bytes, made.seed).all(100);
        assert_eq!((positions, damage.len()), (vec![1], 1), "{position}");
    }
}

#[test]
fn an_unknown_record_counts_for_the_position_and_is_handed_out() {
    let mut made = Made::new(1);
    made.append(1, 1);
    write_line(&mut made.bytes, made.seed, |out| out.extend_from_slice(b",\"pos\":2,\"id\":\"x\",\"type\":\"dance\""));
    made.finished.push((made.bytes.len(), 2));
    made.append(1, 1);
    for limit in [1, 100] {
        let mut opened = open(&made.bytes, made.seed);
        let batch = opened.batch(1, limit);
        assert_eq!((batch.records[0].position, batch.damage, opened.last()), (Position(2), Vec::new(), 3));
        let Body::Unknown { kind, why, .. } = &batch.records[0].entry.body else { panic!("{:?}", batch.records) };
        assert!(kind == "dance" && why.contains("dance"), "{why}");
        assert_eq!(opened.record(2).unwrap(), batch.records[0]);
    }
}
