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
        ("git:a/b.json".to_owned(), Address::Git(PathBuf::from("a/b.json").into()), "git:b.json", Some("b.asof")),
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

#[test]
fn a_recording_is_proposed_where_nothing_is() {
    let home = tempfile::tempdir().unwrap();
    let of = |name: &str| Address::Demo(home.path().join(name).display().to_string()).free_recording().unwrap();
    assert_eq!(of("a"), home.path().join("a.asof"));
    Recording::create(&home.path().join("a.asof")).unwrap();
    std::fs::write(home.path().join("a-2.asof"), "").unwrap();
    std::fs::create_dir(home.path().join("a-3.asof")).unwrap();
    assert_eq!(of("a"), home.path().join("a-3.asof"), "an empty directory is free, a file is not");
    std::fs::write(home.path().join("a-3.asof/x"), "").unwrap();
    assert_eq!(of("a"), home.path().join("a-4.asof"));
}

fn read_all(address: &Address, recording: &Recording) -> Vec<ImportProblem> {
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
    let mut feed = Feed::new(&recording, &Options::default(), Stamping::Never, &mut tell);
    let entry = |n: i64| {
        let change = crate::record::StateChange::State(n.into());
        let body = crate::record::Body::Transition { label: "step".into(), change };
        let (tenant, entry) = ("t".into(), crate::record::Entry::new(body));
        ImportItem::Entry(Box::new(import::Imported {
            tenant,
            entry,
            follows: import::Follows::LineBefore,
            place: crate::error::InputPlace::default(),
        }))
    };
    for n in 1..=2 {
        assert!(feed.take(entry(n)).is_continue());
    }
    assert!(feed.take(ImportItem::Progress(1, None)).is_continue());
    let debugger = Recording::open(&directory).unwrap().tenant(&"t".into()).unwrap();
    debugger.rollback(&crate::history::Strategy::Version(Version(1)), "").unwrap();
    assert!(feed.take(entry(4)).is_continue());
    feed.finish().unwrap();
    debugger.catch_up().unwrap();
    let states: Vec<_> = (1..=4).map(|version| debugger.value_at(Version(version)).unwrap().to_json()).collect();
    assert_eq!(states, ["1", "2", "1", "4"]);
}

/// What is said of the whole while it is read, from the versions so far and the share they are said to be, is about right:
/// entries of one size, in one tenant and in unequal ones. Where nobody knows the whole, nothing is said.
#[test]
fn a_share_is_the_share_of_the_versions() {
    let home = tempfile::tempdir().unwrap();
    let line = |tenant: &str, n: u32| format!("{{\"tenant\":\"{tenant}\",\"at\":{n},\"state\":{{\"n\":{n}}}}}\n");
    let lines = |tenant, count: u32| (100_000..100_000 + count).map(move |n| line(tenant, n));
    let [plain, packed, several] =
        ["plain.jsonl", "packed.jsonl.zst", "several.jsonl"].map(|name| home.path().join(name));
    let text: String = lines("t", 30_000).collect();
    std::fs::write(&plain, &text).unwrap();
    std::fs::write(&packed, zstd::encode_all(text.as_bytes(), 1).unwrap()).unwrap();
    std::fs::write(&several, lines("a", 10).chain(lines("b", 30_000)).chain(lines("c", 700)).collect::<String>())
        .unwrap();
    let kept = home.path().join("uneven.asof");
    read_all(&Address::File(several), &Recording::create(&kept).unwrap());
    let check = |address: Address, all: u32, is_known: bool| {
        let mut told = Vec::new();
        let mut tell = |event| {
            if let Event::Progress(progress) = event {
                told.push(progress);
            }
            ControlFlow::Continue(())
        };
        let recording = if address.is_recording() { open(&address).unwrap() } else { Arc::new(Recording::memory()) };
        read(&address, &Options::default(), &recording, &mut tell).unwrap();
        assert_eq!(told.last().unwrap().versions, u64::from(all), "{address:?}");
        for progress in told {
            assert_eq!(progress.share.is_some(), is_known, "{address:?}");
            let Some(share) = progress.share.filter(|share| *share > 0.05) else { continue };
            let expected = f64::from(u32::try_from(progress.versions).unwrap()) / share;
            assert!((expected / f64::from(all) - 1.0).abs() < 0.1, "{address:?}: {progress:?}");
        }
    };
    check(Address::File(plain), 30_000, true);
    check(Address::File(packed), 30_000, false);
    check(Address::Recording(kept), 30_710, true);
}

