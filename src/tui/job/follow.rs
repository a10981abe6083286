//! Following a recording while others write to it: new versions, new tenants, and whether an application is there.
//!
//! The log says when it has grown, or is looked at now and then where it cannot; everything else is looked at now and then.

use super::Report;
use crate::record::TenantId;
use crate::recording::{Recording, Tenant};
use crate::tui::task::Cancel;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Between two questions whether to go on.
const TICK: Duration = Duration::from_millis(50);

/// Between two looks at what else there is.
const ROUND_EVERY: Duration = Duration::from_millis(500);

/// Whether an application writes to the recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Life {
    /// None has been seen.
    #[default]
    Still,
    /// One is there.
    Live,
    /// One was there, and has gone.
    Ended,
}

impl Life {
    /// What it is after `attended` has been seen twice in a row.
    fn after(self, attended: bool) -> Self {
        match (self, attended) {
            (_, true) => Self::Live,
            (Self::Live, false) => Self::Ended,
            (before, false) => before,
        }
    }
}

/// Follows until cancelled. Tells only when something has changed.
pub(super) fn follow(recording: &Recording, cancel: &Cancel, tell: &mut dyn FnMut(Report)) {
    let mut follower = Follower::new(recording);
    let (mut news, mut due, mut round_at) = (recording.follow(), true, Instant::now());
    while !cancel.is_cancelled() {
        let round = Instant::now() >= round_at;
        if round {
            round_at += ROUND_EVERY;
        }
        if follower.look(due, round, tell) {
            news.found();
            tell(Report::Followed(follower.life));
        }
        due = news.wait(TICK);
    }
}

struct Follower<'a> {
    recording: &'a Recording,
    tenants: Vec<Tenant>,
    life: Life,
    /// What was seen last, so that it is believed only when seen twice.
    seen: Option<bool>,
    /// The tenants that cannot be read now, each with the error told last.
    failed: BTreeMap<TenantId, String>,
}

impl<'a> Follower<'a> {
    fn new(recording: &'a Recording) -> Self {
        Self { recording, tenants: Vec::new(), life: Life::Still, seen: None, failed: BTreeMap::new() }
    }

    /// Whether anything has changed: in the logs where one of them may have grown, and elsewhere in a `round`.
    fn look(&mut self, due: bool, round: bool, tell: &mut dyn FnMut(Report)) -> bool {
        let known = self.tenants.len();
        let changed = round && self.look_round(tell);
        let grown = (due || self.tenants.len() > known) && self.catch_up(tell);
        grown || changed
    }

    /// Whether any tenant has grown, or can be read again.
    fn catch_up(&mut self, tell: &mut dyn FnMut(Report)) -> bool {
        let mut grown = false;
        for tenant in &self.tenants {
            match tenant.catch_up() {
                Ok(records) => {
                    let again = self.failed.remove(tenant.id()).is_some();
                    if again {
                        tell(Report::Refused(tenant.id().clone(), self.recording.refused(tenant.id())));
                    }
                    grown |= again || records > 0;
                }
                Err(error) => {
                    let text = error.to_string();
                    if self.failed.get(tenant.id()) != Some(&text) {
                        tell(Report::Refused(tenant.id().clone(), self.recording.refused(tenant.id())));
                        tell(Report::Failed(text.clone()));
                        self.failed.insert(tenant.id().clone(), text);
                    }
                }
            }
        }
        grown
    }

    /// Whether there is a new tenant, or an application has come or gone.
    fn look_round(&mut self, tell: &mut dyn FnMut(Report)) -> bool {
        let attended = self.recording.is_live();
        let life =
            if attended == self.seen { attended.map_or(self.life, |now| self.life.after(now)) } else { self.life };
        let lives_on = std::mem::replace(&mut self.life, life) == life;
        self.seen = attended;
        let before = self.tenants.len();
        self.report_new_tenants(tell);
        !lives_on || self.tenants.len() > before
    }

    /// Those whose log is gone stay: what became of it is told as long as it is so.
    fn report_new_tenants(&mut self, tell: &mut dyn FnMut(Report)) {
        // A directory that cannot be listed now is told by the logs in it, which cannot be read either.
        let Ok(ids) = self.recording.tenants() else { return };
        let known = |id: &TenantId| self.tenants.iter().any(|tenant| tenant.id() == id);
        let new: Vec<_> = ids.iter().filter(|id| !known(id)).collect();
        if new.is_empty() {
            return;
        }
        self.tenants.extend(new.into_iter().filter_map(|id| self.recording.tenant_or_new(id).ok()));
        tell(Report::Tenants(self.tenants.clone()));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A log that was read and is not there any more is told once, with the reason for the banner, and so is its return.
    #[test]
    fn what_became_of_a_log_is_told_once_for_each_tenant() {
        let home = tempfile::tempdir().unwrap();
        let recording = Recording::create(&home.path().join("run.asof")).unwrap();
        for tenant in ["a", "b"] {
            recording.tenant_or_new(&tenant.into()).unwrap().record("one", &1).unwrap();
        }
        let opened = Recording::open(&home.path().join("run.asof")).unwrap();
        let mut follower = Follower::new(&opened);
        let mut told = Vec::new();
        let look = |follower: &mut Follower<'_>, told: &mut Vec<String>| {
            (0..3).for_each(|_| {
                follower.look(true, true, &mut |report| match report {
                    Report::Refused(tenant, why) => told.push(format!("{tenant}: {}", why.unwrap_or_default())),
                    Report::Failed(text) => told.push(text),
                    _ => {}
                });
            });
            std::mem::take(told)
        };
        assert_eq!(look(&mut follower, &mut told), Vec::<String>::new());
        let file = recording.file(&"a".into()).unwrap();
        let away = file.with_extension("away");
        std::fs::rename(&file, &away).unwrap();
        let deleted = look(&mut follower, &mut told);
        assert!(deleted.len() == 2 && deleted[0].starts_with("a: the log was deleted"), "{deleted:?}");
        assert!(deleted[1].contains("the log was deleted") && deleted[1].contains("reopen the recording"));
        std::fs::rename(&away, &file).unwrap();
        assert_eq!(look(&mut follower, &mut told), ["a: "]);
        std::fs::write(&file, "").unwrap();
        std::fs::remove_file(opened.file(&"b".into()).unwrap()).unwrap();
        let both = look(&mut follower, &mut told).concat();
        assert!(both.contains("a: the log was emptied") && both.contains("b: the log was deleted"), "{both}");
    }

    #[test]
    fn an_application_that_has_gone_is_told_from_one_that_never_was() {
        for (life, attended, expected) in [
            (Life::Still, false, Life::Still),
            (Life::Still, true, Life::Live),
            (Life::Live, false, Life::Ended),
            (Life::Ended, false, Life::Ended),
            (Life::Ended, true, Life::Live),
        ] {
            assert_eq!(life.after(attended), expected);
        }
    }
}
