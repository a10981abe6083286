//! The README's pictures: real screens of the demos, driven by keys, as SVG. Made anew by
//! `INSTA_UPDATE=always cargo test --all-features --lib readme`; the test fails when they are not what that makes.
//!
//! Lines, bars and dots are drawn as shapes, so that no font leaves gaps between them.

use super::harness::Harness;
use super::pictures::config;
use crate::history::Strategy;
use crate::record::{TenantId, Time, Version};
use crate::recording::Recording;
use crate::source::{self, Address};
use crate::tui::draw::paint;
use crate::tui::look::{Look, Surroundings};
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// A file in `assets/`, the demo, and the keys.
const PICTURES: [(&str, &str, &str); 6] = [
    ("debug", "release", "<"),
    ("diff", "release", "< 2"),
    ("rollback", "release", "< R"),
    ("transactions", "transaction", "5"),
    ("variants", "ab", "6"),
    ("keys", "release", "?"),
];

/// The picture above all others: eight years of a real file, saved as a recording, with a lane, and rolled back.
const HERO: (&str, &str) = ("hero", "../shared/data/git-histories/nur-repos.jsonl.zst");
const HERO_RECORDING: &str = "nur-repos.asof";
/// Where it was rolled back to, and when.
const HERO_BACK: (Version, &str) = (Version(640), "2026-08-24T09:30:00Z");
const HERO_LANE: &str = "lane .repos | length";
/// Room for every pane.
const HERO_SIZE: (u16, u16) = (132, 38);

/// The tour: what is pressed before each of its pictures, in the demo `release`.
const TOUR: [(&str, &str); 8] = [
    ("", ""),
    ("<", "the snapshot before"),
    ("d", "what differs from the version before it"),
    ("R", "roll back? it asks, and says what stays"),
    ("y", "done"),
    ("1", "the timeline: what was left behind is dotted"),
    ("u", "what undo would do"),
    ("u", "undone: nothing is lost"),
];

/// Seconds that each of them stays.
const STAYS: usize = 3;

/// Columns and rows, and the pixels of a cell.
const SIZE: (u16, u16) = (112, 30);
const CELL: (f64, f64) = (8.4, 18.0);
/// Pixels round the screen, and above it for the command.
const MARGIN: f64 = 14.0;
const BAR: f64 = 34.0;

const PAPER: &str = "#0d1117";
const INK: &str = "#c9d1d9";
const BRIGHT: &str = "#f0f6fc";
const DIM: &str = "#768390";

fn frame(address: Address, act: impl Fn(&mut Harness)) -> Buffer {
    let mut screen = opened(address);
    act(&mut screen);
    shot(&mut screen)
}

fn opened(address: Address) -> Harness {
    coloured(Harness::opened(address, SIZE.0, SIZE.1))
}

/// A source in which everything that is written is written at one time, whenever it is.
fn at_one_time(address: &Address, time: Time) -> Arc<Recording> {
    let recording = Recording::memory().with_clock(move || time);
    source::read(address, &source::Options::default(), &recording, &mut |_| ControlFlow::Continue(())).unwrap();
    Arc::new(recording)
}

fn coloured(mut screen: Harness) -> Harness {
    let config = config(&[("color", "always")]);
    screen.app.setup.here = Surroundings::new(&|name| (name == "TERM").then(|| "xterm-direct".to_owned()), true);
    screen.app.setup.look = Look::of(&config, &screen.app.setup.here);
    screen.app.setup.config = config;
    screen
}

fn shot(screen: &mut Harness) -> Buffer {
    screen.wait(Duration::from_secs(1));
    let mut buffer = Buffer::empty(screen.area);
    paint(&screen.app, screen.area, &mut buffer);
    buffer
}

/// What a cell is painted with: ink and paper, where that is not the picture's.
fn colours(cell: &Cell) -> (String, Option<String>) {
    let exact = |colour| match colour {
        Color::Rgb(red, green, blue) => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
        _ => None,
    };
    let ink = match cell.fg {
        Color::Rgb(..) => exact(cell.fg).unwrap_or_default(),
        Color::Red | Color::LightRed => "#ff7b72".to_owned(),
        Color::Yellow | Color::LightYellow => "#e3b341".to_owned(),
        Color::Blue | Color::LightBlue => "#6cb6ff".to_owned(),
        Color::Cyan | Color::LightCyan => "#56d4dd".to_owned(),
        Color::Magenta | Color::LightMagenta => "#d2a8ff".to_owned(),
        _ if cell.modifier.contains(Modifier::DIM) => DIM.to_owned(),
        _ if cell.modifier.contains(Modifier::BOLD) => BRIGHT.to_owned(),
        _ => INK.to_owned(),
    };
    match cell.modifier.contains(Modifier::REVERSED) {
        true => (exact(cell.bg).unwrap_or_else(|| PAPER.to_owned()), Some(ink)),
        false => (ink, exact(cell.bg)),
    }
}

