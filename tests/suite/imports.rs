//! Foreign formats through the public door: files of every shape, damaged ones, and the real histories.

use super::real_data::data;
use asof::import::{self, FORMATS, ImportInput, ImportItem, ImportProblem, Imported, Note};
use asof::record::{Body, Entry, StateChange, TenantId};
use asof::{Error, Value};
use proptest::prelude::*;
use std::io::Cursor;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// What an import handed over.
#[derive(Default)]
pub(super) struct Found {
    pub entries: Vec<(TenantId, Entry)>,
    pub problems: Vec<ImportProblem>,
    pub notes: Vec<Note>,
    pub progress: Vec<(u64, Option<u64>)>,
}

impl Found {
    pub fn take(&mut self, item: ImportItem) -> ControlFlow<()> {
        match item {
            ImportItem::Entry(imported) => self.entries.push((imported.tenant, imported.entry)),
            ImportItem::Problem(problem) => self.problems.push(problem),
            ImportItem::Note(note) => self.notes.push(note),
            ImportItem::Progress(read, total) => self.progress.push((read, total)),
            ImportItem::End(_) => {}
        }
        ControlFlow::Continue(())
    }

    /// Each entry as `tenant time author label: change`, without what is not there.
    pub fn lines(&self) -> Vec<String> {
        self.entries.iter().map(|(tenant, entry)| line(tenant, entry)).collect()
    }

    /// Each problem as `line:byte why`.
    pub fn places(&self) -> Vec<String> {
        self.problems.iter().map(|p| format!("{}:{} {}", p.place.line, p.place.byte, p.why)).collect()
    }
}

fn line(tenant: &TenantId, entry: &Entry) -> String {
    let Body::Transition { label, change } = &entry.body else { return format!("{:?}", entry.body) };
    let change = match change {
        StateChange::State(value) => value.to_json(),
        StateChange::Patch(patch) => format!("patch {}", patch.to_value().to_json()),
        StateChange::Invalid { raw, .. } => format!("invalid {raw:?}"),
        StateChange::Deleted => "deleted".to_owned(),
    };
    let tenant = Some(tenant.0.to_string()).filter(|t| t != "main");
    let at = entry.at.map(|t| t.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true));
    let by = entry.by.as_ref().map(|b| format!("<{b}>"));
    let label = Some(label.to_string()).filter(|l| !l.is_empty());
    let head: Vec<String> = [tenant, at, by, label].into_iter().flatten().collect();
    format!("{}: {change}", head.join(" "))
}

fn read(input: ImportInput, format: Option<&str>) -> asof::Result<Found> {
    let mut found = Found::default();
    import::read(input, format, &mut |item| found.take(item))?;
    Ok(found)
}

fn read_bytes(bytes: &[u8]) -> asof::Result<Found> {
    read(ImportInput::new("test", Cursor::new(bytes.to_vec()))?, None)
}

fn package() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn small(name: &str) -> Vec<u8> {
    std::fs::read(package().join("tests/data").join(name)).unwrap()
}

#[track_caller]
fn check(name: &str, entries: &[&str], problems: &[&str]) {
    let found = read_bytes(&small(name)).unwrap();
    assert_eq!(found.lines(), entries, "{name}");
    assert_eq!(found.places(), problems, "{name}");
}

fn limited(size: u64) -> asof::Limits {
    let mut limits = asof::Limits::default();
    limits.size = size;
    limits
}

