//! The command line from outside: exit codes, words, `--json` fields, pipes. One sandbox a test, no terminal.

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin;
use serde_json::Value;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Four states of a shop, two of them by somebody.
const SHOP: &str = r#"{"at":"2026-10-09T10:00:00Z","label":"open","by":"ann","state":{"version":"1.0","sessions":100.0,"features":{"beta":false}}}
{"at":"2026-10-09T11:00:00Z","label":"grow","state":{"version":"1.0","sessions":150,"features":{"beta":false}}}
{"at":"2026-10-09T12:00:00Z","label":"deploy 2.0","by":"bob","state":{"version":"2.0","sessions":150,"features":{"beta":false,"new_ui":true}}}
{"at":"2026-10-09T13:00:00Z","label":"beta on","state":{"version":"2.0","sessions":150,"features":{"beta":true,"new_ui":true}}}
"#;

/// A directory of its own with `shop.jsonl` and the recording `shop.asof` made of it.
struct Sandbox(tempfile::TempDir);

/// How a command ended.
#[derive(Debug)]
struct Ended {
    code: i32,
    out: String,
    err: String,
}

impl Sandbox {
    fn new() -> Self {
        let sandbox = Self(tempfile::tempdir().unwrap());
        sandbox.write("shop.jsonl", SHOP);
        sandbox.ok("record shop.jsonl -o shop.asof");
        sandbox
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    /// Words are separated by white space; `␣` in a word stands for a space.
    fn run(&self, words: &str, stdin: &str) -> Ended {
        let words: Vec<String> = words.split_whitespace().map(|word| word.replace('␣', " ")).collect();
        self.run_words(&words, stdin)
    }

    fn run_words(&self, words: &[impl AsRef<std::ffi::OsStr>], stdin: &str) -> Ended {
        let output = self.command().args(words).write_stdin(stdin).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
        let ended = Ended {
            code: output.status.code().expect("no signal"),
            out: text(output.stdout),
            err: text(output.stderr),
        };
        assert!(!ended.err.contains("panicked"), "{ended:#?}");
        assert!(!ended.out.contains('\u{1b}') && !ended.err.contains('\u{1b}'), "an escape in a pipe: {ended:#?}");
        ended
    }

    fn command(&self) -> Command {
        let mut command = Command::new(cargo_bin!("asof"));
        command.current_dir(self.0.path()).env("USER", "tester").env_remove("NO_COLOR");
        command
    }

    fn ok(&self, words: &str) -> String {
        let ended = self.run(words, "");
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "asof {words}: {ended:#?}");
        ended.out
    }

    fn json(&self, words: &str) -> Vec<Value> {
        let out = self.ok(words);
        out.lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("asof {words}: {e}: {line}")))
            .collect()
    }

    /// One row of a table: what to run, the exit code, a part of standard output, a part of standard error.
    #[track_caller]
    fn check(&self, words: &str, code: i32, out: &str, err: &str) {
        let ended = self.run(words, "");
        assert_eq!(ended.code, code, "asof {words}: {ended:#?}");
        assert!(ended.out.contains(out), "asof {words}: no {out:?} in the output: {ended:#?}");
        assert!(ended.err.contains(err), "asof {words}: no {err:?} on standard error: {ended:#?}");
        assert!(code == 0 || !ended.err.is_empty() || err.is_empty(), "asof {words} failed without a word");
    }
}

#[test]
fn help_and_version_are_data() {
    let sandbox = Sandbox::new();
    sandbox.check("--version", 0, "asof 0.", "");
    sandbox.check("--help", 0, "rollback", "");
    sandbox.check("help diff", 0, "RFC 6902", "");
    for command in [
        "open",
        "demo",
        "record",
        "probe",
        "tenants",
        "log",
        "state",
        "diff",
        "snapshots",
        "snapshot",
        "rollback",
        "undo",
        "branches",
        "verify",
        "export",
    ] {
        sandbox.check(&format!("{command} --help"), 0, "Example", "");
    }
}

