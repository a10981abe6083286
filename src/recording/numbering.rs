//! What a record says of the version it makes: its number, size and counts, filled in right before it is written.
//!
//! Must not name: `log`, clocks.

use super::prepare::Prepared;
use crate::history::History;
use crate::record::Makes;

/// Fills in what each record says of the version it makes. So many positions are missing before the first of them.
/// O(log n) for each.
pub(super) fn number(prepared: &mut [Prepared], history: &History, missing: u64) {
    let (mut version, mut returned) = (history.next_version(missing), false);
    for Prepared { entry, size, counts, .. } in prepared {
        let Some(makes) = history.makes(entry, version, *size) else { continue };
        version.0 += 1;
        // The branch that a second return leaves behind has the number after that of the first.
        let kept = makes.kept.filter(|_| !returned);
        returned |= makes.kept.is_some();
        entry.makes = Some(Makes { counts: *counts, kept, ..makes });
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::patch::Patch;
    use crate::record::{Body, Entry, Position, StateChange, Version};
    use crate::recording::Recording;
    use crate::value::parse;

    fn patch(branch: Option<&str>, patch: &str) -> Entry {
        let change = StateChange::Patch(Patch::from_value(&parse(patch.as_bytes()).unwrap()).unwrap());
        Entry { branch: branch.map(Into::into), ..Entry::new(Body::Transition { label: "".into(), change }) }
    }

    /// Whatever comes in one write, in one write each or all in one: what a record says is what the fold finds.
    #[test]
    fn records_say_what_the_fold_finds() {
        let fork = |name: &str| Entry::new(Body::Fork { name: name.into(), from: Version(1), baseline: None });
        let back = || Entry::new(Body::Rollback { to: Version(1), reason: "".into() });
        let deleted = || Entry::new(Body::Transition { label: "".into(), change: StateChange::Deleted });
        let entries = || {
            vec![
                patch(None, r#"[{"op":"add","path":"","value":{"a":1,"list":[1,2]}}]"#),
                patch(None, r#"[{"op":"replace","path":"/a","value":100}]"#),
                patch(None, r#"[{"op":"add","path":"/list/0","value":"x"}]"#),
                patch(None, r#"[{"op":"remove","path":"/nowhere"}]"#),
                fork("b"),
                patch(Some("b"), r#"[{"op":"add","path":"/b","value":{"c":[]}}]"#),
                patch(Some("none"), r#"[{"op":"add","path":"/b","value":1}]"#),
                back(),
                patch(Some("b"), r#"[{"op":"remove","path":"/b"}]"#),
                patch(None, r#"[{"op":"replace","path":"/a","value":7}]"#),
                deleted(),
            ]
        };
        for (at_once, least) in [(1, 9), (2, 6), (100, 4)] {
            let recording = Recording::memory();
            let tenant = recording.tenant_or_new(&"t".into()).unwrap();
            entries().chunks(at_once).for_each(|chunk| drop(tenant.append_all(chunk.to_vec()).unwrap()));
            let (history, mut sizes) = (tenant.history(), 0);
            for record in recording.log().read(&"t".into(), Position(0), 100).unwrap().records {
                let Some(makes) = record.entry.makes else { continue };
                let info = history.info(makes.version).unwrap();
                assert_eq!(info.position, record.position);
                assert!(makes.size.is_none_or(|size| size.get() == info.size), "{at_once}: {record:?} {info:?}");
                assert!(makes.counts.is_none_or(|counts| counts == info.counts), "{at_once}: {record:?} {info:?}");
                sizes += usize::from(makes.size.is_some());
            }
            assert!(sizes >= least, "{at_once}: {sizes}");
        }
    }
}
