//! A source that has grown a little: the copy stays, and what was asked over time of its part is kept beside it.

use super::*;
use crate::recording::Tenant;

/// Opened as commands do: what has grown a little goes on behind the copy.
fn open(home: &Home) -> Tenant {
    let (recording, address, how) = (Recording::memory(), home.address(), how(&home.options));
    let folder = CopyFolder::new(home.folder(), MOST_BYTES);
    let cache = Cache::within(folder, &address, &how, &how.digest().unwrap()).unwrap();
    gather(|tell| cache.read(&recording, tell).unwrap());
    recording.tenant(&"main".into()).unwrap()
}

#[test]
fn the_paths_of_what_is_copied_are_kept_while_the_source_grows() {
    let line = |n: u32| format!(r#"{{"label":"s{n}","state":{{"n":{n},"k":{{"x{}":{n}}}}}}}"#, n % 9);
    let home = Home::new(lines(2_000, line));
    let go_on = &mut |_| ControlFlow::Continue(());
    home.open();
    let copies = home.copies();
    for grown in 1..=3_u64 {
        home.append(lines(1, |n| line(n + 7)));
        let tenant = open(&home);
        assert_eq!((home.copies(), tenant.history().newest()), (copies.clone(), Version(2_000 + grown)));
        assert_eq!(tenant.copied_through(), Some(Version(2_000)));
        let known = tenant.paths_through(Version(1), go_on).unwrap().newest().unwrap();
        assert!(if grown == 1 { known < Version(2_000) } else { known == Version(2_000) }, "{grown}: {known}");
        if grown == 1 {
            tenant.paths_through(Version(2_000), go_on).unwrap();
            assert_eq!(tenant.write_paths().unwrap().map(|file| file.newest), Some(Version(2_000)));
        }
        let plain = home.read().recording.tenant(&"main".into()).unwrap();
        assert!(tenant.paths(go_on).unwrap().is_same(&plain.paths(go_on).unwrap()), "{grown}");
        assert!(tenant.write_paths().is_err(), "the copy does not go so far");
    }
}