#[test]
fn wrong_usage_is_2_and_says_what_is_right() {
    let sandbox = Sandbox::new();
    for (words, err) in [
        ("", "no recording is open"),
        ("log", "SOURCE"),
        ("--bogus", "--bogus"),
        ("diff shop.asof 1", "B"),
        ("diff shop.asof 1 2 --patch --json", "cannot be used with"),
        ("export shop.asof --format pdf", "jsonl"),
        ("shop.asof", "the screen needs a terminal"),
        ("open shop.jsonl", "asof log"),
        ("demo", "the screen needs a terminal"),
        ("demo nosuch", "there is no demo \"nosuch\"; there are release"),
        ("log demo:nosuch", "there is no demo \"nosuch\""),
        ("state shop.asof --at @25:99", "@25:99"),
        ("state shop.asof --path a..b", "byte"),
        ("rollback shop.asof 1", "--yes"),
        ("rollback shop.jsonl 1 --yes", "asof record shop.jsonl -o NAME.asof"),
        ("snapshot shop.jsonl v1", "asof record shop.jsonl -o NAME.asof"),
        ("snapshot demo:release v1", "asof record demo:release -o NAME.asof"),
        ("undo shop.jsonl", "asof record shop.jsonl -o NAME.asof"),
        ("verify shop.jsonl", "not a recording"),
        ("record shop.asof -o other.asof", "a recording already"),
        ("log shop.jsonl --format bogus", "bogus"),
    ] {
        sandbox.check(words, 2, "", err);
    }
}

#[test]
fn a_negative_answer_is_1() {
    let sandbox = Sandbox::new();
    for (words, err) in [
        ("state shop.asof --at #99", "99"),
        ("state shop.asof --at nosuch", "nosuch"),
        ("state shop.asof --path .features.nosuch", "nothing at .features.nosuch in #4"),
        ("state shop.asof --path /features/nosuch", "nothing at /features/nosuch"),
        ("diff shop.asof 1 2 --path .nosuch", "nothing at .nosuch in #1 or #2"),
        ("diff shop.asof 1 2 --exit-code", ""),
        ("diff shop.asof 1 nosuch", "nosuch"),
        ("log shop.asof --label nosuch", ""),
        ("log shop.asof --tenant nosuch", "no tenant nosuch in"),
        ("snapshots shop.asof", ""),
        ("snapshot shop.asof nosuch --delete", "nosuch"),
        ("rollback shop.asof nosuch --yes", "nosuch"),
        ("undo shop.asof", "nothing to undo"),
    ] {
        sandbox.check(words, 1, "", err);
    }
    sandbox.check("diff shop.asof 2 2 --exit-code", 0, "", "");
}

#[test]
fn text_for_people() {
    let sandbox = Sandbox::new();
    for (words, out) in [
        ("log shop.asof", "#1  2026-10-09T10:00:00Z      ~1  ann  open"),
        ("log shop.asof --from 2 --to head~1", "grow"),
        ("log shop.asof --label deploy", "bob"),
        ("log shop.jsonl", "deploy 2.0"),
        ("state shop.asof --at 1 --path .sessions", "100.0\n"),
        ("state shop.asof --at @11:30 --path /sessions", "150\n"),
        ("state shop.asof --at -2h --path .sessions", "150\n"),
        ("state shop.asof --pretty", "{\n  \"features\": {\n"),
        ("diff shop.asof 1 2", "~  .sessions  100.0 → 150 (+50)"),
        ("diff shop.asof 2 3", "+  .features.new_ui  true"),
        ("diff shop.asof 3 2", "-  .features.new_ui  true"),
        ("diff shop.asof 1 head --path .features", ".features.beta"),
        ("diff shop.asof -3 head --summary", "sessions: 100 → 150 (+50)"),
        ("tenants shop.asof", "main  4 versions  0 snapshots  head #4"),
        ("branches shop.asof", "*  main  head #4"),
        ("verify shop.asof", "4 good records, 0 damaged places"),
        ("probe shop.jsonl", "states"),
        ("probe shop.asof", "recording"),
        ("log demo:release", "#"),
    ] {
        let text = sandbox.ok(words);
        assert!(text.contains(out), "asof {words}: no {out:?} in {text}");
    }
}

#[test]
fn a_patch_from_the_command_line_makes_the_one_of_the_other() {
    let sandbox = Sandbox::new();
    let patch: json_patch::Patch =
        serde_json::from_value(sandbox.json("diff shop.asof 1 4 --patch").remove(0)).unwrap();
    let mut state = sandbox.json("state shop.asof --at 1").remove(0);
    json_patch::patch(&mut state, &patch).unwrap();
    assert_eq!(state, sandbox.json("state shop.asof --at 4").remove(0));
}

