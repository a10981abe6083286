//! What a crash, a full disk or a failing one leaves, and what the next reader and writer make of it.

use super::processes::{child, in_child};
use super::*;
use crate::Error;
use crate::dice::Dice;
use crate::log::verify;
use std::fs;
use std::process::Command;

/// The states of a log's file after each append, and how many records had to be on the disk then.
struct Run {
    bytes: Vec<u8>,
    /// After each append: the file's length, the length synced, the records acknowledged as synced.
    steps: Vec<(usize, usize, usize)>,
}

fn run(appends: usize, dice: &mut Dice) -> Run {
    let (scratch, log) = Scratch::new();
    let (mut steps, mut synced, mut last, mut safe) = (Vec::new(), 0, 0, 0);
    for _ in 0..appends {
        let new: Vec<_> =
            (0..=dice.below(4)).map(|n| format!("{last} {n} {}", "x".repeat(dice.below(400) as usize))).collect();
        let sync = dice.below(3) == 0;
        last = log.put(&main(), Position(last), &entries(&new)).unwrap().0;
        let length = fs::metadata(scratch.main()).unwrap().len() as usize;
        if sync {
            log.sync(&main()).unwrap();
            (synced, safe) = (length, last as usize);
        }
        steps.push((length, synced, safe));
    }
    Run { bytes: fs::read(scratch.main()).unwrap(), steps }
}

/// What a disk may hold after a crash: all that was synced; of the rest any sectors, the file as long or shorter, with
/// zeros or garbage for what did not get there.
fn image(run: &Run, step: usize, dice: &mut Dice) -> Vec<u8> {
    const SECTOR: usize = 512;
    let (length, synced, _) = run.steps[step];
    let mut image = run.bytes[..length].to_vec();
    let length = synced + dice.below((length - synced) as u64 + 1) as usize;
    match dice.below(4) {
        0 => image.truncate(synced),
        1 => image.truncate(length),
        lost => {
            let sectors =
                (synced / SECTOR..image.len().div_ceil(SECTOR)).filter(|_| dice.below(3) == 0).collect::<Vec<_>>();
            for sector in sectors {
                let end = ((sector + 1) * SECTOR).min(image.len());
                let junk = if lost == 2 { 0 } else { dice.below(256) as u8 };
                image[(sector * SECTOR).max(synced)..end].fill(junk);
            }
        }
    }
    image
}

/// `ASOF_CRASH_IMAGES=270` tries more of each of the 120 states.
#[test]
fn what_was_synced_survives_every_crash() {
    let images = std::env::var("ASOF_CRASH_IMAGES").map_or(16, |images| images.parse().unwrap());
    let mut dice = Dice(1);
    let run = run(120, &mut dice);
    let original = words_of(&run.bytes);
    let (scratch, _) = Scratch::new();
    for step in 0..run.steps.len() {
        for _ in 0..images {
            let image = image(&run, step, &mut dice);
            fs::write(scratch.main(), &image).unwrap();
            survives(&scratch, &original, run.steps[step].2);
        }
    }
}

/// Reads an image twice, appends to it, and reads it again.
fn survives(scratch: &Scratch, original: &[Text], safe: usize) {
    let log = scratch.open();
    let (records, damage) = read_all(&log, &main(), 100);
    assert_eq!(read_all(&scratch.open(), &main(), 7), (records.clone(), damage.clone()));
    for record in &records {
        assert_eq!(words(record), original[record.position.0 as usize - 1]);
    }
    let kept = records.iter().take_while(|record| record.position.0 <= safe as u64).count();
    assert_eq!(kept, safe, "{damage:?}");
    let last = log.last(&main()).unwrap();
    assert_eq!(last, records.last().map_or(Position(0), |record| record.position));
    let next = match log.put(&main(), last, &[entry("after the crash")]) {
        // Nothing had been synced, and not even the header got there.
        Err(Error::Damaged { offset: 0, .. }) if safe == 0 => return,
        next => next.unwrap(),
    };
    assert!(next > last);
    let (mut again, damage) = read_all(&scratch.open(), &main(), 100);
    assert_eq!(words(&again.pop().unwrap()), "after the crash");
    assert_eq!(again, records);
    assert!(damage.iter().all(|damage| !damage.torn), "{damage:?}");
}

