//! What is told of a repository, beside what `git` itself says of it.

use super::{Repository, check_refused, read_repository, three_versions};
use crate::commands::Sandbox;
use crate::imports::Found;
use asof::import::{GitFile, ImportItem, read_git};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

fn read_named(text: &str) -> asof::Result<Found> {
    let mut found = Found::default();
    read_git(&GitFile::parse(text), &"main".into(), &mut |item| found.take(item))?;
    Ok(found)
}

/// The hashes of the versions, oldest first, of those that have one.
fn hashes(found: &Found) -> Vec<String> {
    let hash = |(_, entry): &(_, asof::Entry)| Some(entry.provenance.as_ref()?.source_id.as_ref()?.to_string());
    found.entries.iter().filter_map(hash).collect()
}

fn lines_of(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.is_empty()).collect()
}

#[test]
fn renames_are_followed_as_git_follows_them() {
    let repository = Repository::new();
    let wide = |n: u32| {
        let rows: Vec<String> =
            (0..20).map(|row| format!("  \"row{row}\": {}", if row == 7 { n } else { row })).collect();
        format!("{{\n{}\n}}\n", rows.join(",\n"))
    };
    repository.commit("a.json", Some(wide(1).as_bytes()), "begin", 1);
    repository.commit("a.json", Some(wide(2).as_bytes()), "two", 2);
    repository.git(&["mv", "a.json", "b.json"], 3);
    repository.git(&["commit", "-q", "-m", "rename only"], 3);
    fs::create_dir(repository.path().join("deep")).unwrap();
    repository.git(&["mv", "b.json", "deep/c d.json"], 4);
    repository.commit("deep/c d.json", Some(wide(4).as_bytes()), "rename and edit", 4);
    repository.commit("deep/c d.json", Some(wide(5).as_bytes()), "five", 5);
    // Another file of the first name does not belong to it.
    repository.commit("a.json", Some(b"[]"), "another", 6);
    let found = read_repository(&repository.path().join("deep/c d.json")).unwrap();
    let by_git = repository.answer(&["log", "--follow", "--format=%H", "--", "deep/c d.json"]);
    let oldest_first: Vec<_> = lines_of(&by_git).into_iter().rev().collect();
    assert_eq!(hashes(&found), oldest_first);
    let sources: Vec<_> =
        found.entries.iter().map(|(_, entry)| entry.provenance.clone().unwrap().src.unwrap()).collect();
    assert_eq!(sources, ["git:a.json", "git:a.json", "git:b.json", "git:deep/c d.json", "git:deep/c d.json"]);
    // The old name ends with its deletion.
    let old = read_repository(&repository.path().join("b.json")).unwrap();
    assert!(old.lines().last().unwrap().ends_with("rename and edit: deleted"), "{:?}", old.lines());
}

