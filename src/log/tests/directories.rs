//! What a recording's directory may hold, and what is done to it.

use super::*;
use crate::Error;
use crate::log::{LogCut, verify};
use crate::record::{Base, BaseHead, Body, Version};
use std::fs;

fn one_record(log: &FileLog, tenant: &str) {
    log.put(&tenant.into(), Position(0), &[entry(tenant)]).unwrap();
}

#[test]
fn an_empty_recording_is_one() {
    let (scratch, _) = Scratch::new();
    assert!(FileLog::is_recording(&scratch.path));
    assert_eq!(scratch.open().tenants().unwrap(), []);
    let report = verify(&scratch.path).unwrap();
    assert!(report.records == 0 && report.damage.is_empty());
}

#[test]
fn creation_takes_new_and_empty_directories_only() {
    let parent = tempfile::tempdir().unwrap();
    let at = |name: &str| parent.path().join(name);
    fs::create_dir(at("empty")).unwrap();
    FileLog::create(&at("empty")).unwrap();
    fs::create_dir_all(at("hidden/lost+found")).unwrap();
    fs::write(at("hidden/.DS_Store"), "x").unwrap();
    fs::write(at("hidden/asof.json.new"), "{\"cr").unwrap();
    FileLog::create(&at("hidden")).unwrap();
    assert!(FileLog::is_recording(&at("hidden")));
    fs::create_dir(at("full")).unwrap();
    fs::write(at("full/letter.txt"), "x").unwrap();
    fs::write(at("file"), "x").unwrap();
    let cases =
        [("full", "is not empty"), ("empty", "already a recording"), ("no/parent", "does not exist"), ("file", "")];
    for (name, words) in cases {
        let error = FileLog::create(&at(name)).err().unwrap().to_string();
        assert!(error.contains(words) && error.contains(name), "{error}");
    }
}

#[test]
fn what_is_no_recording_is_refused() {
    let parent = tempfile::tempdir().unwrap();
    fs::write(parent.path().join("file"), "x").unwrap();
    for name in ["", "file", "missing"] {
        let path = parent.path().join(name);
        assert!(!FileLog::is_recording(&path));
        let error = FileLog::open(&path).err().unwrap();
        assert!(matches!(error, Error::Format { .. } | Error::Io { .. }), "{error}");
    }
}

#[test]
#[cfg(unix)]
fn files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let (scratch, log) = Scratch::new();
    one_record(&log, "main");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&scratch.path), 0o700);
    assert_eq!((mode(&scratch.main()), mode(&scratch.path.join("asof.json"))), (0o600, 0o600));
}

/// What a log's owner lets a group do with it, the group may do: the lock is of the same mode and group, and so is what
/// takes the log's place.
#[test]
fn files_beside_a_log_have_its_mode_and_group() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
    let other_group = |path: &Path, group| chown(path, None, Some(group)).is_ok();
    for (mode, group) in [(0o600, None), (0o660, None), (0o664, None), (0o640, None), (0o660, Some(4242))] {
        let (scratch, log) = Scratch::new();
        log.put(&main(), Position(0), &entries(&["one".into(), "two".into(), "three".into()])).unwrap();
        drop(log);
        fs::set_permissions(scratch.main(), fs::Permissions::from_mode(mode)).unwrap();
        let group = group.filter(|group| other_group(&scratch.main(), *group));
        let facts = |path: &Path| {
            let metadata = fs::metadata(path).unwrap();
            (metadata.mode() & 0o777, group.map(|_| metadata.gid()))
        };
        let lock = scratch.main().with_extension("lock");
        for made_before in [true, false] {
            if !made_before {
                fs::remove_file(&lock).unwrap();
            }
            let log = scratch.open();
            let last = log.last(&main()).unwrap();
            log.put(&main(), last, &[entry("more")]).unwrap();
            assert_eq!(facts(&lock), (mode, group), "{mode:o}, lock made before: {made_before}");
        }
        let log = scratch.open();
        let (last, base) = (log.last(&main()).unwrap(), Entry::new(Body::Base(Box::new(base_of(1)))));
        log.cut(&main(), &LogCut { expected: last, through: Position(1), base }).unwrap();
        assert_eq!(facts(&scratch.main()), (mode, group), "{mode:o}, cut");
    }
}

