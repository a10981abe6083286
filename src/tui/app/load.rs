//! How far the source has been read, in numbers and words.

use crate::recording::Progress;
use crate::tui::job::{Footprint, Odd};
use std::time::{Duration, Instant};

/// How far the source has been read.
pub struct Load {
    /// The last report. The versions that are shown are those of the [`Workspace`](super::Workspace): there may be more by now.
    pub progress: Progress,
    /// What could not be taken as it is, or was odd.
    pub odd: Odd,
    /// How it ended.
    pub end: Option<LoadEnd>,
    /// Bytes of the source, where known.
    pub bytes: Option<u64>,
    /// Memory taken when it was last looked at.
    pub footprint: Option<Footprint>,
    /// Whether what has been read is looked at while the reading goes on.
    pub aside: bool,
    started: Instant,
    lasted: Duration,
}

/// How the reading ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadEnd {
    /// With everything read.
    Complete,
    /// By Esc.
    Stopped,
    /// By an error; the problems say which.
    Failed,
}

impl Load {
    /// Nothing read yet.
    pub fn new(now: Instant) -> Self {
        Self {
            progress: Progress::default(),
            odd: Odd::default(),
            end: None,
            bytes: None,
            footprint: None,
            aside: false,
            started: now,
            lasted: Duration::ZERO,
        }
    }

    /// Notes the end.
    pub fn finish(&mut self, end: LoadEnd, now: Instant) {
        self.lasted = now.duration_since(self.started);
        self.end = Some(end);
    }

    /// Whether it took so long that somebody has looked at what came.
    pub fn was_seen(&self) -> bool {
        self.lasted >= Duration::from_secs(2)
    }

    /// Whether the source is still being read.
    pub fn is_running(&self) -> bool {
        self.end.is_none()
    }

    /// Versions a second, of so many so far, once it means something, and is at least one.
    pub fn rate(&self, versions: u64, now: Instant) -> Option<u64> {
        let took = if self.is_running() { now.duration_since(self.started) } else { self.lasted };
        (took >= Duration::from_millis(100)).then(|| rate(versions, took)).filter(|rate| *rate > 0)
    }

    /// Time left at this pace, once it means something.
    pub fn left(&self, now: Instant) -> Option<Duration> {
        let took = now.duration_since(self.started);
        let share = self.progress.share.filter(|share| took >= Duration::from_secs(1) && *share > 0.01 && *share < 1.0);
        share.map(|share| took.mul_f64((1.0 - share) / share)).filter(|left| *left < Duration::from_hours(24))
    }

    /// About how many versions there will be, once that can be said.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an estimate, rounded to three digits"
    )]
    pub fn expected(&self) -> Option<u64> {
        let share = self.progress.share.filter(|share| *share >= 0.05)?;
        let all = self.progress.versions as f64 / share;
        let digit = 10f64.powf((all.log10() - 2.0).floor().max(0.0));
        Some(((all / digit).round() * digit) as u64)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a rate for a person to read"
)]
fn rate(versions: u64, took: Duration) -> u64 {
    (versions as f64 / took.as_secs_f64()) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_is_told_once_it_means_something() {
        let start = Instant::now();
        let mut load = Load::new(start);
        load.progress = Progress { share: Some(0.25), versions: 5000 };
        assert_eq!(load.rate(5000, start), None);
        assert_eq!(load.expected(), Some(20_000));
        assert_eq!(load.rate(5000, start + Duration::from_secs(2)), Some(2500));
        assert_eq!(load.left(start + Duration::from_secs(2)), Some(Duration::from_secs(6)));
        load.finish(LoadEnd::Complete, start + Duration::from_secs(5));
        assert_eq!(load.rate(5000, start + Duration::from_secs(500)), Some(1000), "the final state stays");
    }
}
