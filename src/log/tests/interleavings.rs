//! Two writers, two readers and a compactor on one log, while somebody else tears, replaces, moves, links, empties and
//! deletes its file: thousands of seeded orders, against a reader of a few lines and a list of what every file holds.
//!
//! `ASOF_INTERLEAVINGS=10000` runs that many, `ASOF_INTERLEAVING=49` starts at that one.

use super::*;
use crate::Error;
use crate::log::LogCut;
use crate::log::line::{LogHeader, Seed};
use std::collections::BTreeMap;
use std::fs;

/// What a log says, read without the code under test; none when its header is not finished.
#[derive(Debug, Clone, PartialEq)]
struct Parsed {
    seed: String,
    /// Where it was compacted.
    cut: Option<u64>,
    /// Positions, words and lines.
    records: Vec<(u64, String, String)>,
}

fn member<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let rest = &line[line.find(&format!("\"{name}\":"))? + name.len() + 3..];
    Some(rest[..rest.find([',', '}'])?].trim_matches('"'))
}

fn parse(bytes: &[u8]) -> Option<Parsed> {
    let whole = &bytes[..=bytes.iter().rposition(|byte| *byte == b'\n')?];
    let mut lines: Vec<&str> = std::str::from_utf8(whole).unwrap().lines().collect();
    while lines.len() > 1 && lines.last()?.contains(",\"more\":") {
        lines.pop();
    }
    let (header, records) = lines.split_first()?;
    let record = |line: &&str| {
        let position = member(line, "pos").unwrap().parse().unwrap();
        (position, member(line, "reason").unwrap().to_owned(), (*line).to_owned())
    };
    Some(Parsed {
        seed: member(header, "seed")?.to_owned(),
        cut: member(header, "cut").map(|cut| cut.parse().unwrap()),
        records: records.iter().map(record).collect(),
    })
}

impl Parsed {
    fn last(&self) -> u64 {
        self.records.last().map_or(0, |(position, ..)| *position)
    }

    fn known(&self) -> Known {
        Known { seed: self.seed.clone(), last: self.records.last().map(|(at, _, line)| (*at, line.clone())) }
    }
}

/// The last thing a handle knows of the log.
#[derive(Debug, Clone, PartialEq)]
struct Known {
    seed: String,
    last: Option<(u64, String)>,
}

/// What has the log's name.
#[derive(Debug, Clone, PartialEq)]
enum There {
    Nothing,
    Link,
    Unfinished,
    Log(Parsed),
}

impl Known {
    /// Whether a log goes on from it.
    fn holds(&self, there: &There) -> bool {
        let There::Log(log) = there else { return false };
        let Some((position, line)) = &self.last else { return log.seed == self.seed };
        let cut_off = log.cut.is_some_and(|cut| *position <= cut + 1);
        log.seed == self.seed && (cut_off || log.records.iter().any(|(_, _, there)| there == line))
    }
}

/// Somebody who has the recording open.
struct Actor {
    log: FileLog,
    known: Option<Known>,
    /// The position it has come to.
    at: u64,
}

/// All files, by what a plain list says of them: names lead to contents, and hard links share one.
struct World {
    _home: tempfile::TempDir,
    path: PathBuf,
    log: PathBuf,
    names: BTreeMap<PathBuf, usize>,
    contents: Vec<Vec<u8>>,
    linked: bool,
    actors: Vec<Actor>,
    dice: Dice,
    words: u64,
    /// Acknowledged appends that no other hand has taken away since, by what is in the log's file.
    acknowledged: u64,
    /// What was done so far, for whoever reads a failure.
    done: Vec<String>,
    told: BTreeMap<&'static str, u64>,
}

const SEED: u32 = 0x1234_5678;

impl World {
    fn new(seed: u64) -> Self {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("run.asof");
        fs::create_dir(&path).unwrap();
        let mut marker = Vec::new();
        LogHeader::write(&mut marker, Seed::new(SEED), None);
        fs::write(path.join("asof.json"), marker).unwrap();
        let log = FileLog::open(&path).unwrap().file(&main());
        let open = || Actor { log: FileLog::open(&path).unwrap(), known: None, at: 0 };
        let actors = (0..5).map(|_| open()).collect();
        let (names, contents, told) = (BTreeMap::new(), Vec::new(), BTreeMap::new());
        let dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        Self {
            _home: home,
            path,
            log,
            names,
            contents,
            linked: false,
            actors,
            dice,
            words: 0,
            acknowledged: 0,
            done: Vec::new(),
            told,
        }
    }

