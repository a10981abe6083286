//! An application that runs while it is taken back: `examples/shop.rs` and the binary, each in a process of its own.
//!
//! `cargo test` builds the example; where it was not built, the test says so and is skipped.

use crate::dice::quick_directory;
use asof::{Recording, Tenant, Version, VersionKind};
use assert_cmd::cargo::cargo_bin;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Long enough for the slowest machine; nothing waits for its end.
const LIMIT: Duration = Duration::from_mins(1);

/// The running shop, and its lines.
struct Shop {
    process: Child,
    lines: Receiver<String>,
}

impl Shop {
    /// The example, beside the directory of this test binary.
    fn binary() -> Option<PathBuf> {
        let own = std::env::current_exe().unwrap();
        let example = own.parent()?.parent()?.join("examples").join(format!("shop{}", std::env::consts::EXE_SUFFIX));
        example.exists().then_some(example)
    }

    fn start(binary: &Path, directory: &Path, options: &[&str]) -> Self {
        let mut command = Command::new(binary);
        command.current_dir(directory).arg("shop.asof").args(options).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let out = BufReader::new(process.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { process, lines }
    }

    /// Reads on to the first line that is `right`.
    fn wait_for(&self, what: &str, right: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + LIMIT;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left).unwrap_or_else(|error| panic!("waiting for {what}: {error}"));
            if right(&line) {
                return line;
            }
        }
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn asof(directory: &Path, words: &str) {
    let mut command = Command::new(cargo_bin!("asof"));
    let output = command.args(words.split(' ')).current_dir(directory).env("ASOF_AUTHOR", "tester").output().unwrap();
    assert!(output.status.success(), "asof {words}: {output:?}");
}

fn sessions(shop: &Tenant, version: Version) -> i64 {
    let state: serde_json::Value = serde_json::from_str(&shop.value_at(version).unwrap().to_json()).unwrap();
    state["sessions"].as_i64().unwrap()
}

/// The number after `#` that a line begins with.
fn version(line: &str) -> Option<Version> {
    line.strip_prefix('#')?.split(' ').next()?.parse().ok().map(Version)
}

#[test]
fn a_running_application_is_taken_back_and_goes_on_from_there() {
    let Some(binary) = Shop::binary() else { return eprintln!("skipped: the example `shop` was not built") };
    let scratch = quick_directory();
    let directory = scratch.path();
    let running = Shop::start(&binary, directory, &["--every", "20"]);
    running.wait_for("some ticks", |line| version(line) >= Some(Version(8)));
    asof(directory, "rollback shop.asof #3 --yes");
    let told = running.wait_for("the rollback", |line| line.starts_with("set back"));
    assert!(told.starts_with("set back to #3 by tester (rollback to #3): sessions "), "{told}");
    let next = running.wait_for("a version made after it", |line| version(line).is_some());
    running.wait_for("some more", |line| version(line) >= Some(Version(version(&next).unwrap().0 + 3)));
    drop(running);

    let shop = Recording::open(&directory.join("shop.asof")).unwrap().tenant(&"shop".into()).unwrap();
    let rollback = shop.history().timeline().rollbacks().to_vec();
    let [(back, to)] = rollback[..] else { panic!("{rollback:?}") };
    assert_eq!(to, Version(3));
    assert!(told.ends_with(&format!("-> {}", sessions(&shop, to))), "{told}");
    assert_eq!(shop.value_at(back).unwrap(), shop.value_at(to).unwrap());
    // The next version is one step from the state that it was taken back to, and on the same line.
    let first = version(&next).unwrap();
    assert_eq!((first.0, shop.history().info(first).unwrap().parent), (back.0 + 1, back));
    assert!((0..=9).contains(&(sessions(&shop, first) - sessions(&shop, to))), "{next}");
    nothing_is_lost(&shop, directory, back);
}

/// Every version can be read, what was left behind is a branch, and no byte is wrong.
fn nothing_is_lost(shop: &Tenant, directory: &Path, back: Version) {
    let history = shop.history();
    for n in 1..=history.newest().0 {
        shop.value_at(Version(n)).unwrap();
        let kind = history.info(Version(n)).unwrap().kind;
        assert_eq!(kind == VersionKind::Rollback, Version(n) == back, "#{n} is {kind:?}");
    }
    assert_eq!(history.lineage().branch_of(Version(4)).as_str(), "main~1");
    asof(directory, "verify shop.asof");
}

#[test]
fn the_same_seed_is_the_same_shop_and_the_next_run_goes_on() {
    let Some(binary) = Shop::binary() else { return eprintln!("skipped: the example `shop` was not built") };
    let scratch = quick_directory();
    let told: Vec<Vec<String>> = ["a", "b", "b"]
        .map(|name| {
            let directory = scratch.path().join(name);
            std::fs::create_dir_all(&directory).unwrap();
            let mut shop = Shop::start(&binary, &directory, &["--ticks", "20", "--every", "0", "--seed", "7"]);
            let lines = shop.lines.iter().collect();
            assert!(shop.process.wait().unwrap().success());
            lines
        })
        .into();
    assert_eq!(told[0].len(), 20);
    assert_eq!(told[0], told[1]);
    assert!(told[2][0].starts_with("#21 "), "{}", told[2][0]);
}
