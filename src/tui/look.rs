//! How everything looks: what the options say, applied to what is known of the terminal.
//!
//! Must not name: the environment, `crossterm`, `terminal`.

use super::config::Config;
use super::glyphs::{self, GlyphWidths, Glyphs};
use super::probe::Answers;
use super::settings::OptionName;
use super::theme::Theme;
use super::theme::color::{self, Background, ColorChoice, Level, OutputKind};

/// How everything looks.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Styles.
    pub theme: Theme,
    /// Signs.
    pub glyphs: Glyphs,
}

/// What is known of the terminal. The default knows nothing: no colours, block glyphs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// How wide it draws signs.
    pub widths: Option<GlyphWidths>,
    pub background: Option<[u8; 3]>,
    /// Whether output goes to it.
    pub is_terminal: bool,
    /// The environment, as far as it matters here.
    variables: Vec<(&'static str, String)>,
}

/// Variables that say something about looks.
const VARIABLES: [&str; 8] =
    ["TERM", "COLORTERM", "COLORFGBG", "NO_COLOR", "CLICOLOR_FORCE", "LC_ALL", "LC_CTYPE", "LANG"];

/// What was chosen, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookChoices {
    /// How many colours.
    pub level: ColorChoice<Level>,
    /// For which background.
    pub background: ColorChoice<Background>,
    /// Which signs.
    pub glyphs: ColorChoice<Glyphs>,
}

impl Surroundings {
    /// With what the environment says.
    pub fn new(variable: &dyn Fn(&str) -> Option<String>, is_terminal: bool) -> Self {
        let variables = VARIABLES.iter().filter_map(|name| Some((*name, variable(name)?))).collect();
        Self { is_terminal, variables, ..Self::default() }
    }

    /// With what the terminal answered.
    #[must_use]
    pub fn answered(self, answers: &Answers) -> Self {
        Self { widths: answers.widths, background: answers.background, ..self }
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
    }
}

impl LookChoices {
    /// What the options come to here.
    pub fn of(config: &Config, here: &Surroundings) -> Self {
        let option = |name| config.settings.get(name);
        let variable = |name: &str| here.variable(name);
        let output = if here.is_terminal { OutputKind::Terminal } else { OutputKind::Elsewhere };
        Self {
            level: color::level(option(OptionName::Color), &variable, output),
            background: color::background(option(OptionName::Background), here.background, &variable),
            glyphs: glyphs::choose(option(OptionName::Glyphs), here.widths, &variable),
        }
    }

    /// The styles and signs.
    pub fn look(&self, config: &Config) -> Look {
        let theme = config.themes.theme(config.settings.get(OptionName::Theme), self.background.is, self.level.is);
        Look { theme, glyphs: self.glyphs.is }
    }
}

impl Look {
    /// The styles and signs that the options come to here.
    pub fn of(config: &Config, here: &Surroundings) -> Self {
        LookChoices::of(config, here).look(config)
    }
}
