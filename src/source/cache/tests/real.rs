//! Real histories, from their copies and from index segments. The files stand beside the package and are no part of it, so
//! this is ignored unless asked for: `cargo test -- --include-ignored`.

use super::*;
use crate::segment::{Segments, WriteSegments};

/// Larger files take minutes each in a debug build: they are read with `ASOF_ALL_HISTORIES=1`.
const LARGE: u64 = 100_000;

/// Every file below the folder of real data, by size.
fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let mut open: Vec<PathBuf> = root.is_dir().then_some(root).into_iter().collect();
    let mut files = Vec::new();
    while let Some(path) = open.pop() {
        match path.is_dir() {
            true => open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path())),
            false => files.push(path),
        }
    }
    let size = |path: &PathBuf| path.metadata().unwrap().len();
    files.sort_by_key(size);
    if std::env::var_os("ASOF_ALL_HISTORIES").is_none() {
        files.retain(|path| size(path) <= LARGE);
    }
    files
}

#[test]
#[ignore = "reads every real history beside the package several times"]
fn every_real_history_answers_from_its_copy_and_its_index_as_it_was_read() {
    let files = files();
    if files.is_empty() {
        eprintln!("skipped: no real histories beside the package");
        return;
    }
    let (mut read, mut refused, mut versions) = (0, 0, 0);
    for path in files {
        let home = tempfile::tempdir().unwrap();
        let (address, options) = (Address::File(path.clone()), Options::default());
        let folder = || CopyFolder::new(home.path().join("imports"), MOST_BYTES);
        let about = path.display().to_string();
        let plain = Recording::memory();
        if import_from(&address, &how(&options), None, &plain, &mut |_| ControlFlow::Continue(())).is_err() {
            refused += 1;
            continue;
        }
        let fresh = read_afresh(&address, &options);
        let made = assert_same(&open_cached(folder(), &address, &options), &fresh, &about);
        let again = assert_same(&open_cached(folder(), &address, &options), &fresh, &about);
        assert!(made.directory.is_none() || again.fresh, "{about}: {made:?}, {again:?}");
        let kept = home.path().join("kept");
        plain.keep_at(&kept).unwrap();
        let opened = |segments| Recording::open(&kept).unwrap().with_segments(segments);
        for id in plain.tenants().unwrap() {
            let report = opened(Segments::new(None, WriteSegments::Beside)).index(&id).unwrap();
            let [indexed, folded] =
                [Segments::default(), Segments::none()].map(|from| opened(from).tenant(&id).unwrap());
            assert_eq!(indexed.difference(&folded).unwrap(), None, "{about}: {id}");
            assert!(report.file.is_some(), "{about}: {report:?}");
            versions += indexed.history().newest().0;
        }
        read += 1;
        eprintln!("{about}: {made:?}");
    }
    eprintln!("{read} files with {versions} versions are the same; {refused} are in no known format");
}
