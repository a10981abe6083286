//! Every view at four sizes, in three glyph sets, with and without colour, as one stored file a view and size.
//!
//! A file holds the text in each glyph set, and the styles as runs of letters, a row a line: `12  a3 .40 b10` is three
//! cells of style `a`, forty of the default, ten of `b`; what the letters mean stands at the end. Styles of the other sets
//! are written only where they differ from those of the first.

use super::harness::Harness;
use super::lists::everything;
use crate::source::Address;
use crate::tui::config::{Config, Sources};
use crate::tui::draw::{paint, text_of};
use crate::tui::look::{Look, Surroundings};
use crate::tui::settings::named;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Style};
use std::fmt::Write;
use std::time::Duration;

/// What is shown, and the keys that lead there.
const VIEWS: [(&str, &str); 7] = [
    ("debug", ", ,"),
    ("diff", "2"),
    ("snapshots", "3 j"),
    ("transactions", "5 {"),
    ("variants", "6"),
    ("branches", "7 G"),
    ("rollback", ", , R"),
];

/// All panes, fewer of them, one, and four side by side.
const SIZES: [(u16, u16); 4] = [(120, 36), (80, 24), (60, 20), (160, 45)];

const GLYPHS: [&str; 3] = ["blocks", "braille", "ascii"];

/// A configuration of these options.
pub fn config(options: &[(&str, &str)]) -> Config {
    let flags = options.iter().map(|(name, value)| (named(name).unwrap(), (*value).to_owned())).collect();
    Config::load(&Sources { directory: None, variable: &|_| None, flags }).checked().unwrap()
}

/// A frame with these glyphs and colours, on a terminal that has all of them.
fn frame(size: (u16, u16), keys: &str, glyphs: &str, color: &str) -> Buffer {
    let mut screen = Harness::of(Address::Demo("fixture".into()), everything(), size.0, size.1);
    let config = config(&[("glyphs", glyphs), ("color", color)]);
    screen.app.setup.here = Surroundings::new(&|name| (name == "TERM").then(|| "xterm-direct".to_owned()), true);
    screen.app.setup.look = Look::of(&config, &screen.app.setup.here);
    screen.app.setup.config = config;
    screen.keys(keys).wait(Duration::from_secs(1));
    let mut buffer = Buffer::empty(screen.area);
    paint(&screen.app, screen.area, &mut buffer);
    buffer
}

/// The styles met so far, each with its letter.
#[derive(Default)]
struct Legend(Vec<Style>);

impl Legend {
    fn letter(&mut self, style: Style) -> char {
        if style == Cell::EMPTY.style() {
            return '.';
        }
        let at = self.0.iter().position(|known| *known == style).unwrap_or_else(|| {
            self.0.push(style);
            self.0.len() - 1
        });
        ('a'..='z').chain('A'..='Z').nth(at).unwrap()
    }

    /// One line a row: runs of letters with their lengths.
    fn rows(&mut self, buffer: &Buffer) -> Vec<String> {
        let rows = buffer.content.chunks(usize::from(buffer.area.width)).enumerate();
        rows.map(|(at, row)| format!("{at:>2}  {}", self.runs(row))).collect()
    }

    fn runs(&mut self, row: &[Cell]) -> String {
        let runs = row.chunk_by(|a, b| a.style() == b.style());
        let words: Vec<String> = runs.map(|run| format!("{}{}", self.letter(run[0].style()), run.len())).collect();
        words.join(" ")
    }

    fn words(&self) -> String {
        let mut legend = Self::default();
        self.0.iter().map(|style| format!("{} {}\n", legend.letter(*style), style_words(*style))).collect()
    }
}

fn style_words(style: Style) -> String {
    let colour = |name, color: Option<Color>| color.map(|color| format!("{name}={color}"));
    let colours = [colour("fg", style.fg), colour("bg", style.bg)].into_iter().flatten();
    let colours = colours.filter(|words| !words.ends_with("Reset"));
    let attributes = style.add_modifier.iter_names().map(|(name, _)| name.to_lowercase());
    colours.chain(attributes).collect::<Vec<_>>().join(" ")
}

/// All that a view looks like at one size.
fn album(size: (u16, u16), keys: &str) -> String {
    let mut legend = Legend::default();
    let (mut texts, mut styles, mut first) = (String::new(), String::new(), Vec::new());
    for glyphs in GLYPHS {
        for color in ["always", "never"] {
            let buffer = frame(size, keys, glyphs, color);
            let rows = legend.rows(&buffer);
            let title = format!("--- {glyphs}, colour {color}");
            match color {
                "always" => write!(texts, "--- {glyphs}\n{}", text_of(&buffer)).unwrap(),
                _ => assert!(texts.ends_with(&text_of(&buffer)), "no meaning by colour alone: {title} {keys}"),
            }
            let same = |(row, other): &(&String, &String)| row != other;
            let shown: Vec<&str> = match first.is_empty() || color == "never" && glyphs == GLYPHS[0] {
                true => rows.iter().map(String::as_str).collect(),
                false => rows.iter().zip(&first).filter(same).map(|(row, _)| row.as_str()).collect(),
            };
            writeln!(styles, "{title}\n{}", shown.join("\n")).unwrap();
            if color == "always" && first.is_empty() {
                first = rows;
            }
        }
    }
    format!("{texts}{styles}--- styles\n{}", legend.words())
}

fn check(name: &str, keys: &str) {
    for size in SIZES {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "pictures" }, {
            insta::assert_snapshot!(format!("{name}-{}x{}", size.0, size.1), album(size, keys));
        });
    }
}

#[test]
fn every_view_at_every_size_in_every_look() {
    for (name, keys) in VIEWS {
        check(name, keys);
    }
}