#[test]
fn small_logs_of_every_shape() {
    check("bare.jsonl", &[r#": {"list":[],"n":0}"#, r#": {"list":["a"],"n":1}"#, r#": {"list":["a","b"],"n":2}"#], &[]);
    check(
        "envelope.jsonl",
        &[
            r#"2026-01-01T11:00:00Z Begin: {"n":1.0}"#,
            r#"2026-01-01T11:00:01Z Break it: invalid "{\"n\":""#,
            r#"2026-01-01T11:00:02Z Mend it: {"n":2}"#,
            "2026-01-01T11:00:03Z Drop it: deleted",
            r#"2026-01-01T11:00:04Z Bring it back: {"n":3}"#,
        ],
        &[],
    );
    check(
        "actions.jsonl",
        &[
            r#"2026-01-01T00:00:00Z <ann> cart/add: {"cart":["A-1"]}"#,
            r#"widgets 2026-01-01T00:00:00.250Z <bob> cart/clear: {"cart":[]}"#,
            r#"widgets 2026-01-01T00:00:01Z login: {"cart":[],"user":"bob"}"#,
        ],
        &[],
    );
    check(
        "export.jsonl",
        &[r#"2026-01-01T00:00:00Z <ann> Begin: {"n":1}"#, "2026-01-01T00:00:01Z: deleted", r#"<bob> back: {"n":1}"#],
        &[],
    );
    check("pretty.json", &[r#": {"kind":"Pod","ready":false}"#, r#": {"kind":"Pod","ready":true}"#], &[]);
}

/// As `docker compose logs`, `kubectl logs --timestamps`, a logger write states, whatever their shape.
#[test]
fn what_stands_before_a_state_in_its_line_is_its_time_and_label() {
    let check = |text: &str, entries: &[&str], problems: &[&str]| {
        let found = read_bytes(text.as_bytes()).unwrap();
        assert_eq!(found.lines(), entries, "{text}");
        assert_eq!(found.places(), problems, "{text}");
    };
    check(
        "2026-01-01T00:00:01.000000001Z {\"n\":1}\n2026-01-01T00:00:02Z {\"n\":2}\n",
        &[r#"2026-01-01T00:00:01.000000001Z: {"n":1}"#, r#"2026-01-01T00:00:02Z: {"n":2}"#],
        &[],
    );
    check(
        "api-1  | {\"n\":[1]}\napi-1  | starting\nweb-1  | {\"n\":[{}]}\n",
        &[r#"api-1: {"n":[1]}"#, r#"api-1  | starting · web-1: {"n":[{}]}"#],
        &[],
    );
    check(
        "[2026-01-01 00:00:01] INFO: {\"ts\":\"2026-01-01T00:00:00Z\",\"label\":\"begin\",\"state\":{\"n\":1}}\n\
         [2026-01-01 00:00:02] WARN: {\"label\":\"go on\",\"state\":{\"n\":2}}\n",
        &[r#"2026-01-01T00:00:00Z begin · INFO: {"n":1}"#, r#"2026-01-01T00:00:02Z go on · WARN: {"n":2}"#],
        &[],
    );
    check(
        "INFO {\"n\":1}\nINFO {\"n\":\nINFO {\"n\":2}\n",
        &[r#"INFO: {"n":1}"#, r#"INFO: invalid "{\"n\":""#, r#"INFO: {"n":2}"#],
        &["2:22 the text ends in the middle of a value"],
    );
    check(
        "a patch [{\"op\":\"add\",\"path\":\"\",\"value\":{\"n\":1}}]\n",
        &[r#"a patch: patch [{"op":"add","path":"","value":{"n":1}}]"#],
        &[],
    );
    // Of both kinds there are as many: a banner before states.
    check("started with {\"port\":1}\n{\"n\":1}\n", &[r#"started with {"port":1}: {"n":1}"#], &[]);
}

#[test]
fn patches_are_handed_over_as_they_are_each_with_its_place() {
    let (mut lines, mut places) = (Vec::new(), Vec::new());
    let input = ImportInput::new("test", Cursor::new(small("patches.jsonl"))).unwrap();
    import::read(input, None, &mut |item| {
        if let ImportItem::Entry(imported) = item {
            lines.push(line(&imported.tenant, &imported.entry));
            places.push((imported.place.line, imported.place.byte));
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(
        lines,
        [
            r#": patch [{"op":"add","path":"","value":{"text":["a"]}}]"#,
            r#": patch [{"op":"add","path":"/text/1","value":"b"}]"#,
            ": patch []",
            r#"2026-01-01T00:00:00Z two at once: patch [{"op":"replace","path":"/text/0","value":"A"},{"op":"remove","path":"/text/1"}]"#,
            r#": patch [{"op":"remove","path":"/text/9"}]"#,
            r#": patch [{"op":"add","path":"/text/-","value":"c"}]"#,
        ]
    );
    assert_eq!(places[4], (5, 238));
}

#[test]
fn damage_is_told_with_line_and_byte_and_the_next_good_line_is_right() {
    let found = read_bytes(&small("damaged.jsonl")).unwrap();
    let expected = [
        r#": {"n":1}"#,
        r#": invalid "{\"n\":2""#,
        r#": {"n":3}"#,
        r#": {"n":5}"#,
        r#": {"n":6}"#,
        r#": invalid "{\"n\":""#,
    ];
    assert_eq!(found.lines(), expected);
    let places: Vec<_> = found.problems.iter().map(|p| (p.place.line, p.place.byte)).collect();
    assert_eq!(places, [(3, 14), (7, 50)], "{:?}", found.places());
    check_note(&found, (5, 24), "duplicate key .n (2 times)");
}

/// The place of the only note.
#[track_caller]
fn check_note(found: &Found, place: (u64, u64), words: &str) {
    let places: Vec<_> = found.notes.iter().map(|note| (note.place.line, note.place.byte)).collect();
    assert_eq!(places, [place], "{:?}", found.notes);
    assert!(found.notes[0].why.contains(words), "{:?}", found.notes);
}

/// The place of the only problem.
#[track_caller]
fn check_place(bytes: &[u8], place: (u64, u64), words: &str) {
    let found = read_bytes(bytes).unwrap();
    let places: Vec<_> = found.problems.iter().map(|p| (p.place.line, p.place.byte)).collect();
    assert_eq!(places, [place], "{:?}", found.places());
    assert!(found.problems[0].why.contains(words), "{:?}", found.places());
}

#[test]
fn the_byte_of_a_mistake_is_exact() {
    check_place(b"{\"a\":1}\n{\"a\":\"\xFF\"x}\n", (2, 14), "not UTF-8: byte 0xFF");
    check_place(b"{\"a\":1}\n{\"a\":\"x\x01y\"}\n", (2, 15), "control character");
    check_place(b"{\"a\":1}\n{\"a\":x}\n", (2, 13), "not JSON (found `x`)");
    check_place(b"\xEF\xBB\xBF{\"a\":1}\r\n{\"a\":x}\r\n", (2, 17), "not JSON (found `x`)");
    check_place(b"{\"seq\":1,\"state\":{}}\n{\"seq\":2,\"state\":{\"a\":x}}\n", (2, 43), "not JSON (found `x`)");
    check_place(b"{\n \"a\": 1\n}\n{\n \"a\": x\n}\n", (5, 20), "not JSON (found `x`)");
    check_place(b"{\"seq\":1,\"state\":{}}\n{\"seq\":2,\"delta\":{}}\n", (2, 21), "not an envelope");
}

/// What is said of a file that cannot be read at all.
#[track_caller]
fn check_mistake(text: &str, words: &str) {
    let refused = read_bytes(text.as_bytes()).err().map(|error| error.to_string());
    assert_eq!(refused.as_deref(), Some(words), "{text}");
}

#[test]
fn the_place_of_a_mistake_in_a_document_is_told() {
    let key = "expected a key in quotes (found `,`); correct this JSON document";
    check_mistake("{\n  \"a\": 1,\n  \"b\":2,,\n  \"c\": 3\n}\n", &format!("test, line 3, byte 20: {key}"));
    check_mistake("{\r\n\t\"a\": 1,\r\n\t\"b\":2,,\r\n\t\"c\": 3\r\n}", &format!("test, line 3, byte 20: {key}"));
    check_mistake("\u{feff}{\n  \"a\": 1,\n  \"b\":2,,\n  \"c\": 3\n}\n", &format!("test, line 3, byte 23: {key}"));
    check_mistake(
        "{\n  \"a\": 1\n  \"b\": 2\n}\n",
        "test, line 3, byte 13: expected `,` or `}` (found `\"b\"`); correct this JSON document",
    );
    check_mistake(
        "{\n  \"a\": \"abc,\n  \"b\": 2\n}\n",
        "test, line 2, byte 14: the line ends in the middle of a text: a quote is missing; correct this JSON document",
    );
    check_mistake(
        "// settings\n{\n  a: 1,\n  b: 2,,\n}\n",
        "test, line 4, byte 29: not JSON5: unexpected token in object; correct this JSON document",
    );
    check_place(b"{\n  \"a\": {\"x\": 1,\n  \"b\": 2\n}\n", (4, 27), "in the middle of an object: `}` is missing");
    check_place(b"[", (1, 0), "the text ends in the middle of a list: `]` is missing");
    check_place(b"{\n\"a\":1\n}\n{\n\"a\":2,,\n}\n{\n\"a\":3\n}\n", (5, 18), "expected a key in quotes (found `,`)");
}

#[test]
fn the_place_of_a_comma_too_many_is_told() {
    check_note(&read_bytes(b"{\n  \"a\": 1,\n  \"b\":2,\n}\n").unwrap(), (3, 19), "skipped 1 comma after a value");
    let found = read_bytes(b"{\n\"a\":1\n}\n{\n\"a\":2,\n}\n{\n\"a\":3\n}\n").unwrap();
    check_note(&found, (5, 17), "skipped 1 comma after a value");
    assert!(found.notes[0].is_of_source, "it names the version of no line");
}

#[test]
fn keys_that_occur_twice_are_noted_once_each_and_are_no_problem() {
    let found = read_bytes(
        b"{\"seq\":1,\"state\":{}}\n{\"seq\":2,\"state\":{\"a\":1,\"a\":2}}\n{\"seq\":3,\"state\":{\"a\":3,\"a\":4}}\n",
    );
    let found = found.unwrap();
    check_note(&found, (2, 21), "duplicate key .a (2 times)");
    assert!(found.problems.is_empty(), "{:?}", found.places());
    assert_eq!(found.entries.len(), 3);
}

#[test]
fn the_same_log_in_other_clothes() {
    let plain = small("envelope.jsonl");
    let text = String::from_utf8(plain.clone()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let expected = read_bytes(&plain).unwrap().lines();
    let gzip = |bytes: &[u8]| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut packer, bytes).unwrap();
        packer.finish().unwrap()
    };
    let zstd = |bytes: &[u8]| zstd::encode_all(bytes, 3).unwrap();
    let (one, two) = plain.split_at(300);
    let clothes = [
        ("gzip", gzip(&plain)),
        ("zstd", zstd(&plain)),
        ("two members", [gzip(one), gzip(two)].concat()),
        ("two frames", [zstd(one), zstd(two)].concat()),
        ("byte order mark", [b"\xEF\xBB\xBF", plain.as_slice()].concat()),
        ("CRLF", lines.join("\r\n").into_bytes()),
        ("blank lines", lines.join("\n\n \n").into_bytes()),
        ("no last line end", lines.join("\n").into_bytes()),
    ];
    for (name, bytes) in clothes {
        let found = read_bytes(&bytes).unwrap();
        assert_eq!(found.lines(), expected, "{name}");
        assert!(found.problems.is_empty(), "{name}: {:?}", found.places());
    }
}

#[test]
fn packed_data_that_breaks_off_is_a_problem_after_what_was_good() {
    let lines: String = (0..50_000).map(|n| format!("{{\"n\":{}}}\n", n * 7919 % 50_021)).collect();
    let packed = zstd::encode_all(lines.as_bytes(), 1).unwrap();
    let found = read_bytes(&packed[..packed.len() / 2]).unwrap();
    assert!(found.entries.len() > 1000);
    assert_eq!(found.problems.len(), 1);
    assert!(found.problems[0].why.contains("zstd data is damaged or cut off"), "{:?}", found.places());
    let whole: String = lines.lines().take(found.entries.len()).map(|l| format!(": {l}\n")).collect();
    assert_eq!(found.lines().join("\n") + "\n", whole);
}

#[track_caller]
pub(super) fn check_refused(result: asof::Result<Found>, words: &str) {
    let message = result.err().unwrap().to_string();
    assert!(message.contains(words), "{message}");
}

#[test]
fn what_cannot_be_read_is_refused_in_a_sentence() {
    check_refused(read_bytes(b""), "test is empty");
    check_refused(read_bytes(b"\xFF\xFE{\0}\0"), "UTF-16");
    check_refused(read_bytes(&[0; 4096]), "binary data");
    check_refused(read_bytes(b"hello\n"), "test: unknown format: line 1: not JSON (found `hello`)");
    check_refused(
        read(ImportInput::new("test", Cursor::new("{}")).unwrap(), Some("xml")),
        "unknown format \"xml\"; known: states",
    );
    let mixed = "{\"a\":[]}\n{\"op\":\"add\",\"path\":\"/a/0\",\"value\":1}\n";
    check_refused(read_bytes(mixed.as_bytes()), "name one");
    if cfg!(target_os = "linux") {
        check_refused(ImportInput::open(Path::new("/dev/zero")).and_then(|i| read(i, None)), "binary data");
        check_refused(ImportInput::open(Path::new("/dev/zero")).and_then(|i| read(i, Some("states"))), "binary data");
    }
}

#[test]
fn a_format_that_is_named_is_taken_at_its_word() {
    let lines = b"{\"seq\":1,\"state\":{}}\n";
    let as_is = |format| read(ImportInput::new("test", Cursor::new(lines)).unwrap(), Some(format)).unwrap().lines();
    assert_eq!(as_is("states"), [": {}"]);
    assert_eq!(as_is("bare-states"), [r#": {"seq":1,"state":{}}"#]);
    assert_eq!(as_is("json-patch"), [": {}"]);
}

#[test]
fn entries_go_to_the_tenant_asked_for_unless_they_name_one() {
    let input = ImportInput::new("test", Cursor::new(small("actions.jsonl"))).unwrap().for_tenant("acme".into());
    let tenants: Vec<_> = read(input, None).unwrap().entries.into_iter().map(|(tenant, _)| tenant.0).collect();
    assert_eq!(tenants, ["acme", "widgets", "widgets"]);
}

#[test]
fn an_import_stops_when_told_to() {
    let mut items = 0;
    let input = ImportInput::new("test", Cursor::new("1\n2\n3\n")).unwrap();
    let stopped = import::read(input, None, &mut |_| {
        items += 1;
        ControlFlow::Break(())
    });
    assert!(stopped.is_ok());
    assert_eq!(items, 1);
}

#[test]
fn nesting_without_end_is_a_problem_and_no_crash() {
    let deep = [
        "[".repeat(100_000),
        "[".repeat(100_000) + &"]".repeat(100_000),
        "{\"a\":".repeat(100_000),
        "{\"a\":".repeat(100_000) + "1" + &"}".repeat(100_000),
    ];
    for text in deep {
        for text in [
            format!("{{\"good\":1}}\n{text}\n"),
            format!("{{\"seq\":1,\"state\":1}}\n{{\"seq\":2,\"state\":{text}}}\n"),
        ] {
            let found = read_bytes(text.as_bytes()).unwrap();
            assert_eq!((found.entries.len(), found.problems.len()), (2, 1));
            assert_eq!(found.problems[0].place.line, 2);
        }
        let patch = format!(
            "[{{\"op\":\"add\",\"path\":\"\",\"value\":1}}]\n[{{\"op\":\"add\",\"path\":\"\",\"value\":{text}}}]\n"
        );
        assert_eq!(read_bytes(patch.as_bytes()).unwrap().problems.len(), 1);
    }
}

#[test]
fn a_line_beyond_the_limit_is_a_problem_and_the_next_is_read() {
    let text = format!("1\n\"{}\"\n2\n", "x".repeat(200_000));
    let limits = limited(1000);
    let found = read(ImportInput::new("test", Cursor::new(text)).unwrap().within(limits), None).unwrap();
    assert_eq!((found.entries.len(), found.problems.len()), (3, 1));
    assert_eq!(found.problems[0].place.line, 2);
    assert!(found.problems[0].why.contains("200002 bytes, more than the limit"), "{:?}", found.places());
}

/// What has no end is a limit, not damage, however it is packed; what came before it is kept.
#[test]
fn a_text_without_end_is_told_as_the_limit_it_is_whatever_the_packing() {
    let long = 3 << 20;
    for (what, endless) in [
        ("a string", format!("{{\"a\":\"{}", "x".repeat(long))),
        ("brackets", "[".repeat(long)),
        ("blanks", " ".repeat(long)),
        ("empty lines", "\n".repeat(long)),
    ] {
        let text = format!("{{\"n\":1}}\n{{\"n\":2}}\n{endless}");
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut gzip, text.as_bytes()).unwrap();
        let zstd = zstd::encode_all(text.as_bytes(), 3).unwrap();
        for bytes in [text.into_bytes(), gzip.finish().unwrap(), zstd] {
            let input = ImportInput::new("test", Cursor::new(bytes)).unwrap();
            let found = read(input.within(limited(100)), Some("states")).unwrap();
            assert_eq!(found.lines(), [r#": {"n":1}"#, r#": {"n":2}"#], "{what}");
            let [problem] = found.problems.as_slice() else { panic!("{what}: {:?}", found.problems) };
            assert!(
                problem.why.contains("no JSON text ends within") && !problem.why.contains("damaged"),
                "{what}: {}",
                problem.why
            );
        }
    }
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn every_file_of_the_json_test_suite_gives_a_value_or_a_problem() {
    let folder = data("conformance/JSONTestSuite/test_parsing");
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).unwrap();
        let line: Vec<u8> = bytes.iter().map(|b| if *b == b'\n' { b'\r' } else { *b }).collect();
        let input = [b"{}\n".as_slice(), &line, b"\n{\"last\":1}\n"].concat();
        let found = read(ImportInput::new(&name, Cursor::new(input)).unwrap(), Some("bare-states")).unwrap();
        // Dirt is passed over, and words are the label of the version behind them: both are told.
        let passed = found.notes.iter().any(|note| note.why.starts_with("skipped ") || note.why.contains("not JSON"));
        let last = found.lines().pop().unwrap();
        assert!(last == ": {\"last\":1}" || passed && last.ends_with(": {\"last\":1}"), "{name}: {last}");
        let states = found.entries.iter().filter(|(_, e)| is_state(e)).count();
        match name.as_bytes()[0] {
            b'y' => assert_eq!((states, bad_lines(&found)), (3, 0), "{name}: {:?}", found.places()),
            b'n' if passed => assert_eq!((found.entries.len(), bad_lines(&found)), (states, 0), "{name}"),
            b'n' if !line.trim_ascii().is_empty() => {
                assert_eq!((states, bad_lines(&found)), (2, 1), "{name}: {:?}", found.places());
            }
            _ => assert_eq!(found.entries.len() - states, bad_lines(&found), "{name}"),
        }
        for format in FORMATS {
            // As a whole file, anything but a panic: entries, or a sentence (empty, UTF-16).
            match ImportInput::new(&name, Cursor::new(bytes.clone())).and_then(|input| read(input, Some(format.name())))
            {
                Ok(found) => assert!(found.entries.len() + found.notes.len() > 0, "{name}: nothing is told"),
                Err(error) => {
                    assert!(matches!(error, Error::Format { .. } | Error::UndecidedFormat { .. }), "{name}: {error}");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// A log with bytes changed, dropped or put in: every problem lies inside it, every invalid version has its own, and
    /// nothing panics in any format.
    #[test]
    fn damaged_logs_give_entries_and_problems(
        name in prop::sample::select(vec!["bare.jsonl", "actions.jsonl", "patches.jsonl", "pretty.json"]),
        damage in prop::collection::vec((any::<prop::sample::Index>(), prop::option::of(any::<u8>()), any::<bool>()), 0..6),
    ) {
        let mut bytes = small(name);
        for (index, byte, put_in) in damage {
            let at = index.index(bytes.len());
            bytes.splice(at..at + usize::from(!put_in), byte);
        }
        for format in FORMATS {
            let Ok(found) = ImportInput::new("test", Cursor::new(bytes.clone())).and_then(|input| read(input, Some(format.name()))) else {
                continue;
            };
            let invalid = found.entries.iter().filter(|(_, entry)| is_invalid(entry)).count();
            prop_assert_eq!(invalid, bad_lines(&found), "{:?}", found.places());
            prop_assert!(found.problems.iter().all(|p| p.place.line >= 1 && p.place.byte <= bytes.len() as u64));
        }
    }
}

fn is_invalid(entry: &Entry) -> bool {
    matches!(&entry.body, Body::Transition { change: StateChange::Invalid { .. }, .. })
}

/// Problems that made a version invalid, as strange times do not.
fn bad_lines(found: &Found) -> usize {
    found.problems.iter().filter(|p| !p.why.contains("unknown time format")).count()
}

fn is_state(entry: &Entry) -> bool {
    matches!(&entry.body, Body::Transition { change: StateChange::State(_), .. })
}

fn unpacked(path: &Path) -> String {
    String::from_utf8(zstd::decode_all(std::fs::File::open(path).unwrap()).unwrap()).unwrap()
}

/// Checks an import of a real log of envelopes against `serde_json`'s reading of its lines, the states of every `step`th.
fn check_real(name: &str, step: usize) {
    let path = data(name);
    let text = unpacked(&path);
    let mut lines = text.lines().zip(0_usize..);
    let mut last_progress = None;
    import::read(ImportInput::open(&path).unwrap(), None, &mut |item| {
        match item {
            ImportItem::Entry(imported) => {
                let (line, index) = lines.next().unwrap();
                check_entry(line, &imported.entry, index.is_multiple_of(step));
            }
            ImportItem::Problem(problem) => panic!("{problem:?}"),
            ImportItem::Note(note) => assert!(note.why.contains("duplicate key"), "{note:?}"),
            ImportItem::Progress(read, total) => last_progress = Some((read, total)),
            ImportItem::End(_) => {}
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(lines.next(), None);
    // Packed: how much text comes is not known before its end.
    assert_eq!(last_progress, Some((text.len() as u64, None)));
}

fn check_entry(line: &str, entry: &Entry, with_state: bool) {
    let Body::Transition { label, change } = &entry.body else { panic!("{entry:?}") };
    let (head, _) =
        line.split_at(line.find(",\"state\":").or_else(|| line.find(",\"raw\":")).unwrap_or(line.len() - 1));
    let head: serde_json::Value = serde_json::from_str(&format!("{head}}}")).unwrap();
    assert_eq!(label.as_str(), head["message"].as_str().unwrap_or_default());
    assert_eq!(entry.at, head["time"].as_str().map(|t| t.parse().unwrap()));
    match change {
        StateChange::State(value) if with_state => {
            let json: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(serde_json::from_str::<serde_json::Value>(&value.to_json()).unwrap() == json["state"]);
        }
        StateChange::State(_) => assert!(line.contains(",\"state\":")),
        StateChange::Invalid { why, .. } => assert_eq!(why.as_str(), head["invalid"].as_str().unwrap()),
        StateChange::Deleted => assert_eq!(head["deleted"], true),
        StateChange::Patch(_) => panic!("no patches here"),
    }
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn real_history_of_scoop_mise() {
    check_real("git-histories/scoop-mise.jsonl.zst", 1);
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn real_history_of_nur_repos() {
    check_real("git-histories/nur-repos.jsonl.zst", 10);
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn real_history_of_android_override() {
    check_real("git-histories/android-override.jsonl.zst", 50);
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn real_history_of_catalog() {
    check_real("git-histories/catalog.jsonl.zst", 200);
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn real_history_of_eol_renovate() {
    check_real("git-histories/eol-renovate.jsonl.zst", 100);
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn real_history_of_nur_lock() {
    check_real("git-histories/nur-lock-00000-09999.jsonl.zst", 500);
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn real_recordings_of_games() {
    for name in ["chess", "halite", "kore_fleets"] {
        check_real(&format!("state-recordings/{name}.jsonl.zst"), 50);
    }
}

/// Formats not told apart yet open as states, where that is asked for or nothing speaks against it; nothing of them is
/// dropped.
#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn real_files_of_other_formats_open() {
    for (name, entries) in [
        ("kubernetes/falco-audit.jsonl", 29),
        ("kubernetes/watch_stream.json", 3),
        ("redux-devtools/lifted-mise-40-quirks.json", 1),
        ("redux-devtools/export-actions-only.json", 1),
    ] {
        let path = data(name);
        let asked = read(ImportInput::open(&path).unwrap(), None).map(|_| ());
        assert!(matches!(asked, Err(Error::NotStates { .. })), "{name}: {asked:?}");
        let found = read(ImportInput::open(&path).unwrap(), Some("states")).unwrap();
        assert_eq!((found.entries.len(), found.places()), (entries, Vec::new()), "{name}");
    }
}

/// Folds an import as a history does.
fn fold(path: &Path) -> Vec<Value> {
    let mut states = vec![Value::Null];
    let mut fold = |item: ImportItem| {
        let ImportItem::Entry(imported) = item else { return ControlFlow::Continue(()) };
        let Imported { entry: Entry { body: Body::Transition { change, .. }, .. }, .. } = *imported else {
            return ControlFlow::Continue(());
        };
        let newest = states[states.len() - 1].clone();
        states.push(match change {
            StateChange::State(value) => value,
            StateChange::Patch(patch) => patch.apply(&newest).unwrap(),
            StateChange::Invalid { .. } => newest,
            StateChange::Deleted => Value::Null,
        });
        ControlFlow::Continue(())
    };
    import::read(ImportInput::open(path).unwrap(), None, &mut fold).unwrap();
    states
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn real_patch_streams_give_the_states_of_their_histories() {
    for name in ["scoop-mise", "nur-repos", "android-override"] {
        let patches = data(&format!("derived-streams/{name}.rfc6902.jsonl.zst"));
        let states = data(&format!("git-histories/{name}.jsonl.zst"));
        let patched = fold(&patches);
        // The stream was made of the versions that hold a state.
        let states: Vec<_> = fold(&states).into_iter().zip(std::iter::once(true).chain(has_state(&states))).collect();
        let states: Vec<_> = states.into_iter().filter_map(|(state, taken)| taken.then_some(state)).collect();
        assert!(patched == states, "{name}: {} against {}", patched.len(), states.len());
    }
}

fn has_state(path: &Path) -> Vec<bool> {
    unpacked(path).lines().map(|line| line.contains(",\"state\":")).collect()
}
