//! Links and other things planted at the names that a recording opens: nothing is written through them, and each is told.
#![allow(clippy::case_sensitive_file_extension_comparisons)]

use super::*;
use crate::log::{LogCut, verify};
use std::fs;
use std::os::unix::fs::symlink;

const VICTIMS: [(&str, &str); 4] =
    [("empty", ""), ("text", "no newline at its end"), ("lines", "a\nb\n"), ("missing", "")];

/// The names of a recording's files that are opened.
fn names() -> [String; 6] {
    let (scratch, _) = Scratch::new();
    let log = scratch.main();
    let id = log.file_stem().unwrap().to_str().unwrap();
    [
        format!("{id}.jsonl"),
        format!("{id}.jsonl.new"),
        format!("{id}.lock"),
        "asof.json".into(),
        "asof.json.new".into(),
        "asof.live".into(),
    ]
}

/// Everything a recording can be asked to do.
fn do_all(path: &Path) -> Vec<(&'static str, Option<String>)> {
    fn text<T>(outcome: crate::Result<T>) -> Option<String> {
        outcome.err().map(|error| error.to_string())
    }
    let mut told = vec![("create", text(FileLog::create(path)))];
    let log = match FileLog::open(path) {
        Ok(log) => log,
        Err(error) => {
            told.push(("open", Some(error.to_string())));
            return told;
        }
    };
    let last = log.last(&main()).unwrap_or_default();
    told.push(("tenants", text(log.tenants())));
    told.push(("has", text(log.has(&main()))));
    told.push(("read", text(log.read(&main(), Position(0), 9))));
    told.push(("append", text(log.put_synced(&main(), last, &[entry("more")]))));
    let cut = LogCut { expected: Position(last.0 + 1), through: Position(2), base: entry("base") };
    told.push(("cut", text(log.cut(&main(), &cut))));
    drop(log.announce_writer());
    log.has_writer();
    told.push(("verify", text(verify(path))));
    told
}

#[test]
fn nothing_is_written_through_a_link_whatever_its_name() {
    for name in names() {
        for (victim, content) in VICTIMS {
            for existing in [true, false] {
                let home = tempfile::tempdir().unwrap();
                let (path, victim) = (home.path().join("run.asof"), home.path().join(victim));
                if victim.file_name().unwrap() != "missing" {
                    fs::write(&victim, content).unwrap();
                }
                if existing {
                    let log = FileLog::create(&path).unwrap();
                    log.put(&main(), Position(0), &entries(&["1", "2", "3"].map(String::from))).unwrap();
                    drop(log);
                    let _ = fs::remove_file(path.join(&name));
                } else {
                    fs::create_dir(&path).unwrap();
                }
                symlink(&victim, path.join(&name)).unwrap();
                let case = format!("{name} -> {victim:?}, existing: {existing}");
                let told = do_all(&path);
                assert_eq!(fs::read(&victim).ok(), victim.exists().then(|| content.into()), "{case}");
                assert!(path.join(&name).is_symlink(), "{case}: the link is left where it is");
                let refused = |what: &str| {
                    let (_, error) =
                        told.iter().find(|(act, _)| *act == what).unwrap_or_else(|| panic!("{case}: {told:?}"));
                    error.as_ref().is_some_and(|error| error.contains("a symbolic link"))
                };
                match (name.as_str(), existing) {
                    ("asof.json.new", false) => assert!(refused("create"), "{case}: {told:?}"),
                    (_, false) => {}
                    (name, true) if name.ends_with(".jsonl") => {
                        assert!(["tenants", "has", "read", "append"].map(refused) == [true; 4], "{case}: {told:?}");
                    }
                    (name, true) if name.ends_with(".lock") => assert!(refused("append") && !refused("read"), "{case}"),
                    (name, true) if name.ends_with(".jsonl.new") => {
                        assert!(refused("cut") && !refused("append"), "{case}");
                    }
                    (_, true) => assert!(!refused("append") && !refused("cut"), "{case}: {told:?}"),
                }
                if existing {
                    let damage = verify(&path).unwrap().damage;
                    assert!(
                        damage.iter().any(|d| d.file == path.join(&name) && d.why.contains("a symbolic link")),
                        "{case}"
                    );
                }
            }
        }
    }
}

