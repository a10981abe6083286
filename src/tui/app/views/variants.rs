//! Variants of a baseline side by side.

use super::page::{BelowLines, FactLines, Page, PageLayout, PagePlace, PageRoom, Panel};
use super::{ListView, ViewSpec};
use crate::tui::action::{Context, View};
use crate::tui::app::time::TimeDirection;
use crate::tui::app::{App, Session};
use crate::tui::frame_map::Heights;
use crate::tui::job::AsideQuestion;
use crate::value::Text;
use crate::view::list::ListMove;
use crate::view::text::{SafeText, joined, number};
use crate::view::variants;
use crate::view::{Ends, branches};

/// The view.
pub(super) static SPEC: ViewSpec =
    ViewSpec { view: View::VARIANTS, tab: "6 Variants", contexts: &[Context::Variants], list: Some(&VariantTable) };

/// Its rows are the metrics.
struct VariantTable;

/// Rows of the table that are not metrics: the branch and its verdict.
const OTHER_ROWS: usize = 2;

impl ListView for VariantTable {
    fn layout(&self, session: &Session) -> PageLayout {
        match variants::comparison(&session.history(), &session.lists.variants) {
            Some(_) => PageLayout::Variants(session.count_variants()),
            None => PageLayout::Told(without_baseline(session).len()),
        }
    }

    /// Strips, metrics, and what differs at the end.
    fn page<'a>(&self, _app: &'a App, session: &'a Session, _room: &PageRoom) -> Page<'a> {
        let (history, place) = (session.history(), &session.lists.variants);
        let Some(comparison) = variants::comparison(&history, place) else {
            let empty = Panel::Empty("[Variants]".into(), without_baseline(session));
            let panels = vec![(PagePlace::List, empty), (PagePlace::Detail, Panel::Transitions)];
            return Page { panels, about: SafeText::default() };
        };
        let mut page = Page::default();
        if let Some(variant) = variants::selected(&comparison, place) {
            let ends = Ends { a: comparison.baseline.version, b: variant.branch.head };
            let (from, to) = (variants::reference_name(&comparison), SafeText::from(&variant.branch.name));
            let title = joined!["State at the end  ", from, " → ", to];
            let caption = joined![number(ends.a), " → ", number(ends.b)];
            let below = BelowLines::Changes(ends, "");
            let changes = FactLines { title, caption, below, ..FactLines::default() };
            page.panels.push((PagePlace::Changes, Panel::Facts(changes)));
            page.about = variants::sentence(&comparison, variant);
        }
        page.panels.push((PagePlace::Whole, Panel::Variants(Box::new(comparison))));
        page
    }

    fn fit(&self, session: &mut Session, heights: &Heights) {
        session.lists.variants.metrics.resize(heights.detail);
    }

    fn act(&self, session: &mut Session, step: ListMove) {
        let comparison = variants::comparison(&session.history(), &session.lists.variants);
        let len = comparison.map_or(0, |comparison| comparison.metrics.len() + OTHER_ROWS);
        session.lists.variants.metrics.act(step, len);
    }

    fn ends(&self, session: &Session) -> Option<Ends> {
        session.end_of_variant()
    }

    /// What differs, and what the baseline holds.
    fn wanted(&self, session: &Session, _heights: &Heights) -> Vec<AsideQuestion> {
        let ends = session.end_of_variant();
        ends.into_iter().flat_map(|ends| [AsideQuestion::Diff(ends), AsideQuestion::Beginning(ends.a)]).collect()
    }

    /// Shows it in the timeline, and steps go along it.
    fn enter(&self, app: &mut App) {
        if app.go_to_target().is_some() {
            let name = app.selected_variant();
            name.into_iter().for_each(|name| app.walk(&name));
            app.workspace.view = View::DEBUG;
        }
    }

    fn beside(&self, app: &mut App, way: TimeDirection) {
        app.beside(way);
    }
}

/// What was measured without a baseline; where nothing was, what tells how to get variants.
fn without_baseline(session: &Session) -> Vec<SafeText> {
    let measured = variants::measured(&session.history());
    if measured.is_empty() { variants::empty() } else { measured }
}

impl App {
    /// The variant under the cursor of its view; elsewhere the one that the cursor is on.
    pub(in crate::tui::app) fn selected_variant(&self) -> Option<Text> {
        let session = self.session()?;
        let history = session.history();
        if self.workspace.view == View::VARIANTS {
            let comparison = variants::comparison(&history, &session.lists.variants)?;
            return variants::selected(&comparison, &session.lists.variants).map(|variant| variant.branch.name.clone());
        }
        let name = history.lineage().branch_of(session.cursor);
        history.branch(&name).filter(|branch| branch.baseline.is_some()).map(|branch| branch.name)
    }

    /// The head of the next variant, in the order of writing; steps go along it.
    pub(in crate::tui::app) fn jump_to_variant(&mut self, way: TimeDirection) {
        if self.workspace.view == View::VARIANTS {
            return self.beside(way);
        }
        let to = self.session().and_then(|session| {
            let heads = branches::variant_heads(&session.history());
            let cursor = session.cursor;
            match way {
                TimeDirection::Back => heads.into_iter().rev().find(|head| *head < cursor),
                TimeDirection::Forward => heads.into_iter().find(|head| *head > cursor),
            }
        });
        let where_ = if way == TimeDirection::Back { "earlier" } else { "later" };
        self.jump(to, joined!["No ", where_, " variant: 6 shows all"]);
    }

    /// The variant beside the one under the cursor.
    pub(in crate::tui::app) fn beside(&mut self, way: TimeDirection) {
        let Some(session) = self.session_mut() else { return };
        let place = session.lists.variants;
        let comparison = variants::comparison(&session.history(), &place);
        let Some((at, comparison)) = comparison.and_then(|c| Some((variants::selected_at(&c, &place)?, c))) else {
            return;
        };
        let next = if way == TimeDirection::Back { at.saturating_sub(1) } else { at + 1 };
        let next = next.min(comparison.variants.len() - 1);
        session.lists.variants.variant = Some(next);
        if next == at {
            self.messages.note("No more variants on this side");
        }
    }

    /// The variants of the next baseline, after the last those of the first.
    pub(in crate::tui::app) fn next_baseline(&mut self) {
        let Some(session) = self.session_mut() else { return };
        let count = variants::pages(&session.history());
        if count < 2 {
            return self.messages.note("There is only one baseline");
        }
        let baseline = (session.lists.variants.baseline + 1) % count;
        session.lists.variants = variants::VariantsPlace { baseline, ..variants::VariantsPlace::default() };
    }
}

impl Session {
    /// How many variants the baseline under the cursor has.
    pub fn count_variants(&self) -> usize {
        variants::comparison(&self.history(), &self.lists.variants).map_or(0, |found| found.variants.len())
    }

    /// From the baseline to the selected variant's newest version.
    pub fn end_of_variant(&self) -> Option<Ends> {
        let comparison = variants::comparison(&self.history(), &self.lists.variants)?;
        let head = variants::head(&comparison, &self.lists.variants)?;
        Some(Ends { a: comparison.baseline.version, b: head })
    }
}