/// The `--json` table of the design: at least these fields, on every line.
#[test]
fn json_has_the_promised_fields() {
    let sandbox = Sandbox::new();
    sandbox.ok("snapshot shop.asof v1 --at 1 --tag a --tag b --description first --by ann");
    sandbox.ok("rollback shop.asof v1 --yes --reason test");
    for (words, lines, fields) in [
        ("probe shop.jsonl --json", 1, "format candidates"),
        ("tenants shop.asof --json", 1, "tenant versions snapshots head file"),
        ("log shop.asof --json", 5, "version at label by kind branch parent added changed removed"),
        ("log shop.jsonl --json", 4, "version at label by kind branch parent added changed removed"),
        ("diff shop.asof 1 4 --json", 1, "from to added_keys changed_keys removed_keys moved_keys sizes changes"),
        ("snapshots shop.asof --json", 1, "id index name kind version at by description tags"),
        ("branches shop.asof --json", 2, "name head base versions current kept_by"),
        ("verify shop.asof --json", 1, "records damage"),
        ("export shop.asof --format jsonl", 5, "version at label by branch kind state"),
        ("snapshot shop.asof v2 --json", 1, "id index name kind version at by description tags"),
        ("rollback shop.asof 2 --yes --json", 1, "version to kept"),
        ("undo shop.asof --json", 1, "undid"),
        ("record shop.jsonl -o new.asof --json", 1, "tenants versions problems"),
    ] {
        let found = sandbox.json(words);
        assert_eq!(found.len(), lines, "asof {words}: {found:#?}");
        for (line, field) in found.iter().flat_map(|line| fields.split(' ').map(move |field| (line, field))) {
            assert!(line.get(field).is_some(), "asof {words}: no {field} in {line}");
        }
    }
}

#[test]
fn json_says_what_is_so() {
    let sandbox = Sandbox::new();
    let first = &sandbox.json("log shop.asof --json")[0];
    let told = |line: &Value, field: &str| line[field].clone();
    assert_eq!(told(first, "at"), "2026-10-09T10:00:00Z");
    assert_eq!(
        [told(first, "version"), told(first, "by"), told(first, "kind"), told(first, "branch")],
        [1.into(), "ann".into(), "transition".into(), Value::from("main")]
    );
    let diff = &sandbox.json("diff shop.asof 1 3 --json")[0];
    assert_eq!(told(diff, "added_keys"), serde_json::json!([".features.new_ui"]));
    assert_eq!(told(diff, "changed_keys"), serde_json::json!([".sessions", ".version"]));
    let sessions = diff["changes"].as_array().unwrap().iter().find(|change| change["path"] == ".sessions").unwrap();
    assert_eq!(sessions["delta"], 50);
    assert_eq!((&sessions["kind"], &sessions["pointer"]), (&"changed".into(), &"/sessions".into()));
    assert_eq!(diff["sizes"][0], serde_json::json!({"path": ".features", "old": 1, "new": 2, "delta": 1}));
}

#[test]
fn what_was_recorded_is_what_went_in() {
    let sandbox = Sandbox::new();
    let states: Vec<Value> =
        SHOP.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["state"].clone()).collect();
    for (i, state) in states.iter().enumerate() {
        for source in ["shop.asof", "shop.jsonl"] {
            assert_eq!(&sandbox.json(&format!("state {source} --at {}", i + 1))[0], state, "{source} #{}", i + 1);
        }
    }
    sandbox.write("again.jsonl", sandbox.ok("export shop.asof --format jsonl"));
    sandbox.ok("record again.jsonl -o again.asof");
    assert_eq!(sandbox.ok("export again.asof --format jsonl"), sandbox.ok("export shop.asof --format jsonl"));
    let digits = sandbox.ok("state again.asof --at 1");
    assert!(digits.contains("\"sessions\":100.0"), "{digits}");
}

#[test]
fn standard_input_is_a_source_and_a_recording_is_appended_to() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.run("state - --at 1 --path .features", SHOP).out, "{\"beta\":false}\n");
    let ended = sandbox.run("record -o shop.asof --json", "{\"at\":\"2026-10-09T14:00:00Z\",\"state\":{\"v\":3}}\n");
    assert_eq!((ended.code, ended.out.as_str()), (0, "{\"tenants\":[\"main\"],\"versions\":1,\"problems\":[]}\n"));
    assert_eq!(sandbox.ok("state shop.asof"), "{\"v\":3}\n");
    assert_eq!(sandbox.ok("state shop.asof --at 4 --path .version"), "\"2.0\"\n");
}

