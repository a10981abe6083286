//! Cutting off old history from the screen: what the question says, what `y` does, who is asked for a name first.

use super::harness::{Harness, noon};
use super::views::check;
use crate::history::Strategy;
use crate::record::{TenantId, Version};
use crate::recording::{Recording, SnapshotRequest, Tenant};
use crate::source::Address;
use crate::value::Value;
use std::sync::Arc;

/// Twelve versions on the disk, with a snapshot on either side of `#6`, a branch kept before it, a transaction, and a
/// rollback to what is before it.
fn recorded() -> (tempfile::TempDir, Arc<Recording>, Tenant) {
    let home = tempfile::tempdir().unwrap();
    let recording = Arc::new(Recording::create(&home.path().join("run.asof")).unwrap().with_clock(noon));
    let tenant = recording.tenant_or_new(&TenantId::from("shop")).unwrap();
    (1..=3_i64).for_each(|n| _ = tenant.set("step", Value::from(n)).unwrap());
    tenant.snapshot(&SnapshotRequest { version: Some(Version(3)), ..SnapshotRequest::named("old") }).unwrap();
    tenant.rollback(&Strategy::Version(Version(2)), "back").unwrap();
    tenant.set("object", crate::value::parse(b"{}").unwrap()).unwrap();
    tenant.transaction("order").step("pay", |draft| Ok(draft.set(".paid", &true)?)).run().unwrap();
    (7..=11_i64).for_each(|n| _ = tenant.set("step", Value::from(n)).unwrap());
    tenant.snapshot(&SnapshotRequest { version: Some(Version(8)), ..SnapshotRequest::named("new") }).unwrap();
    tenant.rollback(&Strategy::Version(Version(5)), "far back").unwrap();
    (home, recording, tenant)
}

fn opened(recording: &Arc<Recording>, width: u16, height: u16) -> Harness {
    Harness::of(Address::Recording("run.asof".into()), recording.clone(), width, height)
}

/// A snapshot with this tag.
fn tag(tenant: &Tenant, tag: &str) {
    let request = SnapshotRequest { tags: vec![tag.into()], ..SnapshotRequest::named("tagged") };
    tenant.snapshot(&request).unwrap();
}

#[test]
fn the_question_says_what_goes_and_what_stays() {
    let (_home, recording, _) = recorded();
    for (width, height) in [(120, 36), (80, 24)] {
        let mut screen = opened(&recording, width, height);
        screen.command("compact 8");
        check(&format!("compact-{width}x{height}"), &screen);
    }
}

#[test]
fn only_y_cuts_and_the_view_stands_on_a_version_that_is_there() {
    let (_home, recording, tenant) = recorded();
    for (width, height) in [(120, 36), (80, 24)] {
        let mut screen = opened(&recording, width, height);
        screen.command("compact 8").keys("Enter Enter d").sees("permanently").keys("n").lacks("permanently");
    }
    assert_eq!(tenant.history().first(), Version(1), "nothing was cut");
    let mut screen = opened(&recording, 120, 36);
    screen.command("goto 3").sees("#3/").command("compact 8").keys("y");
    screen.sees("Deleted 7 versions,").sees("the oldest version is #8").lacks("was removed").sees("#8/12");
    assert_eq!(tenant.history().first(), Version(8));
    screen.keys("u").lacks("undoes it").keys("g g").sees("#8/12").keys(". 2").sees("#9").lacks("was removed");
    screen
        .keys("1")
        .command("goto 12")
        .sees("#12/12")
        .command("compact 8")
        .sees("nothing to compact before #8")
        .keys("y")
        .sees("nothing to compact");
}

#[test]
fn without_a_target_it_is_everything_before_the_cursor() {
    let (_home, recording, _) = recorded();
    opened(&recording, 120, 36).command("goto 9").command("compact").sees("delete everything before #9");
}

#[test]
fn a_tenant_tagged_prod_is_named_before_anything_happens_to_its_head() {
    for (opener, done) in [(": c o m p a c t Space 8 Enter", "Deleted 7"), (", , R", "Rolled back: #13")] {
        let (_home, recording, tenant) = recorded();
        tag(&tenant, "prod");
        let mut screen = opened(&recording, 80, 24);
        screen.keys(opener).keys("y").sees("type its name, shop").lacks(done);
        screen.text("shoq").keys("Enter y").sees("type its name, shop").lacks(done);
        screen
            .keys("Backspace p Enter")
            .lacks("type its name")
            .lacks(done)
            .keys("Enter")
            .lacks(done)
            .keys("y")
            .sees(done);
    }
    let (_home, recording, tenant) = recorded();
    tag(&tenant, "production");
    opened(&recording, 80, 24).keys(", , R y").sees("Rolled back");
}

#[test]
fn where_nothing_can_be_cut_it_says_why() {
    let (_home, recording, tenant) = recorded();
    let mut screen = opened(&recording, 120, 36).read_only();
    screen.command("compact 8").sees("compact: read-only: opened with --read-only").lacks("permanently");
    Harness::guide(120, 36).command("compact 3").sees("only in memory").lacks("permanently");
    opened(&recording, 120, 36).command("compact 99").sees("#99");
    assert_eq!(tenant.history().first(), Version(1));
}

#[test]
fn how_far_it_is_stands_below_while_it_runs() {
    use crate::tui::job::Report;
    let (_home, recording, _) = recorded();
    let mut screen = opened(&recording, 120, 36);
    screen.keys(",");
    screen.report(Report::Share(0.42));
    screen.sees("Compacting: 42%; you can keep working").keys("2").sees("42%");
}
