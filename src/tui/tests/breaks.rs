//! A break ends playing and following at exactly the version where it becomes true, whichever way and in whatever pieces
//! versions come; nothing else ends there.

use super::harness::Harness;
use crate::record::Version;
use crate::recording::{Recording, Tenant};
use crate::source::Address;
use crate::tui::job::{Life, Report};
use std::sync::Arc;
use std::time::Duration;

fn numbers(all: &[i64]) -> (Arc<Recording>, Tenant) {
    let recording = Arc::new(Recording::memory().with_clock(super::harness::noon));
    let tenant = recording.tenant_or_new(&"shop".into()).unwrap();
    all.iter().for_each(|n| write(&tenant, *n));
    (recording, tenant)
}

fn write(tenant: &Tenant, n: i64) {
    tenant.record("count", &serde_json::json!({"n": n})).unwrap();
}

fn cursor(screen: &Harness) -> u64 {
    screen.app.session().unwrap().cursor.0
}

/// Plays from a version until it stops.
fn play(screen: &mut Harness, from: usize, key: &str) -> u64 {
    screen.command(&format!("goto {from}")).keys("1");
    while screen.app.place_name() != "Timeline" {
        screen.keys("Tab");
    }
    screen.keys(key);
    for _ in 0..2000 {
        if screen.app.playing().is_none() {
            break;
        }
        screen.wait(Duration::from_millis(100));
    }
    assert!(screen.app.playing().is_none());
    cursor(screen)
}

#[test]
fn playing_stops_where_it_becomes_true_both_ways() {
    let rows: [&[i64]; 4] =
        [&[1, 1, 5, 5, 1, 1, 5, 1], &[5, 5, 5, 1, 1, 5, 5, 5], &[1, 1, 1, 1, 1, 1, 1, 1], &[5, 1, 5, 1, 5, 1, 5, 1]];
    for row in rows {
        let (recording, _) = numbers(row);
        let mut screen = Harness::of(Address::File("shop.jsonl".into()), recording, 120, 36);
        screen.command("break .n > 3").sees("break .n > 3");
        let holds = |version: usize| row[version - 1] > 3;
        for from in 1..=row.len() {
            let forth = (from + 1..=row.len()).find(|at| holds(*at) && !holds(at - 1)).unwrap_or(row.len());
            let back = (1..from).rev().find(|at| holds(*at) && !holds(at + 1)).unwrap_or(1);
            assert_eq!(play(&mut screen, from, "L"), forth as u64, "{row:?} forwards from {from}");
            assert_eq!(play(&mut screen, from, "J"), back as u64, "{row:?} backwards from {from}");
        }
    }
}

#[test]
fn following_stops_at_the_version_where_it_becomes_true_however_many_come_at_once() {
    for batches in [&[&[1, 1, 5, 1, 5][..]][..], &[&[1], &[1], &[5], &[1]], &[&[5, 5], &[1, 5, 1], &[5]]] {
        let (recording, tenant) = numbers(&[1, 5, 5]);
        let mut screen = Harness::of(Address::File("shop.jsonl".into()), recording, 120, 36);
        screen.command("break .n > 3");
        let (mut all, mut expected) = (vec![1, 5, 5], None);
        for batch in batches {
            for n in *batch {
                write(&tenant, *n);
                all.push(*n);
                let became = all[all.len() - 1] > 3 && all[all.len() - 2] <= 3;
                expected = expected.or(became.then_some(all.len() as u64));
            }
            screen.report(Report::Followed(Life::Live));
            assert_eq!(cursor(&screen), expected.unwrap_or(all.len() as u64), "{batches:?} after {}", all.len());
        }
        let at = expected.unwrap();
        screen.sees(&format!("Stopped at #{at}: .n > 3 became true"));
        // Following goes on from the head, to the next time.
        screen.keys("F");
        assert_eq!(cursor(&screen), all.len() as u64);
        [1, 1].iter().for_each(|n| write(&tenant, *n));
        screen.report(Report::Followed(Life::Live));
        assert_eq!(cursor(&screen), all.len() as u64 + 2);
        [1, 7, 7].iter().for_each(|n| write(&tenant, *n));
        screen.report(Report::Followed(Life::Live));
        assert_eq!(cursor(&screen), all.len() as u64 + 4);
    }
}

#[test]
fn nothing_is_shown_that_was_not_looked_at() {
    let (recording, tenant) = numbers(&[1, 1]);
    let mut screen = Harness::of(Address::File("shop.jsonl".into()), recording, 120, 36);
    screen.command("break .n > 3").hold_all();
    [1, 5, 1].iter().for_each(|n| write(&tenant, *n));
    screen.report(Report::Followed(Life::Live));
    assert_eq!(cursor(&screen), 2, "it waits");
    while !screen.held.is_empty() {
        screen.release(0);
        assert!(cursor(&screen) <= 4);
    }
    assert_eq!(cursor(&screen), 4);
}

#[test]
fn versions_of_other_branches_neither_stop_it_nor_hold_it_up() {
    let (recording, tenant) = numbers(&[1, 1]);
    tenant.fork("side", Version(1)).unwrap();
    let side = tenant.on("side").unwrap();
    let mut screen = Harness::of(Address::File("shop.jsonl".into()), recording, 120, 36);
    screen.command("break .n > 3");
    write(&side, 9);
    screen.report(Report::Followed(Life::Live));
    write(&tenant, 2);
    screen.report(Report::Followed(Life::Live));
    assert_eq!(cursor(&screen), 4);
    write(&tenant, 9);
    write(&side, 1);
    screen.report(Report::Followed(Life::Live));
    assert_eq!(cursor(&screen), 5);
}

#[test]
fn a_break_is_said_turned_off_and_refused_where_it_is_wrong() {
    let (recording, tenant) = numbers(&[1, 1]);
    let mut screen = Harness::of(Address::File("shop.jsonl".into()), recording, 120, 36);
    screen.command("break").sees("No break is set");
    screen.command("break .n >").sees("at character").lacks("break .n");
    screen.command("break .n.a > 3").sees("break .n.a > 3");
    write(&tenant, 2);
    screen.report(Report::Followed(Life::Live));
    screen.sees("counts as false");
    assert_eq!(cursor(&screen), 3);
    screen.command("break").sees("stop where it becomes true").command("break off").lacks("break .n");
}
