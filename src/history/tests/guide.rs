//! The timelines of the guide.

use super::fixture::LogFixture;
use crate::history::{Strategy, Target, TargetContext};
use crate::record::{Time, Version};

fn at(time: &str) -> Time {
    format!("2026-10-09T{time}:00Z").parse().unwrap()
}

/// A state and a snapshot at each of the times.
fn timeline(snapshots: &[(&str, &str)]) -> LogFixture {
    let mut log = LogFixture::default();
    for (time, name) in snapshots {
        log.clock = Some(at(time));
        log.play(&format!("state-of-{name}, mark {name}"));
    }
    log
}

#[test]
fn rollback_to_a_time_takes_the_closest_snapshot_before() {
    let snapshots =
        [("10:00", "snap0"), ("11:00", "snap1"), ("12:00", "snap2"), ("13:00", "snap3"), ("14:00", "snap4")];
    let mut log = timeline(&snapshots);
    let to = log.history.choose(&Strategy::Time(at("12:30"))).unwrap();
    assert_eq!(to, Version(3));
    for text in ["before:@12:30", "before:@\"12:30 PM\"", "snap2", "index:2", "@12:30", "@\"12:30 PM\"", "-90m"] {
        let target = Target::parse(text).unwrap();
        assert_eq!(log.history.resolve(&target, &TargetContext::default()).unwrap(), to, "{text}");
    }
    log.clock = Some(at("14:05"));
    log.play(&format!("rewind {to}"));
    assert_eq!(log.text(6), "(state-of-snap2)");
    // All of it is still there.
    for (version, (_, name)) in (1..).zip(snapshots) {
        assert_eq!(log.text(version), format!("state-of-{name}"));
    }
}

#[test]
fn a_debug_session_goes_back_and_returns_to_the_present() {
    let mut log =
        timeline(&[("14:00", "snap1"), ("14:15", "snap2"), ("14:30", "snap3"), ("14:45", "snap4"), ("15:00", "snap5")]);
    let crash = log.history.choose(&Strategy::Time(at("14:30"))).unwrap();
    log.play(&format!("rewind {crash}"));
    assert_eq!(log.history.head_value().as_str(), Some("state-of-snap3"));
    let present = log.history.choose(&Strategy::Latest).unwrap();
    log.play(&format!("rewind {present}, fixed"));
    assert_eq!(
        log.lines().rsplit(" | ").next(),
        Some(
            "#0 -> state-of-snap1 -> state-of-snap2 -> state-of-snap3 -> state-of-snap4 -> state-of-snap5 -> (state-of-snap5) -> fixed*"
        )
    );
}

#[test]
fn a_named_snapshot_brings_its_version_back() {
    let mut log = LogFixture::default();
    log.play("S0, S1, mark v1.0.0, S2 S3, mark -, S4 S5, mark v2.0.0, S6");
    let to = log.history.choose(&Strategy::Named("v2.0.0".into())).unwrap();
    log.play(&format!("rewind {to}"));
    assert_eq!(log.history.head_value().as_str(), Some("S5"));
    assert_eq!(log.history.branches()[1].versions, 1);
}

#[test]
fn tenants_do_not_know_of_each_other() {
    let mut acme = LogFixture::default();
    acme.play("a, mark prod_deploy, b, mark v3.0_release");
    let refused = |name: &str| acme.history.choose(&Strategy::Named(name.into())).unwrap_err().to_string();
    assert_eq!(refused("beta_test"), "snapshot \"beta_test\" not found in tenant acme");
    assert_eq!(refused("prod"), "snapshot \"prod\" not found in tenant acme; nearest: prod_deploy");
}