#[test]
fn a_rollback_and_its_undo_lose_nothing() {
    let sandbox = Sandbox::new();
    let before = sandbox.ok("state shop.asof");
    sandbox.ok("snapshot shop.asof v1.0 --at 1");
    assert_eq!(
        sandbox.json("rollback shop.asof v1.0 --yes --json")[0],
        serde_json::json!({"version": 5, "to": 1, "kept": "main~1", "tenant": "main"})
    );
    assert_eq!(sandbox.ok("state shop.asof"), sandbox.ok("state shop.asof --at 1"));
    assert_eq!(sandbox.ok("state shop.asof --at branch:main~1"), before);
    let last = sandbox.json("log shop.asof --json --from head").remove(0);
    assert_eq!([&last["kind"], &last["by"], &last["parent"]], [&"rollback".into(), &"tester".into(), &Value::from(1)]);
    sandbox.check("undo shop.asof", 0, "undid rollback", "");
    assert_eq!(sandbox.ok("state shop.asof"), before);
    sandbox.check("undo shop.asof", 0, "undid snapshot", "");
    sandbox.check("snapshots shop.asof", 1, "", "");
    assert_eq!(sandbox.json("log shop.asof --json").len(), 6, "every version is still there");
}

#[test]
fn a_deleted_snapshot_comes_back_by_undo() {
    let sandbox = Sandbox::new();
    sandbox.ok("snapshot shop.asof v1 --at 1");
    sandbox.ok("snapshot shop.asof v2 --at 3");
    assert_eq!(sandbox.json("snapshot shop.asof v1 --delete --json")[0]["name"], "v1");
    assert_eq!(sandbox.json("snapshots shop.asof --json").len(), 1);
    sandbox.ok("undo shop.asof");
    let names: Vec<Value> =
        sandbox.json("snapshots shop.asof --json").iter().map(|line| line["name"].clone()).collect();
    assert_eq!(names, ["v1", "v2"]);
}

/// The picture of the guide: a snapshot of one tenant is not found in another, in the words of one that does not exist.
#[test]
fn a_tenant_can_name_nothing_of_another() {
    let sandbox = Sandbox::new();
    for tenant in ["acme_corp", "widgets_r_us"] {
        sandbox.ok(&format!("record shop.jsonl -o both.asof --tenant {tenant}"));
    }
    sandbox.ok("snapshot both.asof beta_test --tenant widgets_r_us");
    sandbox.check("log both.asof", 2, "", "--tenant NAME: acme_corp, widgets_r_us");
    for target in ["beta_test", "no_such_test"] {
        let ended = sandbox.run(&format!("rollback both.asof snap:{target} --yes --tenant acme_corp"), "");
        assert_eq!(
            (ended.code, ended.err),
            (1, format!("asof: snapshot \"{target}\" not found in tenant acme_corp\n"))
        );
    }
    assert_eq!(sandbox.json("tenants both.asof --json").len(), 2);
}

#[test]
fn a_source_that_cannot_be_read_is_3_with_file_line_and_byte() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("folder")).unwrap();
    sandbox.write("empty", "");
    sandbox.write("binary", (0..=255u8).cycle().take(4096).collect::<Vec<_>>());
    sandbox.write("zeros", [0u8; 4096]);
    sandbox.write("deep", format!("{}{}\n", "[".repeat(100_000), "]".repeat(100_000)));
    sandbox.write("half", r#"{"a":1"#);
    sandbox.write("utf16", b"\xff\xfe{\0}\0\n\0");
    for (name, err) in [
        ("missing.jsonl", "missing.jsonl"),
        ("folder", "folder"),
        ("empty", "empty"),
        ("binary", "binary"),
        ("zeros", "zeros"),
        ("deep", "deep, line 1, byte"),
        ("half", "half, line 1, byte"),
        ("utf16", "utf16"),
    ] {
        for command in ["log", "state", "snapshots", "tenants", "branches"] {
            sandbox.check(&format!("{command} {name}"), 3, "", err);
        }
        let ended = sandbox.run(&format!("record {name} -o {name}.asof"), "");
        assert_eq!(ended.code, 3, "record {name}: {ended:#?}");
    }
    sandbox.check("probe missing.jsonl", 3, "", "missing.jsonl");
    sandbox.check("verify missing.asof", 3, "", "missing.asof");
}

