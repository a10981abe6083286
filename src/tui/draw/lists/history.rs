//! The history of a path: its changes, all of the selected one, and the curve of its numbers under the timeline.

use super::{Painter, put_detail, put_list};
use crate::tui::app::{App, Session};
use crate::tui::frame_map::FrameMap;
use crate::tui::pane::layout::{self, ListAreas};
use crate::tui::pane::{Focus, curve, table};
use crate::view::clock::date_time_exact;
use crate::view::found::SIGNS;
use crate::view::path_history::{ChangeRow, PathHistory};
use crate::view::table::Tone;
use crate::view::text::{SafeText, joined, number};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns in which a value is whole.
const WHOLE: usize = 100_000;

/// Where it is painted, and how.
pub(super) const PAINTER: Painter = Painter { areas: |_, area| layout::found(area), paint };

/// Paints it; answers what the message line says.
fn paint(app: &App, session: &Session, areas: &ListAreas, map: &mut FrameMap, buf: &mut Buffer) -> SafeText {
    let (look, Some(history)) = (app.look(), &session.asked.history) else { return SafeText::default() };
    let size = (usize::from(areas.list.width), table::height(areas.list));
    let rows = history.table(&session.history(), session.cursor, size);
    let title = joined!["[History] of ", &history.name, " · newest first"];
    let list = table::paint(&rows, &title, look, Focus::Here, areas.list, buf);
    map.heights.list = list.height();
    put_list(list, map);
    paint_detail((app, session), history, areas.detail, map, buf);
    SIGNS.into()
}

/// The selected change, then the curve, whose columns are those of the timeline.
fn paint_detail(
    (app, session): (&App, &Session),
    history: &PathHistory,
    area: Rect,
    map: &mut FrameMap,
    buf: &mut Buffer,
) {
    let look = app.look();
    let columns = usize::from(area.width).saturating_sub(4);
    let lines = history.selected().map(|change| lines(session, change, columns)).unwrap_or_default();
    let title = history.selected().map(|change| number(change.version).into()).unwrap_or_default();
    let rest = put_detail(title, &lines, (look, area), map, buf);
    // Whole, where the row had to cut it.
    let whole = history.selected().map(|change| self::lines(session, change, WHOLE)).unwrap_or_default();
    map.detail.iter_mut().for_each(|detail| detail.lines = whole.iter().map(|(_, line)| line.clone()).collect());
    let Some(strip) = map.strip.as_ref().filter(|_| rest.height > 1) else { return };
    let shift = usize::from(rest.x.saturating_sub(strip.columns.x));
    let samples: Vec<Option<f64>> = history.curve(&strip.timeline).into_iter().skip(shift).collect();
    curve::paint(&samples, look, rest, buf);
}

fn lines(session: &Session, change: &ChangeRow, columns: usize) -> Vec<(Tone, SafeText)> {
    let info = session.history().info(change.version);
    let mut facts: Vec<SafeText> = Vec::new();
    if let Some(info) = info {
        facts.push((&info.label).into());
        facts.extend(info.by.map(|by| joined!["by ", &by]));
        facts.extend(info.at.map(|at| date_time_exact(at).into()));
        facts.push(info.kind.word().into());
    }
    facts.push(change.delta.clone());
    let mut lines = vec![(Tone::Strong, SafeText::join(facts, " · "))];
    for (name, value) in [("before", &change.before), ("after ", &change.after)] {
        let value = if value.is_empty() { "nothing".into() } else { value.clone() };
        let wrapped = value.wrap(columns.saturating_sub(8));
        let named =
            |(at, line): (usize, SafeText)| (Tone::Plain, joined![if at == 0 { name } else { "      " }, "  ", line]);
        lines.extend(wrapped.into_iter().enumerate().map(named));
    }
    for part in &change.inside {
        if part.words().width() + 2 <= columns {
            lines.push((Tone::Plain, joined!["  ", part.words()]));
            continue;
        }
        // Old and new below each other, where they do not fit beside each other.
        let side = |name: &'static str, value: &SafeText, other: &SafeText| {
            let value = value.fit_from_others(std::iter::once(other), columns.saturating_sub(6));
            (Tone::Plain, joined!["    ", name, " ", value])
        };
        lines.push((Tone::Plain, joined!["  ", part.path.fit_middle(columns.saturating_sub(2))]));
        lines.extend([side("-", &part.old, &part.new), side("+", &part.new, &part.old)]);
    }
    lines
}
