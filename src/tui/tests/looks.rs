//! How it looks: glyph sets, colours, the terminal's cursor, and the person's own keys and options.

use super::harness::Harness;
use super::lists::everything;
use crate::source::Address;
use crate::tui::config::{Config, Sources};
use crate::tui::draw::{paint, text_of};
use crate::tui::glyphs::{Glyphs, POINTER};
use crate::tui::look::{Look, Surroundings};
use crate::tui::settings::named;
use crate::view::text::width;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use ratatui::style::Modifier;

/// A configuration of these files and flags; `keys.toml` is the text.
fn config(keys: &str, flags: &[(&str, &str)]) -> Config {
    let place = tempfile::tempdir().unwrap();
    std::fs::write(place.path().join("keys.toml"), keys).unwrap();
    let flags = flags.iter().map(|(name, value)| (named(name).unwrap(), (*value).to_owned())).collect();
    let sources = Sources { directory: Some(place.path().to_owned()), variable: &|_| None, flags };
    Config::load(&sources).checked().unwrap()
}

/// The screen of the guide with what a person has set, on a terminal that has all colours.
fn with(config: Config, width: u16, height: u16) -> Harness {
    let mut screen = Harness::guide(width, height);
    let variable = |name: &str| (name == "TERM").then(|| "xterm-direct".to_owned());
    screen.app.setup.here = Surroundings::new(&variable, true);
    screen.app.setup.look = Look::of(&config, &screen.app.setup.here);
    screen.app.keymap = config.keymap.clone();
    screen.app.setup.config = config;
    screen
}

fn painted(screen: &Harness) -> (Buffer, Position) {
    let mut buffer = Buffer::empty(screen.area);
    let cursor = paint(&screen.app, screen.area, &mut buffer).cursor;
    (buffer, cursor.unwrap())
}

/// Whether a cell is part of the band of the selected row.
fn is_banded(screen: &Harness, cell: &ratatui::buffer::Cell) -> bool {
    let cursor = screen.app.setup.look.theme.cursor;
    cell.modifier.contains(cursor.add_modifier) && cursor.bg.is_none_or(|bg| cell.bg == bg)
}

/// One background and one colour of text from the first cell of the selected row to its last, in every theme.
#[test]
fn the_selected_row_is_one_band_over_cells_of_every_colour() {
    for theme in ["dark", "light", "classic", "high-contrast", "mono"] {
        for keys in ["1 Tab Down", "2 Down", "3", "6", "5", "7"] {
            let mut screen = Harness::of(Address::Demo("fixture".into()), everything(), 120, 36);
            let config = config("", &[("theme", theme), ("color", "always")]);
            let variable = |name: &str| (name == "TERM").then(|| "xterm-direct".to_owned());
            screen.app.setup.look = Look::of(&config, &Surroundings::new(&variable, true));
            screen.keys(keys).wait(std::time::Duration::from_secs(1));
            let (buffer, at) = painted(&screen);
            let band: Vec<_> =
                (at.x..buffer.area.width).map(|x| &buffer[(x, at.y)]).take_while(|cell| !is_border(cell)).collect();
            assert!(band.len() > 8, "{theme} {keys} {at}:\n{}", text_of(&buffer));
            let styles: std::collections::HashSet<_> = band.iter().map(|cell| cell.style()).collect();
            assert_eq!(styles.len(), 1, "{theme} {keys} at {at}: {styles:?}\n{}", text_of(&buffer));
        }
    }
}

fn is_border(cell: &ratatui::buffer::Cell) -> bool {
    matches!(cell.symbol(), "│" | "┃" | "┐")
}

/// Everything that can be opened, over data in many scripts.
#[test]
fn nothing_above_127_is_drawn_in_ascii() {
    let states = [
        r#"{"café":"naïve → 日本","список":["é","◆","🦀"],"n":1}"#,
        r#"{"café":"naïve ← 日本語","список":["é","…","🦀"],"n":2,"ключ":"значение"}"#,
    ];
    for (width, height) in [(120, 36), (80, 24), (70, 20), (52, 12)] {
        let mut screen = Harness::states(&states, width, height);
        screen.app.setup.look.glyphs = Glyphs::Ascii;
        for keys in
            ["z R", ",", "2", "z i", "1", "Tab", "Tab", "Tab", "O", "O", "?", "Esc", ":", "é", "Esc", "g", "Esc", "R"]
        {
            screen.keys(keys);
            let (buffer, cursor) = painted(&screen);
            assert!(buffer.content.iter().all(|cell| cell.symbol().is_ascii()), "{keys}:\n{}", text_of(&buffer));
            assert!(buffer.area.contains(cursor), "{keys}: {cursor}");
        }
    }
}

