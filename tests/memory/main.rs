//! How much memory reading a log takes, counted by the allocator: no log, whatever it says, takes more than twice its
//! bytes beside what is made of them.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot be set up should fail")]

#[allow(dead_code, reason = "the fuzz targets are run elsewhere; here their logs are read")]
#[path = "../../fuzz/src/lib.rs"]
mod harness;

use asof::{Budget, Recording};
use harness::log::{frame, lay_out, mutate};
use peak_alloc::PeakAlloc;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// What one test allocates is not to be counted for another.
static ALONE: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// Bytes that the fold remembers of a record beside its text: its row, its names, what is wrong with it.
const A_RECORD: usize = 160;

/// Most records of one log.
const LOG: usize = 100_000;

/// Buffers that do not grow with the log.
const FIXED: usize = 4 << 20;

/// Bytes allocated at the same time while `work` is done, at most.
fn peak_of<T>(work: impl FnOnce() -> T) -> (usize, T) {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let done = work();
    (ALLOCATOR.peak_usage().saturating_sub(before), done)
}

/// Opens a log and folds it.
fn fold(folder: &Path) -> asof::Tenant {
    let recording = Recording::open(folder).unwrap().with_budget(Budget::new(4096));
    let tenant = recording.tenant(&"main".into()).unwrap();
    let _ = tenant.history().newest();
    tenant
}

/// So many of something, between commas.
fn list(count: u64, one: impl Fn(u64) -> String) -> String {
    let mut all = String::new();
    for n in 1..=count {
        let comma = if n == 1 { "" } else { "," };
        let _ = write!(all, "{comma}{}", one(n));
    }
    all
}

