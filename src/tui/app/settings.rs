//! Options that are changed while the screen is there: `:set`, `:glyphs`, `:theme`.

use super::{App, Effect};
use crate::history::Zone;
use crate::tui::action::Argument;
use crate::tui::look::Look;
use crate::tui::look::LookChoices;
use crate::tui::settings::{OPTIONS, OptionEffect, OptionName, OptionOrigin, Setting};
use crate::tui::terminal::Mouse;
use crate::view::clock;
use crate::view::text::{SafeText, joined};
use crate::view::timeline::Axis;

impl App {
    /// Changes an option, or says what it is; without one lists them all.
    pub(super) fn set(&mut self, argument: &Argument) -> Vec<Effect> {
        match argument {
            Argument::Setting(setting, Some(value)) => self.set_to(setting, value),
            Argument::Setting(setting, None) => self.describe_option(setting),
            _ => {
                self.show_options();
                Vec::new()
            }
        }
    }

    /// The same of one option.
    pub(super) fn set_one(&mut self, name: OptionName, argument: &Argument) -> Vec<Effect> {
        if argument.is_none() { self.describe_option(&OPTIONS[name as usize]) } else { self.set(argument) }
    }

    pub(super) fn set_to(&mut self, setting: &Setting, value: &str) -> Vec<Effect> {
        if let Err(why) = self.take_option(setting, value) {
            self.messages.failure(why);
            return Vec::new();
        }
        self.messages.note(self.option_words(setting));
        self.apply_option(setting.id)
    }

    fn take_option(&mut self, setting: &Setting, value: &str) -> Result<(), SafeText> {
        if setting.when == OptionEffect::AtStart {
            return Err(joined![
                setting.name,
                " can only be set at start: asof --",
                setting.name,
                " ",
                SafeText::data(value)
            ]);
        }
        if setting.id == OptionName::Axis
            && let Some(why) = self.refused_axis(value)
        {
            return Err(why.into());
        }
        if setting.id == OptionName::Theme {
            self.setup.config.themes.find(value)?;
        }
        Ok(self.setup.config.settings.set(setting, value, OptionOrigin::Session)?)
    }

    fn apply_option(&mut self, id: OptionName) -> Vec<Effect> {
        self.setup.look = Look::of(&self.setup.config, &self.setup.here);
        let settings = &self.setup.config.settings;
        if let (OptionName::TimeZone, Ok(zone)) = (id, Zone::parse(settings.get(id))) {
            clock::set_zone(zone);
        }
        self.setup.clipboard = settings.get(OptionName::Clipboard).parse().unwrap_or_default();
        if id != OptionName::Mouse {
            return Vec::new();
        }
        self.mouse = if settings.is_on(OptionName::Mouse) { Mouse::Captured } else { Mouse::Free };
        vec![Effect::Mouse(self.mouse)]
    }

    /// What an option is, and for those that choose by themselves, what they chose and why.
    fn describe_option(&mut self, setting: &Setting) -> Vec<Effect> {
        self.messages.note(self.option_words(setting));
        Vec::new()
    }

    /// `glyphs = auto: blocks, signs are one column wide`.
    pub fn option_words(&self, setting: &Setting) -> SafeText {
        let value = self.setup.config.settings.get(setting.id);
        if value != "auto" {
            return joined![setting.name, " = ", SafeText::data(value)];
        }
        let choices = LookChoices::of(&self.setup.config, &self.setup.here);
        let chosen = match setting.id {
            OptionName::Glyphs => joined![": ", choices.glyphs.is.words(), ", because ", choices.glyphs.why],
            OptionName::Color => joined![": ", choices.level.is.words(), ", because ", choices.level.why],
            OptionName::Axis => self.session().map_or_else(SafeText::default, |session| {
                let (axis, why) = session.suited;
                joined![": by ", axis.word(), ", because ", why.words()]
            }),
            OptionName::Density if self.session().is_some_and(|session| self.axis_of(session) == Axis::Time) => {
                ": count, by time".into()
            }
            OptionName::Density => ": keys, by version".into(),
            OptionName::Background => joined![": ", choices.background.is.name(), ", because ", choices.background.why],
            _ => SafeText::default(),
        };
        joined![setting.name, " = ", SafeText::data(value), chosen]
    }
}