/// A sign that is drawn as a shape in a cell whose upper left corner is at `x`, `y`; `None` for a letter.
fn shape(sign: char, x: f64, y: f64) -> Option<String> {
    let (w, h) = CELL;
    let (mx, my) = (x + w / 2.0, y + h / 2.0);
    let line = |arms: [bool; 4]| {
        let ends = [(x + w, my), (mx, y + h), (x, my), (mx, y)];
        let drawn = arms.iter().zip(ends).filter(|(is, _)| **is);
        let path: String = drawn.map(|(_, (ex, ey))| format!("M{mx:.1} {my:.1}L{ex:.1} {ey:.1}")).collect();
        format!("<path d=\"{path}\" stroke=\"INK\" stroke-width=\"1\" opacity=\".55\"/>")
    };
    let eighths = u32::from(sign).checked_sub(0x2580).filter(|n| (1..=8).contains(n)).map(f64::from);
    let rect = |top: f64, opacity: &str| {
        format!(
            "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"{w}\" height=\"{:.1}\" fill=\"INK\"{opacity}/>",
            y + top,
            h - top
        )
    };
    match sign {
        '─' => Some(line([true, false, true, false])),
        '│' => Some(line([false, true, false, true])),
        '┌' => Some(line([true, true, false, false])),
        '┐' => Some(line([false, true, true, false])),
        '└' => Some(line([true, false, false, true])),
        '┘' => Some(line([false, false, true, true])),
        '┃' => Some(format!("<rect x=\"{:.1}\" y=\"{y:.1}\" width=\"3\" height=\"{h}\" fill=\"INK\"/>", mx - 1.5)),
        '░' => Some(rect(0.0, " opacity=\".3\"")),
        _ if eighths.is_some() => Some(rect(h * (8.0 - eighths.unwrap_or(8.0)) / 8.0, "")),
        '\u{2801}'..='\u{28ff}' => Some(dots(u32::from(sign) - 0x2800, x, y)),
        _ => None,
    }
}

/// A braille sign: its dots from the top, the left column first.
fn dots(bits: u32, x: f64, y: f64) -> String {
    const PLACES: [(f64, f64); 8] =
        [(0.0, 0.0), (0.0, 1.0), (0.0, 2.0), (1.0, 0.0), (1.0, 1.0), (1.0, 2.0), (0.0, 3.0), (1.0, 3.0)];
    let set = PLACES.iter().enumerate().filter(|(bit, _)| bits & (1 << bit) != 0);
    let dot = |(column, row): (f64, f64)| {
        format!(
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"1.2\" fill=\"INK\"/>",
            x + 2.1 + column * 4.2,
            y + 2.4 + row * 4.4
        )
    };
    set.map(|(_, place)| dot(*place)).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The upper edge of a row.
fn row_y(row: usize) -> f64 {
    BAR + CELL.1 * f64::from(u16::try_from(row).unwrap())
}

fn paint_row(cells: &[Cell], y: f64) -> String {
    let (mut out, mut column) = (String::new(), 0_u16);
    for run in cells.chunk_by(|a, b| a.style() == b.style()) {
        paint_run(run, MARGIN + CELL.0 * f64::from(column), y, &mut out);
        column += u16::try_from(run.len()).unwrap();
    }
    out
}

/// The frame of a picture of so many columns and rows, with what stands in its bar.
fn paper(bar: &str, (columns, rows): (u16, u16)) -> String {
    let width = f64::from(columns) * CELL.0 + 2.0 * MARGIN;
    let height = f64::from(rows) * CELL.1 + MARGIN + BAR;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" font-size=\"14\" \
         font-family=\"ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace\" xml:space=\"preserve\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{PAPER}\"/>\n{bar}"
    )
}

fn in_bar(words: &str) -> String {
    format!("<text x=\"{MARGIN}\" y=\"22\" fill=\"{DIM}\">{}</text>\n", escaped(words))
}

/// The screen as SVG, below a bar with the command.
fn svg(command: &str, buffer: &Buffer) -> String {
    let (columns, rows) = (buffer.area.width, buffer.area.height);
    let mut out = paper(&in_bar(&format!("$ {command}")), (columns, rows));
    for (row, cells) in buffer.content.chunks(usize::from(columns)).enumerate() {
        out += &paint_row(cells, row_y(row));
    }
    out + "</svg>\n"
}