fn base(count: u64, lists: [&str; 6]) -> String {
    let [heads, values, suspect, missing, writes, kept] = lists;
    let main = format!(r#"{{"name":"main","base":0,"head":{count}}}"#);
    let comma = |list: &str| if list.is_empty() { String::new() } else { format!(",{list}") };
    format!(
        concat!(
            r#"{{"id":"b","type":"base","base":{{"through":{},"heads":[{}{}],"values":[[{},0]{}],"suspect":[{}],"#,
            r#""missing":[{}],"transactions":0,"writes":[{}],"kept":[{}]}}}}"#
        ),
        count,
        main,
        comma(heads),
        count,
        comma(values),
        suspect,
        missing,
        writes,
        kept
    )
}

/// One record with very many of one thing, and how many bytes of memory each of them is when it is read.
fn shapes(count: u64) -> Vec<(&'static str, String, usize)> {
    let of = |one: &dyn Fn(u64) -> String| list(count, one);
    let unknown = of(&|n| format!(r#"{{"pos":{n},"type":"x","unknown":",\"id\":1}}"}}"#));
    let figures = of(&|n| format!(r#"{{"pos":{n},"type":"metrics","name":"main","version":1,"metrics":[]}}"#));
    let marks =
        of(&|n| format!(r#"{{"pos":{n},"type":"snapshot","version":1,"kind":"auto","description":"","tags":[]}}"#));
    let heads = of(&|n| format!(r#"{{"name":"{n}","base":0,"head":0}}"#));
    let values = list(count - 1, |n| format!("[{n},0]"));
    let suspect = of(&|n| format!(r#"[{n},""]"#));
    let missing = of(&|n| format!("[{n},{n}]"));
    let writes = of(&|n| format!(r#"{{"at":{n},"first":{n}}}"#));
    let set = of(&|n| format!(r#"{{"at":{n},"first":{n},"settings":{{}}}}"#));
    let settings = |members: String| format!(r#"{{"id":"s","type":"settings","settings":{{{members}}}}}"#);
    let texts = of(&|_| "\"\"".into());
    let figure = of(&|n| format!(r#"{{"name":"{n}","value":1}}"#));
    let ids = of(&|n| n.to_string());
    let snapshot = r#""id":"s","type":"snapshot","version":0,"kind":"auto","description":"""#;
    let state = |state: String| format!(r#"{{"id":"t","type":"transition","label":"","state":{state}}}"#);
    let numbered = |lists| format!("@{count}\n{}", base(count, lists));
    vec![
        ("unknown records of a base", numbered(["", "", "", "", "", &unknown]), 208),
        ("figures of a base", numbered(["", "", "", "", "", &figures]), 208),
        ("snapshots of a base", numbered(["", "", "", "", "", &marks]), 208 + 144),
        ("heads of a base", numbered([&heads, "", "", "", "", ""]), 88),
        ("values of a base", numbered(["", &values, "", "", "", ""]), 40),
        ("suspect values of a base", numbered(["", "", &suspect, "", "", ""]), 24),
        ("missing positions of a base", numbered(["", "", "", &missing, "", ""]), 16),
        ("writes of a base", numbered(["", "", "", "", &writes, ""]), 88),
        ("settings that a base goes back to", numbered(["", "", "", "", &set, ""]), 88 + 256),
        ("ignored paths", settings(format!(r#""ignored-paths":[{texts}]"#)), 16),
        ("array keys", settings(format!(r#""array-keys":{{{}}}"#, of(&|n| format!(r#""{n}":"""#)))), 64),
        ("tags", format!("{{{snapshot},\"tags\":[{texts}]}}"), 16),
        ("snapshots that leave", format!("{{{snapshot},\"tags\":[],\"drops\":[{ids}]}}"), 8),
        ("deleted snapshots", format!(r#"{{"id":"d","type":"delete-snapshots","ids":[{ids}]}}"#), 8),
        ("steps", format!(r#"{{"id":"b","type":"begin","name":"","steps":[{texts}]}}"#), 16),
        ("figures", format!(r#"{{"id":"m","type":"metrics","name":"","version":0,"metrics":[{figure}]}}"#), 88),
        ("numbers of a state", state(format!("[{}]", of(&|_| "1".into()))), 24),
        ("doubles of a state", state(format!("[{}]", of(&|_| "0.5".into()))), 24),
        (
            "operations",
            format!(
                r#"{{"id":"p","type":"transition","label":"","patch":[{}]}}"#,
                of(&|_| { r#"{"op":"remove","path":""}"#.into() })
            ),
            64,
        ),
        ("members that are not known", format!("{{{}}}", of(&|n| format!(r#""x{n}":0"#))), 0),
    ]
}

#[test]
fn what_is_read_takes_twice_its_bytes_and_what_is_made_of_it() {
    let _alone = ALONE.lock();
    let count = 200_000;
    for (name, input, each) in shapes(count) {
        let folder = harness::texts::folder();
        let log = frame(&input);
        lay_out(folder.path(), &log);
        let (peak, report) = peak_of(|| asof::verify(folder.path()).unwrap());
        let most = FIXED + 2 * log.len() + each * usize::try_from(count).unwrap();
        println!("{name}: {} bytes, {peak} at once, at most {most}", log.len());
        assert!(peak <= most, "{name}: {peak} bytes at once, at most {most}");
        assert_eq!(report.unknown.len(), usize::from(each == 0), "{name}: {:?}", report.unknown);
    }
}

/// Records of every type, each changed as what it is, in one log; positions are lost now and then.
fn hostile(count: usize, seed: &mut u64) -> String {
    let (mut log, mut lines) = (String::new(), 0);
    while lines < count {
        *seed += 1;
        let changed = mutate(harness::log::RECORDS.as_bytes(), *seed);
        let changed = String::from_utf8(mutate(&changed, !*seed)).unwrap();
        // Those of the input would leave every position behind them used up.
        for line in changed.lines().filter(|line| !line.starts_with(['@', '%'])) {
            log.extend([line, "\n"]);
            lines += 1;
        }
    }
    log
}

/// As many as are asked for: `ASOF_HOSTILE_RECORDS=1000000 cargo test --release --test memory -- --nocapture`.
#[test]
fn hostile_records_take_twice_their_bytes_when_they_are_folded() {
    let _alone = ALONE.lock();
    let wanted: usize = std::env::var("ASOF_HOSTILE_RECORDS").map_or(5_000, |count| count.parse().unwrap());
    let (mut records, mut seed, mut worst, started) = (0, 0, 0, Instant::now());
    while records < wanted {
        let input = hostile(wanted.min(LOG), &mut seed);
        records += input.lines().count();
        let folder = harness::texts::folder();
        let log = frame(&input);
        lay_out(folder.path(), &log);
        let (read, report) = peak_of(|| asof::verify(folder.path()).unwrap());
        let (folded, tenant) = peak_of(|| fold(folder.path()));
        let (good, newest) = (usize::try_from(report.records).unwrap(), tenant.history().newest());
        println!("{} bytes, {good} good records, {newest}: {read} at once to read, {folded} to fold", log.len());
        assert!(read <= FIXED, "{read} at once to read");
        assert!(folded <= FIXED + 2 * log.len() + A_RECORD * good, "{folded} at once to fold");
        worst = worst.max(folded.saturating_sub(2 * log.len()) / good);
    }
    let took = started.elapsed();
    println!("{records} hostile records in {took:?}: at most twice their bytes and {worst} for each when folded");
}

/// Bytes that the fold remembers of a snapshot that left the list, and of the write that made it: its version, its times,
/// its author, and where its record is.
const A_HIDDEN_SNAPSHOT: usize = 64;

/// One snapshot after the other takes the place of the one before it, as those made by a rule do.
#[test]
fn snapshots_that_left_the_list_take_few_bytes() {
    let _alone = ALONE.lock();
    let held = |count: u64| {
        let line = |n: u64| {
            let drops = if n > 1 { format!(r#","drops":[{}]"#, n - 1) } else { String::new() };
            let at = format!("2026-01-01T{:02}:{:02}:{:02}.{:03}Z", n / 3_600 % 24, n / 60 % 60, n % 60, n % 1_000);
            format!(
                r#"{{"id":"{n}","type":"snapshot","at":"{at}","by":"ann","version":0,"kind":"auto","description":"","tags":[]{drops}}}"#
            ) + "\n"
        };
        let folder = harness::texts::folder();
        lay_out(folder.path(), &frame(&(1..=count).map(line).collect::<String>()));
        let before = ALLOCATOR.current_usage();
        let tenant = fold(folder.path());
        assert_eq!(tenant.history().marks().listed().len(), 1, "{:?}", tenant.history().problems());
        ALLOCATOR.current_usage().saturating_sub(before)
    };
    let (few, many) = (20_000, 100_000);
    let each = held(many).saturating_sub(held(few)) / usize::try_from(many - few).unwrap();
    println!("{each} bytes for each snapshot that left the list");
    assert!(each <= A_HIDDEN_SNAPSHOT, "{each} bytes for each snapshot that left the list");
}

/// A log with so many of everything that histories keep lists of.
fn long(of_each: u64) -> String {
    let keys = list(50, |n| format!(r#""key {n}":{n}"#));
    let mut lines = format!(r#"{{"id":"0","type":"transition","label":"state","state":{{{keys}}}}}"#) + "\n";
    let mut position = 1;
    let mut push = |lines: &mut String, members: &str| {
        position += 1;
        let _ = writeln!(lines, r#"{{"id":"{position}",{members}}}"#);
        position
    };
    let set = |n: u64| {
        let key = n % 50 + 1;
        let label = ["set", "add", "count"][n as usize % 3];
        format!(r#""type":"transition","label":"{label}","patch":[{{"op":"replace","path":"/key {key}","value":{n}}}]"#)
    };
    let mark = |name: &str, version: u64| {
        format!(r#""type":"snapshot","version":{version},"kind":"named","name":"{name}","description":"","tags":[]"#)
    };
    for n in 0..of_each {
        push(&mut lines, &set(n));
        push(&mut lines, &format!(r#""type":"fork","name":"b{n}","from":1"#));
        push(&mut lines, &format!(r#""branch":"b{n}",{}"#, set(n)));
        push(&mut lines, &mark(&format!("s{n}"), n + 1));
        let begun = push(&mut lines, r#""type":"begin","name":"tx","steps":["a"]"#);
        push(&mut lines, &format!(r#""tx":{begun},"step":0,{}"#, set(n)));
        push(&mut lines, &format!(r#""tx":{begun},"step":1,"type":"fail","name":"tx","why":"no""#));
        if n % 8 == 0 {
            let back = push(&mut lines, r#""type":"rollback","to":2,"reason":"""#);
            push(&mut lines, &format!(r#""type":"undo","of":{back}"#));
        }
    }
    (0..20 * of_each).for_each(|n| _ = push(&mut lines, &set(n)));
    lines
}

/// Writing beside a history that is held copies about the same, however long it is.
#[test]
fn what_a_held_history_costs_does_not_grow_with_its_length() {
    let _alone = ALONE.lock();
    let copied = |of_each: u64| {
        let folder = harness::texts::folder();
        lay_out(folder.path(), &frame(&long(of_each)));
        let tenant = fold(folder.path());
        let history = tenant.history();
        let counts = (history.branches().len() as u64, history.marks().listed().len() as u64);
        assert!(counts.0 > of_each && counts.1 == of_each, "{counts:?}: {:?}", history.problems());
        drop(history);
        let write = |n: u64| {
            let held = tenant.history();
            let (bytes, _) =
                peak_of(|| tenant.apply("set", |draft| draft.set(&format!(".\"key {}\"", n % 50 + 1), &n)));
            drop(held);
            bytes
        };
        (0..200).map(write).sum::<usize>() / 200
    };
    let (short, long) = (copied(10), copied(2_000));
    println!("{short} bytes a write beside a history of 10 of each, {long} of 2,000");
    assert!(long < short * 4, "{long} bytes a write, and {short} where the history is short");
}

/// Says to a process of its own, which has a cache folder of its own, which source it is to read, and how long that is.
const SOURCE: &str = "ASOF_MEMORY_SOURCE";

/// Bytes of memory that a version takes at the peak of a first reading, where it is like the one before: a few of its row,
/// and of its record where that is kept in memory.
const A_VERSION: usize = 40;

/// Bytes of records that are held until a copy of the source has them.
const HELD: usize = 32 << 20;

/// Lines of a source.
type Lines = fn(u64) -> String;

const SOURCES: [(&str, Lines); 3] = [
    ("patches", patch),
    ("equal states", |_| r#"{"a":1,"name":"the same all along","list":[1,2]}"#.into()),
    ("a number that changes", |n| format!(r#"{{"a":1,"name":"the same all along","list":[1,2],"count":{n}}}"#)),
];

fn patch(n: u64) -> String {
    if n == 0 {
        return r#"[{"op":"replace","path":"","value":{"accounts":{"a":{"balance":0},"b":{"balance":0}}}}]"#.into();
    }
    let account = if n.is_multiple_of(2) { "a" } else { "b" };
    format!(r#"[{{"op":"replace","path":"/accounts/{account}/balance","value":{n}}}]"#)
}

/// A source that is read for the first time holds a few of its records at once, however many it has: what grows is what is
/// known of each version, and packed records where no copy of the source is made in the cache.
#[test]
fn a_version_that_changes_little_takes_few_bytes() {
    let _alone = ALONE.lock();
    if let Ok(source) = std::env::var(SOURCE) {
        let (count, name) = source.split_once(' ').unwrap();
        return println!("\npeak={}", import(name, count.parse().unwrap()));
    }
    let peak = |name: &str, count: usize, cache_limit: &str| -> usize {
        let cache = harness::texts::folder();
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child
            .args(["a_version_that_changes_little_takes_few_bytes", "--exact", "--nocapture"])
            .env(SOURCE, format!("{count} {name}"))
            .env("ASOF_CACHE_LIMIT", cache_limit)
            .env("XDG_CACHE_HOME", cache.path());
        let said = String::from_utf8(child.output().unwrap().stdout).unwrap();
        said.lines().find_map(|line| line.strip_prefix("peak=")).unwrap_or_else(|| panic!("{said}")).parse().unwrap()
    };
    let (few, many) = (120_000, 360_000);
    for (name, _) in SOURCES {
        for (where_records_are, cache_limit) in [("in the cache", "1000000000"), ("in memory", "0")] {
            let many_take = peak(name, many, cache_limit);
            let (before, taken) = match cache_limit {
                "0" => (few, peak(name, few, cache_limit)),
                // How far the thread that copies is behind depends on who else computes.
                _ => (0, HELD),
            };
            let each = many_take.saturating_sub(taken) / (many - before);
            println!("{name}, records {where_records_are}: {each} bytes for each version more, {many_take} for {many}");
            assert!(each <= A_VERSION, "{name}, records {where_records_are}: {each} bytes for each version more");
        }
    }
}

/// Bytes allocated at once, at most, while so many lines are read.
fn import(name: &str, count: u64) -> usize {
    let line = SOURCES.iter().find(|(known, _)| *known == name).unwrap().1;
    let folder = harness::texts::folder();
    let file = folder.path().join("source.jsonl");
    std::fs::write(&file, (0..count).map(|n| line(n) + "\n").collect::<String>()).unwrap();
    let address = asof::SourceAddress::parse(file.to_str().unwrap()).unwrap();
    let recording = Recording::memory().with_budget(Budget::new(1 << 20));
    let options = asof::SourceOptions::default();
    let mut tell = |_| std::ops::ControlFlow::Continue(());
    let (peak, read) = peak_of(|| asof::read_source(&address, &options, &recording, &mut tell));
    read.unwrap();
    assert_eq!(recording.tenant(&"main".into()).unwrap().history().newest().0, count);
    peak
}
