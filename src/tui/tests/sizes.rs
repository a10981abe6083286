//! Every size from 1x1 to 300x100, in every view and box.

use super::harness::Harness;

/// Opens what is to be seen, then steps through all sizes on a diagonal grid.
fn check(keys: &str) {
    let mut screen = Harness::guide(120, 36);
    screen.keys(keys);
    for width in 1..=300 {
        for height in [1, 2, 3, 5, 8, 13, 15, 16, 17, 23, 24, 25, 36, 50, 99, 100] {
            screen.resize(width, height);
            let lines = screen.screen();
            assert!(lines.lines().count() <= usize::from(height), "{width}x{height}");
            assert!(lines.lines().all(|line| crate::view::text::width(line) <= usize::from(width)), "{width}x{height}");
        }
    }
}

#[test]
fn debug_fits_every_size() {
    check(", Tab");
}

#[test]
fn diff_fits_every_size() {
    check("2");
}

#[test]
fn boxes_fit_every_size() {
    for keys in ["?", ":", ", R", "s", ": m e s s a g e s Enter", "g"] {
        check(keys);
    }
}

#[test]
fn every_height_is_fine_too() {
    let mut screen = Harness::guide(120, 36);
    for height in 1..=100 {
        for width in [1, 59, 60, 79, 80, 99, 100, 119, 120, 160, 300] {
            screen.resize(width, height).keys(",");
            screen.screen();
            screen.keys(".");
        }
    }
}