/// The words of every record of a sound log.
fn words_of(bytes: &[u8]) -> Vec<Text> {
    let (scratch, log) = Scratch::new();
    fs::write(scratch.main(), bytes).unwrap();
    all_words(&log, &main())
}

/// A recording whose log ends in the middle of a group of three.
fn torn() -> (Scratch, Vec<u8>, u64) {
    let (scratch, log) = Scratch::new();
    log.put(&main(), Position(0), &[entry("a"), entry("b")]).unwrap();
    let end = fs::metadata(scratch.main()).unwrap().len();
    log.put(&main(), Position(2), &entries(&["c", "d", "e"].map(String::from))).unwrap();
    let whole = fs::read(scratch.main()).unwrap();
    let left = whole[..whole.len() - 5].to_vec();
    fs::write(scratch.main(), &left).unwrap();
    (scratch, left, end)
}

#[test]
fn a_reader_tells_a_torn_end_and_writes_nothing() {
    let (scratch, left, end) = torn();
    let before = (contents(&scratch.path), fs::metadata(scratch.main()).unwrap().modified().unwrap());
    let (records, damage) = read_all(&scratch.open(), &main(), 1);
    assert_eq!(records.len(), 2);
    assert_eq!(damage.len(), 1);
    assert_eq!((damage[0].offset, damage[0].length, damage[0].torn), (end, left.len() as u64 - end, true));
    assert_eq!(damage[0].after, Position(2));
    let report = verify(&scratch.path).unwrap();
    assert_eq!((report.records, report.damage), (2, damage));
    assert_eq!(before, (contents(&scratch.path), fs::metadata(scratch.main()).unwrap().modified().unwrap()));
}

#[test]
fn a_writer_keeps_a_torn_end_aside() {
    let (scratch, left, end) = torn();
    let side = |more: &str| scratch.main().with_extension(format!("torn-{end}{more}"));
    scratch.open().put_synced(&main(), Position(2), &[entry("next")]).unwrap();
    assert_eq!(all_words(&scratch.open(), &main()), ["a", "b", "next"]);
    assert_eq!(fs::read(side("")).unwrap(), left[usize::try_from(end).unwrap()..]);
    let report = verify(&scratch.path).unwrap();
    assert_eq!((report.records, report.damage), (3, vec![]));
    // Torn at the same byte again, by a process that died while moving the end: both are kept.
    for (words, more) in [("once", "-2"), ("twice", "-3")] {
        fs::write(scratch.main(), &left).unwrap();
        scratch.open().put(&main(), Position(2), &[entry(words)]).unwrap();
        assert_eq!(fs::read(side(more)).unwrap(), left[usize::try_from(end).unwrap()..]);
    }
}

#[test]
fn a_new_log_cut_in_its_header_starts_anew() {
    let (scratch, log) = Scratch::new();
    log.put(&main(), Position(0), &[entry("a")]).unwrap();
    let whole = fs::read(scratch.main()).unwrap();
    let header = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for cut in 0..=header {
        fs::write(scratch.main(), &whole[..cut]).unwrap();
        let log = scratch.open();
        assert_eq!(log.tenants().unwrap().len(), usize::from(cut == header));
        assert_eq!(log.last(&main()).unwrap(), Position(0));
        log.put(&main(), Position(0), &[entry("b")]).unwrap();
        assert_eq!(all_words(&scratch.open(), &main()), ["b"]);
    }
}

#[test]
fn damage_in_the_middle_is_never_cut() {
    let (scratch, log) = Scratch::new();
    log.put(&main(), Position(0), &entries(&["a", "b", "c", "d"].map(String::from))).unwrap();
    let mut bytes = fs::read(scratch.main()).unwrap();
    let at = bytes.len() - 5;
    bytes[at] ^= 1;
    fs::write(scratch.main(), &bytes).unwrap();
    let log = scratch.open();
    assert_eq!(log.last(&main()).unwrap(), Position(3));
    assert_eq!(log.put(&main(), Position(3), &[entry("e")]).unwrap(), Position(5));
    assert!(fs::read(scratch.main()).unwrap().starts_with(&bytes));
    let (records, damage) = read_all(&log, &main(), 2);
    assert_eq!(records.iter().map(|record| record.position.0).collect::<Vec<_>>(), [1, 2, 3, 5]);
    assert_eq!(damage.len(), 1);
    assert!(!damage[0].torn && (damage[0].offset..damage[0].offset + damage[0].length).contains(&(at as u64)));
}

