//! Notices of the system that a recording's files have changed.
//!
//! Must not name: `record`, `codec`.

use super::directory::id_of;
use super::follow::News;
use notify::event::EventKind;
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::path::Path;
use std::sync::Arc;

/// Watches a recording's directory for as long as it lives.
pub struct DirectoryWatch {
    news: Arc<News>,
    _watcher: RecommendedWatcher,
}

impl DirectoryWatch {
    /// Begins; none where the system gives no notices of this directory, or only of what this machine does to it.
    pub fn begin(directory: &Path) -> Option<Self> {
        if !is_local(directory) {
            return None;
        }
        let news = Arc::new(News::default());
        let tell = Arc::clone(&news);
        let mut watcher = notify::recommended_watcher(move |event| notify_logs(&tell, event)).ok()?;
        watcher.watch(directory, RecursiveMode::NonRecursive).ok()?;
        Some(Self { news, _watcher: watcher })
    }

    /// Where it tells.
    pub fn news(&self) -> Arc<News> {
        Arc::clone(&self.news)
    }
}

/// Logs are told by the id in their name; what else lies in the directory is passed over, and so is reading.
fn notify_logs(news: &News, event: notify::Result<Event>) {
    let Ok(event) = event else { return news.notify(None) };
    if event.need_rescan() || event.paths.is_empty() {
        return news.notify(None);
    }
    if matches!(event.kind, EventKind::Access(_)) {
        return;
    }
    for path in &event.paths {
        if let Some(id) = path.file_name().and_then(|name| id_of(name.to_str()?)) {
            news.notify(Some(id));
        }
    }
}

/// Whether only this machine can write to a directory: what another one writes over a network is told to nobody here.
#[cfg(target_os = "linux")]
pub(crate) fn is_local(directory: &Path) -> bool {
    /// NFS, SMB, CIFS, SMB2, FUSE, 9P, Ceph, AFS, Coda, OCFS2, GFS2, Lustre, shared folders of virtual machines.
    const SHARED: [i64; 13] = [
        0x6969,
        0x517b,
        0xff53_4d42,
        0xfe53_4d42,
        0x6573_5546,
        0x0102_1997,
        0x00c3_6400,
        0x5346_414f,
        0x7375_7245,
        0x7461_636f,
        0x0116_1970,
        0x0bd0_0bd0,
        0x786f_4256,
    ];
    rustix::fs::statfs(directory).is_ok_and(|system| !SHARED.contains(&(system.f_type & 0xffff_ffff)))
}

/// Other systems do not say so in a way that is the same on all: notices are taken, and the log is looked at each second.
#[cfg(not(target_os = "linux"))]
pub(crate) fn is_local(_: &Path) -> bool {
    true
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Write as _;
    use std::time::{Duration, Instant};

    /// Waits until something is told of a log; whether it was.
    fn is_told(news: &News, log: &str, before: u64) -> bool {
        let end = Instant::now() + Duration::from_mins(1);
        while news.count(Some(log)) == before && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(1));
        }
        news.count(Some(log)) > before
    }

    type Change<'a> = (&'static str, &'a dyn Fn());

    #[test]
    fn whatever_happens_to_a_log_is_told_of_it_and_of_no_other() {
        let home = tempfile::tempdir().unwrap();
        let (id, other) = ("0d6e4079e36703ebd37c00722f5891d2", "cca8c7942f8c15a203c4584d3ce24855");
        let at = |name: &str| home.path().join(name);
        let log = at(&format!("{id}.jsonl"));
        fs::write(at(&format!("{other}.jsonl")), "other").unwrap();
        let watch = DirectoryWatch::begin(home.path()).unwrap();
        let news = watch.news();
        let append = || fs::File::options().append(true).open(&log).unwrap().write_all(b"more").unwrap();
        let changes: [Change<'_>; 7] = [
            ("made", &|| fs::write(&log, "").unwrap()),
            ("appended to", &append),
            ("appended to again", &append),
            ("replaced", &|| {
                fs::write(at(&format!("{id}.jsonl.new")), "new").unwrap();
                fs::rename(at(&format!("{id}.jsonl.new")), &log).unwrap();
            }),
            ("shortened", &|| fs::File::options().write(true).open(&log).unwrap().set_len(1).unwrap()),
            ("moved away", &|| fs::rename(&log, at("away")).unwrap()),
            ("moved back", &|| fs::rename(at("away"), &log).unwrap()),
        ];
        for (name, change) in changes {
            let before = news.count(Some(id));
            change();
            assert!(is_told(&news, id, before), "{name}");
        }
        // Reading tells nothing, nor do files that are no logs; what comes after shows that they have been passed over.
        fs::read(&log).unwrap();
        for name in ["asof.live", &format!("{id}.lock"), &format!("{id}.jsonl.new"), "notes.txt"] {
            fs::write(at(name), name).unwrap();
        }
        assert_eq!(news.count(Some(other)), 0);
        let before = news.count(None);
        fs::write(at(&format!("{other}.jsonl")), "changed").unwrap();
        assert!(is_told(&news, other, 0));
        assert!(news.count(None) > before);
        let before = news.count(Some(id));
        fs::remove_file(&log).unwrap();
        assert!(is_told(&news, id, before), "deleted");
    }

    #[test]
    fn where_nothing_can_be_watched_there_is_no_watch() {
        assert!(DirectoryWatch::begin(Path::new("/nowhere/at/all")).is_none());
    }
}
