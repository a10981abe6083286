//! The sentences about verbs: the only place that makes them, for every surface.
//!
//! A sentence begins with a small letter and has no full stop; the screen makes the letter large.

#[cfg(feature = "nats")]
use super::PutBackTold;
use super::{
    AbandonedLine, BranchRow, Configured, Displaced, Forked, MatchedBy, Moved, Outcome, Plan, Promoted, Pruned,
    Restored, Scored, SnapshotOutcome, Turn, TurnOutcome, TurnPlan, Verb,
};
use crate::diff::ArrayKey;
use crate::error::{agreeing, counted};
use crate::escape::{in_quotes, named};
use crate::history::names::spelled;
use crate::history::{Snapshot, TurnedWrite};
use crate::record::{SnapshotKind, TenantId, Version};
use crate::recording::CompactPlan;
use crate::value::Path;

/// How numbers are written: plain on the command line, in groups of thousands on the screen.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// A version: `#48213` or `#48,213`.
    pub version: fn(Version) -> String,
    /// A number and its noun: `1 version`, `1,204 versions`.
    pub counted: fn(u64, &str) -> String,
    /// Bytes: `2118 bytes` or `2.1 KB`.
    pub bytes: fn(u64) -> String,
}

/// Plain numbers.
pub const PLAIN: Style =
    Style { version: |version| version.to_string(), counted, bytes: |bytes| counted(bytes, "byte") };

/// Names shown in one sentence.
const NAMED: usize = 5;

/// What a verb did.
pub(super) fn done(outcome: &Outcome, style: &Style) -> String {
    match outcome {
        Outcome::RolledBack(moved) => format!("rolled back: {}", head(moved, style)),
        Outcome::Promoted(Promoted { variant, moved }) => {
            format!("promoted {}: {}", named(variant), head(moved, style))
        }
        Outcome::Turned(turned) => turned_words(turned, style),
        Outcome::Made(made) => made_words(made, style),
        Outcome::Edited(edited) => {
            let guard = guarded(edited.guards, &edited.tenant);
            format!("{} saved{guard}{}", title(&edited.snapshot, style), alike(&edited.snapshot, &edited.look_alikes))
        }
        Outcome::Deleted(deleted) => {
            format!(
                "{} deleted; {} is kept",
                title(&deleted.snapshot, style),
                (style.version)(deleted.snapshot.version)
            )
        }
        Outcome::Pruned(pruned) => pruned_words(pruned, style),
        Outcome::Forked(Forked { row: BranchRow { branch, .. }, look_alikes, .. }) => {
            format!(
                "branch {} created at {}; applications write to it by name{}",
                in_quotes(&branch.name),
                (style.version)(branch.base),
                look_alike(&branch.name, look_alikes)
            )
        }
        Outcome::Scored(Scored { of, version, metrics, .. }) => {
            let figures = (style.counted)(metrics.len() as u64, "figure");
            format!("{figures} recorded for {of} at {}", (style.version)(*version))
        }
        Outcome::Compacted(done) => {
            let freed = match done.freed {
                0 => "the log takes as much space as before".to_owned(),
                bytes => format!("{} freed", (style.bytes)(bytes)),
            };
            format!("deleted {}; {freed}", cut(&done.plan, style))
        }
        Outcome::MatchedBy(MatchedBy { array, key, .. }) => matched_words(array, key.as_ref()),
    }
}

/// By what the elements of an array are matched.
pub fn matched_words(array: &Path, key: Option<&ArrayKey>) -> String {
    let by = match key {
        Some(ArrayKey::Field(field)) => format!("by {}", in_quotes(field)),
        Some(ArrayKey::Index) => "by position".to_owned(),
        Some(ArrayKey::Content) => "by content".to_owned(),
        None => "by the detected field".to_owned(),
    };
    format!("elements of {array} are matched {by}")
}

/// What a verb would do.
pub(super) fn planned(plan: &Plan, style: &Style) -> String {
    match plan {
        Plan::Rollback(moved) => would_move(moved, style),
        Plan::Promote(Promoted { variant, moved }) => {
            format!("promote {}: {}", named(variant), would_move(moved, style))
        }
        Plan::Turn(plan) => announced(plan, "", style),
        Plan::Compact(plan) => format!("would delete {}", cut(plan, style)),
        Plan::Prune(Pruned { gone, of, .. }) => {
            format!("would delete {} of {of}; their versions are kept", (style.counted)(gone.len() as u64, "snapshot"))
        }
        Plan::Simple => String::new(),
    }
}

