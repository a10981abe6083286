//! A storm of sizes while states arrive: the last frame is what a fresh drawing of it would be.

use super::harness::{GUIDE, Harness, recorded};
use crate::recording::Progress;
use crate::source::Address;
use crate::tui::draw::{draw, paint};
use crate::tui::job::Report;
use crate::value::parse;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

/// Sizes in the storm.
const SIZES: u64 = 2000;

#[test]
fn after_a_storm_of_sizes_the_screen_is_as_if_drawn_afresh() {
    let (recording, tenant) = recorded(GUIDE);
    let mut screen = Harness::reading(Address::File("storm.jsonl".into()), recording, 80, 24);
    // Who moves sees what has been read so far.
    screen.keys(", .");
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    for n in 0..SIZES {
        // From 1x1 to 500x200, never the same way twice; the last one is ordinary.
        let (width, height) =
            if n + 1 == SIZES { (120, 36) } else { ((n * 7919 % 500) as u16 + 1, (n * 104_729 % 200) as u16 + 1) };
        if n % 20 == 0 {
            tenant.set("more", parse(format!("{{\"n\":{n}}}").as_bytes()).unwrap()).unwrap();
            screen.report(Report::Progress(Progress { share: Some(0.5), versions: n }));
        }
        screen.resize(width, height);
        // Not every size is seen: the terminal changes faster than frames are drawn.
        if n % 3 == 0 || n + 1 == SIZES {
            terminal.backend_mut().resize(width, height);
            terminal.draw(|frame| _ = draw(&mut screen.app, frame)).unwrap();
        }
    }
    let mut fresh = Buffer::empty(screen.area);
    paint(&screen.app, screen.area, &mut fresh);
    assert_eq!(terminal.backend().buffer(), &fresh);
    screen.sees("[1 Debug]");
}