#[test]
fn the_good_lines_are_shown_and_the_bad_ones_told() {
    let sandbox = Sandbox::new();
    sandbox.write("bad.jsonl", "{\"a\":1}\n{\"a\":\n{\"a\":3}\n\u{1b}[31m\n{\"a\":5}");
    let ended = sandbox.run("log bad.jsonl --json", "");
    assert_eq!(ended.code, 3, "{ended:#?}");
    assert!(ended.out.lines().count() >= 3, "{ended:#?}");
    assert!(
        ended.err.contains("bad.jsonl, line 2, byte") && ended.err.contains("bad.jsonl, line 4, byte"),
        "{ended:#?}"
    );
    assert_eq!(sandbox.run("state bad.jsonl", "").out, "{\"a\":5}\n");
    let strict = sandbox.run("log bad.jsonl --strict", "");
    assert_eq!((strict.code, strict.err.lines().count()), (3, 1), "{strict:#?}");
    let recorded = sandbox.run("record bad.jsonl -o bad.asof --json", "");
    let summary: Value = serde_json::from_str(&recorded.out).unwrap();
    assert_eq!((recorded.code, &summary["problems"][0]["line"]), (3, &2.into()), "{summary}");
}

/// What is no JSON text and no row of JSON texts is refused by name; what is one is shown. `i_` files may go either way.
#[test]
fn json_test_suite_as_inputs() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/conformance/JSONTestSuite/test_parsing");
    let Ok(files) = fs::read_dir(&folder) else { return eprintln!("skipped: {} is not there", folder.display()) };
    let sandbox = Sandbox::new();
    for path in files.map(|file| file.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let expected: &[i32] = match name.as_bytes()[0] {
            b'i' => &[0, 3],
            _ if is_row_of_texts(&fs::read(&path).unwrap()) => &[0],
            _ => &[3],
        };
        let ended = sandbox.run_words(&["state".as_ref(), path.as_os_str()], "");
        assert!(expected.contains(&ended.code), "{name}: {ended:#?}");
        assert!(ended.code == 0 || ended.err.contains(&name), "{name} is not named: {ended:#?}");
    }
}

fn is_row_of_texts(bytes: &[u8]) -> bool {
    let mut texts = serde_json::Deserializer::from_slice(bytes).into_iter::<serde::de::IgnoredAny>().peekable();
    texts.peek().is_some() && texts.all(|text| text.is_ok())
}

#[test]
fn damage_is_told_and_what_is_good_is_shown() {
    let sandbox = Sandbox::new();
    sandbox.ok("snapshot shop.asof v1 --at 1");
    sandbox.ok("snapshot shop.asof v2 --at 2");
    let file = PathBuf::from(sandbox.json("tenants shop.asof --json")[0]["file"].as_str().unwrap());
    let file = sandbox.0.path().join(file);
    let sound = fs::read(&file).unwrap();
    fs::write(&file, &sound[..sound.len() - 5]).unwrap();
    let torn = sandbox.run("log shop.asof --json", "");
    assert_eq!((torn.code, torn.out.lines().count()), (0, 4), "{torn:#?}");
    assert!(torn.err.contains("byte") && torn.err.lines().count() == 1, "{torn:#?}");
    assert_eq!(sandbox.run("snapshots shop.asof --json", "").out.lines().count(), 1);
    sandbox.check("verify shop.asof --json", 1, "\"torn\":true", "");
    let mut flipped = sound.clone();
    let middle = String::from_utf8_lossy(&sound).find("\"v1\"").unwrap() + 1;
    flipped[middle] ^= 1;
    fs::write(&file, flipped).unwrap();
    let damaged = sandbox.run("log shop.asof --json", "");
    assert_eq!((damaged.code, damaged.out.lines().count()), (3, 4), "{damaged:#?}");
    assert!(damaged.err.contains("asof verify"), "{damaged:#?}");
    sandbox.check("verify shop.asof", 1, "byte", "");
    fs::write(&file, sound).unwrap();
    sandbox.check("verify shop.asof", 0, "0 damaged places", "");
}

