//! Roles and their styles: the table ROLES, and the themes, which are files. The only place on the screen that names a
//! colour.
//!
//! Added and removed are blue and orange by default: told apart under every common colour blindness, unlike green and
//! red. Tests hold the contrast of every role, and how far roles that stand beside each other are apart for eyes without
//! red or green cones. Every meaning has a sign or a word as well, so a theme may leave all colour out. Must not name:
//! `crossterm`, `terminal`.

pub mod color;
mod file;
#[cfg(test)]
mod vision;

use super::settings::nearest_words;
use crate::escape::in_quotes;
use crate::toml::{DeTable, TomlProblem, TomlText};
use crate::view::Sign;
pub use color::{Background, Level};
use file::StyleSheet;
use ratatui::style::Style;
use std::fmt::Write;
use std::path::Path;

pub use crate::view::timeline::HUES;
use crate::view::timeline::Hue;

/// Styles by role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Theme {
    /// The selected row of the pane with the keys.
    pub cursor: Style,
    /// The selected row of a pane without them.
    pub selected: Style,
    /// What is searched for, where it stands.
    pub hit: Style,
    /// Border and title of the pane with the keys.
    pub focus: Style,
    /// Other borders.
    pub border: Style,
    /// Behind the columns from A to B.
    pub band: Style,
    /// A's letter.
    pub end_a: Style,
    /// B's letter.
    pub end_b: Style,
    /// `+`.
    pub added: Style,
    /// `-`.
    pub removed: Style,
    /// `~`.
    pub changed: Style,
    /// `>`.
    pub moved: Style,
    /// `!` and `✗`.
    pub failure: Style,
    /// `◆`, and the names of snapshots.
    pub snapshot: Style,
    /// `⟲`, and the arc of a rollback.
    pub rollback: Style,
    /// Names of fields.
    pub key: Style,
    pub string: Style,
    pub number: Style,
    /// `true` and `false`.
    pub boolean: Style,
    /// `null`.
    pub null: Style,
    /// One author or action each.
    pub hues: [Style; HUES],
    /// Future and unchanged.
    pub dim: Style,
    /// Keys in hints, headings.
    pub strong: Style,
    /// Everything else.
    pub text: Style,
}

/// A role: its name in theme files, and its place.
type ThemeRole = (&'static str, fn(&mut Theme) -> &mut Style);

pub const ROLES: [ThemeRole; 29] = [
    ("cursor", |theme| &mut theme.cursor),
    ("selected", |theme| &mut theme.selected),
    ("hit", |theme| &mut theme.hit),
    ("focus", |theme| &mut theme.focus),
    ("border", |theme| &mut theme.border),
    ("band", |theme| &mut theme.band),
    ("end-a", |theme| &mut theme.end_a),
    ("end-b", |theme| &mut theme.end_b),
    ("added", |theme| &mut theme.added),
    ("removed", |theme| &mut theme.removed),
    ("changed", |theme| &mut theme.changed),
    ("moved", |theme| &mut theme.moved),
    ("failure", |theme| &mut theme.failure),
    ("snapshot", |theme| &mut theme.snapshot),
    ("rollback", |theme| &mut theme.rollback),
    ("key", |theme| &mut theme.key),
    ("string", |theme| &mut theme.string),
    ("number", |theme| &mut theme.number),
    ("boolean", |theme| &mut theme.boolean),
    ("null", |theme| &mut theme.null),
    ("hue-1", |theme| &mut theme.hues[0]),
    ("hue-2", |theme| &mut theme.hues[1]),
    ("hue-3", |theme| &mut theme.hues[2]),
    ("hue-4", |theme| &mut theme.hues[3]),
    ("hue-5", |theme| &mut theme.hues[4]),
    ("hue-6", |theme| &mut theme.hues[5]),
    ("dim", |theme| &mut theme.dim),
    ("strong", |theme| &mut theme.strong),
    ("text", |theme| &mut theme.text),
];

impl Theme {
    /// The style of a sign in a gutter.
    pub fn sign(&self, sign: Sign) -> Style {
        match sign {
            Sign::Added => self.added,
            Sign::Removed => self.removed,
            Sign::Changed => self.changed,
            Sign::Moved => self.moved,
        }
    }

    /// The style of an author or action, or the colour of what happened to keys; plain text where there is none.
    pub fn hue(&self, hue: Option<Hue>) -> Style {
        match hue {
            Some(Hue::Maker(place)) => self.hues.get(usize::from(place)).copied().unwrap_or(self.text),
            // A bar is neither bold nor crossed out.
            Some(Hue::Keys(sign)) => Style { fg: self.sign(sign).fg, ..self.text },
            None => self.text,
        }
    }
}

/// The themes that come with the program, by name, as files.
pub const BUILT_IN: [(&str, &str); 5] = [
    ("dark", include_str!("../../assets/themes/dark.toml")),
    ("light", include_str!("../../assets/themes/light.toml")),
    ("mono", include_str!("../../assets/themes/mono.toml")),
    ("classic", include_str!("../../assets/themes/classic.toml")),
    ("high-contrast", include_str!("../../assets/themes/high-contrast.toml")),
];

/// Built-in themes, the person's own, and the person's styles for single roles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Themes {
    own: Vec<(String, StyleSheet)>,
    restyled: StyleSheet,
    /// The styles of single roles, as written.
    written: Vec<(String, String)>,
}

