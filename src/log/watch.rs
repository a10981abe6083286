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
pub struct Watch {
    news: Arc<News>,
    _watcher: RecommendedWatcher,
}

impl Watch {
    /// Begins; none where the system gives no notices of this directory, or only of what this machine does to it.
    pub fn begin(directory: &Path) -> Option<Self> {
        if !is_local(directory) {
            return None;
        }
        let news = Arc::new(News::default());
        let tell = Arc::clone(&news);
        let mut watcher = notify::recommended_watcher(move |event| tell_of(&tell, event)).ok()?;
        watcher.watch(directory, RecursiveMode::NonRecursive).ok()?;
        Some(Self { news, _watcher: watcher })
    }

    /// Where it tells.
    pub fn news(&self) -> Arc<News> {
        Arc::clone(&self.news)
    }
}

/// Logs are told by the id in their name; what else lies in the directory is passed over, and so is reading.
fn tell_of(news: &News, event: notify::Result<Event>) {
    let Ok(event) = event else { return news.tell(None) };
    if event.need_rescan() || event.paths.is_empty() {
        return news.tell(None);
    }
    if matches!(event.kind, EventKind::Access(_)) {
        return;
    }
    for path in &event.paths {
        if let Some(id) = path.file_name().and_then(|name| id_of(name.to_str()?)) {
            news.tell(Some(id));
        }
    }
}

/// Whether only this machine can write to a directory: what another one writes over a network is told to nobody here.
#[cfg(target_os = "linux")]
fn is_local(directory: &Path) -> bool {
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
fn is_local(_: &Path) -> bool {
    true
}
