//! The printing commands on a terminal: questions are asked, colour is ours alone, data is never acted on.

use super::sandbox::Sandbox;
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use std::io::{Read, Write};

/// How a command ended on a terminal, and all it wrote there.
#[derive(Debug)]
struct Shown {
    code: u32,
    text: String,
}

/// Runs a command on a terminal; `answer` is typed once `question` is asked, after `meanwhile` was done.
fn run(sandbox: &Sandbox, words: &[&str], question: &str, answer: &str, meanwhile: impl FnOnce()) -> Shown {
    let pty = native_pty_system().openpty(PtySize { rows: 40, cols: 200, ..PtySize::default() }).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_asof"));
    command.args(words);
    command.cwd(sandbox.0.path());
    command.env("TERM", "xterm");
    command.env_remove("NO_COLOR");
    sandbox.homes().into_iter().for_each(|(name, folder)| command.env(name, folder));
    let mut child = pty.slave.spawn_command(command).unwrap();
    drop(pty.slave);
    let (mut reader, mut keyboard) = (pty.master.try_clone_reader().unwrap(), pty.master.take_writer().unwrap());
    let (mut bytes, mut chunk, mut meanwhile) = (Vec::new(), [0; 4096], Some(meanwhile));
    // Reading fails once the other end is closed.
    while let Ok(count @ 1..) = reader.read(&mut chunk) {
        bytes.extend_from_slice(&chunk[..count]);
        if !question.is_empty() && String::from_utf8_lossy(&bytes).contains(question) {
            meanwhile.take().into_iter().for_each(|act| {
                act();
                keyboard.write_all(answer.as_bytes()).unwrap();
            });
        }
    }
    Shown { code: child.wait().unwrap().exit_code(), text: String::from_utf8(bytes).unwrap() }
}

#[test]
fn a_rollback_asks_and_only_yes_is_a_yes() {
    for (answer, code, versions) in
        [("n\n", 1, 4), ("\n", 1, 4), ("\u{4}", 1, 4), ("yep\n", 1, 4), ("y\n", 0, 5), ("yes\n", 0, 5)]
    {
        let sandbox = Sandbox::new();
        let shown = run(&sandbox, &["rollback", "shop.asof", "2"], "[y/N]", answer, || ());
        assert_eq!(shown.code, code, "{answer:?}: {shown:#?}");
        assert!(
            shown.text.contains("would append #5, equal to #2; 2 versions up to #4 are kept as main~1"),
            "{shown:#?}"
        );
        assert_eq!(sandbox.json("log shop.asof --json").len(), versions, "{answer:?}");
    }
}

#[test]
fn who_comes_second_is_told() {
    let sandbox = Sandbox::new();
    let shown = run(&sandbox, &["rollback", "shop.asof", "2"], "[y/N]", "y\n", || {
        sandbox.ok("rollback shop.asof 1 --yes");
    });
    assert_eq!(shown.code, 4, "{shown:#?}");
    assert!(shown.text.contains("append rejected"), "{shown:#?}");
    assert_eq!(sandbox.json("log shop.asof --json").len(), 5, "nothing was rolled back");
}

/// An application records while the question stands: that changes nothing about the answer, and nothing is lost.
#[test]
fn what_is_recorded_meanwhile_is_kept_with_the_rest() {
    let sandbox = Sandbox::new();
    sandbox.write("more.jsonl", "5\n");
    let shown = run(&sandbox, &["rollback", "shop.asof", "2"], "[y/N]", "y\n", || {
        sandbox.ok("record more.jsonl -o shop.asof");
    });
    assert_eq!(shown.code, 0, "{shown:#?}");
    assert!(shown.text.contains("#6"), "{shown:#?}");
    sandbox.check("state shop.asof --at branch:main~1", 0, "5", "");
}