/// Appends until the disk refuses, then frees space and goes on; every acknowledged record has to be there.
#[test]
fn a_full_disk_child() {
    in_child("full-disk", |directory| {
        let log = FileLog::create(directory).unwrap();
        let mut last = Position(0);
        let refused = loop {
            let new = entries(&[(); 3].map(|()| format!("{} {}", last.0, "x".repeat(3000))));
            match log.put(&main(), last, &new) {
                Ok(position) => last = position,
                Err(error) => break error,
            }
        };
        assert!(refused.to_string().contains("cannot write"), "{refused}");
        let (records, damage) = read_all(&log, &main(), 10);
        assert_eq!((records.len() as u64, damage), (last.0, vec![]));
        assert!(last.0 > 3);
        fs::remove_file(directory.with_file_name("filler")).unwrap_or_default();
        println!("acknowledged {}", last.0);
        let again = log.put_synced(&main(), last, &[entry(&"x".repeat(9000))]);
        println!("freed {}", again.is_ok());
    });
}

#[test]
#[cfg(unix)]
fn a_file_that_may_not_grow_loses_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("run.asof");
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 200; exec \"$@\"", "sh"]);
    let output = child(shell, "crashes::a_full_disk_child", "full-disk", &path).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("freed false"), "{text}");
    let log = FileLog::open(&path).unwrap();
    let last = log.last(&main()).unwrap();
    assert!(text.contains(&format!("acknowledged {}\n", last.0)), "{text}");
    log.put_synced(&main(), last, &[entry("room again")]).unwrap();
    assert_eq!(verify(&path).unwrap().damage, []);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_loses_nothing_and_goes_on_when_space_is_free() {
    let directory = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs -o size=512k none \"$0\" && head -c 100k /dev/zero > \"$0/filler\" && exec \"$@\"";
    let mut shell = Command::new("unshare");
    shell.args(["-rm", "sh", "-c", script]).arg(directory.path());
    let mounts = Command::new("unshare").args(["-rm", "mount", "-t", "tmpfs", "none"]).arg(directory.path()).output();
    if !mounts.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: this machine lets nobody mount a small disk");
        return;
    }
    let path = directory.path().join("run.asof");
    let output = child(shell, "crashes::a_full_disk_child", "full-disk", &path).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("freed true"), "{text}");
}

/// Appends with syncs of which one fails, and tells what was acknowledged.
#[test]
fn a_failing_sync_child() {
    in_child("failing-sync", |directory| {
        let log = FileLog::open(directory).unwrap();
        let outcomes: Vec<_> = (0..8)
            .map(|number| {
                let last = log.last(&main()).unwrap();
                log.put_synced(&main(), last, &[entry(&number.to_string())])
            })
            .collect();
        let failed = outcomes.iter().position(Result::is_err).unwrap();
        assert!(outcomes[failed..].iter().all(Result::is_err), "{outcomes:?}");
        let later = outcomes[failed + 1].as_ref().unwrap_err().to_string();
        assert!(later.contains("earlier write failed") && later.contains("Open it again"), "{later}");
        assert!(read_all(&log, &main(), 10).0.len() >= failed);
        println!("acknowledged {failed}");
    });
}

#[test]
#[cfg(target_os = "linux")]
fn after_a_failed_sync_nothing_is_acknowledged() {
    let works = Command::new("strace").args(["-f", "-e", "inject=fdatasync:error=EIO:when=1", "true"]).output();
    if !works.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: strace does not work on this machine");
        return;
    }
    for failing in 1..=5 {
        let (scratch, _) = Scratch::new();
        let mut strace = Command::new("strace");
        strace.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("inject=fdatasync:error=EIO:when={failing}")]);
        let output = child(strace, "crashes::a_failing_sync_child", "failing-sync", &scratch.path).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && text.contains(&format!("acknowledged {}\n", failing - 1)), "{text}");
        let log = scratch.open();
        let last = log.last(&main()).unwrap();
        log.put_synced(&main(), last, &[entry("reopened")]).unwrap();
        assert_eq!(verify(&scratch.path).unwrap().damage, []);
    }
}
