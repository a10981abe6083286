//! Streams have no length and are live; files are read once; what a stream has brought is not lost without a question.

use super::harness::{Harness, recorded};
use crate::recording::{Progress, Recording, Tenant};
use crate::source::Address;
use crate::tui::job::Report;
use crate::value::parse;
use std::path::PathBuf;
use std::sync::Arc;

fn grow(screen: &mut Harness, tenant: &Tenant, n: u64) {
    tenant.set("step", parse(n.to_string().as_bytes()).unwrap()).unwrap();
    screen.report(Report::Progress(Progress { share: None, versions: n }));
}

/// A stream that has brought three versions and goes on.
fn stream(width: u16, height: u16) -> (Harness, Tenant) {
    let (recording, tenant) = recorded(&["1", "2", "3"]);
    let mut screen = Harness::reading(Address::Stdin, recording, width, height);
    screen.app.workspace.goes_on = true;
    screen.report(Report::Progress(Progress { share: None, versions: 3 }));
    (screen, tenant)
}

fn quits(screen: &Harness) -> bool {
    screen.outside.iter().any(|effect| effect.starts_with("quit"))
}

#[test]
fn a_stream_is_live_and_has_no_percentage() {
    for (width, height) in [(120, 36), (80, 24)] {
        let (mut screen, tenant) = stream(width, height);
        screen.sees("● LIVE").lacks("%").lacks("Reading").sees("#3/3");
        grow(&mut screen, &tenant, 4);
        screen.sees("#4/4").keys(",").sees("‖ PAUSED +0 since");
        grow(&mut screen, &tenant, 5);
        screen.sees("‖ PAUSED +1 since").sees("#3/5").keys("F").sees("● LIVE").sees("Following the head").keys("j");
        screen.report(Report::Read(Ok(())));
        screen.sees("The stream has ended: 5 versions received").sees("✓ ENDED").lacks("✗");
        screen.keys("F").sees("At the head; the stream has ended");
    }
    let mut screen = Harness::reading(Address::Stdin, recorded(&[]).0, 120, 36);
    screen.app.workspace.goes_on = true;
    screen.report(Report::Progress(Progress::default()));
    screen.sees("Waiting for the first version").lacks("%");
}

/// The tenant is called main where nobody named one; the header names the source then, not main twice.
#[test]
fn a_stream_without_a_tenant_is_named_by_its_source() {
    for (tenant, named) in [("main", "stdin"), ("shop", "shop")] {
        for (width, height) in [(160, 50), (120, 36), (80, 24), (60, 16)] {
            let recording = Arc::new(Recording::memory());
            let tenant = recording.tenant_or_new(&tenant.into()).unwrap();
            tenant.set("step", parse(b"1").unwrap()).unwrap();
            let mut screen = Harness::reading(Address::Stdin, recording, width, height);
            screen.app.workspace.goes_on = true;
            screen.report(Report::Progress(Progress { share: None, versions: 1 }));
            let header = screen.screen().lines().next().unwrap().replace(" › ", "›");
            assert!(header.contains(&format!(" {named}›main")), "{width}: {header}");
        }
    }
}

#[test]
fn a_stream_is_written_to_while_it_comes() {
    let home = tempfile::tempdir().unwrap();
    let (mut screen, tenant) = stream(120, 36);
    let kept = home.path().join("kept.asof");
    screen.command(&format!("save {}", kept.display())).sees("Saved · now saved in");
    grow(&mut screen, &tenant, 4);
    screen.command("snapshot here").sees("Snapshot \"here\" marks #4").command("rollback 2").keys("y").sees("#5/5");
    screen.keys("q");
    assert!(quits(&screen), "nothing is left to ask about");
    let versions = Recording::open(&kept).unwrap().tenant(tenant.id()).unwrap().history().newest().0;
    assert_eq!(versions, 5);
}