#[test]
fn a_file_is_restored_once_the_difference_was_shown_and_stays_where_it_changed_meanwhile() {
    let (held, other) = (r#"{"version":"2.0"}"#, r#"{"version":"2.1"}"#);
    for (answer, meanwhile, code, says) in [
        ("n\n", None, 1, "nothing was changed"),
        ("y\n", None, 0, "app.json restored to #1; it held changes that the head does not"),
        ("y\n", Some(other), 4, "app.json was changed meanwhile: nothing was written"),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write("app.json", held);
        let words = ["restore", "shop.asof", "app.json", "--at", "1", "--path", ".version"];
        let shown = run(&sandbox, &words, "[y/N]", answer, || {
            meanwhile.into_iter().for_each(|text| sandbox.write("app.json", text));
        });
        assert_eq!(shown.code, code, "{shown:#?}");
        let change = shown.text.find("\"2.0\" → \"1.0\"").unwrap();
        assert!(change < shown.text.find("Write the file? [y/N]").unwrap() && shown.text.contains(says), "{shown:#?}");
        let expected = if code == 0 { r#"{"version":"1.0"}"# } else { meanwhile.unwrap_or(held) };
        assert_eq!(std::fs::read_to_string(sandbox.path("app.json")).unwrap(), expected);
    }
}

#[test]
fn only_our_own_colour_reaches_a_terminal() {
    let sandbox = Sandbox::new();
    let hostile = "\u{1b}[31;1m\u{1b}]0;title\u{7}\u{9b}2J\u{202e}\u{200b}\u{feff}\u{7f}\u{e0041}\r";
    let line = serde_json::json!({"label": hostile, "by": hostile, "state": {hostile: [hostile, 1]}});
    sandbox.write("hostile.jsonl", format!("{line}\nbroken {hostile}\n"));
    sandbox.run("record hostile.jsonl -o hostile.asof", "");
    sandbox.run_words(&["snapshot", "hostile.asof", hostile, "--tag", hostile, "--description", hostile], "");
    sandbox.run_words(&["fork", "hostile.asof", hostile, "--baseline", hostile, "--by", hostile], "");
    sandbox.run_words(&["score", "hostile.asof", hostile, &format!("{hostile}=1{hostile}"), "score=2"], "");
    for words in [
        &["log", "hostile.asof"][..],
        &["log", "hostile.jsonl"],
        &["log", "hostile.asof", "--json"],
        &["state", "hostile.asof"],
        &["diff", "hostile.asof", "0", "1"],
        &["snapshots", "hostile.asof"],
        &["tenants", "hostile.asof"],
        &["branches", "hostile.asof"],
        &["variants", "hostile.asof"],
        &["transactions", "hostile.asof"],
        &["settings", "hostile.asof"],
        &["settings", "hostile.asof", hostile],
        &["verify", "hostile.asof"],
        &["probe", "hostile.jsonl"],
        &["compact", "hostile.asof", "--before", "1", "--dry-run"],
        &["promote", "hostile.asof", hostile, "--reason", hostile, "--yes"],
        &["undo", "hostile.asof", "--dry-run"],
        &["score", "hostile.asof", hostile, hostile],
        &["export", "hostile.asof", "--format", "jsonl"],
        &["log", hostile],
        &["state", "hostile.asof", "--at", hostile],
        &["bogus", hostile, hostile],
    ] {
        let shown = run(&sandbox, words, "", "", || ());
        let data = without_our_colour(&shown.text.replace("\r\n", "\n"));
        let acted_on = |c: &char| *c != '\n' && (c.is_control() || (hostile.contains(*c) && !c.is_ascii()));
        assert_eq!(data.chars().find(acted_on), None, "{words:?}: {shown:#?}");
    }
}

fn without_our_colour(text: &str) -> String {
    ["32", "31", "33", "36", "2", "0"]
        .iter()
        .fold(text.to_owned(), |text, code| text.replace(&format!("\u{1b}[{code}m"), ""))
}

#[test]
fn colour_only_where_it_is_wanted() {
    let sandbox = Sandbox::new();
    let shown = run(&sandbox, &["diff", "shop.asof", "1", "2"], "", "", || ());
    assert!(shown.text.contains("\u{1b}[33m~\u{1b}[0m"), "{shown:#?}");
    let state = run(&sandbox, &["state", "shop.asof"], "", "", || ());
    assert!(state.text.starts_with("{\r\n  \"features\""), "over several lines on a terminal: {state:#?}");
}