#[test]
fn what_is_no_regular_file_is_told_and_never_waited_for() {
    type Plant = fn(&Path);
    let plants: [(&str, Plant); 3] = [
        ("a pipe", |path| assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success())),
        ("a directory", |path| fs::create_dir(path).unwrap()),
        ("a device or socket", |path| drop(std::os::unix::net::UnixListener::bind(path).unwrap())),
    ];
    for name in names() {
        for (what, plant) in plants {
            let (scratch, log) = Scratch::new();
            log.put(&main(), Position(0), &entries(&["1", "2", "3"].map(String::from))).unwrap();
            drop(log);
            let _ = fs::remove_file(scratch.path.join(&name));
            plant(&scratch.path.join(&name));
            do_all(&scratch.path);
            let damage = verify(&scratch.path).unwrap().damage;
            let told = |damage: &Damage| damage.file == scratch.path.join(&name) && damage.why.contains(what);
            assert!(damage.iter().any(told), "{name} as {what}: {damage:?}");
        }
    }
}

#[test]
fn a_log_with_more_names_is_appended_to_and_verify_says_so() {
    let (scratch, log) = Scratch::new();
    log.put(&main(), Position(0), &[entry("1")]).unwrap();
    assert_eq!(verify(&scratch.path).unwrap().notes, []);
    let backup = scratch.path.with_file_name("backup");
    fs::hard_link(scratch.main(), &backup).unwrap();
    log.put(&main(), Position(1), &[entry("2")]).unwrap();
    assert_eq!(fs::read(&backup).unwrap(), fs::read(scratch.main()).unwrap());
    let report = verify(&scratch.path).unwrap();
    assert!(report.damage.is_empty() && report.notes.len() == 1);
    assert!(report.notes[0].1.contains("1 other name"), "{:?}", report.notes);
    let before = fs::read(&backup).unwrap();
    log.cut(&main(), &LogCut { expected: Position(2), through: Position(1), base: entry("base") }).unwrap();
    log.put(&main(), Position(2), &[entry("3")]).unwrap();
    assert_eq!(fs::read(&backup).unwrap(), before);
    assert_eq!(all_words(&log, &main()), ["base", "2", "3"]);
}

#[test]
fn what_a_crash_left_unfinished_is_told_and_replaced() {
    let (scratch, log) = Scratch::new();
    log.put(&main(), Position(0), &entries(&["1", "2"].map(String::from))).unwrap();
    let unfinished = scratch.main().with_extension("jsonl.new");
    let foreign = scratch.path.with_file_name("foreign");
    fs::write(&foreign, "foreign").unwrap();
    // A file whose name was put there by someone else loses that name, not its bytes.
    fs::hard_link(&foreign, &unfinished).unwrap();
    let notes = verify(&scratch.path).unwrap().notes;
    assert!(notes.len() == 1 && notes[0].0 == unfinished && notes[0].1.contains("unfinished"), "{notes:?}");
    log.cut(&main(), &LogCut { expected: Position(2), through: Position(1), base: entry("base") }).unwrap();
    assert_eq!(
        (all_words(&log, &main()), fs::read(&foreign).unwrap()),
        (vec!["base".into(), "2".into()], b"foreign".to_vec())
    );
    assert_eq!(verify(&scratch.path).unwrap().notes, []);
    assert!(!unfinished.exists());
}

/// Only what a crash leaves of a first write is started anew; whatever else has a log's name stays as it is.
#[test]
fn a_file_that_is_no_log_is_not_made_one() {
    let header: &[u8] = b"{\"crc\":\"1cc4d64e\",\"pos\":0,\"asof\":1,\"seed\":\"9f8e7d6c\",\"tenant\":\"main\"}";
    let long = vec![b'x'; 100_000];
    let foreign: [&[u8]; 8] =
        [b"text", b"{\"a\":1}", b"text\n", b"{\"a\":1}\n{\"a\":2}\n", b"\n", b"\xff\xfe", b"{", &long];
    for (bytes, may) in foreign.iter().map(|bytes| (*bytes, *bytes == b"{")).chain([
        (&b""[..], true),
        (&header[..1], true),
        (&header[..7], true),
        (&header[..20], true),
        (header, true),
        (&[0; 512], true),
        (&[0, 0, 0, 1], false),
    ]) {
        let (scratch, log) = Scratch::new();
        fs::write(scratch.main(), bytes).unwrap();
        let outcome = log.put(&main(), Position(0), &[entry("1")]);
        assert_eq!(outcome.is_ok(), may, "{:?}: {outcome:?}", bytes.escape_ascii().to_string());
        if may {
            assert_eq!(all_words(&scratch.open(), &main()), ["1"]);
        } else {
            assert_eq!(fs::read(scratch.main()).unwrap(), bytes);
            assert!(outcome.unwrap_err().to_string().contains("Nothing is appended"));
        }
    }
}