#[test]
fn data_never_reaches_a_terminal_as_it_is() {
    let sandbox = Sandbox::new();
    let hostile = "\u{1b}[31m\u{7}\u{9b}2J\u{202e}\u{200b}\u{feff}\u{7f}\u{e0041}";
    let line = serde_json::json!({"label": hostile, "by": hostile, "state": {hostile: hostile}});
    sandbox.write("hostile.jsonl", format!("{line}\n"));
    sandbox.ok("record hostile.jsonl -o hostile.asof");
    sandbox.run_words(
        &["snapshot", "hostile.asof", hostile, "--tag", hostile, "--description", hostile, "--by", hostile],
        "",
    );
    let mut outputs: Vec<Ended> = [
        "log",
        "log --json",
        "state",
        "state --pretty",
        "snapshots",
        "snapshots --json",
        "export --format jsonl",
        "diff 0 1",
        "diff 0 1 --json",
        "diff 0 1 --patch",
    ]
    .iter()
    .map(|words| {
        let (command, rest) = words.split_once(' ').unwrap_or((words, ""));
        sandbox.run(&format!("{command} hostile.asof {rest}"), "")
    })
    .collect();
    for words in [["log", hostile], ["state", hostile], [hostile, hostile]] {
        outputs.push(sandbox.run_words(&words, ""));
    }
    outputs.push(sandbox.run_words(&["state", "hostile.asof", "--at", hostile], ""));
    outputs.push(sandbox.run_words(&["log", "hostile.asof", "--tenant", hostile], ""));
    for ended in outputs {
        let both = format!("{}{}", ended.out, ended.err);
        let acted_on = |c: &char| hostile.contains(*c) && !c.is_ascii_graphic();
        assert_eq!(both.chars().find(acted_on), None, "{ended:#?}");
    }
}

/// A recording with enough versions to fill any pipe.
fn long() -> Sandbox {
    let sandbox = Sandbox::new();
    let lines: String = (0..20_000).map(|n| format!("{{\"label\":\"step {n}\",\"state\":{{\"n\":{n}}}}}\n")).collect();
    sandbox.write("long.jsonl", lines);
    sandbox
}

#[test]
fn a_reader_that_goes_away_is_nothing_to_talk_about() {
    let sandbox = long();
    for words in ["log long.jsonl", "log long.jsonl --json", "export long.jsonl --format jsonl"] {
        let mut child = std::process::Command::new(cargo_bin!("asof"))
            .args(words.split(' '))
            .current_dir(sandbox.0.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        BufReader::with_capacity(64, child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""), "asof {words}");
        assert!(first.contains('1'), "{first}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let sandbox = long();
    for words in [
        "log long.jsonl",
        "state shop.asof",
        "state shop.asof --json",
        "snapshots shop.asof --help",
        "verify shop.asof",
        "export shop.asof --format jsonl",
    ] {
        let output = std::process::Command::new(cargo_bin!("asof"))
            .args(words.split(' '))
            .current_dir(sandbox.0.path())
            .stdout(File::options().write(true).open("/dev/full").unwrap())
            .output()
            .unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(3), "asof {words}: {err}");
        assert!(err.starts_with("asof: cannot write standard output: No space left"), "asof {words}: {err}");
    }
}

#[test]
fn a_stream_is_recorded_as_it_comes() {
    let sandbox = Sandbox::new();
    let mut child = std::process::Command::new(cargo_bin!("asof"))
        .args(["record", "-o", "live.asof"])
        .current_dir(sandbox.0.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for n in 1..=3u64 {
        writeln!(stdin, "{{\"n\":{n}}}").unwrap();
        let seen = || {
            fs::exists(sandbox.path("live.asof")).unwrap()
                && sandbox.run("state live.asof --path .n", "").out == format!("{n}\n")
        };
        assert!(within_seconds(10, seen), "line {n} was not recorded while the stream was open");
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(
        String::from_utf8(output.stdout).unwrap().contains("3 versions of 1 tenant recorded in live.asof, 0 problems")
    );
}

fn within_seconds(seconds: u64, done: impl Fn() -> bool) -> bool {
    let start = std::time::Instant::now();
    while start.elapsed().as_secs() < seconds {
        if done() {
            return true;
        }
        std::thread::sleep(std::time::Duration::from_millis(30));
    }
    false
}
