//! What a target means in one history.
//!
//! Must not name: values.

use crate::error::counted;
use crate::escape::in_quotes;
use crate::history::names;
use crate::history::nearest::nearest;
use crate::history::when;
use crate::history::{History, Strategy, Target, TargetContext, TargetTime};
use crate::record::{Time, Version};
use crate::{Error, Result};

/// Words that name a moment wherever one is asked for.
const KEYWORDS: [&str; 2] = ["head", "latest"];

/// Ids told where several begin alike.
const MOST_NEAR: usize = 5;

/// Digits of a hash that are enough to name a commit.
const LEAST_HASH: usize = 4;

/// Whether it is a hash, or the beginning of one, as git writes it.
fn is_hash(text: &str) -> bool {
    text.len() >= LEAST_HASH && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl History {
    /// The version a target names. O(log n + snapshots in the list).
    ///
    /// # Errors
    /// `Target` saying why it names no moment here, or `NotFound` with the nearest names.
    pub fn resolve(&self, target: &Target, context: &TargetContext) -> Result<Version> {
        match target {
            Target::Version(version) => self.existing(*version).map_err(|error| match (error, self.shadowed(target)) {
                (Error::Target { target, why }, Some(other)) => {
                    Error::Target { target, why: format!("{why}; nearest: {other}") }
                }
                (error, _) => error,
            }),
            Target::Head(steps) => self.back_from_head(*steps).map_err(|why| refused(target, why)),
            Target::Relative(steps) => self.relative(*steps, context).map_err(|why| refused(target, why)),
            Target::Percent(share) => Ok(self.at_share(*share)),
            Target::At(when) => {
                let at = self.time_meant(when, context);
                let refused = |why| Error::Target { target: format!("@{}", asked_time(when, context)), why };
                at.and_then(|at| self.at_moment(at, context)).map_err(refused)
            }
            Target::Ago(span) => {
                self.ago(*span).and_then(|at| self.at_moment(at, context)).map_err(|why| refused(target, why))
            }
            Target::Name(name) => self.named(name),
            Target::Snapshot(name) => self.choose(&Strategy::Named(name.clone())),
            Target::Index(index) => self.choose(&Strategy::Index(*index)),
            Target::Latest => self.choose(&Strategy::Latest),
            Target::Before(when) => {
                let at = self.time_meant(when, context).map_err(|why| refused(target, why))?;
                self.choose_in(&Strategy::Time(at), context.zone)
            }
            Target::Branch(name) => self.branch_head(name),
            Target::Id(id) => self.with_id(id),
            Target::Endpoint(end) => self.endpoint(*end, context).ok_or_else(|| {
                refused(target, format!("no end {end} is set, and no snapshot or branch has that name"))
            }),
        }
    }

    fn back_from_head(&self, steps: u64) -> Result<Version, String> {
        let head = self.head();
        self.lineage.tree.ancestor(head, steps).ok_or_else(|| {
            let steps = counted(self.lineage.tree.depth(head), "step");
            format!("#0 is only {steps} before the head {head} along its line")
        })
    }

    fn relative(&self, steps: i64, context: &TargetContext) -> Result<Version, String> {
        let from = match context.cursor {
            Some(cursor) => cursor,
            None if steps <= 0 => self.head(),
            None => return Err("no cursor to count from".to_owned()),
        };
        let version = from.0.checked_add_signed(steps).filter(|version| *version <= self.newest().0);
        version
            .map(Version)
            .ok_or_else(|| format!("outside the history, counted from {from}; versions are #0 to {}", self.newest()))
    }

    /// The version at a share of the way from `#0`, or from the first one that compaction left, to the newest, rounded
    /// to the nearest.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a share of up to 2^53 versions, from 0 to 100 and cut off at the newest"
    )]
    fn at_share(&self, share: f64) -> Version {
        let (from, newest) = (self.timeline.through(), self.newest());
        let further = ((newest.0 - from.0) as f64 * share / 100.0).round() as u64;
        let oldest = if from.0 == 0 { from } else { self.first().min(newest) };
        Version(from.0 + further).min(newest).max(oldest)
    }

    fn ago(&self, span: chrono::Duration) -> Result<Time, String> {
        let newest = self.timeline.recorded_time(self.newest()).ok_or(NO_TIMES)?;
        newest.checked_sub_signed(span).ok_or_else(|| "longer than the history".to_owned())
    }

    fn at_moment(&self, at: Time, context: &TargetContext) -> Result<Version, String> {
        self.timeline.at_time(at).ok_or_else(|| match self.timeline.earliest_time() {
            Some(first) => {
                format!(
                    "nothing is recorded at or before {}; the first time is {}",
                    context.zone.text(at),
                    context.zone.text(first)
                )
            }
            None => NO_TIMES.to_owned(),
        })
    }

    /// The full time that is meant: what lacks an offset gets that of the zone, what lacks a day the recorded one at the
    /// cursor, whatever the debugger wrote since.
    fn time_meant(&self, when: &TargetTime, context: &TargetContext) -> Result<Time, String> {
        let civil = match when {
            TargetTime::Full(at) => return Ok(*at),
            TargetTime::Civil(time) => *time,
            TargetTime::OfDay(time) => {
                let at = context.cursor.unwrap_or_else(|| self.newest());
                let of_cursor = self.timeline.recorded_time(at);
                let recorded = of_cursor.or_else(|| self.timeline.recorded_time(self.newest())).ok_or(NO_TIMES)?;
                context.zone.at(recorded).date_naive().and_time(*time)
            }
        };
        context.zone.instant(civil).ok_or_else(|| "time out of range".to_owned())
    }

    /// The time a target means, where it is one of those that mean a time.
    pub(in crate::history) fn time_of(&self, target: &Target, context: &TargetContext) -> Result<Option<Time>> {
        let time = match target {
            Target::At(when) | Target::Before(when) => self.time_meant(when, context),
            Target::Ago(span) => self.ago(*span),
            _ => return Ok(None),
        };
        time.map(Some).map_err(|why| refused(target, why))
    }

    /// A snapshot, a branch, or a version of a branch.
    fn named(&self, name: &str) -> Result<Version> {
        if let Some((fork, steps)) = name.rsplit_once('#')
            && let Ok(steps) = steps.parse()
            && self.marks.named(name).is_none()
        {
            return self.on_fork(fork, steps);
        }
        let snapshot = self.marks.named(name).map(|snapshot| snapshot.version);
        match (snapshot, self.lineage.branches.head(name)) {
            (Some(version), None) | (None, Some(version)) => Ok(version),
            (Some(snapshot), Some(head)) if snapshot == head => Ok(head),
            (Some(snapshot), Some(head)) => Err(Error::Target {
                target: name.to_owned(),
                why: format!(
                    "a snapshot ({snapshot}) and a branch ({head}) have this name; nearest: snap:{name}, branch:{name}"
                ),
            }),
            (None, None) if is_hash(name) && self.ids_like(name).next().is_some() => self.with_id(name),
            (None, None) => Err(self.no_name(name)),
        }
    }

    /// The newest version with an id, or that of the only hash that begins so. O(ids).
    fn with_id(&self, id: &str) -> Result<Version> {
        let mut found: Vec<(Version, &str)> = self.ids_like(id).collect();
        if let Some((version, _)) = found.iter().rfind(|(_, whole)| *whole == id) {
            return Ok(*version);
        }
        found.sort_by_key(|(version, whole)| (*whole, std::cmp::Reverse(*version)));
        found.dedup_by_key(|(_, whole)| *whole);
        match found[..] {
            [(version, _)] => Ok(version),
            [] => Err(self.not_found(format!("id {}", in_quotes(id)), &[] as &[&str])),
            [..] => {
                let all = found.iter().take(MOST_NEAR).map(|(version, whole)| format!("{whole} ({version})"));
                let why = format!(
                    "{} begin so; nearest: {}",
                    counted(found.len() as u64, "id"),
                    all.collect::<Vec<_>>().join(", ")
                );
                Err(Error::Target { target: id.to_owned(), why })
            }
        }
    }

    /// Versions with this id, and those of hashes that begin so. O(ids).
    fn ids_like<'a>(&'a self, id: &'a str) -> impl Iterator<Item = (Version, &'a str)> {
        let is_beginning = is_hash(id);
        let ids = self.timeline.ids().map(|(version, whole)| (version, whole.as_str()));
        ids.filter(move |(_, whole)| *whole == id || (is_beginning && is_hash(whole) && whole.starts_with(id)))
    }

    /// A version of a fork: so many steps after it started.
    fn on_fork(&self, name: &str, steps: u64) -> Result<Version> {
        let branch = self.branch(name).ok_or_else(|| {
            self.not_found(format!("branch {}", in_quotes(name)), &nearest(name, self.lineage.branches.names()))
        })?;
        let back = branch.versions.checked_sub(steps);
        back.and_then(|back| self.lineage.tree.ancestor(branch.head, back)).ok_or_else(|| Error::Target {
            target: format!("{name}#{steps}"),
            why: format!("branch {} has only {} of its own", in_quotes(name), counted(branch.versions, "version")),
        })
    }

    /// All names of moments: of snapshots, of branches, and words.
    pub(in crate::history) fn names(&self) -> impl Iterator<Item = &str> {
        self.marks.names().chain(self.lineage.branches.names()).chain(KEYWORDS)
    }

    fn no_name(&self, name: &str) -> Error {
        let mut near = self.near(name, nearest(name, self.names()));
        let trimmed = name.trim();
        if when::parse(name).is_ok() {
            near.insert(0, format!("@{trimmed}"));
        } else if trimmed != name && Target::parse(trimmed).is_ok_and(|target| !matches!(target, Target::Name(_))) {
            near.insert(0, format!("{trimmed} (without the blanks)"));
        }
        self.not_found(format!("snapshot {}", in_quotes(name)), &near)
    }

    fn branch_head(&self, name: &str) -> Result<Version> {
        let head = self.lineage.branches.head(name);
        head.ok_or_else(|| {
            self.not_found(
                format!("branch {}", in_quotes(name)),
                &self.near(name, nearest(name, self.lineage.branches.names())),
            )
        })
    }

    /// The nearest names; those that look like what was asked for come first, and as they are spelled.
    pub(in crate::history) fn near(&self, name: &str, nearest: Vec<&str>) -> Vec<String> {
        let alike = self.look_alikes(name);
        let others = nearest.into_iter().filter(|near| !alike.iter().any(|alike| alike == near)).map(str::to_owned);
        let spelled = alike.iter().map(|alike| format!("{alike} (spelled {})", names::spelled(alike)));
        spelled.chain(others).collect()
    }

    fn endpoint(&self, end: char, context: &TargetContext) -> Option<Version> {
        let version = if end == 'A' { context.a } else { context.b };
        let (name, mut letter) = (end, [0; 4]);
        let name = &*name.encode_utf8(&mut letter);
        let snapshot = || self.marks.named(name).map(|snapshot| snapshot.version);
        version.or_else(snapshot).or_else(|| self.lineage.branches.head(name))
    }

    /// The error for something that this tenant does not have: the same words whether another has it or not.
    pub(in crate::history) fn not_found<T: ToString>(&self, what: String, nearest: &[T]) -> Error {
        let nearest = nearest.iter().map(T::to_string).collect();
        Error::NotFound { what, tenant: self.tenant().to_string(), nearest }
    }
}

const NO_TIMES: &str = "no version here has a time; name one by its number, such as #42 or head~3";

/// The time as it was asked for, in the zone of whoever asked.
fn asked_time(when: &TargetTime, context: &TargetContext) -> String {
    match when {
        TargetTime::Full(time) => context.zone.text(*time),
        civil => civil.to_string(),
    }
}

fn refused(target: &Target, why: String) -> Error {
    Error::Target { target: target.to_string(), why }
}
