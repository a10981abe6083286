//! Paints tenants side by side.

use super::pen::{Pen, TitledBorder, cells};
use super::timeline::mark_sign;
use super::{Focus, Look, in_focus};
use crate::tui::frame_map::ListMap;
use crate::view::tenants::TenantBox;
use crate::view::text::{SafeText, joined, thousands};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns of keys, and of names of snapshots, at most.
const NAMES: usize = 24;

/// Rows inside a box.
pub fn height(area: Rect) -> usize {
    super::table::height(area) + 1
}

/// Paints the boxes, each with its name; one of them has the focus. Answers where that is.
pub fn paint(boxes: &[(SafeText, TenantBox)], current: usize, look: &Look, area: Rect, buf: &mut Buffer) -> ListMap {
    let mut focused = ListMap::default();
    let count = cells(boxes.len().max(1));
    for (at, (name, tenant)) in boxes.iter().enumerate() {
        let from = area.width * cells(at) / count;
        let to = area.width * cells(at + 1) / count;
        let place = Rect { x: area.x + from, width: to - from, ..area };
        let focus = if at == current { Focus::Here } else { Focus::Elsewhere };
        let title = in_focus(name, focus);
        let inner = TitledBorder { title: &title, caption: &tenant.caption, focus }.paint(look, place, buf);
        paint_box(tenant, look, inner, buf);
        if at == current {
            focused = ListMap::new(inner, 0, None);
        }
    }
    focused
}

fn paint_box(tenant: &TenantBox, look: &Look, inner: Rect, buf: &mut Buffer) {
    let (text, strong, dim) = (look.theme.text, look.theme.strong, look.theme.dim);
    let mut row = 0;
    let mut line = |paint: &mut dyn FnMut(&mut Pen<'_>)| {
        if let Some(mut pen) = Pen::new(buf, inner, row) {
            paint(&mut pen);
        }
        row += 1;
    };
    let more = |count: usize| joined!["   … ", thousands(count as u64), " more"];
    line(&mut |pen| {
        pen.put(" Current state  ", strong);
        let fitting = tenant.head.iter().find(|head| head.width() <= pen.room());
        pen.text(fitting.unwrap_or(&tenant.head[2]), dim);
    });
    let keys = tenant.state.iter().map(|(key, _)| key.width()).max().unwrap_or(0).min(NAMES);
    for (key, value) in &tenant.state {
        line(&mut |pen| {
            _ = pen.put("   ", text).field(key, keys, look.theme.key).put("  ", text).literal(value, look);
        });
    }
    if tenant.more_keys > 0 {
        line(&mut |pen| _ = pen.text(&more(tenant.more_keys), dim));
    }
    line(&mut |_| ());
    let heading = if tenant.snapshots.is_empty() { " No snapshots" } else { " Snapshots" };
    line(&mut |pen| _ = pen.put(heading, strong));
    let names = tenant.snapshots.iter().map(|snapshot| snapshot.name().width()).max().unwrap_or(0).min(NAMES);
    for snapshot in &tenant.snapshots {
        let (sign, style) = mark_sign(snapshot.mark(), look);
        line(&mut |pen| {
            pen.put(" ", text).put(sign, style).put(" ", text).field(&snapshot.name(), names, text);
            pen.put("  #", dim).text(&snapshot.number(), dim);
        });
    }
    if tenant.more_snapshots > 0 {
        line(&mut |pen| _ = pen.text(&more(tenant.more_snapshots), dim));
    }
}
