//! Notices of the system that something has changed in some directories, and which files are being written.
//!
//! Where the system gives none, whoever waits looks again after a short while. Must not name: `recording`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How often to look where nothing is told.
const UNTOLD: Duration = Duration::from_millis(10);

/// What has been told.
#[derive(Default)]
struct NoticeState {
    /// Files in which something has changed since the last look; all may have where it says so.
    changed: BTreeSet<PathBuf>,
    all: bool,
    /// Files that were written and are not closed yet.
    open: BTreeSet<PathBuf>,
}

#[derive(Default)]
struct SharedNotices {
    state: Mutex<NoticeState>,
    told: Condvar,
}

impl SharedNotices {
    fn state(&self) -> MutexGuard<'_, NoticeState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What has changed since the last wait.
#[derive(Debug, Default)]
pub(super) struct NoticedChanges {
    files: BTreeSet<PathBuf>,
    all: bool,
}

impl NoticedChanges {
    /// Anything may have.
    pub fn all() -> Self {
        Self { all: true, ..Self::default() }
    }

    /// Whether a file may have changed, by any of its names.
    pub fn concern(&self, names: &[PathBuf]) -> bool {
        self.all || names.iter().any(|name| self.files.contains(name))
    }

    /// Whether anything has.
    pub fn is_any(&self) -> bool {
        self.all || !self.files.is_empty()
    }
}

/// Notices of some directories, for as long as it lives.
pub(super) struct Notices {
    shared: Arc<SharedNotices>,
    #[cfg(feature = "follow")]
    watcher: Option<notify::RecommendedWatcher>,
    directories: BTreeSet<PathBuf>,
    /// Directories of which nothing is told.
    untold: BTreeSet<PathBuf>,
}

impl Notices {
    /// Of no directory yet.
    pub fn new() -> Self {
        let shared = Arc::new(SharedNotices::default());
        #[cfg(feature = "follow")]
        let watcher = {
            let tell = Arc::clone(&shared);
            notify::recommended_watcher(move |event| notify_change(&tell, event)).ok()
        };
        Self {
            shared,
            #[cfg(feature = "follow")]
            watcher,
            directories: BTreeSet::new(),
            untold: BTreeSet::new(),
        }
    }

    /// Is told of these directories from now on, and of no others. One that is not there yet is tried again the next time.
    pub fn of(&mut self, directories: BTreeSet<PathBuf>) {
        if directories == self.directories && self.untold.is_empty() {
            return;
        }
        #[cfg(feature = "follow")]
        for gone in self.directories.difference(&directories).cloned().collect::<Vec<_>>() {
            use notify::Watcher as _;
            // One that was removed is not watched any more.
            let _ = self.watcher.as_mut().map(|watcher| watcher.unwatch(&gone));
        }
        let added = directories.iter().filter(|new| self.untold.contains(*new) || !self.directories.contains(*new));
        let added: Vec<PathBuf> = added.cloned().collect();
        self.untold.retain(|directory| directories.contains(directory));
        for directory in added {
            match self.begin(&directory) {
                true => self.untold.remove(&directory),
                false => self.untold.insert(directory),
            };
        }
        self.directories = directories;
    }

    #[cfg(feature = "follow")]
    fn begin(&mut self, directory: &Path) -> bool {
        use notify::{RecursiveMode, Watcher as _};
        let watches = |watcher: &mut notify::RecommendedWatcher| {
            crate::log::tells_all(directory) && watcher.watch(directory, RecursiveMode::NonRecursive).is_ok()
        };
        self.watcher.as_mut().is_some_and(watches)
    }

    #[cfg(not(feature = "follow"))]
    fn begin(&mut self, _: &Path) -> bool {
        false
    }

    /// Waits until something has changed, at most so long. Where not everything is told, all may have changed after a short
    /// while.
    pub fn wait(&self, most: Duration) -> NoticedChanges {
        let is_told = self.untold.is_empty();
        let most = if is_told { most } else { most.min(UNTOLD) };
        let state = self.shared.state();
        let quiet = |state: &mut NoticeState| state.changed.is_empty() && !state.all;
        let waited = self.shared.told.wait_timeout_while(state, most, quiet);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let all = std::mem::take(&mut state.all) || !is_told;
        NoticedChanges { files: std::mem::take(&mut state.changed), all }
    }