/// Sources whose versions would take many times the memory there is for them, each by another kind of weight.
fn heavy_sources() -> Vec<(&'static str, String)> {
    let lines = |n: u32, line: &dyn Fn(u32) -> String| (0..n).map(|n| line(n) + "\n").collect::<String>();
    vec![
        ("one state again and again", lines(20_000, &|_| r#"{"a":1}"#.into())),
        ("small states", lines(20_000, &|n| format!(r#"{{"a":{n}}}"#))),
        ("large states", lines(600, &|n| format!(r#"{{"a":"{}"}}"#, n.to_string().repeat(8_000)))),
        (
            "large patches",
            lines(600, &|n| format!(r#"[{{"op":"add","path":"","value":"{}"}}]"#, n.to_string().repeat(8_000))),
        ),
        (
            "patches of many operations",
            lines(200, &|_| format!("[{}]", [r#"{"op":"add","path":"","value":1}"#; 400].join(","))),
        ),
        ("long labels", lines(2_000, &|n| format!(r#"{{"at":{n},"label":"{n}{}","state":1}}"#, "x".repeat(4_000)))),
        ("broken lines", lines(2_000, &|n| format!("{{\"a\":{n}}}\n{{{}", "x".repeat(4_000)))),
        ("many tenants", lines(4_000, &|n| format!(r#"{{"tenant":"t{n}","at":5,"state":1}}"#))),
    ]
}

#[test]
fn what_is_read_takes_no_more_memory_than_it_may_and_stays_usable() {
    const MEMORY: u64 = 4 << 20;
    for (what, text) in heavy_sources() {
        for (packing, bytes) in
            [("plain", text.clone().into_bytes()), ("zstd", zstd::encode_all(text.as_bytes(), 1).unwrap())]
        {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(&bytes).unwrap();
            let recording = Recording::memory();
            let (mut stops, mut took) = (Vec::new(), 0);
            let mut tell = |event| {
                match event {
                    Event::Problem(problem) if problem.why.contains("stopped here") => stops.push(problem),
                    Event::Took(_, versions) => took += versions,
                    _ => {}
                }
                ControlFlow::Continue(())
            };
            let options = Options { memory: Some(MEMORY), ..Options::default() };
            read(&Address::File(file.path().into()), &options, &recording, &mut tell).unwrap();
            let [stop] = stops.as_slice() else { panic!("{what}, {packing}: {stops:?}") };
            assert!(stop.why.contains(&format!("{took} version")), "{what}: {}", stop.why);
            let lines = text.lines().count() as u64;
            assert!(took > 0 && took < lines && stop.place.line > took, "{what}: {took} of {lines}, {:?}", stop.place);
            // One batch more at most.
            assert!(recording.footprint() < MEMORY + (16 << 20), "{what}: {}", recording.footprint());
            for id in recording.tenants().unwrap().iter().take(5) {
                let tenant = recording.tenant(id).unwrap();
                tenant.value_at(tenant.head()).unwrap();
                tenant.value_at(Version(1)).unwrap();
            }
        }
    }
}

/// A recording on disk keeps no values in memory, so more fits; and a source that fits is read to its end.
#[test]
fn a_recording_on_disk_takes_less_memory_and_a_small_source_is_read_whole() {
    for (what, text) in heavy_sources().into_iter().take(3) {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("source.jsonl");
        std::fs::write(&file, &text).unwrap();
        let (memory, disk) = (Recording::memory(), Recording::create(&home.path().join("r")).unwrap());
        for recording in [&memory, &disk] {
            assert_eq!(read_all(&Address::File(file.clone()), recording), Vec::new(), "{what}");
        }
        assert!(disk.footprint() * 2 < memory.footprint(), "{what}");
        let count = |recording: &Recording| recording.tenant(&DEFAULT_TENANT.into()).unwrap().history().newest().0;
        assert_eq!((count(&memory), count(&disk)), (text.lines().count() as u64, text.lines().count() as u64));
    }
}