impl Themes {
    /// Adds a theme of the person's own; one named like a built-in one replaces it.
    pub fn add(&mut self, name: &str, source: &TomlText<'_>, problems: &mut Vec<TomlProblem>) {
        let table = source.parse(problems);
        self.own.push((name.to_owned(), StyleSheet::read(&table, source, problems)));
    }

    /// Takes the styles of single roles, which hold in every theme.
    pub fn restyle(&mut self, roles: &DeTable<'_>, source: &TomlText<'_>, problems: &mut Vec<TomlProblem>) {
        self.restyled = StyleSheet::read(roles, source, problems);
        let written =
            roles.iter().map(|(name, value)| (name.get_ref().to_string(), source.text[value.span()].to_owned()));
        self.written = written.collect();
    }

    /// The styles of single roles in the form of config.toml.
    pub fn own_styles(&self) -> String {
        let mut text =
            String::from("# Styles of single roles; asof --print-theme dark shows how they are written.\n[style]\n");
        for (name, style) in &self.written {
            let _ = writeln!(text, "{name} = {style}");
        }
        text
    }

    pub fn names(&self) -> Vec<&str> {
        BUILT_IN.iter().map(|(name, _)| *name).chain(self.own.iter().map(|(name, _)| name.as_str())).collect()
    }

    /// Whether there is a theme of this name (or `auto`).
    ///
    /// # Errors
    /// When there is none; says which name is nearest.
    pub fn find(&self, name: &str) -> Result<(), String> {
        let names = self.names();
        if name == "auto" || names.contains(&name) {
            return Ok(());
        }
        let near = nearest_words(name, &names);
        let all = if near.is_empty() { format!("; themes: {}", names.join(", ")) } else { near };
        Err(format!("no theme {}{all}", in_quotes(name)))
    }

    /// The styles of a theme, for a terminal with this background and these colours. `auto` follows the background;
    /// without colours it is `mono`, whatever was asked for.
    pub fn theme(&self, name: &str, background: Background, level: Level) -> Theme {
        let name = match (level, name) {
            (Level::None, _) => "mono",
            (_, "auto") => background.name(),
            (_, name) => name,
        };
        let mut theme = Theme::default();
        for sheet in self.chain(name) {
            sheet.apply(level, &mut theme);
        }
        self.restyled.apply(level, &mut theme);
        theme
    }

    /// The sheets of a theme: what it builds on, then itself.
    fn chain(&self, name: &str) -> Vec<StyleSheet> {
        match self.own.iter().find(|(own, _)| own == name) {
            Some((_, sheet)) => vec![built_in(sheet.inherits.as_deref().unwrap_or("mono")), sheet.clone()],
            None => vec![built_in(name)],
        }
    }
}