/// Commits on branches that are merged: every commit of `git log` is a version with the content that `git show` prints, its own
/// author, and the value before it that `git log --parents` names.
#[test]
fn merges_are_the_commits_they_bring() {
    for seed in 0..6_u32 {
        let repository = Repository::new();
        let mut random = seed.wrapping_mul(2_654_435_761).wrapping_add(12_345);
        let mut next = |below: u32| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 8) % below
        };
        let text = |a: u32, b: u32| format!("{{\"a\":{a},\n\n\n\n\n\n\n\n\n\n\"b\":{b}}}\n");
        repository.commit("s.json", Some(text(0, 0).as_bytes()), "begin", 0);
        let (mut a, mut b) = (0, 0);
        for round in 1..8 {
            let second = round * 10;
            repository.git(&["checkout", "-q", "-b", &format!("side{round}")], second);
            let old = a;
            for step in 0..next(3) {
                b = second + step;
                repository.commit("s.json", Some(text(a, b).as_bytes()), &format!("b is {b}"), second + step);
            }
            repository.git(&["checkout", "-q", "main"], second + 4);
            if next(2) == 1 {
                let on_main = repository.answer(&["show", "HEAD:s.json"]);
                let before: u32 = on_main.rsplit(':').next().unwrap().trim_end_matches('}').parse().unwrap();
                a = second;
                repository.commit("s.json", Some(text(a, before).as_bytes()), &format!("a is {a}"), second + 5);
            }
            assert!(old <= a);
            repository.git(
                &["merge", "-q", "--no-ff", "-m", &format!("Merge side{round}"), &format!("side{round}")],
                second + 6,
            );
            assert_eq!(repository.answer(&["show", "HEAD:s.json"]), text(a, b).trim());
        }
        let sandbox = Sandbox::new();
        let source = format!("git:{}", repository.path().join("s.json").display());
        let ended = sandbox.run_words(&["log", &source, "--json"], "");
        assert_eq!(ended.code, 0, "{}", ended.err);
        let rows: Vec<serde_json::Value> = ended.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let by_git = repository.answer(&["log", "--parents", "--format=%H %P", "HEAD", "--", "s.json"]);
        let parents: BTreeMap<&str, Vec<&str>> = by_git
            .lines()
            .map(|line| {
                line.split_once(' ').map_or((line, Vec::new()), |(hash, rest)| (hash, rest.split(' ').collect()))
            })
            .collect();
        let text = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap().to_owned();
        let told: BTreeSet<String> = rows.iter().map(|row| text(row, "source_id")).collect();
        assert_eq!(told, parents.keys().map(|hash| (*hash).to_owned()).collect(), "seed {seed}");
        assert_eq!(rows.len(), told.len());
        for row in &rows {
            let hash = text(row, "source_id");
            let value = sandbox.run_words(&["state", &source, "--at", &hash], "").out;
            let value: serde_json::Value = serde_json::from_str(&value).unwrap();
            let shown = repository.answer(&["show", &format!("{hash}:s.json")]);
            assert_eq!(value, serde_json::from_str::<serde_json::Value>(&shown).unwrap(), "seed {seed}: {hash}");
            let parent =
                rows.iter().find(|other| other["version"] == row["parent"]).map(|parent| text(parent, "source_id"));
            let first = parents[hash.as_str()].iter().find(|hash| !hash.is_empty()).map(|hash| (*hash).to_owned());
            assert_eq!(parent, first, "seed {seed}: {row}");
            if parents[hash.as_str()].len() > 1 {
                assert!(text(row, "label").contains(" · b is "), "{row}");
            }
        }
        // The line that is checked out is main, to its end.
        let head = rows.iter().rfind(|row| row["branch"] == "main").map(|row| text(row, "source_id")).unwrap();
        assert_eq!(head, repository.answer(&["log", "-1", "--format=%H", "--", "s.json"]), "seed {seed}");
    }
}

#[test]
fn a_merge_of_two_authors_work_names_them() {
    let repository = three_versions();
    let by = |name: &str, words: &[&str]| {
        let mut git = std::process::Command::new("git");
        let done = git.arg("-C").arg(repository.path()).args(words);
        let done = done.env("GIT_AUTHOR_NAME", name).env("GIT_AUTHOR_EMAIL", "x@y").env("GIT_COMMITTER_NAME", name);
        assert!(done.env("GIT_COMMITTER_EMAIL", "x@y").status().unwrap().success(), "{words:?}");
    };
    let write = |text: &str| fs::write(repository.path().join("s.json"), text).unwrap();
    repository.git(&["checkout", "-q", "-b", "side"], 5);
    write("{\"n\":3,\"cy\":1}");
    by("Cy", &["commit", "-qam", "cy's"]);
    write("{\"n\":3,\"cy\":1,\"di\":1}");
    by("Di", &["commit", "-qam", "di's"]);
    repository.git(&["checkout", "-q", "main"], 6);
    repository.commit("s.json", Some(b"{\"n\":4}"), "c4", 7);
    repository.git(&["merge", "-q", "-s", "ours", "-m", "Merge", "side"], 8);
    write("{\"n\":4,\"cy\":1,\"di\":1}");
    by("Eve", &["commit", "-qa", "--amend", "--reset-author", "-m", "Merge"]);
    let lines = read_repository(&repository.path().join("s.json")).unwrap().lines();
    let found: Vec<_> = lines.iter().map(|line| line.split_once(" <").unwrap().1).collect();
    assert_eq!(
        found[3..],
        [
            r#"Ann Ü> c4: {"n":4}"#,
            r#"Cy> cy's: {"cy":1,"n":3}"#,
            r#"Di> di's: {"cy":1,"di":1,"n":3}"#,
            r#"Cy, Di> Merge · di's · cy's: {"cy":1,"di":1,"n":4}"#,
        ]
    );
}