/// What a verb does, behind "to": `create snapshot "v2" of #3`.
pub fn infinitive(verb: &Verb, style: &Style) -> String {
    let version = style.version;
    match verb {
        Verb::Rollback { to, .. } => format!("roll back to {}", version(*to)),
        Verb::Promote { variant, .. } => format!("promote {}", named(variant)),
        Verb::Undo => "undo your last write".to_owned(),
        Verb::Redo => "redo what was undone last".to_owned(),
        Verb::Snapshot(request) => {
            let name = request.name.as_ref().map(|name| format!(" {}", in_quotes(name))).unwrap_or_default();
            let kind = if name.is_empty() { "an auto snapshot" } else { "snapshot" };
            let of = request.version.map(|at| format!(" of {}", version(at))).unwrap_or_default();
            format!("create {kind}{name}{of}")
        }
        Verb::Edit { .. } => "edit a snapshot".to_owned(),
        Verb::Delete(_) => "delete a snapshot".to_owned(),
        Verb::Prune(_) => "prune snapshots".to_owned(),
        Verb::Fork { name, .. } => format!("create branch {}", in_quotes(name)),
        Verb::Score { of, metrics, .. } => {
            format!("record {} for {}", (style.counted)(metrics.len() as u64, "figure"), named(of))
        }
        Verb::Compact { before } => format!("delete everything before {}", version(*before)),
        Verb::MatchBy { array, .. } => format!("change how elements of {array} are matched"),
    }
}

/// `#7 is the new head, equal to #5; 2 versions are kept as main~1`.
fn head(moved: &Moved, style: &Style) -> String {
    let version = style.version;
    format!(
        "{} is the new head, equal to {}{}{}",
        version(moved.version),
        version(moved.to),
        kept(moved, style),
        doubt(moved)
    )
}

fn would_move(moved: &Moved, style: &Style) -> String {
    let version = style.version;
    let stays = stays(moved, style).unwrap_or_else(|| "nothing is left behind".to_owned());
    let (makes, to) = (version(moved.version), version(moved.to));
    format!("would append {makes}, equal to {to}; {stays}{}", doubt(moved))
}

/// `3 versions up to #8 are kept as main~1`; `None` where nothing is left behind.
pub fn stays(moved: &Moved, style: &Style) -> Option<String> {
    let AbandonedLine { branch, versions, others } = moved.left.as_ref()?;
    let verb = agreeing(*versions, "is", "are");
    let (many, up_to) = ((style.counted)(*versions, "version"), (style.version)(moved.head));
    Some(format!("{many} up to {up_to} {verb} kept as {}{}", named(branch), of_others(*others, style)))
}

fn kept(moved: &Moved, style: &Style) -> String {
    let Some(AbandonedLine { branch, versions, others }) = &moved.left else { return String::new() };
    let verb = agreeing(*versions, "is", "are");
    format!("; {} {verb} kept as {}{}", (style.counted)(*versions, "version"), named(branch), of_others(*others, style))
}

fn of_others(others: u64, style: &Style) -> String {
    match others {
        0 => String::new(),
        others => format!(", including {} by other writers", (style.counted)(others, "newer version")),
    }
}

/// What is to be known of a doubtful version.
pub fn doubt(moved: &Moved) -> String {
    moved.doubt.as_ref().map(|why| format!("; doubtful: {why}")).unwrap_or_default()
}

fn turned_words(turned: &TurnOutcome, style: &Style) -> String {
    let word = match turned.turn {
        Turn::Undo => "undid",
        Turn::Redo => "redid",
    };
    let moved = turned.moved.as_ref().map(|moved| format!(": {}", head(moved, style))).unwrap_or_default();
    format!("{word} {}{moved}", turned.what.noun(style.version))
}

/// What turning a write round would do, with a remark behind what is turned: what would be lost first comes first.
pub fn announced(plan: &TurnPlan, remark: &str, style: &Style) -> String {
    let TurnPlan { would, lifts_guard, .. } = plan;
    let word = match would.turn {
        Turn::Undo => "would undo",
        Turn::Redo => "would redo",
    };
    let mut parts: Vec<String> = would.moved.iter().flat_map(|moved| would_turn(moved, style)).collect();
    parts.extend(lifts_guard.then(|| format!("tenant {} is then no longer guarded", named(&would.tenant.0))));
    let parts = if parts.is_empty() { String::new() } else { format!(": {}", parts.join("; ")) };
    format!("{word} {}{remark}{parts}", would.what.noun(style.version))
}

/// What turning a write round takes away, in a line of help: `undo the rollback to #2`, `3 versions leave main`.
pub fn taken_away(plan: &TurnPlan, style: &Style) -> (String, Option<String>) {
    let word = if plan.would.turn == Turn::Undo { "undo" } else { "redo" };
    let left = plan.would.moved.as_ref().and_then(|moved| moved.left.as_ref());
    let leaves = left.map(|left| {
        let verb = agreeing(left.versions, "leaves", "leave");
        format!("{} {verb} main", (style.counted)(left.versions, "version"))
    });
    (format!("{word} {}", plan.would.what.noun(style.version)), leaves)
}

