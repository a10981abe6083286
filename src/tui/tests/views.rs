//! Whole screens, compared with stored ones.

use super::harness::{Harness, noon};
use crate::record::{TenantId, Version};
use crate::recording::Recording;
use crate::source::Address;
use crate::tui::action::{Action, View};
use crate::value::Value;
use std::sync::Arc;
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

/// Long names are cut in the header; where the cursor is, and who may write, stay.
#[test]
fn long_names_push_nothing_off_the_header() {
    for (tenant, branch) in [(200, 4), (4, 200), (200, 200), (30, 30), (4, 4)] {
        let recording = Arc::new(Recording::memory().with_clock(noon));
        let shop = recording.tenant_or_new(&TenantId::from("t".repeat(tenant).as_str())).unwrap();
        (0..3_u64).for_each(|n| _ = shop.set("x", Value::from(n)).unwrap());
        shop.fork(&"b".repeat(branch), Version(2)).unwrap();
        shop.on(&"b".repeat(branch)).unwrap().set("y", Value::from(9_u64)).unwrap();
        for width in [60, 80, 99, 100, 120, 160] {
            let mut screen = Harness::of(Address::Demo("m".into()), Arc::clone(&recording), width, 24);
            screen.command(&format!("switch {}", "b".repeat(branch)));
            let header = screen.screen().lines().next().unwrap().to_owned();
            for part in ["#4/4", "mem", "tt", "bb"] {
                assert!(header.contains(part), "{part} at {width}: {header}");
            }
        }
    }
}

/// The view of `views/planted.rs` stands in no other file: header, title, rows, mouse, detail and keys follow from its value.
#[test]
fn a_view_is_one_file_and_one_line() {
    let planted = View("Planted");
    for (width, height) in [(120, 36), (80, 24), (60, 16)] {
        let mut screen = Harness::states(&["{\"n\":1}", "{\"n\":2}", "{\"n\":3}"], width, height);
        screen.keys("1");
        screen.app.update(&Action::Show(planted).into());
        screen.draw().sees("Planted").sees("[Every version]").sees("planted by a test").sees("▶       #1  step 1");
        if width > 60 {
            screen.sees("a line of the planted view");
        }
        screen.keys("Down").sees("▶       #2  step 2").click("step 3").sees("▶       #3  step 3");
        screen.app.update(&Action::Whole.into());
        screen.draw().sees("a line of the planted view").keys("Esc Tab").sees("Only one pane has keys here");
        screen.app.update(&Action::Enter.into());
        screen.draw().sees("The cursor is at #3").keys("q");
        assert_eq!((screen.app.workspace.view, screen.cursor()), (View::DEBUG, 3));
    }
}
