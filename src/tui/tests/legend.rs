//! Every sign and hue on the timeline is explained: on its edge, or in the list of keys where that has no room.

use super::harness::Harness;
use super::lists::everything;
use crate::source::{Address, demos};
use crate::tui::dialog::Dialog;
use crate::tui::draw::paint;
use crate::tui::frame_map::{HitArea, StripRow};
use crate::tui::glyphs::{BARS, CURSOR, DOTTED};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Position;
use std::collections::BTreeSet;

const BAR: &str = "a bar";

/// The signs that stand on the strip, and the colours of its bars.
fn on_strip(screen: &Harness) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut buffer = Buffer::empty(screen.area);
    let map = paint(&screen.app, screen.area, &mut buffer);
    let (mut signs, mut hues) = (BTreeSet::new(), BTreeSet::new());
    let columns = map.strip.as_ref().unwrap().columns;
    for y in columns.y..columns.bottom() {
        let hit = map.hit(Position::new(columns.x, y));
        let Some(HitArea::Strip(row @ (StripRow::Density | StripRow::Marks))) = hit else { continue };
        let cells: Vec<_> = (columns.x..columns.right()).map(|x| &buffer[(x, y)]).collect();
        // Names, days and lanes are words, not signs.
        if cells.iter().any(|cell| cell.symbol().chars().all(|c| c.is_ascii_lowercase())) || cells[0].symbol() == "#" {
            continue;
        }
        for cell in cells.into_iter().filter(|cell| !matches!(cell.symbol(), " " | CURSOR | "A" | "B" | "░")) {
            let is_bar = BARS.contains(&cell.symbol());
            signs.insert(if is_bar { BAR.to_owned() } else { cell.symbol().to_owned() });
            if is_bar && row == StripRow::Density {
                hues.insert(format!("{:?}", cell.fg));
            }
        }
    }
    (signs, hues)
}

/// What of the strip nobody explains.
fn unexplained(screen: &mut Harness) -> Vec<String> {
    let (signs, hues) = on_strip(screen);
    let mut buffer = Buffer::empty(screen.area);
    let map = paint(&screen.app, screen.area, &mut buffer);
    let edge = map.strip.unwrap().columns.y - 1;
    let edge: Vec<_> = (0..buffer.area.width).map(|x| &buffer[(x, edge)]).collect();
    screen.keys("?");
    let Some(Dialog::Chooser(chooser)) = screen.app.dialog.as_ref().map(|boxed| &boxed.dialog) else {
        panic!("a list")
    };
    let told: Vec<String> = chooser.shown_rows().map(|left| left.unmarked().into_owned()).collect();
    screen.keys("Esc");
    let explains =
        |sign: &str| edge.iter().any(|cell| cell.symbol() == sign) || told.iter().any(|row| row.contains(sign));
    let is_told = |hue: &&String| {
        let on_edge = |cell: &&Cell| cell.symbol() == BARS[7] && format!("{:?}", cell.fg) == **hue;
        edge.iter().any(on_edge) || told.iter().any(|row| row.contains(BARS[7]))
    };
    let signs = signs.iter().filter(|sign| {
        !explains(match sign.as_str() {
            BAR => BARS[7],
            dotted if DOTTED.contains(&dotted) => DOTTED[4],
            count if count.parse::<u8>().is_ok() => "'",
            other => other,
        })
    });
    hues.iter().filter(|hue| !is_told(hue)).chain(signs).cloned().collect()
}

#[test]
fn every_sign_and_hue_of_the_timeline_is_explained() {
    let demos = demos().into_iter().map(|demo| Address::Demo(demo.0.into()));
    let sizes = [(60, 16), (80, 24), (120, 36), (160, 50), (250, 70)];
    for (width, height) in sizes {
        for address in demos.clone() {
            let mut screen = Harness::opened(address.clone(), width, height);
            assert_eq!(unexplained(&mut screen), [""; 0], "{address:?} {width}x{height}:\n{}", screen.screen());
        }
        let mut screen = Harness::of(Address::Demo("fixture".into()), everything(), width, height);
        assert_eq!(unexplained(&mut screen), [""; 0], "everything {width}x{height}:\n{}", screen.screen());
    }
}

/// What was found stays on the timeline of the main view as long as `n` walks it: the legend says so, and how it goes.
#[test]
fn what_was_found_is_named_on_the_edge_and_goes_with_escape() {
    let mut screen = Harness::opened(Address::Demo("time".into()), 160, 50);
    screen.keys("f").text(".errors > 0").keys("Enter 1").sees("found; Esc clears");
    screen.keys("Esc").lacks("found; Esc clears");
}