#[test]
fn a_commit_names_its_version_everywhere() {
    let (sandbox, repository) = (Sandbox::new(), three_versions());
    fs::write(repository.path().join("s.json"), "{\"n\":4}").unwrap();
    repository.git(&["commit", "-qam", "A subject\n\nAnd a body\nof two lines."], 9);
    let source = format!("git:{}", repository.path().join("s.json").display());
    let row = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap();
    let rows: Vec<_> = sandbox.run_words(&["log", &source, "--json"], "").out.lines().map(row).collect();
    for (row, back) in rows.iter().rev().zip(0..) {
        let commit = format!("HEAD~{back}");
        let git = |format: &str| repository.answer(&["log", "-1", &format!("--format={format}"), &commit]);
        let (subject, message) = (git("%s"), git("%B"));
        let message = (message != subject).then_some(message);
        assert_eq!(
            [row["source_id"].as_str(), row["label"].as_str(), row["by"].as_str(), row["message"].as_str()],
            [Some(git("%H").as_str()), Some(subject.as_str()), Some(git("%an").as_str()), message.as_deref()]
        );
    }
    let third = repository.answer(&["rev-parse", "HEAD~1"]);
    sandbox.run_words(&["record", &source, "-o", "kept"], "");
    for source in [source.as_str(), "kept"] {
        for named in [third.as_str(), &third[..7], &format!("id:{}", &third[..4])] {
            let ended = sandbox.run_words(&["state", source, "--at", named], "");
            assert_eq!((ended.code, ended.out.trim()), (0, r#"{"n":3}"#), "{source} {named}: {}", ended.err);
        }
        let ended = sandbox.run_words(&["diff", source, &third[..8], "head", "--patch"], "");
        assert!(ended.out.contains("/n"), "{ended:?}");
        let text = sandbox.run_words(&["log", source], "").out;
        assert!(text.lines().nth(2).unwrap().contains(&third[..10]), "{text}");
        let ended = sandbox.run_words(&["state", source, "--at", "id:none"], "");
        assert!(ended.code != 0 && ended.err.contains("id \"none\" not found"), "{ended:?}");
        let ended = sandbox.run_words(&["state", source, "--at", "feedbad"], "");
        assert!(ended.code != 0 && ended.err.contains("snapshot \"feedbad\" not found"), "{ended:?}");
    }
    // A snapshot of that name counts before the commit.
    let made = sandbox.run_words(&["snapshot", "kept", &third[..7], "--at", "1"], "");
    assert_eq!(made.code, 0, "{made:?}");
    assert_eq!(sandbox.run_words(&["state", "kept", "--at", &third[..7]], "").out.trim(), r#"{"n":1}"#);
}

#[test]
fn a_file_of_a_revision_and_of_a_bare_repository() {
    let repository = three_versions();
    repository.git(&["tag", "v2", "HEAD~1"], 0);
    repository.git(&["checkout", "-q", "-b", "feat"], 0);
    repository.commit("s.json", Some(b"{\"n\":9}"), "on feat", 9);
    repository.git(&["checkout", "-q", "main"], 0);
    fs::write(repository.path().join("s.json"), "{\"not\":\"committed\"}").unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let bare = elsewhere.path().join("bare.git");
    let cloned = ["clone", "-q", "--bare", repository.path().to_str().unwrap(), bare.to_str().unwrap()];
    assert!(std::process::Command::new("git").args(cloned).status().unwrap().success());
    let (file, bare) = (repository.path().join("s.json"), bare.display().to_string());
    let file = file.display();
    let count = |rev: &str| {
        let all = repository.answer(&["log", "--reverse", "--format=%H", rev, "--", "s.json"]);
        lines_of(&all).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    for (named, rev) in [
        (format!("feat:{file}"), "feat"),
        (format!("v2:{file}"), "v2"),
        (format!("HEAD~2:{file}"), "HEAD~2"),
        (format!("{}:feat:s.json", repository.path().display()), "feat"),
        (format!("{bare}/s.json"), "main"),
        (format!("{bare}:s.json"), "main"),
        (format!("{bare}:feat:s.json"), "feat"),
    ] {
        let found = read_named(&named).unwrap();
        assert_eq!(hashes(&found), count(rev), "{named}");
        assert_eq!(found.entries.len(), count(rev).len(), "{named}: the working tree belongs to what is checked out");
    }
    check_refused(read_named(&format!("none:{file}")), "\"none\" is not a branch, tag or commit of the repository");
    check_refused(read_named(&format!("--all:{file}")), "\"--all\" is not a branch, tag or commit of the repository");
    check_refused(read_named(&format!("{bare}/objects/x.json")), "no commit on this branch contains it");
    let sandbox = Sandbox::new();
    let state = |source: &str| sandbox.run_words(&["state", source], "").out.trim().to_owned();
    assert_eq!(state(&format!("git:feat:{file}")), r#"{"n":9}"#);
    assert_eq!(state(&format!("git:v2:{file}")), r#"{"n":2}"#);
}

#[test]
fn the_working_tree_is_the_newest_version_where_it_differs() {
    let repository = three_versions();
    let file = repository.path().join("s.json");
    let last = || read_repository(&file).unwrap().lines().last().unwrap().clone();
    let write = |text: &str| fs::write(&file, text).unwrap();
    assert!(last().ends_with(r#"c3: {"n":3}"#));
    write("{\"n\":3}\r\n");
    repository.git(&["add", "s.json"], 0);
    assert!(last().contains("working tree"), "{}", last());
    write("{\"n\":30}");
    assert!(last().ends_with(r#"working tree: {"n":30}"#), "{}", last());
    write("{\"n\":");
    assert!(last().ends_with(r#"working tree: invalid "{\"n\":""#), "{}", last());
    fs::remove_file(&file).unwrap();
    assert!(last().ends_with(r#"c3: {"n":3}"#), "{}", last());
    // Line ends that git writes in the working tree are no change.
    repository.commit("crlf.json", Some(b"{\n\"n\":1\n}\n"), "lines", 5);
    fs::write(repository.path().join("crlf.json"), "{\r\n\"n\":1\r\n}\r\n").unwrap();
    assert_eq!(read_repository(&repository.path().join("crlf.json")).unwrap().entries.len(), 1);
}

#[test]
fn pointers_of_large_file_storage_are_told() {
    let pointer = |n: u32| format!("version https://git-lfs.github.com/spec/v1\noid sha256:{n:064}\nsize 12345\n");
    let repository = Repository::new();
    for n in 0..9 {
        repository.commit("big.json", Some(pointer(n).as_bytes()), "edit", n);
    }
    check_refused(read_repository(&repository.path().join("big.json")), "is stored in Git LFS, not in the repository");
    repository.commit("big.json", Some(b"{\"n\":1}"), "a real one", 10);
    let found = read_repository(&repository.path().join("big.json")).unwrap();
    assert_eq!((found.entries.len(), found.problems.len()), (10, 9));
    // What is not fetched stands as a pointer in the working tree too: that is no change.
    repository.commit("big.json", Some(b"{\"n\":2}"), "another", 11);
    repository.commit("big.json", Some(pointer(12).as_bytes()), "edit", 12);
    std::fs::write(repository.path().join("big.json"), pointer(12)).unwrap();
    assert_eq!(read_repository(&repository.path().join("big.json")).unwrap().entries.len(), 12);
    assert!(found.problems.iter().all(|problem| problem.why.contains("Git LFS")), "{:?}", found.problems);
}

#[test]
fn a_name_is_cut_at_a_colon_only_where_no_file_has_it() {
    let sandbox = Sandbox::new();
    let path = sandbox.path("a:b.json");
    fs::write(&path, "1").unwrap();
    let parsed = |text: &str| {
        let GitFile { rev, path, .. } = GitFile::parse(text);
        (rev, path)
    };
    assert_eq!(parsed(path.to_str().unwrap()), (None, path.clone()));
    assert_eq!(parsed("x:y/z.json"), (Some("x".into()), Path::new("y/z.json").into()));
    assert_eq!(parsed("HEAD~1:a:b.json"), (Some("HEAD~1".into()), Path::new("a:b.json").into()));
    assert_eq!(parsed(":y"), (None, Path::new(":y").into()));
    assert_eq!(parsed("y:"), (None, Path::new("y:").into()));
}

/// Whoever stops gets no more.
#[test]
fn stopping_at_the_working_tree_is_heeded() {
    let repository = three_versions();
    fs::write(repository.path().join("s.json"), "4").unwrap();
    let mut ended = false;
    let mut sink = |item: ImportItem| {
        ended |= matches!(item, ImportItem::End(_));
        let is_last = matches!(&item, ImportItem::Entry(imported) if imported.entry.provenance.as_ref().is_some_and(|from| from.source_id.is_none()));
        if is_last { std::ops::ControlFlow::Break(()) } else { std::ops::ControlFlow::Continue(()) }
    };
    read_git(&repository.path().join("s.json").into(), &"main".into(), &mut sink).unwrap();
    assert!(!ended);
}