#[test]
fn loading_is_not_paused() {
    let (recording, tenant) = recorded(&["1", "2"]);
    for address in
        [Address::File("a.jsonl".into()), Address::Git(PathBuf::from("a.json").into()), Address::Recording("r".into())]
    {
        let mut screen = Harness::reading(address, recording.clone(), 120, 36);
        screen.report(Report::Progress(Progress { share: Some(0.5), versions: 2 }));
        screen.keys("b ,");
        tenant.set("step", parse(b"{}").unwrap()).unwrap();
        screen.report(Report::Progress(Progress { share: Some(0.6), versions: 3 }));
        screen.lacks("PAUSED").sees("Reading");
        screen.report(Report::Read(Ok(())));
        screen.lacks("PAUSED").lacks("LIVE");
    }
}

#[test]
fn what_follows_the_head_is_told_by_the_kind_of_source() {
    for (address, says) in [
        (Address::File("a.jsonl".into()), "At the head; nothing else comes from this file"),
        (Address::Git(PathBuf::from("a.json").into()), "Commits are read once; reopen to see newer ones"),
        (Address::Demo("guide".into()), "At the head; nothing else writes here"),
    ] {
        Harness::of(address, recorded(&["1", "2"]).0, 120, 36).keys(", F").sees(says).lacks("as they come");
    }
}

#[test]
fn what_only_memory_holds_is_asked_about_before_the_end() {
    for quit in ["q", "Q", "Ctrl-c", ": q Enter", ": q u i t Enter"] {
        for ended in [false, true] {
            let (mut screen, _) = stream(80, 24);
            if ended {
                screen.report(Report::Read(Ok(())));
            }
            screen.keys(quit).sees("3 versions are in memory only and cannot be read again");
            assert!(!quits(&screen), "{quit}");
            screen.keys("Enter x").sees("Not saved").keys("Esc").lacks("Not saved");
            assert!(!quits(&screen), "{quit}");
            screen.keys(quit).keys("y");
            assert!(quits(&screen), "{quit}: said to lose them");
        }
    }
    let (mut screen, _) = stream(80, 24);
    screen.keys("Ctrl-c Ctrl-c");
    assert!(quits(&screen), "asked twice");
    for line in ["q!", "force-quit"] {
        let (mut screen, _) = stream(80, 24);
        screen.command(line);
        assert!(quits(&screen), "{line}");
    }
}

#[test]
fn saving_from_the_question_keeps_all_and_ends() {
    for line in ["q", ": w q Enter", ": x Enter"] {
        let home = tempfile::tempdir().unwrap();
        let kept = home.path().join("kept.asof");
        let (mut screen, tenant) = stream(120, 36);
        screen.keys(line);
        if line == "q" {
            screen.keys("s");
        }
        screen.sees("Save the recording");
        let old = "stdin.asof".len();
        screen.keys(&"Backspace ".repeat(old));
        screen.text(kept.to_str().unwrap()).keys("Enter");
        assert!(quits(&screen), "{line}\n{}", screen.screen());
        let versions = Recording::open(&kept).unwrap().tenant(tenant.id()).unwrap().history().newest().0;
        assert_eq!(versions, 3, "{line}");
    }
    // Where it cannot be saved, that is seen, and nothing ends.
    let (mut screen, _) = stream(120, 36);
    screen.keys("q s").text("/no/such/place").keys("Enter").sees("Nothing was written");
    assert!(!quits(&screen));
    screen.keys("q s Esc").sees("Nothing was written");
    assert!(!quits(&screen));
}

#[test]
fn what_can_be_read_again_is_not_asked_about() {
    for address in
        [Address::File("a.jsonl".into()), Address::Git(PathBuf::from("a.json").into()), Address::Demo("guide".into())]
    {
        let mut screen = Harness::of(address, recorded(&["1", "2"]).0, 120, 36);
        screen.keys("q");
        assert!(quits(&screen));
    }
}
