//! Runs hold what a plain list of samples holds, however they come, and stay few.

use super::*;
use proptest::prelude::*;

fn sample() -> impl Strategy<Value = LaneSample> {
    prop_oneof![
        Just(LaneSample::Nothing),
        (-3..3_i32).prop_map(|number| LaneSample::Number(f64::from(number))),
        any::<bool>().prop_map(LaneSample::Truth),
        "[ab]".prop_map(|text| LaneSample::State(SafeText::data(&text))),
        Just(LaneSample::Error),
    ]
}

/// The runs of some samples, from a version on.
fn runs(first: u64, samples: &[LaneSample]) -> Vec<LaneRun> {
    let mut runs: Vec<LaneRun> = Vec::new();
    for (version, sample) in (first..).zip(samples) {
        let gave = SampleSummary::of(sample);
        if runs.last().is_none_or(|run| run.gave != gave) {
            runs.push(LaneRun { from: version, gave });
        }
    }
    runs
}

/// All that a range has, but for how many there are.
fn summed(runs: &LaneRuns, range: &Range<u64>) -> SampleSummary {
    SampleSummary { count: 0, ..runs.over(range).unwrap_or_default().1 }
}

fn walked(samples: &[LaneSample]) -> SampleSummary {
    let mut all = SampleSummary::default();
    samples.iter().for_each(|sample| all.add(&SampleSummary::of(sample)));
    SampleSummary { count: 0, ..all }
}

proptest! {
    #[test]
    fn a_range_holds_what_its_versions_gave(
        parts in prop::collection::vec(prop::collection::vec(sample(), 0..90), 1..9),
        from in 1..50_u64,
        (start, length) in (0..600_u64, prop_oneof![0..20_u64, 0..600_u64]),
    ) {
        let (mut known, mut all, mut begun) = (LaneRuns::default(), Vec::new(), Vec::new());
        known.begin(from);
        for part in &parts {
            let first = from + all.len() as u64;
            all.extend(part.iter().cloned());
            let runs = runs(first, part);
            begun.extend(runs.iter().map(|run| run.from));
            let before = known.revision();
            known.take(runs, from + all.len() as u64);
            prop_assert_ne!(known.revision(), before);
        }
        let begins = begun.iter().any(|version| (start..start + length).contains(version));
        prop_assert_eq!(known.over(&(start..start + length)).is_some_and(|(begins, _)| begins), begins);
        let cut = |version: u64| usize::try_from(version.saturating_sub(from)).unwrap().min(all.len());
        prop_assert_eq!(summed(&known, &(start..start + length)), walked(&all[cut(start)..cut(start + length)]));
        prop_assert_eq!(known.known(), from..from + all.len() as u64);
    }
}

#[test]
fn many_runs_are_merged_where_they_are_short_and_a_close_window_asks_again() {
    // Busy, then one long run, then a short one in the middle of another long one.
    let (busy, still) = (60_000_u64, 1_000_000_u64);
    let mut known = LaneRuns::default();
    known.begin(1);
    let number = |from: u64, number: f64| LaneRun { from, gave: SampleSummary::of(&LaneSample::Number(number)) };
    known.take(
        (1..=busy).map(|version| number(version, f64::from(u32::try_from(version % 7).unwrap()))).collect(),
        busy + 1,
    );
    let (spike, after) = (busy + still, busy + still + 1);
    known.take(vec![number(busy + 1, 1.0), number(spike, -5.0), number(after, 1.0)], busy + 2 * still);
    assert!(known.list.len() <= MOST_RUNS);
    assert!(known.suffice(&(1..busy + 2 * still)), "the whole is drawn closely enough");
    assert!(!known.suffice(&(100..200)), "a close window is not");
    assert_eq!(
        summed(&known, &(busy + 1..spike)).numbers,
        Some((1.0, 1.0)),
        "a long run is not mixed with its neighbour"
    );
    assert_eq!(summed(&known, &(spike..after + 1)).numbers, Some((-5.0, 1.0)), "a peak is not lost");
    assert_eq!(summed(&known, &(1..busy)).numbers, Some((0.0, 6.0)));
    assert!(known.grows(&(1..busy + 3 * still)) && !known.grows(&(1000..1100)));
}
