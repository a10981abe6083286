//! Git repositories as sources: what they hold, what cannot be read, and that nothing they name is run.

mod told;

use super::commands::Sandbox;
use super::imports::{Found, check_refused};
use asof::Error;
use asof::import::{ImportItem, read_git, tracked_files, versions_in_git};
use std::fs;
use std::ops::ControlFlow;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

struct Repository(tempfile::TempDir);

impl Repository {
    fn new() -> Self {
        let repository = Self(tempfile::tempdir().unwrap());
        repository.git(&["init", "-q", "-b", "main"], 0);
        repository
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn git(&self, words: &[&str], second: u32) {
        let date = format!("{} +0100", 1_767_225_600 + second);
        let out = Command::new("git")
            .arg("-C")
            .arg(self.path())
            .args(words)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .envs([("GIT_AUTHOR_NAME", "Ann \u{dc}"), ("GIT_AUTHOR_EMAIL", "ann@example.org")])
            .envs([("GIT_COMMITTER_NAME", "Bob"), ("GIT_COMMITTER_EMAIL", "bob@example.org")])
            .envs([("GIT_AUTHOR_DATE", "2020-01-01T00:00:00Z"), ("GIT_COMMITTER_DATE", date.as_str())])
            .output()
            .unwrap();
        assert!(out.status.success(), "{words:?}: {}", String::from_utf8_lossy(&out.stderr));
    }

    /// Commits `text` as the file's content; `None` deletes it.
    fn commit(&self, file: &str, text: Option<&[u8]>, subject: &str, second: u32) {
        let path = self.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        match text {
            Some(text) => std::fs::write(&path, text).unwrap(),
            None => std::fs::remove_file(&path).unwrap(),
        }
        self.git(&["add", "-A"], second);
        self.git(&["commit", "-q", "--allow-empty", "-m", subject], second);
    }
}

fn read_repository(path: &Path) -> asof::Result<Found> {
    let mut found = Found::default();
    read_git(&path.to_owned().into(), &"main".into(), &mut |item| found.take(item))?;
    Ok(found)
}

#[test]
fn git_tells_every_version_of_a_file() {
    let repository = Repository::new();
    let file = "conf/my state.json";
    repository.commit(file, Some(b"{\"n\": 1}\n"), "Begin", 0);
    repository.commit("other.json", Some(b"1"), "Something else", 1);
    repository.commit(file, Some(b"{\n  \"n\": 2,,\n}\n"), "Break it", 2);
    repository.commit(file, Some(b"\xEF\xBB\xBF{\"n\": 3}"), "With a mark", 3);
    repository.commit(file, None, "Drop it", 4);
    repository.git(&["checkout", "-q", "-b", "side"], 5);
    repository.commit(file, Some(b"{\"n\": 4}"), "Back, on the side", 6);
    repository.commit(file, Some(b"{\"n\": 5}"), "And more", 7);
    repository.git(&["checkout", "-q", "main"], 8);
    repository.git(&["merge", "-q", "--no-ff", "-m", "Merge \u{e4}: \"side\"", "side"], 8);
    let found = read_repository(&repository.path().join(file)).unwrap();
    assert_eq!(
        found.lines(),
        [
            r#"2026-01-01T00:00:00Z <Ann Ü> Begin: {"n":1}"#,
            r#"2026-01-01T00:00:02Z <Ann Ü> Break it: invalid "{\n  \"n\": 2,,\n}\n""#,
            r#"2026-01-01T00:00:03Z <Ann Ü> With a mark: {"n":3}"#,
            "2026-01-01T00:00:04Z <Ann Ü> Drop it: deleted",
            r#"2026-01-01T00:00:06Z <Ann Ü> Back, on the side: {"n":4}"#,
            r#"2026-01-01T00:00:07Z <Ann Ü> And more: {"n":5}"#,
        ]
    );
    let [problem] = found.problems.as_slice() else { panic!("{:?}", found.problems) };
    assert!(problem.place.file.contains("my state.json@"), "{problem:?}");
    assert_eq!((problem.place.line, problem.place.byte), (2, 11));
    assert_eq!(found.progress.last(), Some(&(6, Some(6))));
}

#[test]
fn git_reads_what_else_a_value_is_written_in() {
    let repository = Repository::new();
    let check = |file: &str, texts: [&str; 2], states: [&str; 2]| {
        for (second, text) in (0..).zip(texts) {
            repository.commit(file, Some(text.as_bytes()), "Edit", second);
        }
        let found = read_repository(&repository.path().join(file)).unwrap();
        let states = states.map(|state| format!("Edit: {state}"));
        for (line, state) in found.lines().iter().zip(&states) {
            assert!(line.ends_with(state.as_str()), "{file}: {line}");
        }
        assert!(found.problems.is_empty(), "{file}: {:?}", found.problems);
        found.notes
    };
    assert!(check("ci.yml", ["on: push\n", "on: [push]\n"], [r#"{"on":"push"}"#, r#"{"on":["push"]}"#]).is_empty());
    assert!(check("Cargo.toml", ["a = 1\n", "a = 1.0\n"], [r#"{"a":1}"#, r#"{"a":1.0}"#]).is_empty());
    let notes = check("tsconfig.json", ["{\"a\":1,} // x", "{\"a\":2,}"], [r#"{"a":1}"#, r#"{"a":2}"#]);
    assert!(matches!(notes.as_slice(), [note] if note.why.contains("JSON5")), "{notes:?}");
}

#[test]
fn git_refuses_a_file_that_is_no_value_at_all() {
    let repository = Repository::new();
    for second in 0..20 {
        repository.commit("README.md", Some(format!("# Title {second}\n\nText.\n").as_bytes()), "Edit", second);
        repository.commit("broken.toml", Some(format!("a = {second}\nb =\n").as_bytes()), "Edit", second);
    }
    check_refused(read_repository(&repository.path().join("README.md")), "none of its versions is JSON");
    check_refused(read_repository(&repository.path().join("broken.toml")), "none of its versions is TOML");
    // Where one can be read, the others are invalid versions.
    repository.commit("some.toml", Some(b"a =\n"), "Begin", 30);
    repository.commit("some.toml", Some(b"a = 1\n"), "Mend", 31);
    assert_eq!(read_repository(&repository.path().join("some.toml")).unwrap().lines().len(), 2);
}

#[test]
fn git_finds_files_that_are_gone_with_their_directory() {
    let repository = Repository::new();
    repository.commit("a/b/[x]*.json", Some(b"1"), "Begin", 0);
    repository.commit("a/b/[x]*.json", None, "Drop it", 1);
    std::fs::remove_dir_all(repository.path().join("a")).unwrap_or_default();
    let lines = read_repository(&repository.path().join("a/./b/../b/[x]*.json")).unwrap().lines();
    assert_eq!(lines, ["2026-01-01T00:00:00Z <Ann Ü> Begin: 1", "2026-01-01T00:00:01Z <Ann Ü> Drop it: deleted"]);
}

#[test]
fn git_says_what_is_wrong() {
    let outside = tempfile::tempdir().unwrap();
    check_refused(read_repository(&outside.path().join("x.json")), "is not in a git repository");
    check_refused(read_repository(outside.path()), "is a directory");
    let repository = Repository::new();
    std::fs::write(repository.path().join("new.json"), "1").unwrap();
    check_refused(read_repository(&repository.path().join("new.json")), "has no commits yet");
    repository.commit("old.json", Some(b"1"), "Begin", 0);
    repository.git(&["rm", "-q", "--cached", "new.json"], 1);
    repository.git(&["commit", "-q", "--amend", "-m", "Only old"], 1);
    check_refused(read_repository(&repository.path().join("new.json")), "no commit on this branch contains it");
    let error = read_repository(&repository.path().join("none.json")).err().unwrap();
    assert!(matches!(error, Error::Format { .. }));
}

#[test]
fn git_stops_when_told_to() {
    let repository = Repository::new();
    for n in 0..5 {
        repository.commit("x.json", Some(n.to_string().as_bytes()), "More", n);
    }
    let mut entries = 0;
    let mut stop = |item| match item {
        ImportItem::Entry(_) => {
            entries += 1;
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    };
    read_git(&repository.path().join("x.json").into(), &"main".into(), &mut stop).unwrap();
    assert_eq!(entries, 1);
}

/// A repository with three versions of `s.json`.
fn three_versions() -> Repository {
    let repository = Repository::new();
    for n in 1..=3 {
        repository.commit("s.json", Some(format!("{{\"n\":{n}}}").as_bytes()), &format!("c{n}"), n);
    }
    repository
}

impl Repository {
    fn answer(&self, words: &[&str]) -> String {
        let out = Command::new("git").arg("-C").arg(self.path()).args(words).output().unwrap();
        assert!(out.status.success(), "{words:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap().trim().to_owned()
    }

    /// The file of the loose object that `name` leads to.
    fn object(&self, name: &str) -> PathBuf {
        let id = self.answer(&["rev-parse", name]);
        self.path().join(".git/objects").join(&id[..2]).join(&id[2..])
    }

    /// Puts `bytes` in the place of an object; none take it away.
    fn damage(&self, name: &str, bytes: Option<&[u8]>) {
        let object = self.object(name);
        fs::remove_file(&object).unwrap();
        if let Some(bytes) = bytes {
            fs::write(object, bytes).unwrap();
        }
    }

    /// Makes it a partial clone of `url`, without the second version's content.
    fn make_partial(&self, url: &str) {
        self.damage("HEAD~1:s.json", None);
        self.set(&[
            ("core.repositoryFormatVersion", "1"),
            ("extensions.partialClone", "origin"),
            ("remote.origin.promisor", "true"),
            ("remote.origin.partialCloneFilter", "blob:none"),
            ("remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"),
            ("remote.origin.url", url),
        ]);
    }

    fn set(&self, settings: &[(&str, &str)]) {
        for (name, value) in settings {
            self.git(&["config", "--local", name, value], 0);
        }
    }

    /// An executable that leaves a mark and then does not end.
    fn trap(&self, sandbox: &Sandbox, name: &str) -> String {
        let (trap, mark) = (sandbox.path(name), sandbox.path("ran"));
        if let Some(parent) = trap.parent() {
            fs::create_dir_all(parent).unwrap();
        }
        fs::write(&trap, format!("#!/bin/sh\necho {name} \"$@\" >> {}\nsleep 60\n", mark.display())).unwrap();
        fs::set_permissions(&trap, fs::Permissions::from_mode(0o700)).unwrap();
        trap.to_str().unwrap().to_owned()
    }
}

/// The kinds of the versions `asof log` shows of `s.json`, and its exit code.
fn kinds(sandbox: &Sandbox, repository: &Repository) -> (Vec<String>, i32, String) {
    let source = format!("git:{}", repository.path().join("s.json").display());
    let ended = sandbox.run_words(&["log", &source, "--json"], "");
    let kind =
        |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["kind"].as_str().unwrap().to_owned();
    (ended.out.lines().map(kind).collect(), ended.code, ended.err)
}

/// Git's reason for what was done to the second version's blob, as whoever is told of it reads it.
#[test]
fn a_blob_that_cannot_be_read_is_an_invalid_version_and_no_deletion() {
    let whole = fs::read(three_versions().object("HEAD~1:s.json")).unwrap();
    let tail: Vec<u8> = whole.iter().copied().take(14).chain(*b"xxxxxxxxxx").collect();
    let commit = {
        let r = three_versions();
        fs::read(r.object("HEAD")).unwrap()
    };
    for (what, bytes, words) in [
        ("missing", None, "bad file"),
        ("garbage", Some(&b"garbage"[..]), "inflate: data stream error"),
        ("empty", Some(b""), "is empty"),
        ("cut off in its header", Some(&whole[..4]), "is missing or damaged"),
        ("cut off in its content", Some(&whole[..whole.len() - 6]), "is missing or damaged"),
        ("another tail", Some(&tail), "is missing or damaged"),
        ("a commit in its place", Some(&commit), "is missing or damaged"),
    ] {
        let (sandbox, repository) = (Sandbox::new(), three_versions());
        repository.damage("HEAD~1:s.json", bytes);
        let (kinds, code, err) = kinds(&sandbox, &repository);
        assert_eq!((kinds.join(" ").as_str(), code), ("transition invalid transition", 3), "{what}: {err}");
        assert!(err.contains("the content of this version cannot be read") && err.contains(words), "{what}: {err}");
        let source = format!("git:{}", repository.path().join("s.json").display());
        let ended = sandbox.run_words(&["record", &source, "-o", "kept", "--json"], "");
        let told: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
        assert_eq!((ended.code, told["versions"].as_u64()), (3, Some(3)), "{what}: {ended:?}");
        assert_eq!(told["problems"].as_array().unwrap().len(), 1, "{what}: {ended:?}");
        assert_eq!(sandbox.run("state kept --at 2", "").out.trim(), r#"{"n":1}"#, "{what}");
        assert_eq!(sandbox.run("state kept", "").out.trim(), r#"{"n":3}"#, "{what}");
    }
}

/// A pipe in the place of a file that the answer does not need is not waited for.
#[cfg(unix)]
#[test]
fn what_the_answer_does_not_need_is_not_read() {
    for (what, setting, place) in [
        ("a list of authors", None, ".mailmap"),
        ("a list of authors elsewhere", Some("mailmap.file"), "authors"),
        ("attributes", None, ".gitattributes"),
        ("attributes of the repository", None, ".git/info/attributes"),
        ("attributes elsewhere", Some("core.attributesFile"), "attributes"),
        ("an order of files", Some("diff.orderFile"), "order"),
        ("the file itself", None, "s.json"),
    ] {
        let (sandbox, repository) = (Sandbox::new(), three_versions());
        let pipe = repository.path().join(place);
        drop(fs::remove_file(&pipe));
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        repository.set(&setting.map(|name| (name, pipe.to_str().unwrap())).into_iter().collect::<Vec<_>>());
        let (kinds, code, err) = kinds(&sandbox, &repository);
        assert_eq!((kinds.join(" ").as_str(), code), ("transition transition transition", 0), "{what}: {err}");
    }
}

#[test]
fn a_repository_that_is_broken_further_up_tells_what_is_left() {
    for (what, name, versions) in
        [("a tree", "HEAD~2^{tree}", 2), ("a commit", "HEAD~2", 2), ("the last tree", "HEAD^{tree}", 0)]
    {
        let (sandbox, repository) = (Sandbox::new(), three_versions());
        repository.damage(name, None);
        let (kinds, code, err) = kinds(&sandbox, &repository);
        assert_eq!(code, 3, "{what}: {err}");
        assert!(kinds.len() <= versions && kinds.iter().all(|kind| kind == "transition"), "{what}: {kinds:?} {err}");
        assert!(err.contains("git says: "), "{what}: {err}");
    }
}

/// What was in the file's place is read from the trees, and of each thing it is said what it was.
#[test]
fn what_is_no_file_is_told_by_name() {
    let repository = three_versions();
    let file = repository.path().join("s.json");
    fs::remove_file(&file).unwrap();
    repository.commit("s.json/below", Some(b"1"), "a directory", 4);
    repository.commit("s.json/below", Some(b"2"), "another directory", 5);
    fs::remove_dir_all(&file).unwrap();
    repository.commit("other", Some(b"1"), "nothing", 6);
    std::os::unix::fs::symlink("other", &file).unwrap();
    repository.commit("other", Some(b"2"), "a link", 7);
    fs::remove_file(&file).unwrap();
    repository.commit("s.json", Some(b"4"), "a file", 8);
    let found = read_repository(&file).unwrap();
    let lines: Vec<_> = found.lines().iter().skip(3).map(|line| line.split("> ").nth(1).unwrap().to_owned()).collect();
    let expected = [
        "a directory: invalid \"\"",
        "another directory: invalid \"\"",
        "nothing: deleted",
        "a link: invalid \"\"",
        "a file: 4",
    ];
    assert_eq!(lines, expected);
    let whys: Vec<_> = found.problems.iter().map(|problem| problem.why.as_str()).collect();
    let why = |kind| format!("was a {kind} in this commit, not a file");
    assert_eq!(whys, [why("directory"), why("directory"), why("symbolic link")]);
}

/// Sets one trap in a repository. The second argument makes an executable that leaves a mark.
type Setting = fn(&Repository, &dyn Fn(&str) -> String);

/// Whatever a repository's configuration can name to be run, with a missing blob that git would like to fetch.
const TRAPS: &[(&str, Setting)] = &[
    ("the ext transport", |repository, trap| {
        repository.make_partial(&format!("ext::{} %S", trap("ext")));
        repository.set(&[("protocol.ext.allow", "always"), ("protocol.allow", "always")]);
    }),
    ("an ssh command", |repository, trap| {
        repository.make_partial("ssh://example.invalid/x.git");
        repository.set(&[("core.sshCommand", &trap("ssh"))]);
    }),
    ("an upload pack", |repository, trap| {
        repository.make_partial(repository.path().to_str().unwrap());
        repository.set(&[("remote.origin.uploadpack", &trap("upload-pack"))]);
    }),
    ("an upload pack by a file address", |repository, trap| {
        repository.make_partial(&format!("file://{}", repository.path().display()));
        repository.set(&[("remote.origin.uploadpack", &trap("upload-pack")), ("protocol.file.allow", "always")]);
    }),
    ("a proxy command", |repository, trap| {
        repository.make_partial("git://example.invalid/x.git");
        repository.set(&[("core.gitProxy", &trap("proxy"))]);
    }),
    ("a credential helper and askpass", |repository, trap| {
        repository.make_partial("http://127.0.0.1:9/x.git");
        repository.set(&[("credential.helper", &format!("!{}", trap("helper"))), ("core.askPass", &trap("askpass"))]);
    }),
    ("a transport helper", |repository, trap| {
        repository.make_partial("somewhere");
        trap("git-remote-trap");
        repository.set(&[("remote.origin.vcs", "trap")]);
    }),
    ("a file monitor", |repository, trap| {
        repository.make_partial("nowhere");
        repository.set(&[("core.fsmonitor", &trap("fsmonitor")), ("core.fsmonitorHookVersion", "2")]);
    }),
    ("hooks by their path", |repository, trap| {
        repository.make_partial("nowhere");
        let any = HOOKS.map(|hook| trap(&format!("hooks/{hook}")));
        repository.set(&[("core.hooksPath", Path::new(&any[0]).parent().unwrap().to_str().unwrap())]);
    }),
    ("hooks in their place", |repository, trap| {
        repository.make_partial("nowhere");
        fs::create_dir_all(repository.path().join(".git/hooks")).unwrap();
        for hook in HOOKS {
            fs::copy(trap(hook), repository.path().join(".git/hooks").join(hook)).unwrap();
        }
    }),
    ("filters", |repository, trap| {
        let filter = trap("filter");
        fs::write(repository.path().join(".gitattributes"), "*.json filter=trap diff=trap\n").unwrap();
        fs::write(repository.path().join(".git/info/attributes"), "*.json filter=trap\n").unwrap();
        repository.make_partial("nowhere");
        let process = trap("process");
        repository.set(&[
            ("filter.trap.smudge", &filter),
            ("filter.trap.clean", &filter),
            ("filter.trap.process", &process),
        ]);
        repository.set(&[("filter.trap.required", "true")]);
    }),
    ("diff drivers", |repository, trap| {
        fs::write(repository.path().join(".git/info/attributes"), "*.json diff=trap\n* diff=trap\n").unwrap();
        repository.make_partial("nowhere");
        repository.set(&[("diff.trap.textconv", &trap("textconv")), ("diff.trap.command", &trap("driver"))]);
        repository.set(&[("diff.external", &trap("external")), ("diff.trap.cachetextconv", "true")]);
    }),
    ("pagers and editors", |repository, trap| {
        repository.make_partial("nowhere");
        let pager = trap("pager");
        for name in ["core.pager", "pager.log", "pager.cat-file", "pager.rev-parse", "core.editor", "sequence.editor"] {
            repository.set(&[(name, &pager)]);
        }
    }),
    ("aliases", |repository, trap| {
        repository.make_partial("nowhere");
        let alias = format!("!{}", trap("alias"));
        repository.set(&[("alias.log", &alias), ("alias.cat-file", &alias), ("alias.rev-parse", &alias)]);
    }),
    ("signatures", |repository, trap| {
        repository.sign_head();
        repository.make_partial("nowhere");
        let gpg = trap("gpg");
        repository.set(&[("log.showSignature", "true"), ("gpg.program", &gpg), ("gpg.openpgp.program", &gpg)]);
        repository.set(&[("gpg.ssh.program", &gpg), ("gpg.x509.program", &gpg), ("gpg.ssh.defaultKeyCommand", &gpg)]);
    }),
    ("an included file", |repository, trap| {
        repository.make_partial("ssh://example.invalid/x.git");
        let (monitor, ssh) = (trap("monitor"), trap("ssh"));
        let text = format!(
            "[core]\n fsmonitor = {monitor}\n sshCommand = {ssh}\n pager = {monitor}\n[log]\n showSignature = true\n"
        );
        fs::write(repository.path().join(".git/more"), text).unwrap();
        repository.set(&[("include.path", "more"), ("includeIf.gitdir:/**.path", "more")]);
    }),
    ("alternates and packing", |repository, trap| {
        let other = three_versions();
        let objects = other.path().join(".git/objects");
        fs::write(repository.path().join(".git/objects/info/alternates"), format!("{}\n", objects.display())).unwrap();
        repository.make_partial(repository.path().to_str().unwrap());
        repository
            .set(&[("core.alternateRefsCommand", &trap("alternates")), ("uploadpack.packObjectsHook", &trap("pack"))]);
    }),
    ("a monitor of what git does", |repository, trap| {
        repository.make_partial("nowhere");
        let target = trap("trace");
        fs::remove_file(&target).unwrap();
        for name in ["trace2.normalTarget", "trace2.perfTarget", "trace2.eventTarget"] {
            repository.set(&[(name, &target)]);
        }
    }),
];

const HOOKS: [&str; 5] =
    ["post-index-change", "reference-transaction", "fsmonitor-watchman", "pre-auto-gc", "post-checkout"];

impl Repository {
    /// Gives the head a signature that nobody made.
    fn sign_head(&self) {
        let commit = self.answer(&["cat-file", "commit", "HEAD"]);
        let (head, message) = commit.split_once("\n\n").unwrap();
        let signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n abcd\n -----END PGP SIGNATURE-----";
        let file = self.path().join(".git/signed");
        fs::write(&file, format!("{head}\n{signature}\n\n{message}\n")).unwrap();
        let id = self.answer(&["hash-object", "-w", "-t", "commit", file.to_str().unwrap()]);
        self.git(&["update-ref", "HEAD", &id], 0);
    }
}

/// A viewer runs nothing that the repository names, and waits for none of it: each trap would leave a mark and sleep.
#[test]
fn nothing_that_a_repository_names_is_run() {
    for (what, set) in TRAPS {
        let (sandbox, repository) = (Sandbox::new(), three_versions());
        set(&repository, &|name| repository.trap(&sandbox, name));
        let path = format!("{}:{}", sandbox.0.path().display(), std::env::var("PATH").unwrap());
        let source = format!("git:{}", repository.path().join("s.json").display());
        for words in [&["log", &source, "--json"][..], &["record", &source, "-o", "kept"], &["state", &source]] {
            let ended = sandbox.command().args(words).env("PATH", &path).output().unwrap();
            let said = String::from_utf8_lossy(&ended.stderr).into_owned();
            let ran = fs::read_to_string(sandbox.path("ran")).ok();
            assert_eq!(ran, None, "{what}: {words:?}: {said}");
            let expected = if repository.object("HEAD~1:s.json").exists() || said.is_empty() { 0 } else { 3 };
            assert_eq!(ended.status.code(), Some(expected), "{what}: {words:?}: {said}");
        }
        assert!(!sandbox.path("trace").exists(), "{what}");
    }
}

/// Nor anything the caller's environment names, and no other repository than the file's.
#[test]
fn the_callers_variables_lead_git_nowhere_else() {
    let (sandbox, repository, other) = (Sandbox::new(), three_versions(), Repository::new());
    other.commit("s.json", Some(b"\"other\""), "other", 0);
    repository.make_partial("ssh://example.invalid/x.git");
    let trap = repository.trap(&sandbox, "trap");
    let elsewhere = other.path().join(".git").to_str().unwrap().to_owned();
    let source = format!("git:{}", repository.path().join("s.json").display());
    let trace = sandbox.path("trace").to_str().unwrap().to_owned();
    for (name, value) in [
        ("GIT_DIR", &elsewhere),
        ("GIT_COMMON_DIR", &elsewhere),
        ("GIT_OBJECT_DIRECTORY", &format!("{elsewhere}/objects")),
        ("GIT_SSH_COMMAND", &trap),
        ("GIT_SSH", &trap),
        ("GIT_ASKPASS", &trap),
        ("SSH_ASKPASS", &trap),
        ("GIT_PROXY_COMMAND", &trap),
        ("GIT_EXTERNAL_DIFF", &trap),
        ("GIT_PAGER", &trap),
        ("PAGER", &trap),
        ("GIT_EDITOR", &trap),
        ("GIT_TRACE", &trace),
        ("GIT_TRACE2_EVENT", &trace),
        ("GIT_CONFIG_PARAMETERS", &format!("'core.fsmonitor={trap}' 'core.sshCommand={trap}'")),
        ("GIT_NO_LAZY_FETCH", &"0".to_owned()),
        ("GIT_ALLOW_PROTOCOL", &"ssh:ext:file".to_owned()),
    ] {
        let ended = sandbox.command().args(["log", &source, "--json"]).env(name, value).output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(!sandbox.path("ran").exists() && !sandbox.path("trace").exists(), "{name}");
        assert_eq!(
            (ended.status.code(), String::from_utf8_lossy(&ended.stdout).lines().count()),
            (Some(3), 3),
            "{name}: {said}"
        );
        assert!(said.contains("the clone is partial"), "{name}: {said}");
    }
}

/// A program of the name `git` that does not do what it is asked.
#[test]
fn a_git_that_fails_is_told_in_a_sentence() {
    let repository = three_versions();
    for (script, words) in [
        ("exit 1", "git says"),
        ("echo no >&2; exit 128", "git says: no"),
        ("case \"$*\" in *rev-parse*) printf 'false\\n\\n';; *) kill -9 $$;; esac", "git says"),
        ("head -c 10000 /dev/zero", "git log: unexpected output"),
        ("head -c 100000 /dev/zero", "git rev-parse: unexpected output"),
        ("yes", "git rev-parse: unexpected output"),
    ] {
        let sandbox = Sandbox::new();
        fs::create_dir(sandbox.path("bin")).unwrap();
        sandbox.write("bin/git", format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(sandbox.path("bin/git"), fs::Permissions::from_mode(0o700)).unwrap();
        let path = format!("{}:{}", sandbox.path("bin").display(), std::env::var("PATH").unwrap());
        let source = format!("git:{}", repository.path().join("s.json").display());
        let ended = sandbox.command().args(["log", &source]).env("PATH", path).output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(3), "{script}: {said}");
        assert!(said.contains(words), "{script}: {said}");
    }
}

/// What `asof` says of a file in a repository, from its copy in the cache and without one.
#[test]
fn a_history_from_git_is_kept_for_the_commit_it_is_of() {
    let repository = three_versions();
    let sandbox = crate::commands::Sandbox::new();
    let source = format!("git:{}", repository.path().join("s.json").display());
    let run = |words: &str, limit: &str| {
        let words = words.replace("SOURCE", &source);
        let output = sandbox.command().env("ASOF_CACHE_LIMIT", limit).args(words.split_whitespace()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let check = |fresh: bool, versions: usize| {
        for words in ["log SOURCE --json", "state SOURCE", "log SOURCE"] {
            assert_eq!(run(words, "1G"), run(words, "0"), "{words}");
        }
        let (code, out, _) = run("index SOURCE --check --json", "1G");
        let report: serde_json::Value = serde_json::from_str(&out).unwrap();
        let found = (code, report["records"].as_u64(), report["right"].as_bool());
        assert_eq!(found, (Some(0), Some(versions as u64), Some(true)), "{report}");
        // On a slow machine the commands before have made a copy already.
        assert!(!fresh || report["fresh"].as_bool() == Some(true), "{report}");
        assert_eq!(run("log SOURCE --json", "1G").1.lines().count(), versions);
    };
    check(false, 3);
    check(true, 3);
    std::fs::write(repository.path().join("s.json"), "{\"in\":\"the working tree\"}").unwrap();
    check(false, 4);
    check(true, 4);
    repository.commit("s.json", Some(b"{\"n\":4}"), "c4", 4);
    check(false, 4);
    check(true, 4);
    // Another object stands for the commit from now on.
    repository.git(&["replace", "HEAD", "HEAD~1"], 5);
    // The last commit is as the one before, and what it brought is in the working tree.
    check(false, 4);
    check(true, 4);
}

/// The numbers that are offered are those of the versions that opening shows: with merges, deletions and renames, from the top
/// and from below, and nothing outside of a repository.
#[test]
fn files_are_offered_with_as_many_versions_as_opening_them_shows() {
    let repository = Repository::new();
    for n in 0..7 {
        repository.commit("a.json", Some(format!("{{\"n\":{n}}}").as_bytes()), "a", n);
        repository.commit("deep/b c.json", Some(format!("[{}]", n / 3).as_bytes()), "b", n);
        repository.commit("other.txt", Some(format!("{n}").as_bytes()), "text", n);
    }
    repository.commit("gone.json", Some(b"1"), "here", 10);
    repository.commit("gone.json", None, "gone", 11);
    repository.git(&["mv", "a.json", "moved.json"], 12);
    repository.git(&["commit", "-q", "-m", "moved"], 12);
    repository.git(&["checkout", "-q", "-b", "side"], 13);
    repository.commit("moved.json", Some(b"{\"side\":1}"), "side", 13);
    repository.git(&["checkout", "-q", "main"], 14);
    repository.commit("other.txt", Some(b"main"), "main", 14);
    repository.git(&["merge", "-q", "--no-edit", "side"], 15);
    for (below, names) in [("", &["deep/b c.json", "moved.json"][..]), ("deep", &["b c.json"])] {
        let directory = repository.path().join(below);
        let offered = tracked_files(&directory, &|| false).unwrap();
        let mut found: Vec<_> = offered.iter().map(|file| file.path.to_str().unwrap()).collect();
        found.sort_unstable();
        assert_eq!(found, names);
        assert!(offered.is_sorted_by(|a, b| a.versions >= b.versions));
        for file in offered {
            let path = directory.join(&file.path);
            let read = read_repository(&path).unwrap().entries.len() as u64;
            assert_eq!((file.versions, versions_in_git(&path).unwrap()), (read, Some(read)), "{path:?}");
        }
    }
    assert_eq!(versions_in_git(&repository.path().join("never.json")).unwrap(), None);
    let elsewhere = tempfile::tempdir().unwrap();
    assert_eq!(tracked_files(elsewhere.path(), &|| false).unwrap(), []);
    assert!(versions_in_git(&elsewhere.path().join("x.json")).is_err());
    assert!(tracked_files(repository.path(), &|| true).unwrap().is_empty(), "stopped at once");
}
