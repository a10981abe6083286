//! A panic while records are folded: it ends the use of that tenant's handles, and of nothing else.

use super::*;
use crate::error::Result;
use crate::recording::{Prune, SnapshotRequest};

fn poison(tenant: &Tenant) -> Error {
    let shared = &tenant.shared;
    let failed: Result<()> = shared.change(|_| panic!("no card {} here", 7));
    failed.unwrap_err()
}

/// Calls that can fail, by name.
type Call = (&'static str, fn(&Tenant) -> Result<()>);

const CALLS: [Call; 11] = [
    ("record", |t| t.record("x", &1).map(drop)),
    ("append", |t| t.append(Entry::new(crate::record::Body::Commit))),
    ("patch", |t| t.patch("x", &Patch::default()).map(drop)),
    ("snapshot", |t| t.snapshot(&SnapshotRequest::named("x")).map(drop)),
    ("rollback", |t| t.rollback(&Strategy::Version(Version(1)), "").map(drop)),
    ("undo", |t| t.undo().map(drop)),
    ("prune", |t| t.prune(&Prune { keep: Some(0), ..Prune::default() }).map(drop)),
    ("catch_up", |t| t.catch_up().map(drop)),
    ("value_at", |t| t.value_at(Version(1)).map(drop)),
    ("resolve", |t| t.resolve("head", &TargetContext::default()).map(drop)),
    ("compact", |t| t.compact(Version(2)).map(drop)),
];

#[test]
fn a_panic_in_a_fold_ends_one_tenants_handles_and_not_the_process() {
    everywhere(|recording| {
        let tenant = |name: &str| recording.tenant_or_new(&name.into()).unwrap();
        let (one, other) = (tenant("one"), tenant("other"));
        for n in 1..=3 {
            one.record("count", &n).unwrap();
            one.snapshot(&SnapshotRequest::named(&format!("s{n}"))).unwrap();
            other.record("count", &n).unwrap();
        }
        let said = poison(&one).to_string();
        assert!(said.contains("tenant one") && said.contains("no card 7 here"), "{said}");
        for handle in [one.clone(), one.as_debugger(), one.by("ann")] {
            for (name, call) in CALLS {
                let failed = call(&handle);
                assert!(matches!(&failed, Err(Error::Poisoned { .. })), "{name}: {failed:?}");
            }
        }
        let history = one.history();
        assert!(
            history.head() == Version(0) && history.doubts().of_head(None).is_some(),
            "nothing half changed is shown"
        );
        assert_eq!(other.record("count", &4).unwrap(), Version(4));
        if let Some(directory) = recording.directory() {
            let again = Recording::open(&directory).unwrap().tenant(&"one".into()).unwrap();
            assert_eq!((again.head(), again.value().to_json()), (Version(3), "3".to_owned()));
        }
    });
}

#[test]
fn what_only_the_program_writes_cannot_be_appended() {
    use crate::record::{Base, BaseHead, Body, Position};
    let main =
        BaseHead { name: "main".into(), base: Version(0), head: Version(0), baseline: None, suspect: None, left: 0 };
    let base = Base {
        through: Version(0),
        heads: vec![main],
        values: Vec::new(),
        suspect: Vec::new(),
        numbering: None,
        missing: Vec::new(),
        transactions: 0,
        writes: Vec::new(),
        kept: Vec::new(),
    };
    everywhere(|recording| {
        let tenant = recording.tenant_or_new(&"shop".into()).unwrap();
        tenant.record("count", &1).unwrap();
        let unknown = Body::Unknown { kind: "dance".into(), raw: "}".into(), why: "new".into() };
        for body in [Body::Base(Box::new(base.clone())), unknown, Body::Undo { of: Position(1) }] {
            let entry = Entry::new(body);
            let one = tenant.append(entry.clone());
            assert!(matches!(one, Err(Error::NotAppendable { .. })), "{one:?}");
            assert!(tenant.append_all(vec![Entry::new(Body::Commit), entry.clone()]).is_err());
            assert!(tenant.append_valid(vec![entry]).is_err());
        }
        assert_eq!((tenant.head(), tenant.value().to_json()), (Version(1), "1".to_owned()));
    });
}