#[test]
fn ascii_keeps_the_letters_of_the_data_and_the_layout() {
    let mut screen = Harness::states(&[r#"{"café":"né 日","n":1}"#], 120, 36);
    let before = screen.screen();
    screen.app.setup.look.glyphs = Glyphs::Ascii;
    screen.sees("caf\\u{e9}").sees("\"n\\u{e9} \\u{65e5}\"").lacks("?\"");
    let after = screen.screen();
    for (row, (blocks, ascii)) in before.lines().zip(after.lines()).enumerate() {
        let borders = blocks.char_indices().filter(|(_, letter)| *letter == '│').map(|(at, _)| width(&blocks[..at]));
        for column in borders {
            assert_eq!(ascii.as_bytes()[column], b'|', "row {row}, column {column}:\n{blocks}\n{ascii}");
        }
    }
}

#[test]
fn the_terminals_cursor_is_on_the_focused_row() {
    let mut screen = Harness::guide(120, 36);
    let mut seen = Vec::new();
    for _ in 0..5 {
        screen.keys("Tab Down");
        let (buffer, at) = painted(&screen);
        let row: String = (0..buffer.area.width).map(|x| buffer[(x, at.y)].symbol()).collect();
        let banded = (at.x..buffer.area.width).take(3).any(|x| is_banded(&screen, &buffer[(x, at.y)]));
        assert!(banded || row.contains(POINTER), "{at} {row}");
        seen.push(at);
    }
    seen.dedup();
    assert_eq!(seen.len(), 5, "each pane has its own: {seen:?}");
    screen.keys("2 Down");
    let (buffer, at) = painted(&screen);
    assert!(is_banded(&screen, &buffer[at]), "in the diff: {at}");
    for keys in [": g", "Esc ?", "Esc , R", "Esc s a b"] {
        screen.keys(keys);
        assert!(painted(&screen).1.y > 2, "in the box after {keys}");
    }
}

#[test]
fn help_and_hints_show_the_persons_own_keys() {
    let mut screen = with(config("rollback = \"ctrl+g\"\nsnapshot = false\n", &[]), 120, 36);
    screen.sees("ctrl+g roll back").lacks("R roll back").lacks("s new snapshot");
    screen.keys("?").text("roll").sees("ctrl+g").keys("Esc");
    screen.keys("R").lacks("Nothing is deleted").keys(", ctrl+g").sees("Nothing is deleted");
}

#[test]
fn sentences_name_the_persons_own_keys() {
    let keys = "rollback = \"ctrl+r\"\nundo = \"ctrl+t\"\n";
    let mut screen = with(config(keys, &[]), 200, 36);
    screen.keys(", ctrl+r").sees("Undo with ctrl+t");
    screen.keys("y").sees("ctrl+t ctrl+t undoes it");
}

#[test]
fn options_are_changed_while_the_screen_is_there() {
    let mut screen = with(config("", &[]), 120, 36);
    screen.command("glyphs ascii").sees("glyphs = ascii").sees("+-").lacks("─");
    screen.command("glyphs blocks").sees("─");
    screen.command("set color never").sees("color = never");
    assert!(painted(&screen).0.content.iter().all(|cell| cell.fg == ratatui::style::Color::Reset));
    screen.command("theme drak").sees("no theme \"drak\"; nearest: dark");
    screen.command("set glyhps ascii").sees("no option \"glyhps\"; nearest: glyphs");
    screen.command("set read-only true").sees("read-only can only be set at start: asof --read-only");
    screen.command("set").sees("Options").sees("characters for lines, bars and signs").keys("Esc");
    screen.command("keys all").sees("All keys").keys("Esc");
}

/// A line below text is below words, not below blanks beside them.
#[test]
fn blanks_beside_words_have_no_line() {
    for theme in ["dark", "classic", "high-contrast", "mono"] {
        for keys in ["1", "1 ,", "2", "2 z i", "5", "6"] {
            let mut screen = Harness::of(Address::Demo("fixture".into()), everything(), 120, 36);
            let config = config("", &[("theme", theme), ("color", "always")]);
            let variable = |name: &str| (name == "TERM").then(|| "xterm-direct".to_owned());
            screen.app.setup.look = Look::of(&config, &Surroundings::new(&variable, true));
            screen.keys(keys).wait(std::time::Duration::from_secs(1));
            let (buffer, _) = painted(&screen);
            let has_line = |cell: &ratatui::buffer::Cell| cell.modifier.contains(Modifier::UNDERLINED);
            for row in buffer.content.chunks(usize::from(buffer.area.width)) {
                let is_wrong = |cells: &[ratatui::buffer::Cell]| {
                    has_line(&cells[1]) && cells[1].symbol() == " " && !(has_line(&cells[0]) && has_line(&cells[2]))
                };
                assert!(!row.windows(3).any(is_wrong), "{theme} {keys}:\n{}", text_of(&buffer));
            }
        }
    }
}
