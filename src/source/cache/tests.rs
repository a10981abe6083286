//! A source opened from its copy answers, and tells, as one that is read; whatever became of both meanwhile.

mod copies;
mod grown;
mod real;

use super::*;
use crate::import::ImportProblem;
use crate::recipe::{Mapping, RecipeBook};
use crate::record::{TenantId, Version};
use std::fs;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// A home with a source in it, and a folder for copies.
struct Home {
    home: tempfile::TempDir,
    options: Options,
}

/// What one reading told and left.
struct OpenedCopy {
    recording: Recording,
    told: Vec<String>,
    report: CopyReport,
}

impl Home {
    fn new(source: impl AsRef<[u8]>) -> Self {
        let home = Self { home: tempfile::tempdir().unwrap(), options: Options::default() };
        home.write(source);
        home
    }

    fn path(&self) -> PathBuf {
        self.home.path().join("source")
    }

    fn folder(&self) -> PathBuf {
        self.home.path().join("cache/asof/imports")
    }

    fn write(&self, source: impl AsRef<[u8]>) {
        fs::write(self.path(), source).unwrap();
    }

    fn append(&self, more: impl AsRef<[u8]>) {
        fs::OpenOptions::new().append(true).open(self.path()).unwrap().write_all(more.as_ref()).unwrap();
    }

    fn address(&self) -> Address {
        Address::File(self.path())
    }

    /// Opened as commands do, but however small it is.
    fn open(&self) -> OpenedCopy {
        self.open_within(CopyFolder::new(self.folder(), MOST_BYTES))
    }

    fn open_within(&self, folder: CopyFolder) -> OpenedCopy {
        open_cached(folder, &self.address(), &self.options)
    }

    /// The same without any copy.
    fn read(&self) -> OpenedCopy {
        read_afresh(&self.address(), &self.options)
    }

    #[track_caller]
    fn assert_right(&self, about: &str) -> CopyReport {
        assert_same(&self.open(), &self.read(), about)
    }

    fn copies(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.folder()).into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).collect()
    }
}

