//! The folders of copies: damaged, somebody else's, full, left by a crash.

use super::*;

/// Each file of a copy, changed in every way.
#[test]
fn a_copy_that_is_not_what_was_written_is_made_again() {
    let home = Home::new(lines(60, troubled));
    let copy = || home.open().report.directory.unwrap();
    let names = |copy: &Path| {
        let mut names: Vec<_> = fs::read_dir(copy).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let mut files = names(&copy());
    files.retain(|name| !name.to_string_lossy().ends_with(".lock"));
    assert!(files.len() >= 6, "{files:?}");
    let step = if std::env::var_os("ASOF_INDEX_RUNS").is_some() { 1 } else { 97 };
    for at in 0..files.len() {
        let file_in = |copy: &Path| {
            let mut all = names(copy);
            all.retain(|name| !name.to_string_lossy().ends_with(".lock"));
            copy.join(&all[at])
        };
        let length = file_in(&copy()).metadata().unwrap().len() as usize;
        for byte in (0..length).step_by(step) {
            let file = file_in(&copy());
            let mut bytes = fs::read(&file).unwrap();
            // Times are kept in as many bytes as they need: a copy made later may be shorter.
            let Some(changed) = bytes.get_mut(byte) else { continue };
            *changed ^= 1 << (byte % 8);
            fs::write(&file, bytes).unwrap();
            home.assert_right(&format!("byte {byte} of {}", files[at].display()));
        }
        for change in ["cut", "emptied", "removed", "a link", "a directory", "a pipe"] {
            fs::remove_dir_all(home.folder()).unwrap();
            let file = file_in(&copy());
            let bytes = fs::read(&file).unwrap();
            let elsewhere = home.home.path().join("elsewhere");
            match change {
                "cut" => fs::write(&file, &bytes[..bytes.len() / 2]).unwrap(),
                "emptied" => fs::write(&file, "").unwrap(),
                _ => fs::remove_file(&file).unwrap(),
            }
            match change {
                "a link" => {
                    fs::write(&elsewhere, &bytes).unwrap();
                    std::os::unix::fs::symlink(&elsewhere, &file).unwrap();
                }
                "a directory" => fs::create_dir(&file).unwrap(),
                "a pipe" => assert!(std::process::Command::new("mkfifo").arg(&file).status().unwrap().success()),
                _ => {}
            }
            home.assert_right(&format!("{} is {change}", files[at].display()));
            if change == "a link" {
                assert_eq!(fs::read(&elsewhere).unwrap(), bytes, "what a link leads to stays");
            }
        }
    }
    assert!(home.copies().len() <= 2, "{:?}", home.copies());
}

#[test]
fn copies_are_their_owners_alone_and_nobody_elses_are_taken() {
    let home = Home::new(lines(300, troubled));
    let copy = home.open().report.directory.unwrap();
    let mode = |path: &Path| path.metadata().unwrap().mode() & 0o777;
    assert_eq!([mode(&home.folder()), mode(&copy)], [0o700, 0o700]);
    // A folder that others may write to.
    fs::set_permissions(home.folder(), fs::Permissions::from_mode(0o777)).unwrap();
    let report = home.assert_right("a folder for everybody");
    assert!(report.directory.is_none(), "{report:?}");
    fs::set_permissions(home.folder(), fs::Permissions::from_mode(0o700)).unwrap();
    assert!(home.assert_right("its owner's again").fresh);
    // A link in place of a copy, and of the folder.
    let elsewhere = home.home.path().join("elsewhere");
    fs::rename(&copy, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &copy).unwrap();
    assert!(!home.assert_right("a link in its place").fresh);
    assert!(elsewhere.join(".source").exists());
    fs::rename(home.folder(), home.home.path().join("moved")).unwrap();
    std::os::unix::fs::symlink(home.home.path().join("moved"), home.folder()).unwrap();
    assert!(home.assert_right("a link in place of the folder").directory.is_none());
    fs::remove_file(home.folder()).unwrap();
    // Only who may do everything can give a file away.
    let copy = home.open().report.directory.unwrap();
    for planted in [copy.join(".source"), copy.clone(), home.folder()] {
        if std::os::unix::fs::chown(&planted, Some(4321), None).is_ok() {
            let report = home.assert_right("somebody else's");
            assert!(!report.fresh, "{}: {report:?}", planted.display());
        }
    }
}

#[test]
fn where_nothing_can_be_kept_the_source_is_read() {
    let home = Home::new(lines(300, troubled));
    let fresh = home.read();
    let file = home.home.path().join("file");
    fs::write(&file, "").unwrap();
    for folder in [file.join("imports"), "/proc/none/imports".into(), "/dev/full/imports".into()] {
        for _ in 0..2 {
            let opened = home.open_within(CopyFolder::new(folder.clone(), MOST_BYTES));
            let report = assert_same(&opened, &fresh, &folder.display().to_string());
            assert!(report.directory.is_none() && report.why.is_some(), "{report:?}");
        }
    }
    let none = CopyFolder::new(home.folder(), 0);
    assert!(Cache::within(none, &home.address(), &how(&home.options), "").is_none() && home.copies().is_empty());
    // What is larger than all copies may be goes at once.
    home.open_within(CopyFolder::new(home.folder(), 100));
    assert!(home.copies().is_empty(), "{:?}", home.copies());
}

#[test]
fn copies_used_longest_ago_leave_first_but_not_while_they_are_read() {
    // A process that another test starts has all locks for a moment.
    assert!((0..3).any(|_| which_copies_left() == [true, true, false, true]));
}

/// Of four copies, where there is room for three: which are still there. The second was used longest ago, but is read;
/// then the third.
fn which_copies_left() -> [bool; 4] {
    let homes = [0, 1, 2, 3].map(|n| Home::new(lines(200 + n, troubled)));
    let open = |home: &Home, most| home.open_within(CopyFolder::new(homes[0].folder(), most));
    let sizes: Vec<u64> = homes.iter().take(3).map(|home| open(home, MOST_BYTES).report.bytes).collect();
    let pause = || std::thread::sleep(Duration::from_millis(20));
    pause();
    let held = open(&homes[1], MOST_BYTES);
    pause();
    assert!(open(&homes[2], MOST_BYTES).report.fresh);
    pause();
    assert!(open(&homes[0], MOST_BYTES).report.fresh);
    pause();
    open(&homes[3], sizes.iter().sum::<u64>() + 4_000);
    let left = [0, 1, 2, 3].map(|n: usize| open(&homes[n], MOST_BYTES).report.fresh);
    let tenant = held.recording.tenant(&"main".into()).unwrap();
    assert!((1..100).all(|version| tenant.value_at(crate::record::Version(version)).is_ok()));
    left
}

#[test]
fn what_a_crash_left_is_cleared_and_a_new_copy_is_not_disturbed() {
    let home = Home::new(lines(200, troubled));
    home.open();
    let name = home.copies()[0].file_name().unwrap().to_string_lossy().split('.').next().unwrap().to_owned();
    let [old, young, held, left, gone] =
        ["new-1", "new-2", "new-3", "new-4", "old-5"].map(|end| home.folder().join(format!("{name}.{end}")));
    for path in [&old, &young, &held, &left, &gone] {
        fs::create_dir(path).unwrap();
    }
    [&held, &left, &gone].iter().for_each(|path| fs::write(path.join(".source"), "half").unwrap());
    let lock = fs::File::open(held.join(".source")).unwrap();
    lock.lock().unwrap();
    let before = fs::metadata(&old).unwrap().modified().unwrap() - Duration::from_hours(2);
    fs::File::open(&old).unwrap().set_modified(before).unwrap();
    assert!(home.assert_right("with leftovers").fresh);
    home.append(lines(50, troubled));
    home.assert_right("made again");
    let there = [&old, &young, &held, &left, &gone].map(|path| path.exists());
    assert_eq!(there, [false, true, true, false, false]);
}