    fn there(&self) -> There {
        if self.linked {
            return There::Link;
        }
        match self.names.get(&self.log) {
            None => There::Nothing,
            Some(content) => parse(&self.contents[*content]).map_or(There::Unfinished, There::Log),
        }
    }

    fn log_bytes(&mut self) -> Option<&mut Vec<u8>> {
        let content = *self.names.get(&self.log)?;
        self.contents.get_mut(content)
    }

    fn new_name(&mut self) -> PathBuf {
        self.words += 1;
        self.path.join(format!("foreign-{}", self.words))
    }

    /// Every file is as the list says; the log's own may have been written by `act`, and is taken over from the disk.
    fn check_files(&mut self, writes: bool) {
        for (name, content) in &self.names {
            let bytes = fs::read(name).unwrap();
            let own = writes && *name == self.log;
            assert!(
                own || self.names.get(&self.log) == Some(content) && writes || bytes == self.contents[*content],
                "{name:?}"
            );
        }
        if self.linked {
            assert!(self.log.is_symlink());
        } else if !writes {
            assert_eq!(self.log.exists(), self.names.contains_key(&self.log));
        }
    }

    /// Takes over what an actor wrote to the file that was there, or to a new one in its place.
    fn take_over(&mut self, new_file: bool) {
        let bytes = fs::read(&self.log).unwrap();
        match self.names.get(&self.log) {
            Some(content) if !new_file => self.contents[*content] = bytes,
            _ => {
                self.contents.push(bytes);
                self.names.insert(self.log.clone(), self.contents.len() - 1);
            }
        }
        self.check_files(false);
    }

    fn count(&mut self, what: &'static str) {
        *self.told.entry(what).or_default() += 1;
    }

    /// What has to come of an actor's look at the log.
    fn is_changed(&self, actor: usize, there: &There) -> bool {
        self.actors[actor].known.as_ref().is_some_and(|known| !known.holds(there))
    }

    fn now_knows(&mut self, actor: usize) {
        if let There::Log(log) = self.there() {
            self.actors[actor].known = Some(log.known());
        }
    }

    fn read(&mut self, actor: usize) {
        self.done.push(format!("{actor} reads"));
        let there = self.there();
        let changed = self.is_changed(actor, &there);
        let after = self.actors[actor].at;
        let (mut read, mut at) = (Vec::new(), after);
        let outcome = loop {
            match self.actors[actor].log.read(&main(), Position(at), 3) {
                Err(error) => break Err(error),
                Ok(batch) if batch.records.is_empty() => break Ok(()),
                Ok(batch) => {
                    assert!(batch.damage.is_empty(), "{:?}", batch.damage);
                    read.extend(batch.records.iter().map(|record| (record.position.0, words(record).to_string())));
                    at = batch.records.last().unwrap().position.0;
                }
            }
        };
        self.check_files(false);
        match outcome {
            Err(Error::LogChanged { change, .. }) => {
                assert!(changed, "{change:?} {:?}: {there:?}", self.actors[actor].known);
            }
            Err(error) => assert!(there == There::Link && !changed, "{error}"),
            Ok(()) => {
                assert!(!changed && there != There::Link, "{there:?}");
                let all = if let There::Log(log) = &there { &log.records[..] } else { &[] };
                let expected = all.iter().filter(|(at, ..)| *at > after).map(|(at, words, _)| (*at, words.clone()));
                assert_eq!(read, expected.collect::<Vec<_>>());
                self.actors[actor].at = if let There::Log(log) = &there { log.last() } else { 0 };
                self.now_knows(actor);
            }
        }
        self.count(if changed { "readers told" } else { "reads" });
    }

