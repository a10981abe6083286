//! A directory with a recording in it, and `asof` run there.

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// Four states of a shop, two of them by somebody.
pub const SHOP: &str = r#"{"at":"2026-10-09T10:00:00Z","label":"open","by":"ann","state":{"version":"1.0","sessions":100.0,"features":{"beta":false}}}
{"at":"2026-10-09T11:00:00Z","label":"grow","state":{"version":"1.0","sessions":150,"features":{"beta":false}}}
{"at":"2026-10-09T12:00:00Z","label":"deploy 2.0","by":"bob","state":{"version":"2.0","sessions":150,"features":{"beta":false,"new_ui":true}}}
{"at":"2026-10-09T13:00:00Z","label":"beta on","state":{"version":"2.0","sessions":150,"features":{"beta":true,"new_ui":true}}}
"#;

/// A directory of its own with `shop.jsonl` and the recording `shop.asof` made of it.
pub struct Sandbox(pub tempfile::TempDir);

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Sandbox {
    pub fn new() -> Self {
        let sandbox = Self(tempfile::tempdir().unwrap());
        sandbox.write("shop.jsonl", SHOP);
        sandbox.ok("record shop.jsonl -o shop.asof");
        sandbox
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    /// Words are separated by white space; `␣` in a word stands for a space.
    pub fn run(&self, words: &str, stdin: &str) -> Ended {
        let words: Vec<String> = words.split_whitespace().map(|word| word.replace('␣', " ")).collect();
        self.run_words(&words, stdin)
    }

    pub fn run_words(&self, words: &[impl AsRef<std::ffi::OsStr>], stdin: &str) -> Ended {
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

    pub fn command(&self) -> Command {
        let mut command = Command::new(cargo_bin!("asof"));
        command.current_dir(self.0.path()).env("ASOF_AUTHOR", "tester").env("TZ", "UTC").env_remove("NO_COLOR");
        command.envs(self.homes()).env_remove("ASOF_CACHE_LIMIT");
        command
    }

    /// Where the program keeps things: nothing of whoever runs the tests is read or written.
    pub fn homes(&self) -> [(&'static str, PathBuf); 3] {
        let homes = [("XDG_CACHE_HOME", ".cache"), ("XDG_CONFIG_HOME", ".config"), ("XDG_STATE_HOME", ".state")];
        homes.map(|(name, folder)| (name, self.path(folder)))
    }

    pub fn ok(&self, words: &str) -> String {
        let ended = self.run(words, "");
        // Which version a moment means is told beside the answer.
        let told = |line: &str| line.starts_with("asof: ") && line.contains(" is #");
        assert!(ended.code == 0 && ended.err.lines().all(told), "asof {words}: {ended:#?}");
        ended.out
    }

    pub fn json(&self, words: &str) -> Vec<Value> {
        let out = self.ok(words);
        out.lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("asof {words}: {e}: {line}")))
            .collect()
    }

    /// One row of a table: what to run, the exit code, a part of standard output, a part of standard error.
    #[track_caller]
    pub fn check(&self, words: &str, code: i32, out: &str, err: &str) {
        let ended = self.run(words, "");
        assert_eq!(ended.code, code, "asof {words}: {ended:#?}");
        assert!(ended.out.contains(out), "asof {words}: no {out:?} in the output: {ended:#?}");
        assert!(ended.err.contains(err), "asof {words}: no {err:?} on standard error: {ended:#?}");
        assert!(code == 0 || !ended.err.is_empty() || err.is_empty(), "asof {words} failed without a word");
    }
}
