//! A recording whose beginning compaction has cut off, before it was opened or while it is open.

use super::harness::Harness;
use crate::record::Version;
use crate::recording::{Recording, Tenant};
use crate::source::Address;
use crate::tui::job::{Life, Report};
use crate::value::Value;
use std::sync::Arc;

fn recorded() -> (tempfile::TempDir, Arc<Recording>, Tenant) {
    let home = tempfile::tempdir().unwrap();
    let recording = Arc::new(Recording::create(&home.path().join("run.asof")).unwrap());
    let tenant = recording.tenant_or_new(&"shop".into()).unwrap();
    (1..=12_i64).for_each(|n| _ = tenant.set("step", Value::from(n)).unwrap());
    (home, recording, tenant)
}

fn opened(recording: &Arc<Recording>) -> Harness {
    Harness::of(Address::Recording("run.asof".into()), recording.clone(), 120, 36)
}

#[test]
fn keys_stop_at_the_first_version_left() {
    let (_home, recording, tenant) = recorded();
    tenant.compact(Version(6)).unwrap();
    for way_back in ["g g", "g p 1 % Enter", "S-Left S-Left , ,", "g - g - g - g - g - g - g - g -", "2 g g"] {
        let mut screen = opened(&recording);
        screen
            .keys(way_back)
            .sees("#6/12")
            .lacks("was cut off")
            .lacks("Cannot")
            .keys("g g ,")
            .sees("#6 is the first version");
        screen.keys("2").sees("#6").lacks("was cut off").keys("1 . g +").sees("#8/12").lacks("was cut off");
    }
}

#[test]
fn places_that_are_cut_off_meanwhile_become_the_first_version() {
    let (_home, recording, tenant) = recorded();
    let mut screen = opened(&recording);
    screen.keys("g g a m x . . b").sees("#3/12");
    tenant.compact(Version(6)).unwrap();
    tenant.set("step", Value::from(13_i64)).unwrap();
    screen.report(Report::Followed(Life::Live));
    screen.sees("#6/13").sees("#3 was removed by compaction: this is the oldest version");
    screen.keys("G").sees("#13/13").keys("' x 2").sees("#6").lacks("was cut off");
}