    fn append(&mut self, actor: usize) {
        self.done.push(format!("{actor} appends"));
        let there = self.there();
        let changed = self.is_changed(actor, &there);
        let (expected, count) = (self.actors[actor].at, 1 + self.dice.below(3));
        let new: Vec<String> = (0..count).map(|n| format!("w{}-{n}", self.words)).collect();
        self.words += 1;
        let (last, cut) = if let There::Log(log) = &there { (log.last(), log.cut.unwrap_or(0)) } else { (0, 0) };
        let outcome = self.actors[actor].log.put(&main(), Position(expected), &entries(&new));
        let may = !changed && there != There::Link && expected == last;
        match outcome {
            Ok(position) => {
                assert!(may, "acknowledged: {there:?}");
                self.check_files(true);
                self.take_over(there == There::Nothing);
                let There::Log(now) = self.there() else { panic!("no log after an append") };
                let before = if let There::Log(log) = &there { log.records.clone() } else { Vec::new() };
                assert_eq!(now.records[..before.len()], before);
                let added = now.records[before.len()..].iter().map(|(at, words, _)| (*at, words.clone()));
                let first = last.max(cut) + 1;
                assert_eq!(added.collect::<Vec<_>>(), (first..).zip(new).collect::<Vec<_>>());
                assert_eq!(position.0, first + count - 1);
                self.actors[actor].at = position.0;
                self.acknowledged += count;
                self.now_knows(actor);
                self.count("appends");
            }
            Err(error) => {
                assert!(!may, "{error}: {there:?}");
                self.check_files(false);
                match (error, changed) {
                    (Error::LogChanged { .. }, true) => self.count("writers told"),
                    (Error::Conflict { .. }, false) => {
                        self.now_knows(actor);
                        self.count("conflicts");
                    }
                    (Error::Format { .. }, false) => assert_eq!(there, There::Link),
                    (error, _) => panic!("{error}: {there:?}"),
                }
            }
        }
    }

    fn compact(&mut self, actor: usize) {
        self.done.push(format!("{actor} compacts"));
        let there = self.there();
        let changed = self.is_changed(actor, &there);
        let There::Log(log) = &there else { return self.read(actor) };
        let Some((first, ..)) = log.records.first() else { return self.read(actor) };
        let through = first + self.dice.below(log.last() - first + 1);
        let expected = self.actors[actor].at;
        let cut = LogCut { expected: Position(expected), through: Position(through), base: entry("base") };
        match self.actors[actor].log.cut(&main(), &cut) {
            Ok(_) => {
                assert!(!changed && expected == log.last());
                // Other names keep the old file as it was.
                self.names.remove(&self.log);
                self.take_over(true);
                let There::Log(now) = self.there() else { panic!("no log after a cut") };
                assert_eq!(
                    (now.records[0].0, now.records[0].1.as_str(), now.cut),
                    (through, "base", Some(through - 1))
                );
                let kept = log.records.iter().filter(|(at, ..)| *at > through).cloned();
                assert_eq!(now.records[1..], kept.collect::<Vec<_>>());
                self.now_knows(actor);
                self.count("compactions");
            }
            Err(Error::LogChanged { .. }) => assert!(changed),
            Err(Error::Conflict { .. }) => {
                assert!(!changed && expected != log.last());
                self.now_knows(actor);
            }
            Err(error) => panic!("{error}"),
        }
        self.check_files(false);
    }

    /// Something that no actor did.
    fn happen(&mut self) {
        let what = self.dice.below(14);
        self.count("happenings");
        if self.linked {
            fs::remove_file(&self.log).unwrap();
            self.linked = false;
            return;
        }
        let there = self.there();
        self.done.push(format!("happening {what}"));
        match what {
            0 | 1 => self.tear(&there),
            2 => self.rewrite(|bytes, dice| bytes.truncate(dice.below(bytes.len() as u64) as usize)),
            3 => self.rewrite(|bytes, _| bytes.clear()),
            4 => {
                let _ = fs::remove_file(&self.log);
                self.names.remove(&self.log);
            }
            5 => self.put_in_place(self.names.get(&self.log).map(|content| self.contents[*content].clone())),
            6 => drop(self.move_away()),
            7 | 8 => self.move_back(),
            9 => {
                let name = self.new_name();
                if let Some(content) = self.names.get(&self.log).copied() {
                    fs::hard_link(&self.log, &name).unwrap();
                    self.names.insert(name, content);
                }
            }
            10 => {
                let other = self.other_log(0x8765_4321);
                self.put_in_place(Some(other));
            }
            11 => {
                let other = self.other_log(SEED);
                self.put_in_place(Some(other));
            }
            12 => {
                let other = self.other_log(SEED);
                self.rewrite(|bytes, _| bytes.clone_from(&other));
            }
            _ => {
                if let Some(away) = self.move_away() {
                    std::os::unix::fs::symlink(away, &self.log).unwrap();
                    self.linked = true;
                }
            }
        }
    }

    /// A write that was not finished: part of a line, or whole lines that say that more follow.
    fn tear(&mut self, there: &There) {
        let There::Log(log) = there else { return };
        if self.log_bytes().is_some_and(|bytes| !bytes.ends_with(b"\n")) {
            return; // two torn ends make one damaged line, which is another test's
        }
        let mut line = Vec::new();
        let stamp = crate::log::codec::LineStamp {
            position: log.last().max(log.cut.unwrap_or(0)) + 1,
            more: 1,
            id: "torn".into(),
        };
        let seed = Seed::new(u32::from_str_radix(&log.seed, 16).unwrap());
        crate::log::codec::encode(&mut line, seed, &stamp, &entry("torn"));
        self.rewrite(|bytes, dice| match dice.below(2) {
            0 => bytes.extend_from_slice(&line),
            _ => bytes.extend_from_slice(&line[..=dice.below(line.len() as u64 - 1) as usize]),
        });
    }

