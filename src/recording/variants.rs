//! Branches to work on side by side: forking, measuring, promoting.

use super::write::Decision;
use super::{RolledBack, Tenant};
use crate::error::{Error, Result};
use crate::escape::in_quotes;
use crate::history::names::NameKind;
use crate::history::{Branch, History, MetricSpec};
use crate::record::{Body, Metric, SnapshotId, Version};

impl Tenant {
    /// Starts a branch at a version: write to it with [`on`](Self::on). `main` stays where it is.
    ///
    /// # Errors
    /// `InvalidName` when the name is empty or has a character that means something in a target; `NameTaken`; `Target` when there is
    /// no such version; `Io`.
    pub fn fork(&self, name: &str, from: Version) -> Result<Branch> {
        self.fork_from(name, |_| Ok((from, None)))
    }

    /// Starts a variant: a branch at the version a snapshot marks, which it is compared against.
    ///
    /// # Errors
    /// As [`fork`](Self::fork); `NotFound` when there is no such snapshot.
    pub fn variant(&self, name: &str, baseline: &str) -> Result<Branch> {
        self.fork_from(name, |history| {
            let baseline = history.named_snapshot(baseline)?;
            Ok((baseline.version, Some(baseline.id)))
        })
    }

    fn fork_from(
        &self,
        name: &str,
        start: impl Fn(&History) -> Result<(Version, Option<SnapshotId>)>,
    ) -> Result<Branch> {
        NameKind::Branch.check(name)?;
        self.write_decided(|history| {
            free_name(name, history)?;
            let (from, baseline) = start(history)?;
            history.existing(from)?;
            Ok((Body::Fork { name: name.into(), from, baseline }, ()))
        })?;
        let made = self.folded().branch(name);
        made.ok_or_else(|| self.not_found(format!("branch {}", in_quotes(name))))
    }

    /// Records what was measured on a branch at its head: on a variant, on `main`, or under a baseline snapshot's name on
    /// that baseline. The metric named `score` is a variant's score.
    ///
    /// # Errors
    /// `NotFound` when there is neither such a branch nor such a snapshot; `MetricOutOfRange`; `MetricChanged` when a figure has
    /// another goal or unit than its metric had so far, where it is compared; `Io`.
    pub fn measure(&self, of: &str, metrics: &[Metric]) -> Result<()> {
        self.measure_if(of, metrics, |history| unchanged(of, metrics, history))
    }

    /// As [`measure`](Self::measure), and lets metrics have another goal or unit than before. A goal changes all verdicts;
    /// older figures in another unit count no more.
    ///
    /// # Errors
    /// As [`measure`](Self::measure), but for `MetricChanged`.
    pub fn redefine(&self, of: &str, metrics: &[Metric]) -> Result<()> {
        self.measure_if(of, metrics, |_| Ok(()))
    }

    fn measure_if(&self, of: &str, metrics: &[Metric], allowed: impl Fn(&History) -> Result<()>) -> Result<()> {
        let mut measured = None;
        let decided = self.write_decided(|history| {
            let now = match history.growing(Some(of)) {
                Some(head) => head,
                None => history.named_snapshot(of).map_err(|_| history.no_branch(of))?.version,
            };
            let version = *measured.get_or_insert(now);
            metrics.iter().try_for_each(comparable)?;
            allowed(history)?;
            Ok((Body::Metrics { of: of.into(), version, metrics: metrics.to_vec() }, ()))
        });
        decided.map(drop)
    }

    /// Makes the winner permanent: one version of `main` that is the baseline with the variant's change, as if rolled back
    /// to the baseline and changed. What `main` did since stays as a kept branch; [`undo`](Self::undo) takes it back.
    ///
    /// # Errors
    /// `NotFound` when there is no such branch; `NothingToPromote` when it has nothing that `main` has not, as `main` itself;
    /// `Doubtful` and `Guarded` unless [allowed](Self::allowing); `Conflict` when the variant has moved meanwhile, or as for
    /// [`rollback`](Self::rollback); `Io`.
    pub fn promote(&self, variant: &str, reason: &str) -> Result<RolledBack> {
        let mut decision = Decision::open();
        let (written, plan) = self.write_decided(|history| {
            let head = history.growing(Some(variant)).ok_or_else(|| history.no_branch(variant))?;
            let plan = history.plan_rollback(None, head)?;
            decision.holds(head, history)?;
            if plan.same {
                let (version, head) = (plan.to.0, plan.head.0);
                return Err(Error::NothingToPromote { variant: variant.into(), version, head });
            }
            self.check_move(history, &plan)?;
            Ok((Body::Promote { variant: variant.into(), reason: reason.into() }, plan))
        })?;
        Ok(RolledBack::new(written.version, plan))
    }
}

fn free_name(name: &str, history: &History) -> Result<()> {
    match history.branch(name) {
        Some(taken) => Err(Error::NameTaken { kind: "branch", name: name.into(), version: taken.head.0 }),
        None => Ok(()),
    }
}

/// Another goal or unit would change every verdict in silence.
fn unchanged(of: &str, metrics: &[Metric], history: &History) -> Result<()> {
    let mut known: Vec<MetricSpec> = Vec::new();
    for metric in metrics {
        let at = if let Some(at) = known.iter().position(|known| known.name == metric.name) {
            at
        } else {
            known.push(history.variants().metric(of, &metric.name).unwrap_or_else(|| MetricSpec::of(metric)));
            known.len() - 1
        };
        if let Some(change) = known[at].changed_by(metric) {
            return Err(Error::MetricChanged { change });
        }
        known[at].goal = known[at].goal.take().or_else(|| metric.goal.clone());
    }
    Ok(())
}

/// Figures are compared as doubles.
fn comparable(metric: &Metric) -> Result<()> {
    if metric.value.as_f64().is_finite() {
        return Ok(());
    }
    Err(Error::MetricOutOfRange { metric: metric.name.to_string(), value: metric.value.to_string() })
}