fn base_of(through: u64) -> Base {
    let main = BaseHead {
        name: "main".into(),
        base: Version(0),
        head: Version(through),
        baseline: None,
        suspect: None,
        left: 0,
    };
    Base {
        through: Version(through),
        heads: vec![main],
        values: vec![(Version(through), crate::value::Value::Null)],
        suspect: Vec::new(),
        numbering: None,
        missing: Vec::new(),
        transactions: 0,
        writes: Vec::new(),
        kept: Vec::new(),
    }
}

/// A header that says what was cut off, in front of no record that says what is left of it.
#[test]
fn a_header_that_says_cut_without_a_base_is_damage() {
    use crate::log::codec::{LineStamp, encode};
    use crate::log::line::{LogHeader, Seed};
    let base = || Entry::new(Body::Base(Box::new(base_of(1))));
    for (cut, records, is_damaged) in [
        (None, vec![entry("one")], false),
        (Some((4, 1)), vec![], true),
        (Some((4, 1)), vec![entry("one")], true),
        (Some((0, 1)), vec![entry("one")], true),
        (Some((0, 0)), vec![], true),
        (Some((4, 1)), vec![base()], false),
        (Some((4, 1)), vec![base(), entry("more")], false),
        (Some((0, 1)), vec![base(), entry("more")], false),
    ] {
        let (scratch, _) = Scratch::new();
        let (mut log, seed) = (Vec::new(), Seed::new(0x9f8e_7d6c));
        LogHeader::write_cut(&mut log, seed, Some(&main()), cut);
        for (position, record) in (cut.map_or(1, |(cut, _)| cut + 1)..).zip(&records) {
            encode(&mut log, seed, &LineStamp { position, more: 0, id: "r".into() }, record);
        }
        fs::write(scratch.main(), &log).unwrap();
        let damage = crate::log::verify(&scratch.path).unwrap().damage;
        let told = damage.iter().any(|damage| damage.why.contains("the record that replaces them is missing"));
        assert_eq!((told, damage.is_empty()), (is_damaged, !is_damaged), "{cut:?} {}: {damage:?}", records.len());
    }
}

#[test]
fn names_of_files_say_nothing_of_tenants() {
    let (scratch, log) = Scratch::new();
    for tenant in ["../secret", "acme_corp", ""] {
        one_record(&log, tenant);
    }
    for entry in fs::read_dir(&scratch.path).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let id = name.strip_suffix(".jsonl").or(name.strip_suffix(".lock")).unwrap_or("");
        assert!(name == "asof.json" || id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()), "{name}");
    }
}

#[test]
#[cfg(unix)]
fn strangers_are_passed_over() {
    let (scratch, log) = Scratch::new();
    one_record(&log, "main");
    let at = |name: &str| scratch.path.join(name);
    let id = |digit: &str| format!("{}.jsonl", digit.repeat(32));
    for name in ["lost+found", &id("0")] {
        fs::create_dir(at(name)).unwrap();
    }
    for name in [".DS_Store", "._x", ".main.jsonl.swp", "notes.jsonl", &id("A"), "x.torn-9", &format!("{}x", id("1"))] {
        fs::write(at(name), "{}\n").unwrap();
    }
    assert!(std::process::Command::new("mkfifo").arg(at(&id("2"))).status().unwrap().success());
    std::os::unix::fs::symlink(at(&id("3")), at(&id("3"))).unwrap();
    fs::write(at(&id("4")), "").unwrap();
    let log = scratch.open();
    assert_eq!(log.tenants().unwrap(), [main()]);
    assert_eq!(all_words(&log, &main()), ["main"]);
    let damage = verify(&scratch.path).unwrap().damage;
    assert!(damage.iter().all(|damage| damage.why.contains("not a regular file")), "{damage:?}");
    let told: Vec<_> = damage.into_iter().map(|damage| damage.file).collect();
    assert_eq!(told, ["0", "2", "3"].map(|digit| at(&id(digit))));
    fs::remove_file(at("asof.json")).unwrap();
    assert!(FileLog::is_recording(&scratch.path));
}

#[test]
#[cfg(unix)]
fn a_pipe_in_the_place_of_a_log_is_refused_not_waited_for() {
    let (scratch, log) = Scratch::new();
    assert!(std::process::Command::new("mkfifo").arg(scratch.main()).status().unwrap().success());
    let refused = [
        log.last(&main()).unwrap_err(),
        log.read(&main(), Position(0), 1).unwrap_err(),
        log.put(&main(), Position(0), &[entry("x")]).unwrap_err(),
    ];
    assert!(refused.iter().all(|error| error.to_string().contains("not a regular file")), "{refused:?}");
}

