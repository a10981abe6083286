//! Questions over time, answered from the path index. Needs the feature `bench`.

use crate::Effort;
use crate::measure::Table;

#[cfg(not(feature = "bench"))]
pub fn over_time(table: &mut Table, _: Effort) {
    table.note("W6 needs the feature `bench`");
}

/// W6: the previous change of a leaf, who wrote a screenful, the first version with a small number, a leaf over time.
/// `ASOF_BENCH_TRANSITIONS` sets how many there are.
#[cfg(feature = "bench")]
pub fn over_time(table: &mut Table, effort: Effort) {
    use crate::adapter::{Asked, History, leaf, parse, patch};
    use crate::input::{Random, Step, state_text, steps};
    use crate::measure::Samples;
    use std::time::Instant;

    const ENTRIES: usize = 1_000;
    /// One entry of which every thousandth transition is.
    const WATCHED: usize = 7;

    let set = std::env::var("ASOF_BENCH_TRANSITIONS").ok().and_then(|count| count.parse().ok());
    let count: usize = set.unwrap_or_else(|| effort.size(50_000, 1_000_000));
    let planted = count / 10 * 9 / 1_000 * 1_000;
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("run.asof");
    let mut changes = steps(ENTRIES, count);
    for (at, step) in changes.iter_mut().enumerate() {
        if at % 1_000 == 0 {
            *step = Step { entry: WATCHED, n: if at == planted { -1 } else { step.n } };
        } else if step.entry == WATCHED {
            step.entry += 1;
        }
    }
    {
        let history = History::create(&directory).with(parse(state_text(ENTRIES).as_bytes()).unwrap());
        changes.iter().for_each(|step| history.apply(&patch(*step)));
    }
    let history = History::open(&directory);
    let start = Instant::now();
    let asked = Asked::of(&history);
    let built = Samples::of([start.elapsed().as_nanos() as f64 / count as f64]);
    table.times(&format!("W6 indexing the paths of {count} transitions, each"), &built, None);
    table.bytes("W6 the index in its file, a transition", &Samples::of([asked.bytes() as f64 / count as f64]), None);

    // By a plain look at the steps.
    let before = |entry: usize, version: u64| {
        let made = usize::try_from(version).unwrap().saturating_sub(2).min(count);
        changes[..made].iter().rposition(|step| step.entry == entry).map_or(1, |at| at as u64 + 2)
    };
    let state = history.at(1);
    let mut random = Random::new(0x5eed_0002);
    let mut any = || (random.below(ENTRIES), 2 + random.below(count) as u64);
    for _ in 0..100 {
        let (entry, version) = any();
        let expected = Some(before(entry, version));
        assert_eq!(asked.previous_change(&leaf(entry), &state, version), expected);
        assert_eq!(asked.previous_values(&leaf(entry), version), expected.filter(|at| *at > 1).or(Some(1)));
    }
    let wanted: Vec<_> = (0..10_000).map(|_| any()).map(|(entry, version)| (leaf(entry), version)).collect();
    let mut next = wanted.iter().cycle();
    let previous = Samples::batches(20, 5_000, || {
        let (leaf, version) = next.next().unwrap();
        asked.previous_change(leaf, &state, *version)
    });
    table.times("W6 the previous change of a leaf, its version", &previous, None);
    let values = Samples::each(300, || {
        let (leaf, version) = next.next().unwrap();
        asked.previous_values(leaf, *version)
    });
    table.times("W6 the same with its values, from the log", &values, None);

    let leaves: Vec<_> = (0..60).map(leaf).collect();
    let writers = asked.writers(count as u64, &leaves);
    assert!((0..60).all(|entry| writers[entry] == Some(before(entry, count as u64 + 1))));
    let blamed = Samples::of((0..50).map(|_| {
        let version = 2 + random.below(count) as u64;
        // The screen shows it.
        history.at(version);
        let start = Instant::now();
        let writers = asked.writers(version, &leaves);
        let took = start.elapsed();
        assert_eq!(writers.len(), 60);
        took.as_nanos() as f64
    }));
    table.times("W6 who wrote 60 leaves, at a random version shown", &blamed, None);
    let blamed = Samples::each(100, || asked.writers(count as u64 + 1, &leaves));
    table.times("W6 the same at the head", &blamed, None);

    for _ in 0..100 {
        let (entry, version) = (random.below(ENTRIES), 2 + random.below(count) as u64);
        let value = history.at(version);
        assert_eq!(history.part(version, &leaf(entry)), value.at(&leaf(entry)).cloned());
    }
    let seeks = Samples::each(1_000, || {
        let version = 2 + random.below(count) as u64;
        leaves.iter().filter_map(|leaf| history.part(version, leaf)).count()
    });
    table.times("W6 60 leaves at a random version, without its value", &seeks, None);
    table.times("W6 the same, 99 of 100", &Samples::of([seeks.quantile(0.99)]), None);

    let filter = format!(".entries.e{WATCHED:07}.n < 0");
    assert_eq!(asked.first(&filter).0, Some(planted as u64 + 2));
    let first = Samples::each(5, || asked.first(&filter));
    let evaluated = asked.first(&filter).1;
    table.times(&format!("W6 first version of a leaf predicate, {evaluated} evaluated"), &first, None);
    let expression = format!(".entries.e{WATCHED:07}.n");
    let trace = Samples::each(3, || asked.trace(&expression));
    table.times(&format!("W6 a leaf over time, {} values", asked.trace(&expression)), &trace, None);
}
