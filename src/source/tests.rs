//! Addresses, and sources read the way the program reads them.

use super::*;
use crate::record::Version;
use std::io::Write;

#[test]
fn an_address_says_what_it_is() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("states.v2.jsonl.zst");
    std::fs::write(&file, "1\n").unwrap();
    let kept = home.path().join("run.asof");
    Recording::create(&kept).unwrap();
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    for (given, address, title, kept_at) in [
        ("-".to_owned(), Address::Stdin, "standard input", Some("stdin.asof")),
        ("git:a/b.json".to_owned(), Address::Git("a/b.json".into()), "git:b.json", Some("b.asof")),
        ("demo:".to_owned(), Address::Demo(String::new()), "demo release", Some("demo.asof")),
        ("demo:crash".to_owned(), Address::Demo("crash".into()), "demo crash", Some("crash.asof")),
        (text(&file), Address::File(file.clone()), "states.v2.jsonl.zst", Some("states.asof")),
        (text(&kept), Address::Recording(kept.clone()), "run.asof", None),
    ] {
        let parsed = Address::parse(&given).unwrap();
        assert_eq!(parsed, address);
        assert_eq!(parsed.title(), title);
        assert_eq!(parsed.default_recording(), kept_at.map(PathBuf::from));
    }
    for nothing in [text(&home.path().join("none")), text(home.path()), "demo:none".to_owned()] {
        assert!(Address::parse(&nothing).is_err(), "{nothing}");
    }
}

fn read_all(address: &Address, recording: &Recording) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut tell = |event| {
        if let Event::Problem(problem) = event {
            problems.push(problem);
        }
        ControlFlow::Continue(())
    };
    read(address, &Options::default(), recording, &mut tell).unwrap();
    problems
}

#[test]
fn good_lines_are_read_round_a_bad_one() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"{\"a\":1}\n{\"a\":\n{\"a\":3}\n").unwrap();
    let recording = Recording::memory();
    let problems = read_all(&Address::File(file.path().into()), &recording);
    assert_eq!(problems.iter().map(|problem| problem.place.line).collect::<Vec<_>>(), [2]);
    let tenant = recording.tenant(&DEFAULT_TENANT.into()).unwrap();
    let states: Vec<_> = (1..=3).map(|version| tenant.value_at(Version(version)).unwrap().to_json()).collect();
    assert_eq!(states, ["{\"a\":1}", "{\"a\":1}", "{\"a\":3}"]);
}

#[test]
fn a_stream_goes_on_after_someone_rolled_back() {
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("run.asof");
    let recording = Recording::create(&directory).unwrap();
    let mut tell = |_| ControlFlow::Continue(());
    let mut feed = Feed::new(&recording, None, false, &mut tell);
    let entry = |n: i64| {
        let change = crate::record::Change::State(n.into());
        let body = crate::record::Body::Transition { label: "step".into(), change };
        let (tenant, entry) = ("t".into(), crate::record::Entry::new(body));
        Item::Entry(Box::new(import::Imported { tenant, entry, place: crate::error::Place::default() }))
    };
    for n in 1..=2 {
        assert!(feed.take(entry(n)).is_continue());
    }
    assert!(feed.take(Item::Progress(1, None)).is_continue());
    let debugger = Recording::open(&directory).unwrap().tenant(&"t".into()).unwrap();
    debugger.rollback(&crate::history::Strategy::Version(Version(1)), "").unwrap();
    assert!(feed.take(entry(4)).is_continue());
    feed.finish().unwrap();
    debugger.catch_up().unwrap();
    let states: Vec<_> = (1..=4).map(|version| debugger.value_at(Version(version)).unwrap().to_json()).collect();
    assert_eq!(states, ["1", "2", "1", "4"]);
}
