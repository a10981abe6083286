//! Colours: how many there are and why, dark or light, names, and the nearest one that a terminal has.
//!
//! Decides from what it is told. Must not name: the environment, `crossterm`, `terminal`. The crate `supports-color`
//! reads the environment by itself and gives no reason, so it can neither be tested by a table nor explained by `asof
//! doctor`.

use crate::escape::in_quotes;
use crate::tui::settings::nearest_words;
use ratatui::style::Color;

/// How many colours there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    None,
    /// The terminal's own 16.
    Basic,
    /// 256.
    Indexed,
    /// All of them.
    True,
}

impl Level {
    /// For `asof doctor`.
    pub fn words(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Basic => "16",
            Self::Indexed => "256",
            Self::True => "true colour",
        }
    }
}

/// What is behind the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Background {
    /// Something dark.
    #[default]
    Dark,
    /// Something light.
    Light,
}

impl Background {
    /// The name of the theme for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
        }
    }
}

/// A choice, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColorChoice<T> {
    /// What was chosen.
    pub is: T,
    /// Because of this.
    pub why: String,
}

impl<T> ColorChoice<T> {
    /// A choice and its reason.
    pub fn new(is: T, why: impl Into<String>) -> Self {
        Self { is, why: why.into() }
    }
}

/// What the environment says; unset and empty are the same.
pub type Variables<'v> = &'v dyn Fn(&str) -> Option<String>;

/// Whether output goes to a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputKind {
    Terminal,
    /// A pipe or a file.
    Elsewhere,
}

/// How many colours to use: the option `color`, then `NO_COLOR`, `CLICOLOR_FORCE`, then what the terminal can.
pub fn level(option: &str, variable: Variables<'_>, output: OutputKind) -> ColorChoice<Level> {
    let forced = variable("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    match option {
        "never" => ColorChoice::new(Level::None, "color = never"),
        "always" => at_least_16(of_terminal(variable), "color = always"),
        _ if variable("NO_COLOR").is_some() => ColorChoice::new(Level::None, "NO_COLOR is set"),
        _ if forced => at_least_16(of_terminal(variable), "CLICOLOR_FORCE is set"),
        _ if output == OutputKind::Elsewhere => ColorChoice::new(Level::None, "standard output is not a terminal"),
        _ => of_terminal(variable),
    }
}

fn at_least_16(choice: ColorChoice<Level>, why: &str) -> ColorChoice<Level> {
    let is = if choice.is == Level::None { Level::Basic } else { choice.is };
    ColorChoice::new(is, format!("{why}, {}", choice.why))
}

/// Terminals with all colours that do not set `COLORTERM`, or lose it over ssh.
const TRUE_COLOUR: [&str; 7] = ["-direct", "kitty", "alacritty", "wezterm", "ghostty", "foot", "contour"];

fn of_terminal(variable: Variables<'_>) -> ColorChoice<Level> {
    let (term, colorterm) = (variable("TERM").unwrap_or_default(), variable("COLORTERM").unwrap_or_default());
    let is = if term.is_empty() || term == "dumb" {
        Level::None
    } else if ["truecolor", "24bit"].contains(&colorterm.as_str()) {
        return ColorChoice::new(Level::True, format!("COLORTERM = {colorterm}"));
    } else if TRUE_COLOUR.iter().any(|name| term.contains(name)) {
        Level::True
    } else if term.contains("256color") {
        Level::Indexed
    } else {
        Level::Basic
    };
    ColorChoice::new(is, if term.is_empty() { "TERM is not set".to_owned() } else { format!("TERM = {term}") })
}

/// Dark or light: the option, then what the terminal answered, then `COLORFGBG`, else dark.
pub fn background(option: &str, answer: Option<[u8; 3]>, variable: Variables<'_>) -> ColorChoice<Background> {
    let of = |light| if light { Background::Light } else { Background::Dark };
    if option != "auto" {
        return ColorChoice::new(of(option == "light"), format!("background = {option}"));
    }
    if let Some([red, green, blue]) = answer {
        let why = format!("the terminal says #{red:02x}{green:02x}{blue:02x}");
        return ColorChoice::new(of(brightness([red, green, blue]) >= 500), why);
    }
    let colours = variable("COLORFGBG").unwrap_or_default();
    match colours.rsplit(';').next().and_then(|number| number.parse::<u8>().ok()) {
        Some(number) => {
            ColorChoice::new(of(number == 7 || (9..16).contains(&number)), format!("COLORFGBG = {colours}"))
        }
        None => ColorChoice::new(Background::Dark, "no answer from the terminal, and no COLORFGBG"),
    }
}