    /// Changes the file in place: its other names see it too.
    fn rewrite(&mut self, change: impl FnOnce(&mut Vec<u8>, &mut Dice)) {
        let mut dice = Dice(self.dice.below(u64::MAX));
        let Some(bytes) = self.log_bytes() else { return };
        let before = bytes.len();
        change(bytes, &mut dice);
        // Readers look at times and lengths only; within one tick of the clock a length has to tell.
        if bytes.len() == before && before > 0 {
            bytes.pop();
        }
        let bytes = bytes.clone();
        fs::write(&self.log, bytes).unwrap();
    }

    fn put_in_place(&mut self, bytes: Option<Vec<u8>>) {
        let Some(bytes) = bytes else { return };
        let name = self.new_name();
        fs::write(&name, &bytes).unwrap();
        fs::rename(&name, &self.log).unwrap();
        self.contents.push(bytes);
        self.names.insert(self.log.clone(), self.contents.len() - 1);
    }

    fn move_away(&mut self) -> Option<PathBuf> {
        let name = self.new_name();
        let content = self.names.remove(&self.log)?;
        fs::rename(&self.log, &name).unwrap();
        self.names.insert(name.clone(), content);
        Some(name)
    }

    fn move_back(&mut self) {
        let foreign: Vec<PathBuf> = self.names.keys().filter(|name| **name != self.log).cloned().collect();
        let Some(name) = foreign.get(self.dice.below(foreign.len() as u64) as usize) else { return };
        let content = self.names[name];
        if self.names.get(&self.log) == Some(&content) {
            return; // two names of one file: renaming one over the other does nothing
        }
        fs::rename(name, &self.log).unwrap();
        self.names.remove(name);
        self.names.insert(self.log.clone(), content);
    }

    /// Other records, under a seed.
    fn other_log(&mut self, seed: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        LogHeader::write(&mut bytes, Seed::new(seed), Some(&main()));
        let count = self.dice.below(5);
        for position in 1..=count {
            let stamp =
                crate::log::codec::LineStamp { position, more: 0, id: format!("o{}-{position}", self.words).into() };
            crate::log::codec::encode(&mut bytes, Seed::new(seed), &stamp, &entry(&format!("other {}", self.words)));
        }
        self.words += 1;
        bytes
    }

    fn step(&mut self) {
        match self.dice.below(20) {
            0..=4 => self.append(0),
            5..=8 => self.append(1),
            actor @ 9..=10 => self.read(actor as usize - 9),
            11..=12 => self.read(2),
            13 => self.read(3),
            14 => self.compact(4),
            15 => self.read(4),
            16..=17 => {
                let (actor, other) = (self.dice.below(5) as usize, self.dice.below(5) as usize);
                let positions = self.actors[other].log.positions(&main());
                let log = FileLog::open(&self.path).unwrap();
                if positions.is_some_and(|positions| log.resume(&main(), &positions)) {
                    self.count("resumed");
                }
                self.actors[actor] = Actor { log, known: None, at: 0 };
                self.read(actor);
            }
            _ => self.happen(),
        }
    }
}

#[test]
fn whatever_happens_to_the_file_each_acknowledged_record_is_there_and_no_foreign_file_is_written() {
    let count = std::env::var("ASOF_INTERLEAVINGS").map_or(300, |count| count.parse().unwrap());
    let (mut told, mut acknowledged) = (BTreeMap::<&str, u64>::new(), 0);
    let first = std::env::var("ASOF_INTERLEAVING").map_or(0, |first| first.parse().unwrap());
    for seed in first..first + count {
        let mut world = World::new(seed);
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| (0..40).for_each(|_| world.step())));
        assert!(outcome.is_ok(), "interleaving {seed}: {:?}", world.done);
        world.told.into_iter().for_each(|(what, count)| *told.entry(what).or_default() += count);
        acknowledged += world.acknowledged;
    }
    println!("{count} interleavings, {acknowledged} records acknowledged: {told:?}");
    assert!(
        ["appends", "reads", "conflicts", "compactions", "readers told", "writers told", "resumed"]
            .iter()
            .all(|what| told[what] > 0)
    );
}
