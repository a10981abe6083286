//! Every picture of the guide is what its demo shows.

use super::*;
use crate::history::{TransactionState, Verdict};
use crate::record::SnapshotKind;
use crate::recording::Tenant;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;

/// Plays a demo; answers what was told of it: versions of each tenant.
fn filled(name: &str, recording: &Recording) -> Result<BTreeMap<TenantId, u64>> {
    let mut told = BTreeMap::new();
    let mut tell = |event| {
        if let Event::Took(id, versions) = event {
            *told.entry(id).or_default() += versions;
        }
        ControlFlow::Continue(())
    };
    fill(name, recording, &mut tell)?;
    Ok(told)
}

/// The only tenant of a demo.
fn played(name: &str) -> (Recording, Tenant) {
    let recording = Recording::memory();
    filled(name, &recording).unwrap();
    let tenant = recording.tenant(&recording.tenants().unwrap()[0]).unwrap();
    (recording, tenant)
}

#[test]
fn the_first_demo_is_the_timeline_of_the_guide() {
    let recording = Recording::memory();
    filled("", &recording).unwrap();
    let shop = recording.tenant(&"shop".into()).unwrap();
    let history = shop.history();
    let marks: Vec<_> = history.marks().listed().iter().map(|mark| (mark.version.0, mark.name.as_deref())).collect();
    assert_eq!(marks, [(2, Some("v1.0.0")), (4, None), (6, Some("v2.0.0"))]);
    assert_eq!(history.head(), Version(7));
    let state = |version| shop.value_at(Version(version)).unwrap().to_json();
    assert_eq!(state(6), r#"{"features":{"beta":false,"new_ui":true},"sessions":100,"version":"2.0.0"}"#);
    assert_eq!(state(7), r#"{"features":{"beta":true,"new_ui":true},"sessions":150,"version":"2.5.0"}"#);
}

#[test]
fn every_demo_opens_and_says_what_to_press() {
    for (name, about) in demos() {
        let recording = Recording::memory();
        let told = filled(name, &recording).unwrap_or_else(|error| panic!("{name}: {error}"));
        let tenants = recording.tenants().unwrap();
        let made = |id| recording.tenant(id).unwrap().history().newest().0;
        let there: BTreeMap<_, _> = tenants.iter().map(|id| (id.clone(), made(id))).collect();
        assert_eq!(told, there, "{name}: versions told and made");
        assert!(!about.is_empty() && !narration(name).is_empty(), "{name}");
        for id in recording.tenants().unwrap() {
            assert!(recording.tenant(&id).unwrap().history().timeline().broken().is_empty(), "{name}/{id}");
        }
    }
    assert!(filled("nothing", &Recording::memory()).is_err());
}

/// Behind the number of the step: ` 1/5  `.
#[test]
fn what_a_walkthrough_says_fits_in_one_row_of_80_columns() {
    for (name, _) in demos() {
        for NarrationStep { say, .. } in narration(name) {
            // A key of one character stands for each `{action}`; the screen's own tests look at the whole row.
            let words = say.split('{').map(|part| part.split_once('}').map_or(part, |(_, after)| after));
            let long = words.clone().map(|part| part.chars().count()).sum::<usize>() + words.count() - 1;
            assert!(long <= 74, "{name}: {long} characters: {say}");
        }
    }
}

#[test]
fn only_the_last_step_of_a_walkthrough_has_no_end() {
    for (name, _) in demos() {
        let ends: Vec<bool> = narration(name).iter().map(|step| step.until == StepEnd::End).collect();
        assert_eq!(ends.iter().position(|end| *end), Some(ends.len() - 1), "{name}");
    }
}

#[test]
fn at_half_past_twelve_the_closest_snapshot_is_that_of_noon() {
    let (_recording, shop) = played("time");
    let back = shop.rollback_to_time("2026-10-09T12:30:00Z".parse().unwrap()).unwrap();
    let history = shop.history();
    let mark = history.marks().listed().iter().find(|mark| mark.version == back.to).unwrap();
    assert_eq!(mark.name.as_deref(), Some("snap2"));
    assert_eq!(mark.at, Some("2026-10-09T12:00:00Z".parse().unwrap()));
    let names: Vec<_> = history.marks().listed().iter().filter_map(|mark| mark.name.as_deref()).collect();
    assert_eq!(names, ["snap0", "snap1", "snap2", "snap3", "snap4"]);
}

#[test]
fn ninety_nine_of_a_hundred_values_are_one_place_in_memory() {
    let (_recording, store) = played("sharing");
    let (old, new) = (store.resolve("v1.0", &crate::TargetContext::default()).unwrap(), store.head());
    let (old, new) = (store.value_at(old).unwrap(), store.value_at(new).unwrap());
    let sharing = new.shared_with(&old, &AtomicBool::new(false)).unwrap();
    assert_eq!((sharing.shared, sharing.values, sharing.nodes - sharing.shared_nodes), (99, 100, 1));
    assert_eq!(crate::diff(&old, &new).counts().changed, 1);
}

#[test]
fn the_transaction_stopped_where_the_picture_says() {
    let (_recording, app) = played("transaction");
    let history = app.history();
    let states: Vec<_> = history.transactions().all().iter().map(|transaction| transaction.state).collect();
    assert_eq!(states, [TransactionState::Committed, TransactionState::Undone, TransactionState::Failed]);
    let last = &history.transactions().all()[2];
    assert_eq!(last.failure().map(|(step, name, _)| (step, name.as_str())), Some((4, "notify users")));
    let marks = last.checkpoints().into_iter().filter_map(|(id, _)| history.marks().get(id)?.name.clone());
    assert_eq!(marks.collect::<Vec<_>>(), ["tx-3/session_created", "tx-3/config_set", "tx-3/features_enabled"]);
}

#[test]
fn an_eleventh_auto_snapshot_drops_the_first() {
    let (_recording, app) = played("retention");
    let autos = || {
        let history = app.history();
        let marks = history.marks().listed().iter().filter(|mark| mark.kind == SnapshotKind::Auto);
        marks.map(|mark| mark.version.0).collect::<Vec<_>>()
    };
    assert_eq!(autos(), (1..=10).collect::<Vec<_>>());
    app.snapshot(&crate::SnapshotRequest::default()).unwrap();
    assert_eq!(autos(), (2..=11).collect::<Vec<_>>());
    let history = app.history();
    let of = |kind| history.marks().listed().iter().filter(move |mark| mark.kind == kind);
    let names: Vec<_> = of(SnapshotKind::Named).filter_map(|mark| mark.name.as_deref()).collect();
    assert_eq!(names, ["v1.0", "v1.5", "beta", "staging", "v2.0", "prod_deploy"]);
    assert!(app.value_at(Version(1)).is_ok());
}

#[test]
fn the_diff_is_that_of_the_picture() {
    let (_recording, app) = played("diff");
    let value = |name| app.value_at(app.resolve(name, &crate::TargetContext::default()).unwrap()).unwrap();
    let found = crate::diff(&value("v1.0"), &value("v2.0"));
    let changes: Vec<_> = found.changes.iter().map(|change| change.path.to_string()).collect();
    assert_eq!(changes, [".app_data.beta", ".app_data.theme", ".cache_entries", ".sessions"]);
}

#[test]
fn the_deployment_can_be_taken_back() {
    let (_recording, app) = played("deploy");
    let state = |app: &Tenant| string(&app.value(), "version").unwrap();
    assert_eq!(state(&app), "2.0.0");
    let measured = app.history().ledger().measurements().last().unwrap().clone();
    let memory = measured.metrics.iter().find(|metric| metric.name == "memory").unwrap();
    assert_eq!((memory.value.to_string().as_str(), memory.unit.as_str()), ("95", "%"));
    app.rollback_to_named_snapshot("pre_v2_deploy").unwrap();
    assert_eq!(state(&app), "1.9.5");
}

#[test]
fn variant_b_wins() {
    let (_recording, app) = played("ab");
    let comparison = app.history().variants().comparison(app.history().variants().baselines()[0]).unwrap();
    let told: Vec<_> = comparison
        .variants
        .iter()
        .map(|variant| (variant.branch.name.as_str(), variant.column.score, variant.verdict == Verdict::Winner))
        .collect();
    assert_eq!(told, [("A", Some(85.0), false), ("B", Some(92.0), true), ("C", Some(78.0), false)]);
    app.promote("B", "the best score").unwrap();
    assert_eq!(string(&app.value(), "algorithm").as_deref(), Some("v2"));
}

#[test]
fn what_is_written_in_a_demo_goes_on_from_the_end_of_its_story() {
    for (name, _) in demos() {
        let recording = crate::source::open(&crate::source::Address::Demo(name.into())).unwrap();
        filled(name, &recording).unwrap();
        let tenant = recording.tenant(&recording.tenants().unwrap()[0]).unwrap();
        let last = tenant.history().info(tenant.head()).unwrap().at.unwrap();
        tenant.rollback(&crate::history::Strategy::Version(Version(1)), "").unwrap();
        let written = tenant.history().info(tenant.head()).unwrap().at.unwrap();
        let later = written - last;
        assert!(later >= chrono::TimeDelta::zero() && later < chrono::TimeDelta::hours(1), "{name}: {later} later");
    }
}
