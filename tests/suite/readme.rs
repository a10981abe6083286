//! The README, followed to the letter: each command of its examples is run where it stands, in the order in which it
//! stands, by somebody who has a repository, a log and a service.

use crate::commands::sandbox::{Ended, Sandbox};
use assert_cmd::cargo::cargo_bin;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// Examples that are whole programs or builds of their own, and are run by the tests of those.
const ELSEWHERE: [&str; 2] = ["cargo ", "--plain"];

/// A directory as its reader has it.
fn desk() -> Sandbox {
    let desk = Sandbox::new();
    fs::remove_dir_all(desk.path("shop.asof")).unwrap();
    let states: String = (1..=30).map(|n| format!("{{\"version\":\"{n}.0.0\",\"n\":{n}}}\n")).collect();
    desk.write("states.jsonl.zst", zstd::encode_all(states.as_bytes(), 3).unwrap());
    desk.write(
        "my-service",
        "#!/bin/sh\nfor n in 31 32 33; do echo \"{\\\"version\\\":\\\"$n.0.0\\\",\\\"n\\\":$n}\"; done\n",
    );
    fs::set_permissions(desk.path("my-service"), fs::Permissions::from_mode(0o755)).unwrap();
    git(desk.0.path(), &["init", "-q"]);
    for n in 1..=8 {
        desk.write("package.json", format!("{{\"name\":\"desk\",\"version\":\"{n}.0.0\"}}\n"));
        git(desk.0.path(), &["add", "package.json"]);
        git(desk.0.path(), &["commit", "-q", "-m", &format!("release {n}")]);
    }
    desk
}

fn git(directory: &Path, words: &[&str]) {
    let who = ["-c", "user.name=ann", "-c", "user.email=ann@example.org"];
    let done = Command::new("git").current_dir(directory).args(who).args(words).status().unwrap();
    assert!(done.success(), "git {words:?}");
}

/// Runs a line of a shell example, without a terminal.
fn run(desk: &Sandbox, line: &str) -> Ended {
    let path = format!("{}:{}:/usr/bin:/bin", cargo_bin!("asof").parent().unwrap().display(), desk.0.path().display());
    let shell = Command::new("sh")
        .args(["-c", line])
        .current_dir(desk.0.path())
        .envs([("PATH", path.as_str()), ("HOME", desk.0.path().to_str().unwrap()), ("TZ", "UTC")])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ended { code: shell.status.code().unwrap(), out: text(shell.stdout), err: text(shell.stderr) }
}

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

/// The lines of the README's `sh` blocks.
fn examples() -> Vec<String> {
    let readme = readme();
    let blocks = readme.split("```sh\n").skip(1).filter_map(|block| block.split("```").next());
    blocks.flat_map(str::lines).filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
}

/// What opens the screen says that it has no terminal here: the words are right, and that is all that is missing.
fn opens_the_screen(line: &str) -> bool {
    let command = line.split(" #").next().unwrap_or(line).trim();
    matches!(command.split(' ').collect::<Vec<_>>()[..], ["asof", source] if !source.starts_with('-'))
}

#[test]
fn every_example_of_the_readme_does_what_it_says() {
    let desk = desk();
    let examples = examples();
    let mut run_here = 0;
    for line in examples.iter().filter(|line| !ELSEWHERE.iter().any(|other| line.contains(other))) {
        let ended = run(&desk, line);
        if opens_the_screen(line) {
            assert!(ended.code == 2 && ended.err.contains("terminal"), "{line}: {ended:#?}");
        } else {
            assert_eq!(ended.code, 0, "{line}: {ended:#?}");
            assert!(!ended.out.is_empty() || !ended.err.is_empty(), "{line} says nothing: {ended:#?}");
        }
        run_here += 1;
    }
    assert!(run_here >= 10, "only {run_here} of {} examples were run", examples.len());
}

#[test]
fn the_walkthrough_without_a_screen_is_as_the_readme_has_it() {
    let desk = desk();
    let plain: Vec<_> = examples().into_iter().filter(|line| line.contains("--plain")).collect();
    for line in plain {
        let ended = run(&desk, &line);
        assert!(ended.code == 0 && ended.out.contains("#6"), "{line}: {ended:#?}");
    }
}

/// Figures and names that go stale with the next recipe or demo.
#[test]
fn the_readme_counts_the_recipes_and_names_every_demo() {
    let (readme, desk) = (readme(), Sandbox::new());
    let recipes = desk.json("recipes --json").len();
    assert!(readme.contains(&format!("one of {recipes} recipes")), "{recipes} recipes");
    // The first is what `asof demo` opens.
    for demo in desk.json("demo --list --json").iter().skip(1) {
        let name = demo["name"].as_str().unwrap();
        assert!(readme.contains(&format!("`{name}`")) || readme.contains(&format!("demo {name}`")), "the demo {name}");
    }
}