fn gather(read: impl FnOnce(&mut Tell<'_>) -> CopyReport) -> (Vec<String>, CopyReport) {
    let mut told = Vec::new();
    let report = read(&mut |event| {
        if let Some(next) = ImportTold::of(&event, "") {
            push(&mut told, next);
        }
        ControlFlow::Continue(())
    });
    // Commands count what was taken, and say problems and notes in the order in which they come.
    let words = |told: &ImportTold| format!("{told:?}");
    let (mut took, said): (Vec<_>, Vec<_>) = told.iter().partition(|told| matches!(told, ImportTold::Took { .. }));
    took.sort_by_key(|told| words(told));
    let mut all: Vec<ImportTold> = Vec::new();
    took.into_iter().cloned().for_each(|next| push(&mut all, next));
    (all.iter().chain(said).map(words).collect(), report)
}

fn said(how: impl Fn(&mut Mapping)) -> Options {
    let mut options = Options::default();
    how(&mut options.mapping);
    options
}

fn how(options: &Options) -> ReadingManner {
    ReadingManner { said: (*options.mapping).clone(), options: options.clone(), book: RecipeBook::shipped() }
}

fn open_cached(folder: CopyFolder, address: &Address, options: &Options) -> OpenedCopy {
    let recording = Recording::memory();
    let how = how(options);
    let cache = Cache::within(folder, address, &how, &how.digest().unwrap()).expect("it can be kept").always();
    let (told, report) = gather(|tell| cache.read(&recording, tell).unwrap());
    OpenedCopy { recording, told, report }
}

/// The same, where records are left to the copy as soon as they are in it. It stops behind so many versions.
fn open_leaving(folder: CopyFolder, address: &Address, options: &Options, most: u64) -> OpenedCopy {
    let recording = Recording::memory();
    let how = how(options);
    let cache = Cache { much: 0, ..Cache::within(folder, address, &how, "").expect("it can be kept").always() };
    let mut taken = 0;
    let (told, report) = gather(|tell| {
        let stopping = &mut |event| {
            taken += if let Event::Took(_, versions) = event { versions } else { 0 };
            let flow = tell(event);
            if taken >= most { ControlFlow::Break(()) } else { flow }
        };
        cache.read(&recording, stopping).unwrap()
    });
    OpenedCopy { recording, told, report }
}

/// Wherever records are while and after a source is read, every version has its value.
#[test]
fn records_that_are_left_to_the_copy_are_read_from_there() {
    for (what, text, options) in sources() {
        let home = Home { options, ..Home::new(&text) };
        let fresh = home.read();
        for (limit, kept) in [(1, false), (MOST_BYTES, true)] {
            let opened = open_leaving(CopyFolder::new(home.folder(), limit), &home.address(), &home.options, u64::MAX);
            let report = assert_same(&opened, &fresh, what);
            assert_eq!(report.directory.is_some(), kept, "{what}: {report:?}");
            assert_eq!(home.copies().len(), 1, "{what}: what is read stays");
            for id in fresh.recording.tenants().unwrap() {
                let [tenant, plain] = [&opened, &fresh].map(|one| one.recording.tenant(&id).unwrap());
                let last = tenant.set("more", plain.value_at(Version(1)).unwrap()).unwrap();
                assert_eq!(tenant.value_at(last).unwrap(), plain.value_at(Version(1)).unwrap(), "{what}");
                tenant.as_debugger().undo().ok();
                assert_eq!(tenant.history().newest().0, plain.history().newest().0 + 1, "{what}");
            }
            let elsewhere = home.home.path().join(format!("kept-{limit}"));
            opened.recording.keep_at(&elsewhere).unwrap();
            drop(opened);
            assert_eq!(home.copies().len(), usize::from(kept), "{what}");
            let again = Recording::open(&elsewhere).unwrap();
            assert_eq!(again.tenants().unwrap(), fresh.recording.tenants().unwrap(), "{what}");
        }
        assert!(home.assert_right(what).fresh, "{what}");
    }
}

#[test]
fn an_import_that_was_stopped_keeps_what_it_left_to_the_copy_as_long_as_it_is_open() {
    let home = Home::new(lines(3_000, |n| format!(r#"{{"n":{n},"text":"{}"}}"#, "x".repeat(50))));
    for most in [1, 300, 1_500] {
        let opened = open_leaving(CopyFolder::new(home.folder(), MOST_BYTES), &home.address(), &home.options, most);
        let tenant = opened.recording.tenant(&"main".into()).unwrap();
        let newest = tenant.history().newest();
        assert!(newest.0 >= most && newest.0 < 3_000 && opened.report.directory.is_none(), "{newest}");
        for version in (1..=newest.0).step_by(97) {
            let number = tenant.record_of(Version(version)).unwrap();
            assert!(number.is_some(), "{version}");
            let n = format!("\"n\":{},", version - 1);
            assert!(tenant.value_at(Version(version)).unwrap().to_json().contains(&n), "{version}");
        }
        drop((tenant, opened));
        assert_eq!(home.copies(), Vec::<PathBuf>::new());
    }
}

fn read_afresh(address: &Address, options: &Options) -> OpenedCopy {
    let recording = Recording::memory();
    let (told, report) = gather(|tell| {
        import_from(address, &how(options), None, &recording, tell).unwrap();
        CopyReport::default()
    });
    OpenedCopy { recording, told, report }
}

#[track_caller]
fn assert_same(opened: &OpenedCopy, fresh: &OpenedCopy, about: &str) -> CopyReport {
    assert_eq!(opened.told, fresh.told, "{about}");
    let tenants = fresh.recording.tenants().unwrap();
    assert_eq!(opened.recording.tenants().unwrap(), tenants, "{about}");
    for id in tenants {
        let [indexed, folded] = [opened, fresh].map(|one| one.recording.tenant(&id).unwrap());
        assert_eq!(indexed.difference(&folded).unwrap(), None, "{about}: {id}");
        assert_eq!(indexed.value(), folded.value(), "{about}: {id}");
    }
    opened.report.clone()
}

fn lines(count: u32, line: impl Fn(u32) -> String) -> String {
    (0..count).map(|n| line(n) + "\n").collect()
}

/// A line of each kind of trouble, among others.
fn troubled(n: u32) -> String {
    match n % 40 {
        7 => format!("{{\"a\":{n},"),
        13 => format!(r#"{{"at":"2026-10-09T12:00:{:02}Z","label":"twice","state":{{"a":1,"a":{n}}}}}"#, n % 60),
        19 => format!(r#"{{"at":"soon {n}","label":"timeless","state":{{"n":{n}}}}}"#),
        23 => format!(r#"{{"tenant":"other","at":{n},"label":"x","state":[{n}]}}"#),
        29 => r#"{"tenant":"other","label":"no such path","patch":[{"op":"remove","path":"/none"}]}"#.into(),
        31 => format!(r#"{{"label":"invalid","invalid":"broken","raw":"{n}{{"}}"#),
        37 => r#"{"label":"gone","deleted":true}"#.into(),
        _ => format!(
            r#"{{"at":"2026-10-09T12:00:{:02}Z","label":"s{n}","by":"ann","state":{{"n":{n},"k":{{"x{}":1}}}}}}"#,
            n % 60,
            n % 9
        ),
    }
}

fn sources() -> Vec<(&'static str, Vec<u8>, Options)> {
    let options = Options::default;
    let patch = |n: u32| match n {
        0 => r#"[{"op":"add","path":"","value":{"text":[]}}]"#.to_owned(),
        n if n % 50 == 49 => r#"[{"op":"replace","path":"/nothing","value":1}]"#.to_owned(),
        n => format!(r#"[{{"op":"add","path":"/text/{}","value":"c{n}"}}]"#, n % 7 % n),
    };
    let bare = lines(500, |n| format!(r#"{{"count":{n},"at":{n}}}"#));
    let mixed = lines(800, troubled);
    let gzip = {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(mixed.as_bytes()).unwrap();
        packer.finish().unwrap()
    };
    let half = zstd::encode_all(lines(30_000, |n| format!(r#"{{"count":{}}}"#, n * 7919)).as_bytes(), 1).unwrap();
    vec![
        ("states", bare.clone().into(), options()),
        ("bare states", bare.clone().into(), Options { format: Some("bare-states".into()), ..options() }),
        ("of a tenant", bare.clone().into(), Options { tenant: Some("shop".into()), ..options() }),
        ("strict", bare.clone().into(), Options { strict: true, ..options() }),
        ("patches", lines(300, patch).into(), options()),
        ("patches by name", lines(300, patch).into(), Options { format: Some("json-patch".into()), ..options() }),
        ("envelopes", mixed.clone().into(), options()),
        ("no line end", mixed.trim_end().into(), options()),
        ("a byte order mark", ["\u{FEFF}", &mixed].concat().into(), options()),
        ("gzip", gzip, options()),
        ("zstd", zstd::encode_all(mixed.as_bytes(), 1).unwrap(), options()),
        ("half of zstd", half[..half.len() * 2 / 3].to_vec(), options()),
        ("documents", lines(100, |n| format!("{{\n  \"n\": {n},\n  \"l\": [1,\n {n}]\n}}")).into(), options()),
        ("one document", "{\n \"a\": 1\n}\n".into(), options()),
    ]
}

#[test]
fn a_source_opened_from_its_copy_answers_and_tells_as_one_that_is_read() {
    for (what, bytes, options) in sources() {
        let home = Home { options, ..Home::new(bytes) };
        let made = home.assert_right(&format!("{what}, read"));
        assert!(!made.fresh && made.directory.is_some() && made.why.is_none(), "{what}: {made:?}");
        for _ in 0..2 {
            let again = home.assert_right(&format!("{what}, from its copy"));
            assert!(again.fresh && again.directory == made.directory && again.bytes > 0, "{what}: {again:?}");
        }
    }
}

#[test]
fn what_is_written_to_it_stays_in_memory() {
    let home = Home::new(lines(500, troubled));
    home.open();
    let opened = home.open();
    assert!(opened.report.fresh && opened.recording.directory().is_none());
    let tenant = opened.recording.tenant(&"main".into()).unwrap();
    tenant.rollback(&crate::history::Strategy::Version(crate::record::Version(5)), "back").unwrap();
    tenant.set("more", 7_i64.into()).unwrap();
    opened.recording.tenant_or_new(&"new".into()).unwrap().set("begin", 1_i64.into()).unwrap();
    let kept = home.home.path().join("kept");
    opened.recording.keep_at(&kept).unwrap();
    let there = Recording::open(&kept).unwrap();
    for id in ["main", "other", "new"].map(TenantId::from) {
        let [memory, files] = [&opened.recording, &there].map(|recording| recording.tenant(&id).unwrap());
        assert_eq!(memory.difference(&files).unwrap(), None);
    }
    assert!(home.assert_right("nothing of it is in the copy").fresh);
}

/// A write while the source is read is nothing that a copy may hold.
#[test]
fn what_others_write_meanwhile_is_not_kept_as_the_source() {
    let home = Home::new(lines(3_000, troubled));
    let recording = Arc::new(Recording::memory());
    let (address, how) = (home.address(), how(&Options::default()));
    let cache = Cache::within(CopyFolder::new(home.folder(), MOST_BYTES), &address, &how, "").unwrap().always();
    let mut written = false;
    let read = cache.read(&recording, &mut |event| {
        if let (Event::Progress(_), false) = (&event, written) {
            written = true;
            let tenant = recording.tenant(&"main".into()).unwrap();
            let back = crate::history::Strategy::Version(crate::record::Version(1));
            std::thread::scope(|scope| scope.spawn(|| tenant.as_debugger().rollback(&back, "").map(drop)).join())
                .unwrap()
                .unwrap();
        }
        ControlFlow::Continue(())
    });
    assert!(read.unwrap().directory.is_none() && written);
    assert!(!home.assert_right("read again").fresh);
}

#[test]
fn a_source_that_has_grown_goes_on_and_every_other_change_is_read() {
    let long = lines(1_000, |n| format!(r#"{{"label":"s{n}","state":{{"n":{n},"long":"{}"}}}}"#, "x".repeat(80)));
    for (what, begin, resumes) in [
        ("lines", long.clone(), true),
        (
            "duplicates",
            lines(2_000, |n| format!(r#"{{"label":"s{n}","state":{{"a{}":1,"a{}":{n}}}}}"#, n % 9, n % 9)),
            true,
        ),
        ("half a line at the end", format!("{long}{{\"label\":\"half\""), false),
        ("no line end", format!("{long}{{\"label\":\"last\",\"state\":1}}"), false),
        ("without times", format!("{}{long}", lines(3, |n| format!(r#"{{"at":"soon","state":{n}}}"#))), false),
        ("documents", lines(2_000, |n| format!("{{\n\"n\": {n},\n \"more\": \"{}\"}}", "y".repeat(30))), false),
        (
            "trouble",
            lines(4_000, |n| troubled(n).replace("\"at\":\"soon", "\"at\":\"2026-10-09T12:00:00Z\",\"x\":\"")),
            true,
        ),
    ] {
        let home = Home::new(&begin);
        home.assert_right(what);
        let mut grown = String::new();
        for step in 0..6_u32 {
            let more = match step {
                0 => "\n".to_owned(),
                1 => lines(1, troubled),
                2 => r#"{"label":"half","#.to_owned(),
                3 => "\"state\":2}\n".to_owned(),
                4 => lines(90, |n| troubled(n + 7)),
                _ => lines(2_500, troubled),
            };
            grown += &more;
            home.append(&more);
            let about = format!("{what}, step {step}");
            let report = home.assert_right(&about);
            assert!(!report.fresh, "{about}");
            let goes_on = report.why.as_deref() == Some("the source has grown");
            assert!(step > 0 || goes_on == resumes, "{about}: {report:?}");
            // A process that another test starts has all locks for a moment.
            let is_alone = || Vec::from_iter(home.assert_right(&about).directory) == home.copies();
            assert!((0..5).any(|_| is_alone()), "{about}: the one before is gone");
        }
        let whole = [begin.as_bytes(), grown.as_bytes()].concat();
        let flipped = |at: usize| {
            let mut other = whole.clone();
            other[at] = if other[at] == b'1' { b'2' } else { b'1' };
            other
        };
        for (change, bytes) in [
            ("a byte at the beginning", flipped(20)),
            ("a byte in the middle", flipped(whole.len() / 2)),
            ("a byte in the middle, and more", [flipped(whole.len() / 3), lines(5, troubled).into()].concat()),
            ("cut", whole[..whole.len() / 2].to_vec()),
            ("other lines", lines(50, troubled).into()),
        ] {
            home.write(&whole);
            home.open();
            home.write(bytes);
            assert!(!home.assert_right(&format!("{what}: {change}")).fresh, "{what}: {change}");
            assert!(home.assert_right(&format!("{what}: {change}, again")).fresh, "{what}: {change}");
        }
    }
}

/// The same length and time as before: only the bytes tell.
#[test]
fn a_source_that_was_changed_in_secret_is_read() {
    let text = lines(600, troubled);
    let home = Home::new(&text);
    home.open();
    let modified = home.path().metadata().unwrap().modified().unwrap();
    let set = |path: &Path| fs::File::options().write(true).open(path).unwrap().set_modified(modified).unwrap();
    let other = text.replacen("\"n\":0", "\"n\":9", 1);
    assert!(other != text && other.len() == text.len());
    home.write(&other);
    set(&home.path());
    assert!(!home.assert_right("written in place").fresh);
    let beside = home.home.path().join("beside");
    fs::write(&beside, &text).unwrap();
    set(&beside);
    fs::rename(&beside, home.path()).unwrap();
    assert!(!home.assert_right("another file under its name").fresh);
    fs::copy(home.path(), &beside).unwrap();
    fs::rename(&beside, home.path()).unwrap();
    assert!(home.assert_right("the same bytes in another file").fresh);
}

/// Several at once, while the source grows and copies are damaged and removed.
#[test]
fn who_opens_at_the_same_time_gets_the_same() {
    let home = Home::new(lines(2_000, |n| troubled(n).replace("soon", "2026")));
    for round in 0..3 {
        let fresh = home.read();
        std::thread::scope(|scope| {
            let opened: Vec<_> = (0..4).map(|_| scope.spawn(|| home.open())).collect();
            for one in opened {
                assert_same(&one.join().unwrap(), &fresh, &format!("round {round}"));
            }
        });
        let fresh_copies = home.copies().len();
        assert!((1..=4).contains(&fresh_copies), "{fresh_copies}");
        home.append(lines(200, troubled));
        if round == 1 {
            home.copies().iter().for_each(|copy| fs::write(copy.join(".source"), "x").unwrap());
        }
    }
}

#[test]
fn an_import_that_was_stopped_or_failed_is_not_kept() {
    let home = Home::new(lines(5_000, troubled));
    let (address, how) = (home.address(), how(&Options::default()));
    let cache = || Cache::within(CopyFolder::new(home.folder(), MOST_BYTES), &address, &how, "").unwrap().always();
    for stop_at in [1, 2, 7] {
        let mut events = 0;
        let report = cache().read(&Recording::memory(), &mut |_| {
            events += 1;
            if events >= stop_at { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert!(report.unwrap().directory.is_none() && home.copies().is_empty());
    }
    home.write([0, 159, 146, 150]);
    assert!(cache().read(&Recording::memory(), &mut |_| ControlFlow::Continue(())).is_err());
    assert!(home.copies().is_empty());
    // The first problem stops a strict reader, from a copy too.
    home.write(lines(200, troubled));
    home.open();
    let mut problems: Vec<ImportProblem> = Vec::new();
    let report = cache().read(&Recording::memory(), &mut |event| match event {
        Event::Problem(problem) => {
            problems.push(problem);
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    });
    assert!(report.unwrap().fresh && problems.len() == 1, "{problems:?}");
    assert_eq!(problems[0].place.file, home.path().display().to_string());
}

#[test]
fn only_what_can_be_known_again_is_kept() {
    let home = Home::new(lines(50, troubled));
    let folder = || CopyFolder::new(home.folder(), MOST_BYTES);
    let kept = |address: Address, options: Options| Cache::within(folder(), &address, &how(&options), "").is_some();
    assert!(kept(home.address(), Options::default()));
    for address in
        [Address::Stdin, Address::Demo(String::new()), Address::Recording("x".into()), Address::File("none".into())]
    {
        assert!(!kept(address.clone(), Options::default()), "{address:?}");
    }
    for options in [
        Options { fresh: true, ..Options::default() },
        said(|mapping| mapping.reducer = Some("cat".into())),
        Options { branch: Some("x".into()), ..Options::default() },
        Options { memory: Some(1 << 20), ..Options::default() },
    ] {
        assert!(!kept(home.address(), options.clone()), "{options:?}");
    }
    let pipe = home.home.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let address = Address::File(pipe.clone());
    let writer = std::thread::spawn(move || fs::write(pipe, "{\"a\":1}\n").unwrap());
    let opened = open_cached(folder(), &address, &Options::default());
    writer.join().unwrap();
    assert!(opened.report.directory.is_none() && home.copies().is_empty());
    // One of each of the options that change what is read.
    let mut copies = std::collections::BTreeSet::new();
    for options in [
        Options::default(),
        Options { format: Some("states".into()), ..Options::default() },
        Options { format: Some("bare-states".into()), ..Options::default() },
        Options { tenant: Some("shop".into()), ..Options::default() },
        Options { strict: true, ..Options::default() },
        said(|mapping| mapping.state = Some("state".into())),
        said(|mapping| mapping.fold = Some("$event".into())),
        said(|mapping| mapping.fold = Some("$event.state".into())),
        said(|mapping| mapping.recipe = Some("merge-patch".into())),
        said(|mapping| mapping.label = Some("state".into())),
    ] {
        copies.extend(open_cached(folder(), &home.address(), &options).report.directory);
    }
    assert_eq!(copies.len(), 10, "{copies:?}");
}

#[test]
fn limits_are_read_as_people_write_them() {
    for (text, bytes) in [
        ("0", Some(0)),
        ("1234", Some(1_234)),
        (" 5 k ", Some(5 << 10)),
        ("500M", Some(500 << 20)),
        ("2GiB", Some(2 << 30)),
        ("1tb", Some(1 << 40)),
        ("", None),
        ("much", None),
        ("-1", None),
        ("1.5G", None),
        ("99999999999T", None),
    ] {
        assert_eq!(bytes_of(text), bytes, "{text}");
    }
}
