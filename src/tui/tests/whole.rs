//! On every screen all of what is selected can be read: the box of `zw` leaves out nothing, however small the screen.

use super::harness::Harness;
use super::lists::everything;
use crate::history::Strategy;
use crate::record::Version;
use crate::source::Address;

const SIZES: [(u16, u16); 3] = [(60, 16), (80, 24), (120, 36)];

/// A text without blanks that no row holds.
fn long(seed: u32) -> String {
    (0..50).map(|n| format!("{:07}", (n * 7919 + seed) % 9_999_991)).collect()
}

/// Two long texts, a snapshot of the first, and a branch with a third.
fn texts(width: u16, height: u16) -> Harness {
    let state = |seed| format!(r#"{{"a":1,"text":"{}","z":{seed}}}"#, long(seed));
    let screen = Harness::states(&[&state(1), &state(2), &state(3)], width, height);
    let tenant = screen.tenant();
    let first = crate::recording::SnapshotRequest { version: Some(Version(1)), ..Default::default() };
    tenant.snapshot(&first).unwrap();
    tenant.rollback(&Strategy::Version(Version(1)), "").unwrap();
    screen
}

/// All that the open box says, without blanks.
fn read_all(screen: &mut Harness) -> String {
    let mut read = String::new();
    for _ in 0..60 {
        let inside = |row: &str| row.split('│').max_by_key(|part| part.len()).unwrap_or_default().to_owned();
        let page: String = screen.screen().lines().map(inside).collect();
        let page: String = page.chars().filter(|letter| !letter.is_whitespace()).collect();
        if !read.ends_with(&page) {
            read.push_str(&page);
        }
        screen.keys("Down");
    }
    read
}

#[test]
fn all_of_what_is_selected_can_be_read_on_every_screen() {
    let (old, new) = (long(1), long(2));
    for (width, height) in SIZES {
        for (command, keys, wanted) in [
            // The transition, the changes, the value, the diff.
            ("goto 2", "S-Tab S-Tab", &new),
            ("goto 2", "Tab", &old),
            ("path .text", "", &new),
            ("diff", "", &old),
            ("snapshots", "", &new),
            ("find .z == 2", "", &new),
            ("path .text", "c", &old),
            ("branches", "j", &old),
        ] {
            let mut screen = texts(width, height);
            screen
                .command("goto 2")
                .command(command)
                .keys(keys)
                .keys("z w")
                .lacks("No row here")
                .lacks("No value here");
            assert!(screen.app.dialog.is_some(), "{width}x{height} {command} {keys}:\n{}", screen.screen());
            let read = read_all(&mut screen);
            let whole = (0..wanted.len() - 20).step_by(20).all(|at| read.contains(&wanted[at..at + 20]));
            assert!(whole, "{width}x{height} {command} {keys} {wanted}:\n{read}\n{}", screen.screen());
        }
    }
}

#[test]
fn every_list_tells_its_selected_row() {
    for keys in ["3", "4 t r u e Enter", "5", "6", "7"] {
        let mut screen = Harness::of(Address::Demo("fixture".into()), everything(), 80, 24);
        screen.keys(keys).keys("z w").lacks("No row here");
        assert!(screen.app.dialog.is_some(), "{keys}:\n{}", screen.screen());
    }
    Harness::guide(80, 24).keys("4 . v e r s i o n Enter Tab").sees("zw shows all");
}
