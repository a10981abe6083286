//! A log that is cut, deleted, replaced, compacted or appended to while it is asked: what is found is true all the same, what
//! cannot be read is counted, and no question panics or hangs.

use super::*;
use crate::Budget;
use crate::recording::Recording;
use std::fs::OpenOptions;
use std::path::{Path as File, PathBuf};
use std::sync::Arc;

const VERSIONS: u64 = 800;

/// A state that no index tells: the numbers are in an array.
fn state(n: u64) -> Value {
    value::parse(format!(r#"{{"row":[{n},"{}"]}}"#, "x".repeat(200)).as_bytes()).unwrap()
}

fn is_true(n: u64) -> bool {
    n % 100 < 50
}

fn written(directory: &File) -> Tenant {
    let recording = Recording::create(directory).unwrap().with_budget(Budget::new(1 << 16));
    let tenant = recording.tenant_or_new(&"shop".into()).unwrap();
    (1..=VERSIONS).for_each(|n| _ = tenant.set("count", state(n)).unwrap());
    tenant
}

fn log_in(directory: &File) -> PathBuf {
    let files = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    files.into_iter().find(|file| file.extension().is_some_and(|end| end == "jsonl")).unwrap()
}

/// What happens to the log of a tenant.
type Happening = fn(&Tenant, &File);

const HAPPENINGS: [(&str, bool, Happening); 5] = [
    ("cut in its middle", true, |_, log| {
        let file = OpenOptions::new().write(true).open(log).unwrap();
        file.set_len(file.metadata().unwrap().len() / 2).unwrap();
    }),
    ("overwritten", true, |_, log| {
        let len = std::fs::metadata(log).unwrap().len();
        std::fs::write(log, "#".repeat(usize::try_from(len).unwrap())).unwrap();
    }),
    ("deleted", true, |_, log| std::fs::remove_file(log).unwrap()),
    ("compacted", false, |tenant, _| drop(tenant.compact(Version(VERSIONS / 2)).unwrap())),
    ("appended to", false, |tenant, _| (1..=50).for_each(|n| _ = tenant.set("more", state(n)).unwrap())),
];

#[test]
fn what_is_found_while_the_log_changes_is_true() {
    for (name, is_lost, happen) in HAPPENINGS {
        for direction in [Direction::Forth, Direction::Back] {
            let place = tempfile::tempdir().unwrap();
            let tenant = written(place.path());
            let query = Query::compile("(.row[0] | tostring | tonumber) % 100 < 50").unwrap();
            let (condition, budget) = (FindCondition::Holds(Arc::new(query)), QueryBudget::default());
            let course = course(&tenant);
            let search = FindSearch { course: &course, condition: &condition, budget: &budget };
            let mut spans = Vec::new();
            let stats = search.spans(direction, |span| {
                if spans.is_empty() {
                    happen(&tenant, &log_in(place.path()));
                }
                spans.push(span);
                ControlFlow::Continue(())
            });
            let said = format!("{name}, {direction:?}: {stats:?}");
            assert_eq!(stats.versions, VERSIONS, "{said}");
            assert!(spans.len() > 1 || is_lost, "{said}");
            assert!(spans.iter().all(|span| (span.from.0..=span.to.0).all(is_true)), "{said}");
            assert_eq!(stats.unreadable > 0, is_lost || (name == "compacted" && stats.unreadable > 0), "{said}");
            // Nothing was made up of what is not there: versions that were read and are true are in a span.
            let found: u64 = spans.iter().map(|span| span.versions).sum();
            assert!(found + stats.unreadable >= (1..=VERSIONS).filter(|n| is_true(*n)).count() as u64, "{said}");
            let _ = changes_of(&course, &Path(vec![Step::Key("row".into())]), &DiffRules::default(), |_| {
                ControlFlow::Continue(())
            });
            let _ = blame(&tenant, Version(VERSIONS), &Path::default(), &DiffRules::default());
            let expressions = [Query::compile(".row[0] | tostring").unwrap()];
            let _ = Trace { course: &course, expressions: &expressions, budget: &budget }
                .rows(|_| ControlFlow::Continue(()));
        }
    }
}