/// How bright a colour looks, 0 to 1,000.
fn brightness([red, green, blue]: [u8; 3]) -> u32 {
    (u32::from(red) * 299 + u32::from(green) * 587 + u32::from(blue) * 114) / 255
}

/// The terminal's own 16 colours by name, and what they are like where nobody changed them.
const NAMES: [(&str, Color, [u8; 3]); 16] = [
    ("black", Color::Black, [0, 0, 0]),
    ("red", Color::Red, [205, 0, 0]),
    ("green", Color::Green, [0, 205, 0]),
    ("yellow", Color::Yellow, [205, 205, 0]),
    ("blue", Color::Blue, [0, 0, 238]),
    ("magenta", Color::Magenta, [205, 0, 205]),
    ("cyan", Color::Cyan, [0, 205, 205]),
    ("white", Color::Gray, [229, 229, 229]),
    ("bright-black", Color::DarkGray, [127, 127, 127]),
    ("bright-red", Color::LightRed, [255, 0, 0]),
    ("bright-green", Color::LightGreen, [0, 255, 0]),
    ("bright-yellow", Color::LightYellow, [255, 255, 0]),
    ("bright-blue", Color::LightBlue, [92, 92, 255]),
    ("bright-magenta", Color::LightMagenta, [255, 0, 255]),
    ("bright-cyan", Color::LightCyan, [0, 255, 255]),
    ("bright-white", Color::White, [255, 255, 255]),
];

/// A colour by name, or as `#rrggbb`.
///
/// # Errors
/// When it is neither; says which name is nearest.
pub fn parse(text: &str) -> Result<Color, String> {
    let digits =
        text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()));
    if let Some(rgb) = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
        let [_, red, green, blue] = rgb.to_be_bytes();
        return Ok(Color::Rgb(red, green, blue));
    }
    let named = NAMES.iter().find(|(name, ..)| *name == text).map(|(_, color, _)| *color);
    named.ok_or_else(|| {
        let near = nearest_words(text, &NAMES.map(|(name, ..)| name));
        let forms = if near.is_empty() { "; write #rrggbb, or blue, bright-blue and the like" } else { &near };
        format!("not a colour: {}{forms}", in_quotes(text))
    })
}

/// The nearest colour that a level has; none where it has none.
pub fn fit(color: Color, level: Level) -> Option<Color> {
    match (color, level) {
        (_, Level::None) => None,
        (Color::Rgb(red, green, blue), Level::Basic) => Some(nearest_of_16([red, green, blue])),
        (Color::Rgb(red, green, blue), Level::Indexed) => Some(nearest_of_256([red, green, blue])),
        (color, _) => Some(color),
    }
}

fn nearest_of_16(rgb: [u8; 3]) -> Color {
    let nearest = NAMES.iter().min_by_key(|(_, _, known)| distance(rgb, *known));
    nearest.map_or(Color::Reset, |(_, color, _)| *color)
}

/// How bright each part of a colour of the cube is.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// The cube of 6 by 6 by 6 colours, or one of 24 greys.
fn nearest_of_256(rgb: [u8; 3]) -> Color {
    let cube = (0..216u8).map(|at| (16 + at, [at / 36, at / 6 % 6, at % 6].map(|step| STEPS[usize::from(step)])));
    let greys = (0..24u8).map(|at| (232 + at, [8 + 10 * at; 3]));
    let nearest = cube.chain(greys).min_by_key(|(_, known)| distance(rgb, *known));
    nearest.map_or(Color::Reset, |(index, _)| Color::Indexed(index))
}

/// What a colour is like where nobody changed the palette; `None` for the terminal's default.
#[cfg(test)]
pub fn rgb(color: Color) -> Option<[u8; 3]> {
    match color {
        Color::Rgb(red, green, blue) => Some([red, green, blue]),
        Color::Indexed(index @ 232..) => Some([8 + 10 * (index - 232); 3]),
        Color::Indexed(index @ 16..) => Some([36, 6, 1].map(|part| STEPS[usize::from((index - 16) / part % 6)])),
        color => NAMES.iter().find(|(_, known, _)| *known == color).map(|(_, _, rgb)| *rgb),
    }
}

fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    a.into_iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(text: &str) -> impl Fn(&str) -> Option<String> {
        let set: Vec<(String, String)> = text
            .split_whitespace()
            .filter_map(|word| word.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        move |name| set.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }

    #[test]
    fn how_many_colours_and_why() {
        use Level::{Basic, Indexed, None, True};
        use OutputKind::{Elsewhere, Terminal};
        for (option, environment, output, expected, why) in [
            ("auto", "TERM=xterm", Terminal, Basic, "TERM = xterm"),
            ("auto", "TERM=xterm-256color", Terminal, Indexed, "TERM = xterm-256color"),
            ("auto", "TERM=xterm-256color COLORTERM=truecolor", Terminal, True, "COLORTERM = truecolor"),
            ("auto", "TERM=tmux-256color COLORTERM=24bit", Terminal, True, "COLORTERM = 24bit"),
            ("auto", "TERM=xterm-kitty", Terminal, True, "TERM = xterm-kitty"),
            ("auto", "TERM=xterm-direct", Terminal, True, "TERM = xterm-direct"),
            ("auto", "TERM=dumb COLORTERM=truecolor", Terminal, None, "TERM = dumb"),
            ("auto", "", Terminal, None, "TERM is not set"),
            ("auto", "TERM=xterm", Elsewhere, None, "standard output is not a terminal"),
            ("auto", "TERM=xterm-256color NO_COLOR=1", Terminal, None, "NO_COLOR is set"),
            ("auto", "TERM=xterm CLICOLOR_FORCE=1 NO_COLOR=1", Terminal, None, "NO_COLOR is set"),
            ("auto", "TERM=xterm CLICOLOR_FORCE=1", Elsewhere, Basic, "CLICOLOR_FORCE is set, TERM = xterm"),
            ("auto", "CLICOLOR_FORCE=1", Elsewhere, Basic, "CLICOLOR_FORCE is set, TERM is not set"),
            ("auto", "TERM=xterm CLICOLOR_FORCE=0", Elsewhere, None, "standard output is not a terminal"),
            ("never", "TERM=xterm-256color CLICOLOR_FORCE=1", Terminal, None, "color = never"),
            ("always", "TERM=xterm-256color NO_COLOR=1", Elsewhere, Indexed, "color = always, TERM = xterm-256color"),
            ("always", "TERM=dumb", Elsewhere, Basic, "color = always, TERM = dumb"),
        ] {
            let got = level(option, &variables(environment), output);
            assert_eq!(got, ColorChoice::new(expected, why), "{option} {environment} {output:?}");
        }
    }

    #[test]
    fn dark_or_light_and_why() {
        use Background::{Dark, Light};
        let none = "no answer from the terminal, and no COLORFGBG";
        for (option, answer, environment, expected, why) in [
            ("auto", None, "", Dark, none),
            ("auto", None, "COLORFGBG=odd", Dark, none),
            ("auto", None, "COLORFGBG=15;0", Dark, "COLORFGBG = 15;0"),
            ("auto", None, "COLORFGBG=0;default;15", Light, "COLORFGBG = 0;default;15"),
            ("auto", None, "COLORFGBG=0;7", Light, "COLORFGBG = 0;7"),
            ("auto", None, "COLORFGBG=15;8", Dark, "COLORFGBG = 15;8"),
            ("auto", Some([0x1b, 0x1d, 0x23]), "COLORFGBG=0;15", Dark, "the terminal says #1b1d23"),
            ("auto", Some([0xfd, 0xf6, 0xe3]), "", Light, "the terminal says #fdf6e3"),
            ("light", Some([0, 0, 0]), "", Light, "background = light"),
            ("dark", Some([255, 255, 255]), "", Dark, "background = dark"),
        ] {
            let got = background(option, answer, &variables(environment));
            assert_eq!(got, ColorChoice::new(expected, why), "{option} {answer:?} {environment}");
        }
    }

    #[test]
    fn colours_have_names_or_digits() {
        assert_eq!(parse("#6cb6ff"), Ok(Color::Rgb(0x6c, 0xb6, 0xff)));
        assert_eq!(parse("bright-black"), Ok(Color::DarkGray));
        assert_eq!(parse("gren"), Err("not a colour: \"gren\"; nearest: green".to_owned()));
        for wrong in ["#12345", "#12345g", "", "#+12345", "hazelnut-brown"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_nearest_colour_is_taken() {
        for (color, level, expected) in [
            (Color::Rgb(0x6c, 0xb6, 0xff), Level::Indexed, Some(Color::Indexed(75))),
            (Color::Rgb(128, 128, 128), Level::Indexed, Some(Color::Indexed(244))),
            (Color::Rgb(250, 10, 10), Level::Basic, Some(Color::LightRed)),
            (Color::Rgb(1, 2, 3), Level::True, Some(Color::Rgb(1, 2, 3))),
            (Color::Blue, Level::Indexed, Some(Color::Blue)),
            (Color::Blue, Level::None, None),
        ] {
            assert_eq!(fit(color, level), expected, "{color:?} {level:?}");
        }
    }
}