#[test]
fn a_newer_format_is_refused_and_left_as_it_is() {
    // Checksums computed apart, over `,"pos":0,"asof":2}`.
    let newer = format!("{{\"crc\":\"{:08x}\",\"pos\":0,\"asof\":2}}\n", crc32fast::hash(b",\"pos\":0,\"asof\":2}"));
    let newer_file = |file: &Path| fs::write(file, &newer).unwrap();
    let (scratch, log) = Scratch::new();
    one_record(&log, "main");
    newer_file(&scratch.main());
    let before = contents(&scratch.path);
    let log = scratch.open();
    let refused = [
        log.last(&main()).unwrap_err(),
        log.tenants().unwrap_err(),
        log.put(&main(), Position(0), &[entry("x")]).unwrap_err(),
    ];
    assert!(refused.iter().all(|error| matches!(error, Error::NewerFormat { found: 2, known: 1, .. })), "{refused:?}");
    newer_file(&scratch.path.join("asof.json"));
    assert!(matches!(FileLog::open(&scratch.path), Err(Error::NewerFormat { .. })));
    assert!(FileLog::is_recording(&scratch.path));
    assert_eq!(contents(&scratch.path)[0], before[0]);
}

#[test]
fn a_log_under_the_name_of_another_is_refused() {
    let (scratch, log) = Scratch::new();
    one_record(&log, "acme_corp");
    fs::copy(log.file(&"acme_corp".into()), scratch.main()).unwrap();
    let log = scratch.open();
    let error = log.read(&main(), Position(0), 10).unwrap_err();
    assert!(matches!(error, Error::Format { .. }), "{error}");
    assert!(log.put(&main(), Position(0), &[entry("x")]).is_err());
    assert_eq!(log.tenants().unwrap(), ["acme_corp".into()]);
    let damage = verify(&scratch.path).unwrap().damage;
    assert_eq!(damage.len(), 1);
    assert_eq!(damage[0].file, scratch.main());
}

#[test]
fn a_log_whose_header_is_damaged_can_still_be_reached() {
    let (scratch, log) = Scratch::new();
    one_record(&log, "main");
    one_record(&log, "acme_corp");
    let files = [scratch.main(), log.file(&"acme_corp".into())];
    for file in &files {
        let mut bytes = fs::read(file).unwrap();
        bytes[60] ^= 1;
        fs::write(file, bytes).unwrap();
    }
    let log = scratch.open();
    let id = files[1].file_stem().unwrap().to_str().unwrap();
    let mut tenants = [main(), id.into()];
    tenants.sort();
    assert_eq!(log.tenants().unwrap(), tenants);
    assert_eq!(all_words(&log, &main()), ["main"]);
    assert_eq!(all_words(&log, &id.into()), ["acme_corp"]);
    assert_eq!(all_words(&log, &"acme_corp".into()), ["acme_corp"]);
    let refused = log.put(&main(), Position(1), &[entry("more")]).unwrap_err();
    assert!(refused.to_string().contains("header") && refused.to_string().contains("Nothing is appended"), "{refused}");
    assert_eq!(all_words(&scratch.open(), &main()), ["main"]);
    let report = verify(&scratch.path).unwrap();
    assert_eq!((report.records, report.damage.len()), (2, 2));
    assert!(report.damage.iter().all(|damage| damage.offset == 0 && damage.why.contains("header")));
}

#[test]
fn a_sound_log_is_not_reached_by_its_file_name() {
    let (scratch, log) = Scratch::new();
    one_record(&log, "acme_corp");
    let file = log.file(&"acme_corp".into());
    let id = TenantId::from(file.file_stem().unwrap().to_str().unwrap());
    assert_eq!(all_words(&scratch.open(), &id), Vec::<Text>::new());
}

#[test]
fn a_damaged_marker_is_told_and_done_without() {
    let (scratch, log) = Scratch::new();
    one_record(&log, "main");
    fs::write(scratch.path.join("asof.json"), "{\"format\":1}\n").unwrap();
    let log = scratch.open();
    one_record(&log, "new");
    assert_eq!(all_words(&scratch.open(), &"new".into()), ["new"]);
    let report = verify(&scratch.path).unwrap();
    assert_eq!((report.records, report.damage.len()), (2, 1));
    assert!(report.damage[0].file.ends_with("asof.json"));
}
