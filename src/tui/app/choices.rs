//! The lists that are opened: what stands in them now, and what a typed command means.
//!
//! Must not name: `pane`, `ratatui`.

mod candidates;
mod items;

use super::{App, Session};
use crate::source::Address;
use crate::tui::dialog::Dialog;
use crate::tui::dialog::chooser::{ChoiceSource, Chooser, ChooserItem, ChooserKind};
use crate::tui::owner::Owner;
use crate::view::path::printed;
use crate::view::text::{SafeText, joined};
use crate::view::transactions::WayBackRow;

impl ChoiceSource for App {
    fn rows(&self, kind: ChooserKind) -> Option<Vec<ChooserItem>> {
        match kind {
            ChooserKind::Commands => Some(items::commands(self)),
            ChooserKind::Keys => Some(items::keys(self)),
            ChooserKind::Tenants => Some(items::tenants(self)),
            ChooserKind::Places | ChooserKind::DiffRules | ChooserKind::WaysBack | ChooserKind::Readings => None,
        }
    }

    fn meant(&self, text: &str) -> Vec<ChooserItem> {
        items::meant(self, text)
    }

    fn named_moments(&self) -> Vec<ChooserItem> {
        items::named_moments(self)
    }

    fn why_nothing(&self, text: &str) -> SafeText {
        items::why_nothing(self, text)
    }

    fn earlier(&self, back: usize) -> Option<&str> {
        let at = self.commands.len().checked_sub(back + 1)?;
        self.commands.get(at).map(String::as_str)
    }
}

impl App {
    /// The `:` line.
    pub(super) fn list_commands(&mut self) {
        self.choose(ChooserKind::Commands, "Command", items::commands(self));
    }

    /// What can be done in the focused pane.
    pub(super) fn list_keys(&mut self) {
        self.choose(ChooserKind::Keys, joined!["Keys for ", self.place_name()], items::keys(self));
    }

    /// The places that were jumped from.
    pub(super) fn list_jumps(&mut self) {
        let places = self.session().map(Session::jumped_places).unwrap_or_default();
        self.choose(ChooserKind::Places, "Jumps", items::places(places));
    }

    pub(super) fn list_marks(&mut self) {
        let places = self.session().map(Session::marked_places).unwrap_or_default();
        self.choose(ChooserKind::Places, "Marks", items::places(places));
    }

    pub(super) fn list_tenants(&mut self) {
        let mut list = Chooser::new(ChooserKind::Tenants, "Tenants", items::tenants(self), self);
        list.select(self.workspace.current);
        self.show_box(Dialog::Chooser(list));
    }

    /// The ways back of a transaction that failed.
    pub(super) fn list_ways_back(&mut self, name: &str, ways: Vec<WayBackRow>) {
        self.choose(ChooserKind::WaysBack, joined!["Roll ", SafeText::data(name), " back to"], items::ways_back(ways));
    }

    /// What the elements of the array under the cursor may be matched by.
    pub(super) fn list_array_keys(&mut self) {
        let here = self.array_here();
        let title =
            here.as_ref().map(|here| joined!["Match the elements of ", SafeText::written(&printed(&here.path))]);
        let items = here.map(|here| items::array_keys(&here)).unwrap_or_default();
        self.choose(ChooserKind::DiffRules, title.unwrap_or_default(), items);
    }

    /// What a source that looks like events can be opened as.
    pub(super) fn list_readings(&mut self, address: &Address, why: &str, recipes: &[String]) {
        let title = joined!["Open ", address.title(), " as"];
        let list = Chooser::new(ChooserKind::Readings, title, items::readings(address, recipes), self);
        self.queue_notice(Owner::Program, Dialog::Chooser(list.with_aid(items::why_not_states(why, recipes))));
    }

    fn choose(&mut self, kind: ChooserKind, title: impl Into<SafeText>, items: Vec<ChooserItem>) {
        self.show_box(Dialog::Chooser(Chooser::new(kind, title, items, self)));
    }
}