/// Screens one after the other as SVG, for ever: each below a bar with the command and what was pressed before it.
fn film(command: &str, screens: &[(String, Buffer)]) -> String {
    let rows: Vec<Vec<String>> = screens
        .iter()
        .map(|(_, buffer)| buffer.content.chunks(usize::from(SIZE.0)).map(|cells| paint_row(cells, 0.0)).collect())
        .collect();
    let drawn: BTreeSet<&String> = rows.iter().flatten().filter(|row| !row.is_empty()).collect();
    let drawn: Vec<&String> = drawn.into_iter().collect();
    let (all, part) = (screens.len() * STAYS, 100.0 / f64::from(u16::try_from(screens.len()).unwrap()));
    let mut out = paper(
        &format!(
            "<style>.f{{visibility:hidden;animation:f {all}s step-end infinite}}.f0{{visibility:visible}}\
         @keyframes f{{0%{{visibility:visible}}{part:.2}%{{visibility:hidden}}}}</style>\n"
        ),
        SIZE,
    );
    out += "<defs>\n";
    for (at, row) in drawn.iter().enumerate() {
        writeln!(out, "<g id=\"r{at}\">\n{row}</g>").unwrap();
    }
    out += "</defs>\n";
    for (at, ((pressed, _), rows)) in screens.iter().zip(&rows).enumerate() {
        writeln!(out, "<g class=\"f f{at}\" style=\"animation-delay:{}s\">", at * STAYS).unwrap();
        out += &in_bar(&format!("$ {command}{pressed}"));
        for (row, painted) in rows.iter().enumerate() {
            if let Ok(id) = drawn.binary_search(&painted) {
                writeln!(out, "<use href=\"#r{id}\" y=\"{:.1}\"/>", row_y(row)).unwrap();
            }
        }
        out += "</g>\n";
    }
    out + "</svg>\n"
}

/// Cells of one style: their paper, their shapes, and their letters word by word, each at its place.
fn paint_run(run: &[Cell], x: f64, y: f64, out: &mut String) {
    let (ink, paper) = colours(&run[0]);
    let at = |cell: usize| x + CELL.0 * f64::from(u16::try_from(cell).unwrap());
    if let Some(paper) = paper {
        let width = at(run.len()) - x;
        writeln!(out, "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{}\" fill=\"{paper}\"/>", CELL.1)
            .unwrap();
    }
    let bold = if run[0].modifier.contains(Modifier::BOLD) { " font-weight=\"600\"" } else { "" };
    let mut word: Option<(usize, String)> = None;
    let end_word = |word: &mut Option<(usize, String)>, out: &mut String| {
        let Some((start, text)) = word.take() else { return };
        let length = CELL.0 * f64::from(u16::try_from(text.chars().count()).unwrap());
        writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" textLength=\"{length:.1}\" fill=\"{ink}\"{bold}>{}</text>",
            at(start),
            y + 13.5,
            escaped(&text)
        )
        .unwrap();
    };
    for (index, cell) in run.iter().enumerate() {
        let sign = cell.symbol().chars().next().unwrap_or(' ');
        match shape(sign, at(index), y) {
            Some(shape) => {
                end_word(&mut word, out);
                writeln!(out, "{}", shape.replace("INK", &ink)).unwrap();
            }
            None if sign == ' ' => end_word(&mut word, out),
            None => word.get_or_insert_with(|| (index, String::new())).1.push_str(cell.symbol()),
        }
    }
    end_word(&mut word, out);
}

/// The picture of that name is `made`; written anew where that is asked for.
fn check(name: &str, made: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let file = format!("assets/{name}.svg");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(root.join(&file), made).unwrap();
    }
    assert!(readme.contains(&file), "the README shows {file}");
    let kept = std::fs::read_to_string(root.join(&file)).unwrap_or_default();
    assert!(kept == made, "{file} is not what the screen shows: run with INSTA_UPDATE=always to write it anew");
}

#[test]
fn the_readmes_pictures_are_what_the_screen_shows() {
    for (name, demo, keys) in PICTURES {
        let buffer = frame(Address::demo(demo).unwrap(), |screen| _ = screen.keys(keys));
        check(name, &svg(&format!("asof demo {demo}"), &buffer));
    }
}

#[test]
fn the_readmes_tour_is_what_the_keys_do() {
    let address = Address::demo("release").unwrap();
    let recording = at_one_time(&address, "2026-10-09T12:41:00Z".parse().unwrap());
    let mut screen = coloured(Harness::of(address, recording, SIZE.0, SIZE.1));
    let screens = TOUR.map(|(key, words)| {
        screen.keys(key);
        let pressed = if key.is_empty() { String::new() } else { format!("    {key}   {words}") };
        (pressed, shot(&mut screen))
    });
    check("tour", &film("asof demo", &screens));
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn the_readmes_first_picture_is_a_real_files() {
    let (name, file) = HERO;
    let (version, time) = HERO_BACK;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let recording = at_one_time(&Address::File(path), time.parse().unwrap());
    let directory = tempfile::tempdir().unwrap();
    recording.keep_at(&directory.path().join(HERO_RECORDING)).unwrap();
    let tenant = recording.tenant(&TenantId::from("main")).unwrap();
    tenant.rollback(&Strategy::Version(version), "").unwrap();
    let address = Address::Recording(HERO_RECORDING.into());
    let mut screen = coloured(Harness::of(address, recording, HERO_SIZE.0, HERO_SIZE.1));
    let buffer = shot(screen.command(HERO_LANE));
    check(name, &svg(&format!("asof {HERO_RECORDING}"), &buffer));
}
