//! When the content of a file that a program rewrites counts: what stood, not what was read in the middle of a write.
//!
//! Must not name: files, threads, `recording`.

use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long content has to stand in any case, so that it was read twice.
const TWICE: Duration = Duration::from_millis(5);
/// How long content has to stand that may be the beginning of more: its notation does not say where it ends, or its writer
/// has not closed the file yet.
const QUIET: Duration = Duration::from_millis(20);
/// How long content has to stand that cannot be read, once its writer has closed the file.
const BROKEN: Duration = Duration::from_millis(200);
/// The same while the writer still has the file open.
const UNFINISHED: Duration = Duration::from_secs(2);
/// How long a file has to be missing: editors remove it before they put the new one in its place.
const GONE: Duration = Duration::from_millis(200);

/// What was found at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PathContent {
    /// Nothing.
    Missing,
    /// These bytes.
    Content(Arc<Vec<u8>>),
}

/// How sure it is that some content is all that was to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wholeness {
    /// Its notation says where it ends, and nobody is writing.
    Ended,
    /// It can be read, but there may be more to come.
    Readable,
    /// It cannot be read; a writer has the file open or not.
    Broken { is_open: bool },
}

/// What to do after a look.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum LookVerdict {
    /// Nothing has changed.
    Nothing,
    /// Something has, which counts once it has stood so much longer.
    Wait(Duration),
    /// What was found counts now.
    Take,
}

/// What stood last at a path, and what may come to stand there.
#[derive(Debug, Default)]
pub(super) struct ContentStanding {
    taken: Option<PathContent>,
    pending: Option<(PathContent, Instant)>,
}

impl ContentStanding {
    /// What counted last.
    pub fn taken(&self) -> Option<&PathContent> {
        self.taken.as_ref()
    }

    /// Whether something has changed and does not count yet.
    pub fn is_pending(&self) -> bool {
        self.pending.is_some()
    }

    /// Takes notice of what is there now.
    pub fn look(&mut self, found: &PathContent, whole: Wholeness, now: Instant) -> LookVerdict {
        let was_missing = self.taken.is_none() && *found == PathContent::Missing;
        if was_missing || self.taken.as_ref() == Some(found) {
            self.pending = None;
            return LookVerdict::Nothing;
        }
        let since = match &self.pending {
            Some((pending, since)) if pending == found => *since,
            _ => now,
        };
        let needed = match (found, whole) {
            (PathContent::Missing, _) => GONE,
            (PathContent::Content(_), Wholeness::Ended) => TWICE,
            (PathContent::Content(_), Wholeness::Readable) => QUIET,
            (PathContent::Content(_), Wholeness::Broken { is_open: false }) => BROKEN,
            (PathContent::Content(_), Wholeness::Broken { is_open: true }) => UNFINISHED,
        };
        let stood = now.saturating_duration_since(since);
        if stood >= needed {
            self.take(found.clone());
            return LookVerdict::Take;
        }
        self.pending = Some((found.clone(), since));
        LookVerdict::Wait(needed.saturating_sub(stood))
    }

    /// Takes what is there as what counts, at once.
    pub fn take(&mut self, found: PathContent) {
        self.taken = Some(found);
        self.pending = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDED: Wholeness = Wholeness::Ended;
    const OPEN: Wholeness = Wholeness::Broken { is_open: true };
    const CLOSED: Wholeness = Wholeness::Broken { is_open: false };

    /// Looks at times (in ms), each with what is there (`-` is nothing) and how whole it is; answers what counted.
    fn taken(looks: &[(u64, &str, Wholeness)]) -> Vec<String> {
        let (start, mut standing, mut taken) = (Instant::now(), ContentStanding::default(), Vec::new());
        for (at, text, whole) in looks {
            let found = match *text {
                "-" => PathContent::Missing,
                text => PathContent::Content(Arc::new(text.as_bytes().to_vec())),
            };
            if standing.look(&found, *whole, start + Duration::from_millis(*at)) == LookVerdict::Take {
                taken.push(format!("{text}@{at}"));
            }
        }
        taken
    }

    #[test]
    fn what_stood_counts_and_what_was_being_written_does_not() {
        // Each kind of writer: in place, truncated and written, removed and made again, in parts.
        let in_place =
            [(0, "1", ENDED), (5, "1", ENDED), (6, "2", ENDED), (7, "1", ENDED), (8, "3", ENDED), (13, "3", ENDED)];
        assert_eq!(taken(&in_place), ["1@5", "3@13"]);
        let cut =
            [(0, "1", ENDED), (5, "1", ENDED), (6, "", OPEN), (9, "{", OPEN), (900, "{}", ENDED), (905, "{}", ENDED)];
        assert_eq!(taken(&cut), ["1@5", "{}@905"]);
        let removed =
            [(0, "1", ENDED), (5, "1", ENDED), (6, "-", ENDED), (90, "-", ENDED), (95, "2", ENDED), (100, "2", ENDED)];
        assert_eq!(taken(&removed), ["1@5", "2@100"]);
        let readable = Wholeness::Readable;
        let parts = [(0, "a: 1", readable), (10, "a: 1\nb: 2", readable), (29, "a: 1\nb: 2", readable)];
        assert_eq!(taken(&parts), Vec::<String>::new());
        assert_eq!(taken(&[&parts[..], &[(30, "a: 1\nb: 2", readable)]].concat()), ["a: 1\nb: 2@30"]);
    }

    #[test]
    fn what_is_broken_or_gone_counts_only_when_it_stays() {
        assert_eq!(taken(&[(0, "-", ENDED), (9_000, "-", ENDED)]), Vec::<String>::new(), "it was never there");
        assert_eq!(taken(&[(0, "{", CLOSED), (199, "{", CLOSED), (200, "{", CLOSED)]), ["{@200"]);
        assert_eq!(taken(&[(0, "{", OPEN), (1_999, "{", OPEN), (2_000, "{", OPEN)]), ["{@2000"]);
        let one = [(0, "1", ENDED), (5, "1", ENDED)];
        let gone = [(6, "-", ENDED), (205, "-", ENDED), (206, "-", ENDED), (400, "-", ENDED)];
        assert_eq!(taken(&[&one[..], &gone].concat()), ["1@5", "-@206"]);
        let mended = [(6, "{", OPEN), (50, "1", ENDED), (60, "{", CLOSED), (259, "{", CLOSED)];
        assert_eq!(taken(&[&one[..], &mended].concat()), ["1@5"]);
    }
}
