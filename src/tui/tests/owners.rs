//! Whatever is asked about one tenant is answered for that tenant, whichever is shown when the answer comes.

use super::harness::Harness;
use crate::record::{TenantId, Version};
use crate::recording::{Recording, SnapshotRequest, Tenant};
use crate::source::Address;
use crate::value::parse;
use std::sync::Arc;
use std::time::Duration;

/// A tenant with so many states, each made from its number.
fn filled(recording: &Recording, name: &str, count: u64, state: impl Fn(u64) -> String) -> Tenant {
    let tenant = recording.tenant_or_new(&TenantId::from(name)).unwrap();
    for n in 1..=count {
        tenant.set("step", parse(state(n).as_bytes()).unwrap()).unwrap();
    }
    tenant
}

/// `acme` with 20 versions, `beta` with 12, which is guarded; the second number is `k`'s, which changes at #15 alone.
fn two() -> (Harness, Tenant, Tenant) {
    let recording = Arc::new(Recording::memory());
    let acme = filled(&recording, "acme", 20, |n| format!(r#"{{"n":{n},"k":{}}}"#, n / 15));
    let beta = filled(&recording, "beta", 12, |n| format!(r#"{{"n":{n},"k":0}}"#));
    beta.snapshot(&SnapshotRequest { name: Some("guarded".into()), tags: vec!["prod".into()], ..Default::default() })
        .unwrap();
    acme.snapshot(&SnapshotRequest { name: Some("kept".into()), version: Some(Version(3)), ..Default::default() })
        .unwrap();
    acme.fork("other", Version(4)).unwrap();
    let screen = Harness::of(Address::Demo("two".into()), recording, 120, 36);
    (screen, acme, beta)
}

/// Another tenant is shown: by the list, by name.
const SWITCHES: [&str; 2] = ["t Down Enter", ": t e n a n t Space b e t a Enter"];

#[test]
fn a_question_put_aside_is_never_answered_for_another_tenant() {
    for question in ["R", ": r o l l b a c k Space 2 Enter", "3 R"] {
        for switch in SWITCHES {
            for after in ["Esc y", "q y", "Esc Esc y", "y", "1 Esc y", "R Esc y", "d Esc y"] {
                let (mut screen, acme, beta) = two();
                let before = [&acme, &beta].map(|tenant| tenant.history().position());
                screen
                    .command("goto 5")
                    .keys(question)
                    .sees("Roll back")
                    .keys("d")
                    .keys(switch)
                    .sees("beta")
                    .keys(after);
                let now = [&acme, &beta].map(|tenant| tenant.history().position());
                assert_eq!(
                    now,
                    before,
                    "{question}, {switch}, {after}: nothing was asked about beta:\n{}",
                    screen.screen()
                );
            }
        }
    }
}

#[test]
fn a_question_put_aside_waits_at_its_own_tenant() {
    for switch in SWITCHES {
        let (mut screen, acme, beta) = two();
        screen.command("goto 5").keys("R d").keys(switch).keys("Esc").lacks("Roll back");
        screen
            .command("tenant acme")
            .keys("Esc")
            .sees("Roll back")
            .sees("acme / main")
            .keys("y")
            .sees("Rolled back: #21");
        assert_eq!([acme.head().0, beta.head().0], [21, 12], "{switch}");
    }
}

/// Everything that goes on by itself after a key, while the person turns to another tenant.
#[test]
fn work_of_one_tenant_changes_nothing_of_another() {
    let work = [
        "g g ] c",
        "G [ c",
        "/ n o w h e r e Enter",
        "G ,",
        "R y",
        "s x Enter",
        ": f o r k Space f 2 Enter",
        "3 D y",
        "R d",
        "2",
        "7",
        "j W",
        ": e x p o r t Space x . m d Enter",
    ];
    for keys in work {
        for switch in SWITCHES {
            let (mut screen, _, _) = two();
            screen.files = super::harness::Files::Refused;
            let looked = |screen: &Harness| {
                let session = &screen.app.workspace.sessions[1];
                (
                    session.cursor,
                    session.ends(),
                    session.snapshots.selected(9),
                    session.lists.walked.clone(),
                    session.history().position(),
                )
            };
            let before = looked(&screen);
            screen.hold_all().command("goto 5").keys(keys).keys("Esc").keys(switch);
            let view = screen.app.workspace.view;
            screen.let_all_come();
            assert_eq!(looked(&screen), before, "{keys}, {switch}:\n{}", screen.screen());
            assert_eq!(screen.app.workspace.view, view, "{keys}, {switch}");
        }
    }
}

#[test]
fn what_was_found_is_shown_where_it_was_looked_for() {
    let (mut screen, _, _) = two();
    screen.command("path .k").command("goto 1").hold_all().keys("] c").command("tenant beta").let_all_come();
    screen.sees("acme: .k").sees("#12/12").command("tenant acme").sees("#15/20");
}

#[test]
fn a_film_stays_with_its_tenant() {
    let (mut screen, _, _) = two();
    screen.keys("g g").command("play").sees("playing").command("tenant beta").lacks("playing");
    screen.keys("g g");
    for _ in 0..20 {
        screen.wait(Duration::from_millis(200)).sees("#1/12");
    }
    screen.command("tenant acme").lacks("playing");
}

#[test]
fn a_search_goes_on_in_its_own_state_only() {
    let recording = Arc::new(Recording::memory());
    let many: Vec<String> = (0..250_000).map(|n| format!("\"u{n}\"")).collect();
    filled(&recording, "acme", 1, |_| format!("[{}]", many.join(",")));
    filled(&recording, "beta", 3, |n| format!(r#"{{"n":{n}}}"#));
    let mut screen = Harness::of(Address::Demo("two".into()), recording, 120, 36);
    screen.command("search nosuchthinganywhere").sees("Searching").command("tenant beta");
    screen.wait(Duration::ZERO).lacks("not found in this state").wait(Duration::ZERO).lacks("not found in this state");
    screen.command("tenant acme").wait(Duration::ZERO).sees("\"nosuchthinganywhere\" not found");
}

/// What was announced for one tenant is not done in another, nor when it comes back without being announced anew.
#[test]
fn an_undo_is_announced_and_done_in_one_tenant() {
    let (mut screen, acme, beta) = two();
    for name in ["acme", "beta"] {
        screen.command(&format!("tenant {name}")).command("goto 2").keys("s x Enter").sees("marks #2");
    }
    let before = [&acme, &beta].map(|tenant| tenant.history().position());
    screen
        .command("tenant acme")
        .keys("u")
        .sees("again does it")
        .command("tenant beta")
        .keys("u")
        // It is guarded, and asks for its name.
        .sees("Would undo the creation of snapshot \"x\"")
        .keys("Escape");
    screen.command("tenant acme").keys("u");
    assert_eq!([&acme, &beta].map(|tenant| tenant.history().position()), before);
}