/// The text of a built-in theme's file.
pub fn text(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// A test makes sure that the built-in files have no problems.
fn built_in(name: &str) -> StyleSheet {
    let text = text(name).unwrap_or_default();
    let source = TomlText { file: Path::new(name), text };
    let table = source.parse(&mut Vec::new());
    StyleSheet::read(&table, &source, &mut Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::{Color, Modifier};

    fn theme(name: &str, background: Background, level: Level) -> Theme {
        Themes::default().theme(name, background, level)
    }

    #[test]
    fn built_in_themes_are_right_and_name_every_role() {
        for (name, text) in BUILT_IN {
            let source = TomlText { file: Path::new(name), text };
            let mut problems = Vec::new();
            let table = source.parse(&mut problems);
            let sheet = StyleSheet::read(&table, &source, &mut problems);
            assert_eq!(problems, [], "{name}");
            assert_eq!(sheet.roles(), ROLES.len(), "{name}");
        }
    }

    /// ux.md, section 4.
    #[test]
    fn the_palette_is_the_designs() {
        let dark = theme("auto", Background::Dark, Level::True);
        let light = theme("auto", Background::Light, Level::True);
        assert_eq!(
            (dark.added.fg, dark.removed.fg),
            (Some(Color::Rgb(0x6c, 0xb6, 0xff)), Some(Color::Rgb(0xff, 0x9e, 0x3b)))
        );
        assert_eq!(
            (light.added.fg, light.removed.fg),
            (Some(Color::Rgb(0x05, 0x50, 0xae)), Some(Color::Rgb(0x5d, 0x34, 0x1a)))
        );
        for theme in [dark, light] {
            assert_eq!(theme.changed.add_modifier, Modifier::BOLD);
            assert!(theme.cursor.bg.is_some() && theme.cursor.fg.is_some(), "one band");
        }
        let (dark, light) =
            (theme("auto", Background::Dark, Level::Basic), theme("auto", Background::Light, Level::Basic));
        assert_eq!((dark.end_a.fg, dark.end_b.fg), (Some(Color::Cyan), Some(Color::LightMagenta)));
        assert_eq!(
            (dark.added.fg, dark.removed.fg, light.removed.fg),
            (Some(Color::LightCyan), Some(Color::Yellow), Some(Color::Red))
        );
        assert_eq!((dark.dim.fg, dark.dim.add_modifier), (Some(Color::DarkGray), Modifier::empty()));
        assert_eq!(dark.cursor.add_modifier, Modifier::REVERSED, "16 colours have no quiet background");
    }

    #[test]
    fn without_colour_there_is_none_and_yet_everything_is_told_apart() {
        for (name, _) in BUILT_IN {
            let mut mono = theme(name, Background::Dark, Level::None);
            for (role, style) in ROLES {
                let style = *style(&mut mono);
                assert_eq!((style.fg, style.bg), (None, None), "{name} {role}");
            }
            assert_eq!(mono.added.add_modifier, Modifier::BOLD);
            assert_eq!(mono.removed.add_modifier, Modifier::CROSSED_OUT);
        }
    }

    #[test]
    fn levels_use_only_colours_they_have() {
        for (name, _) in BUILT_IN {
            for level in [Level::Basic, Level::Indexed, Level::True] {
                let mut theme = theme(name, Background::Dark, level);
                for (role, style) in ROLES {
                    let style = *style(&mut theme);
                    for color in style.fg.into_iter().chain(style.bg) {
                        let fits = match color {
                            Color::Rgb(..) => level == Level::True,
                            Color::Indexed(_) => level == Level::Indexed,
                            _ => true,
                        };
                        assert!(fits, "{name} {role} {level:?}: {color:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn own_themes_build_on_others_and_single_roles_can_be_changed() {
        let mut themes = Themes::default();
        let mut problems = Vec::new();
        let text = "inherits = \"light\"\nadded = { fg = \"#00ff00\", basic = \"green\", bold = true }\n";
        themes.add("mine", &TomlText { file: Path::new("mine.toml"), text }, &mut problems);
        let source = TomlText { file: Path::new("config.toml"), text: "removed = \"red\"\n" };
        themes.restyle(&source.parse(&mut problems), &source, &mut problems);
        assert_eq!(problems, []);
        let mine = themes.theme("mine", Background::Dark, Level::True);
        assert_eq!((mine.added.fg, mine.added.add_modifier), (Some(Color::Rgb(0, 255, 0)), Modifier::BOLD));
        assert_eq!(mine.failure, theme("light", Background::Light, Level::True).failure);
        assert_eq!(mine.removed.fg, Some(Color::Red));
        let basic = themes.theme("mine", Background::Dark, Level::Basic).added;
        assert_eq!((basic.fg, basic.add_modifier), (Some(Color::Green), Modifier::empty()));
    }
}