    /// Whether a file was written, under any of these names, and has not been closed since.
    pub fn is_open(&self, names: &[PathBuf]) -> bool {
        let state = self.shared.state();
        names.iter().any(|name| state.open.contains(name))
    }
}

/// A file that is closed after a write has been written, whoever reads it.
#[cfg(feature = "follow")]
fn notify_change(shared: &SharedNotices, event: notify::Result<notify::Event>) {
    use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
    let mut state = shared.state();
    match event {
        Ok(event) if !event.need_rescan() && !event.paths.is_empty() => match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => {
                state.open.retain(|path| !event.paths.contains(path));
                state.changed.extend(event.paths);
            }
            EventKind::Access(_) => return,
            EventKind::Modify(ModifyKind::Data(_)) => {
                state.open.extend(event.paths.iter().cloned());
                state.changed.extend(event.paths);
            }
            kind => {
                if matches!(kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_))) {
                    state.open.retain(|path| !event.paths.contains(path));
                }
                state.changed.extend(event.paths);
            }
        },
        _ => {
            state.all = true;
            state.open.clear();
        }
    }
    drop(state);
    shared.told.notify_all();
}

/// Every name under which a path leads to its file, through links; and the directories in which that can change. A link may
/// lead through directories that are links themselves.
pub(super) fn chain(path: &Path) -> (Vec<PathBuf>, BTreeSet<PathBuf>) {
    const MOST_LINKS: usize = 16;
    let (mut names, mut directories) = (Vec::new(), BTreeSet::new());
    let Ok(mut next) = std::path::absolute(path) else { return (names, directories) };
    for _ in 0..MOST_LINKS {
        let (at, on) = match first_link(&next) {
            Some((link, on)) => (link, Some(on)),
            None => (next, None),
        };
        let Some((directory, name)) = at.parent().zip(at.file_name()) else { break };
        // What is not there yet keeps its name.
        let directory = directory.canonicalize().unwrap_or_else(|_| directory.to_owned());
        names.push(directory.join(name));
        directories.insert(directory);
        match on {
            Some(on) => next = on,
            None => break,
        }
    }
    (names, directories)
}

/// The first part of a path that is a link, and the path behind it.
fn first_link(path: &Path) -> Option<(PathBuf, PathBuf)> {
    let parts: Vec<_> = path.components().collect();
    let mut so_far = PathBuf::new();
    for (at, part) in parts.iter().enumerate() {
        let directory = so_far.clone();
        so_far.push(part);
        if let Ok(target) = std::fs::read_link(&so_far) {
            let on = parts[at + 1..].iter().fold(directory.join(target), |on, part| on.join(part));
            return Some((so_far, on));
        }
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_path_is_followed_through_links_to_files_and_directories() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path().canonicalize().unwrap();
        fs::create_dir_all(home.join("mount/..v1")).unwrap();
        fs::write(home.join("mount/..v1/app.json"), "1").unwrap();
        symlink("..v1", home.join("mount/..data")).unwrap();
        symlink("..data/app.json", home.join("mount/app.json")).unwrap();
        symlink("mount", home.join("config")).unwrap();
        let names = |path: &str| {
            let (names, directories) = chain(&home.join(path));
            let short = |path: &PathBuf| path.strip_prefix(&home).unwrap_or(path).display().to_string();
            (names.iter().map(short).collect::<Vec<_>>(), directories.iter().map(short).collect::<Vec<_>>())
        };
        let (found, directories) = names("config/app.json");
        assert_eq!(found, ["config", "mount/app.json", "mount/..data", "mount/..v1/app.json"]);
        assert_eq!(directories, ["", "mount", "mount/..v1"]);
        assert_eq!(names("not/there.json").0, ["not/there.json"]);
        symlink("round", home.join("round")).unwrap();
        assert!(names("round").0.len() <= 16, "a link to itself has an end");
    }

    #[cfg(feature = "follow")]
    #[test]
    fn a_file_is_open_from_its_first_write_until_it_is_closed() {
        use std::io::Write as _;
        let home = tempfile::tempdir().unwrap();
        let home = home.path().canonicalize().unwrap();
        let path = home.join("a.json");
        let mut notices = Notices::new();
        notices.of([home.clone()].into());
        let names = std::slice::from_ref(&path);
        let until = |is_open: bool| {
            while notices.is_open(names) != is_open {
                let _ = notices.wait(Duration::from_millis(5));
            }
        };
        let mut file = fs::File::create(&path).unwrap();
        file.write_all(b"{").unwrap();
        until(true);
        drop(file);
        until(false);
        fs::write(home.join("b.json"), "1").unwrap();
        while !notices.wait(Duration::from_millis(5)).concern(&[home.join("b.json")]) {}
    }
}
