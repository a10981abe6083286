//! A theme's file.
//!
//! ```toml
//! inherits = "dark"                      # a built-in theme; mono without it
//! failure = "red"                        # one of the terminal's 16 colours, or "#rrggbb"
//! changed = { bold = true, underlined = true }
//! added = { fg = "#6cb6ff", basic = "blue" }   # basic: where there are only 16 colours
//! ```

use super::color::{self, Level};
use super::{BUILT_IN, ROLES, Theme};
use crate::escape::in_quotes;
use crate::toml::{DeTable, DeValue, Spanned, TomlEntry, TomlProblem, TomlText, entries};
use crate::tui::settings::nearest_words;
use ratatui::style::{Modifier, Style};

/// Styles for some roles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StyleSheet {
    /// The built-in theme it builds on.
    pub inherits: Option<String>,
    /// Roles by their place in ROLES.
    roles: Vec<(usize, Paint)>,
}

/// One role's style, and the one for 16 colours where that differs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Paint {
    rich: Style,
    basic: Option<Style>,
}

const ATTRIBUTES: [(&str, Modifier); 6] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underlined", Modifier::UNDERLINED),
    ("reversed", Modifier::REVERSED),
    ("crossed-out", Modifier::CROSSED_OUT),
];

impl StyleSheet {
    /// Reads a file's table; what is wrong is reported and left out.
    pub fn read(table: &DeTable<'_>, source: &TomlText<'_>, problems: &mut Vec<TomlProblem>) -> Self {
        let mut sheet = Self::default();
        for (name, span, value) in entries(table) {
            if let Err(why) = sheet.take((name, span.clone(), value)) {
                problems.push(source.problem(span, why));
            }
        }
        sheet
    }

    /// How many roles it styles.
    #[cfg(test)]
    pub fn roles(&self) -> usize {
        self.roles.len()
    }

    fn take(&mut self, (name, _, value): TomlEntry<'_, '_>) -> Result<(), String> {
        if name == "inherits" {
            let themes = BUILT_IN.map(|(name, _)| name);
            let wanted = value.get_ref().as_str().ok_or("inherits must be the name of a built-in theme")?;
            let known = themes.contains(&wanted);
            self.inherits = known.then(|| wanted.to_owned());
            return if known {
                Ok(())
            } else {
                Err(format!("no theme {}{}", in_quotes(wanted), near(wanted, &themes)))
            };
        }
        let names = ROLES.map(|(name, _)| name);
        let role = names.iter().position(|known| *known == name);
        let role = role.ok_or_else(|| format!("no role {}{}", in_quotes(name), near(name, &names)))?;
        self.roles.push((role, paint(value).map_err(|why| format!("{name}: {why}"))?));
        Ok(())
    }

    /// Styles the roles, with colours that a level has.
    pub fn apply(&self, level: Level, theme: &mut Theme) {
        for (role, paint) in &self.roles {
            let style = paint.basic.filter(|_| level == Level::Basic).unwrap_or(paint.rich);
            *ROLES[*role].1(theme) = Style {
                fg: style.fg.and_then(|color| color::fit(color, level)),
                bg: style.bg.and_then(|color| color::fit(color, level)),
                ..style
            };
        }
    }
}

/// `; nearest: bold`, or all names where none is near.
fn near(wanted: &str, names: &[&str]) -> String {
    let near = nearest_words(wanted, names);
    if near.is_empty() { format!("; themes: {}", names.join(", ")) } else { near }
}

fn paint(value: &Spanned<DeValue<'_>>) -> Result<Paint, String> {
    let rich = style(value)?;
    let basic = value.get_ref().as_table().and_then(|table| table.get("basic"));
    Ok(Paint { rich, basic: basic.map(style).transpose()? })
}

/// A colour, or a table of colours and attributes.
fn style(value: &Spanned<DeValue<'_>>) -> Result<Style, String> {
    match value.get_ref() {
        DeValue::String(text) => Ok(Style::new().fg(color::parse(text)?)),
        DeValue::Table(table) => entries(table).into_iter().try_fold(Style::new(), add),
        _ => Err("a style is a colour such as \"blue\", or a table such as { fg = \"blue\", bold = true }".to_owned()),
    }
}

fn add(style: Style, (name, _, value): TomlEntry<'_, '_>) -> Result<Style, String> {
    let attribute = ATTRIBUTES.iter().find(|(known, _)| *known == name).map(|(_, attribute)| *attribute);
    match (name, value.get_ref(), attribute) {
        ("basic", ..) => Ok(style),
        ("fg", DeValue::String(text), _) => Ok(style.fg(color::parse(text)?)),
        ("bg", DeValue::String(text), _) => Ok(style.bg(color::parse(text)?)),
        ("fg" | "bg", ..) => Err(format!("{name} must be a colour in quotes")),
        (_, DeValue::Boolean(true), Some(attribute)) => Ok(style.add_modifier(attribute)),
        (_, DeValue::Boolean(false), Some(_)) => Ok(style),
        (_, _, Some(_)) => Err(format!("{name} must be true or false")),
        (_, _, None) => {
            let names: Vec<&str> = ATTRIBUTES.iter().map(|(name, _)| *name).chain(["fg", "bg", "basic"]).collect();
            Err(format!("no attribute {}{}", in_quotes(name), near(name, &names)))
        }
    }
}
