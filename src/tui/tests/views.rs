//! Whole screens, compared with stored ones.

use super::harness::Harness;
use std::time::Duration;

/// Compares a screen with the stored one.
pub(super) fn check(name: &str, screen: &Harness) {
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "screens" }, {
        insta::assert_snapshot!(name, screen.screen());
    });
}

/// Both sizes of the design, after the same keys.
fn both(name: &str, keys: &str) {
    for (width, height) in [(120, 36), (80, 24)] {
        let mut screen = Harness::guide(width, height);
        screen.keys(keys).wait(Duration::from_secs(1));
        check(&format!("{name}-{width}x{height}"), &screen);
    }
}

#[test]
fn debug() {
    both("debug", ",");
}

#[test]
fn diff() {
    both("diff", "2");
}

#[test]
fn rollback() {
    both("rollback", ", R");
}

#[test]
fn help() {
    both("help", "?");
}

#[test]
fn palette() {
    both("palette", ": r o l l");
}

#[test]
fn which_key() {
    both("which-key", "g");
}

#[test]
fn new_snapshot() {
    both("snapshot", "s");
}

#[test]
fn one_pane() {
    let mut screen = Harness::guide(70, 20);
    screen.keys("Tab");
    check("one-pane-70x20", &screen);
}

#[test]
fn one_pane_maximised() {
    let mut screen = Harness::guide(120, 36);
    screen.keys("O");
    check("maximised-120x36", &screen);
}

#[test]
fn too_small() {
    let mut screen = Harness::guide(52, 12);
    screen.sees("Terminal 52x12 is too small (60x16)").keys(",");
    assert_eq!(screen.cursor(), 6, "nothing but : and q works there");
    screen.keys("q");
    assert_eq!(screen.outside, ["quit Nothing"]);
}