/// The same in few words, for a line of keys, the longest first: `undo: takes 3 versions off main`, `undo 3 versions`; nothing but
/// `undo` where nothing is taken away.
pub fn hints(plan: &TurnPlan, style: &Style) -> Vec<String> {
    let word = if plan.would.turn == Turn::Undo { "undo" } else { "redo" };
    let left = plan.would.moved.as_ref().and_then(|moved| moved.left.as_ref()).map_or(0, |left| left.versions);
    let says: Vec<String> = match left {
        0 if plan.takes_away => match &plan.would.what {
            TurnedWrite::Snapshot(title) => vec![format!("deletes {title}"), "deletes snapshot".to_owned()],
            _ => vec!["deletes snapshots".to_owned()],
        },
        0 => return vec![word.to_owned()],
        left => {
            let counted = (style.counted)(left, "version");
            let long = [": takes ", ": "].map(|takes| format!("{word}{takes}{counted} off main"));
            return long.into_iter().chain([format!("{word} {counted}")]).collect();
        }
    };
    says.into_iter().map(|says| format!("{word}: {says}")).collect()
}

fn would_turn(moved: &Moved, style: &Style) -> Vec<String> {
    let version = style.version;
    let becomes = format!("{} becomes the head, equal to {}", version(moved.version), version(moved.to));
    let doubtful = moved.doubt.as_ref().map(|why| format!("doubtful: {why}"));
    let left = moved.left.as_ref().map(|left| match left.others {
        0 => stays(moved, style).unwrap_or_default(),
        others => {
            let many = (style.counted)(others, "newer version");
            format!("leaves behind {many} by other writers, kept as {}", named(&left.branch))
        }
    });
    let leaves_others = moved.left.as_ref().is_some_and(|left| left.others > 0);
    let mut parts = vec![Some(becomes), left, doubtful];
    if leaves_others {
        parts.rotate_left(1);
    }
    parts.into_iter().flatten().collect()
}

fn made_words(made: &SnapshotOutcome, style: &Style) -> String {
    let marks = format!("{} marks {}", short_title(&made.snapshot), (style.version)(made.snapshot.version));
    format!(
        "{marks}{}{}{}",
        dropped(&made.dropped, style),
        guarded(made.guards, &made.tenant),
        alike(&made.snapshot, &made.look_alikes)
    )
}

/// That the name of a snapshot looks like another one.
pub fn alike(snapshot: &Snapshot, others: &[String]) -> String {
    snapshot.name.as_ref().map(|name| look_alike(name, others)).unwrap_or_default()
}

/// `; warning: "v\u{200b}1" looks like the existing name "v1"`; nothing where it looks like none.
pub fn look_alike(name: &str, others: &[String]) -> String {
    if others.is_empty() {
        return String::new();
    }
    let others: Vec<String> = others.iter().map(|other| format!("\"{}\"", spelled(other))).collect();
    format!("; warning: \"{}\" looks like the existing name {}", spelled(name), others.join(", "))
}

/// `; retention dropped 2 snapshots: "v1", "v2"`; nothing where none was.
pub fn dropped(snapshots: &[Snapshot], style: &Style) -> String {
    if snapshots.is_empty() {
        return String::new();
    }
    format!("; retention dropped {}: {}", (style.counted)(snapshots.len() as u64, "snapshot"), names(snapshots, style))
}

fn names(snapshots: &[Snapshot], style: &Style) -> String {
    let shown: Vec<String> = snapshots.iter().take(NAMED).map(|one| name(one, style)).collect();
    let rest = snapshots.len().saturating_sub(NAMED);
    if rest == 0 { shown.join(", ") } else { format!("{}, and {rest} more", shown.join(", ")) }
}

fn name(snapshot: &Snapshot, style: &Style) -> String {
    match &snapshot.name {
        Some(name) => in_quotes(name),
        None => format!("that of {}", (style.version)(snapshot.version)),
    }
}

/// What a tagged snapshot does to its tenant.
pub fn guarded(guards: bool, tenant: &TenantId) -> String {
    if guards { format!("; tenant {} is now guarded", named(&tenant.0)) } else { String::new() }
}

fn short_title(snapshot: &Snapshot) -> String {
    match (&snapshot.name, snapshot.kind) {
        (Some(name), _) => format!("snapshot {}", in_quotes(name)),
        (None, SnapshotKind::Auto) => "auto snapshot".to_owned(),
        (None, _) => "snapshot".to_owned(),
    }
}

/// `snapshot "v2"`, `auto snapshot of #12`.
fn title(snapshot: &Snapshot, style: &Style) -> String {
    let short = short_title(snapshot);
    if snapshot.name.is_some() { short } else { format!("{short} of {}", (style.version)(snapshot.version)) }
}

