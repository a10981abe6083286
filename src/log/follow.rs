//! Waiting until a log may have grown.
//!
//! Must not name: files, `record`.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often a log is looked at that cannot tell: soon after something was found, and while nothing is.
const BUSY: Duration = Duration::from_millis(5);
const IDLE: Duration = Duration::from_millis(100);
/// How often one is looked at that can: a notice may be lost.
const AT_LEAST: Duration = Duration::from_secs(1);

/// Waits for news of a log. Notices may come late, twice, or not at all: who waits looks at the log, and looks again when
/// the wait is over.
pub trait Follow: Send {
    /// Waits until the log may have changed since the last call, `most` at most; whether it is time to look.
    fn wait(&mut self, most: Duration) -> bool;

    /// Says that the last look found something, so that more may follow soon.
    fn found(&mut self) {}
}

/// Looks again and again: every 5 ms while something is found, then less and less often, down to every 100 ms.
#[derive(Debug)]
pub struct Polling {
    pause: Duration,
    due: Option<Instant>,
}

impl Default for Polling {
    fn default() -> Self {
        Self { pause: BUSY, due: None }
    }
}

impl Follow for Polling {
    fn wait(&mut self, most: Duration) -> bool {
        let now = Instant::now();
        let left = self.due.get_or_insert(now + self.pause).saturating_duration_since(now);
        std::thread::sleep(left.min(most));
        if left > most {
            return false;
        }
        (self.due, self.pause) = (None, (self.pause * 2).min(IDLE));
        true
    }

    fn found(&mut self) {
        (self.due, self.pause) = (None, BUSY);
    }
}

/// Where a log says that something has happened to it.
#[derive(Debug, Default)]
pub struct News {
    counts: Mutex<NoticeCounts>,
    told: Condvar,
}

/// How often something was told, in all and of each log.
#[derive(Debug, Default)]
struct NoticeCounts {
    all: u64,
    /// Of everything at once.
    whole: u64,
    logs: HashMap<String, u64>,
}

impl NoticeCounts {
    fn of(&self, log: Option<&str>) -> u64 {
        log.map_or(self.all, |log| self.whole + self.logs.get(log).copied().unwrap_or(0))
    }
}

impl News {
    /// Tells of one log, or that any may have changed.
    pub fn notify(&self, log: Option<&str>) {
        let mut counts = self.counts();
        counts.all += 1;
        match log {
            None => counts.whole += 1,
            Some(log) => match counts.logs.get_mut(log) {
                Some(count) => *count += 1,
                None => _ = counts.logs.insert(log.to_owned(), 1),
            },
        }
        drop(counts);
        self.told.notify_all();
    }

    /// How often something was told of one log, or of any.
    pub fn count(&self, log: Option<&str>) -> u64 {
        self.counts().of(log)
    }

    fn counts(&self) -> MutexGuard<'_, NoticeCounts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits for what is told of one log, or of any.
#[derive(Debug)]
pub struct NoticeWaiter {
    news: Arc<News>,
    log: Option<String>,
    seen: u64,
    looked: Instant,
}

impl NoticeWaiter {
    /// From now on.
    pub fn new(news: Arc<News>, log: Option<String>) -> Self {
        let seen = news.count(log.as_deref());
        Self { news, log, seen, looked: Instant::now() }
    }
}

impl Follow for NoticeWaiter {
    fn wait(&mut self, most: Duration) -> bool {
        let looks_again = AT_LEAST.saturating_sub(self.looked.elapsed());
        let (log, seen) = (self.log.as_deref(), self.seen);
        let waited = self
            .news
            .told
            .wait_timeout_while(self.news.counts(), looks_again.min(most), |counts| counts.of(log) == seen);
        let (counts, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        self.seen = counts.of(log);
        let due = !timeout.timed_out() || looks_again <= most;
        if due {
            self.looked = Instant::now();
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_mins(1);
    const SHORT: Duration = Duration::from_millis(1);

    #[test]
    fn polling_is_quick_after_something_was_found_and_slow_while_nothing_is() {
        let mut polling = Polling::default();
        let waits = |polling: &mut Polling, count| {
            let began = Instant::now();
            (0..count).for_each(|_| assert!(polling.wait(LONG)));
            began.elapsed()
        };
        assert!(waits(&mut polling, 5) >= BUSY * 31);
        assert_eq!(polling.pause, IDLE);
        assert!((0..3).all(|_| !polling.wait(SHORT)), "a short wait ends before it is time to look");
        assert!(waits(&mut polling, 1) <= IDLE * 20);
        polling.found();
        assert_eq!((polling.pause, polling.due), (BUSY, None));
    }

    #[test]
    fn what_was_told_is_waited_for_by_those_it_concerns() {
        let news = Arc::new(News::default());
        let follow = |log: Option<&str>| NoticeWaiter::new(Arc::clone(&news), log.map(str::to_owned));
        let (mut one, mut other, mut any) = (follow(Some("one")), follow(Some("other")), follow(None));
        assert!(!one.wait(SHORT) && !any.wait(SHORT));
        news.notify(Some("one"));
        news.notify(Some("one"));
        assert!(one.wait(LONG) && any.wait(LONG), "told before the wait began");
        assert!(!one.wait(SHORT) && !other.wait(SHORT) && !any.wait(SHORT), "each notice wakes once");
        news.notify(None);
        assert!(one.wait(LONG) && other.wait(LONG) && any.wait(LONG));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(20));
                news.notify(Some("other"));
            });
            assert!(other.wait(LONG));
        });
        assert!(follow(Some("one")).wait(LONG), "looks again by itself, since a notice may be lost");
    }
}