fn pruned_words(pruned: &Pruned, style: &Style) -> String {
    let gone: Vec<Snapshot> = pruned.gone.iter().map(|(_, one)| one.clone()).collect();
    match gone.len() {
        0 => "nothing to prune".to_owned(),
        many => format!("deleted {}: {}", (style.counted)(many as u64, "snapshot"), names(&gone, style)),
    }
}

/// What a cut takes away, and where the history begins then.
fn cut(plan: &CompactPlan, style: &Style) -> String {
    let parts = [
        (plan.versions, "version"),
        (plan.records, "record"),
        (plan.snapshots.len() as u64, "snapshot"),
        (plan.branches.len() as u64, "kept branch"),
        (plan.transactions, "transaction"),
    ];
    let parts = parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, noun)| (style.counted)(n, noun));
    format!("{}; the oldest version is {}", parts.collect::<Vec<_>>().join(", "), (style.version)(plan.before))
}

/// What writing a file would do: `would write #3 to app.json, which holds #7, the head`.
pub fn would_restore(plan: &Restored, style: &Style) -> String {
    let (file, version) = (&plan.file, (style.version)(plan.version));
    if plan.is_same {
        return format!("{file} already equals {version}");
    }
    let comments = if plan.is_rewritten { "; its comments and layout will be lost" } else { "" };
    match &plan.displaced {
        Displaced::Nothing => format!("would create {file} from {version}"),
        Displaced::Head(head) => {
            format!("would write {version} to {file}, which holds {}, the head{comments}", (style.version)(*head))
        }
        Displaced::Unrecorded(_) => {
            format!("would write {version} to {file}, which holds changes that the head does not{comments}")
        }
        Displaced::Unreadable(why) => format!("would write {version} to {file}, which holds no value ({why})"),
    }
}

/// What is to be known of a version that its source had no state for.
pub fn without_state(version: Version, parent: Version, why: &str) -> String {
    format!("{version} is invalid ({why}): its state is that of {parent}")
}

/// What writing a file did.
pub fn restored(done: &Restored, style: &Style) -> String {
    let (file, version) = (&done.file, (style.version)(done.version));
    let comments = if done.is_rewritten { "; its comments and layout were lost" } else { "" };
    match &done.displaced {
        _ if done.is_same => format!("{file} already equals {version}: nothing was written"),
        Displaced::Nothing => format!("{file} created from {version}"),
        Displaced::Head(head) => {
            format!("{file} restored to {version}; it held {}, the head{comments}", (style.version)(*head))
        }
        Displaced::Unrecorded(_) => {
            format!("{file} restored to {version}; it held changes that the head does not{comments}")
        }
        Displaced::Unreadable(_) => format!("{file} restored to {version}; it held no value"),
    }
}

/// What would be put back in a bucket.
#[cfg(feature = "nats")]
pub fn would_put_back(told: &PutBackTold) -> String {
    match told.keys.len() as u64 {
        0 => put_back(told),
        many => format!("would put {} of bucket {} as at revision {}", counted(many, "key"), told.bucket, told.to),
    }
}

/// What was put back in a bucket.
#[cfg(feature = "nats")]
pub fn put_back(told: &PutBackTold) -> String {
    let (bucket, to, done) = (&told.bucket, told.to, told.done() as u64);
    match (&told.overtaken, told.keys.len() as u64) {
        (_, 0) => format!("bucket {bucket} is as at revision {to}: nothing to put"),
        (None, _) => format!("put {} of bucket {bucket} as at revision {to}", counted(done, "key")),
        (Some(key), all) => format!(
            "put {done} of {} of bucket {bucket} as at revision {to}: stopped at {}, which somebody else has put meanwhile",
            counted(all, "key"),
            in_quotes(key)
        ),
    }
}

/// Which keys were left as they are, and why; nothing where there are none.
#[cfg(feature = "nats")]
pub fn not_known(told: &PutBackTold) -> Option<String> {
    let keys: Vec<String> = told.unknown.iter().map(|key| in_quotes(key)).collect();
    let many = counted(keys.len() as u64, "key");
    let are = agreeing(keys.len() as u64, "it is", "they are");
    let left =
        || format!("left {many} as {are}, because the bucket keeps no revision as old as that: {}", keys.join(", "));
    (!keys.is_empty()).then(left)
}

/// What the next snapshot will take out of the list, where settings were changed; nothing where it takes none.
pub fn over_limit(configured: &Configured, style: &Style) -> Option<String> {
    let over = &configured.over_limit;
    let many = (style.counted)(over.len() as u64, "snapshot");
    let verb = agreeing(over.len() as u64, "is", "are");
    (!over.is_empty()).then(|| {
        format!(
            "{many} {verb} over the retention limit and will be dropped with the next snapshot of that kind: {}",
            names(over, style)
        )
    })
}
