//! The moves of an outline: what each key does to cursor, scroll and folds.

use super::{Forest, Levels, Outline, OutlinePlace, OutlineWalk};

/// A move in a tree, shared by the state tree and the diff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TreeMove {
    /// Rows down (`j`).
    Down(usize),
    /// Rows up (`k`).
    Up(usize),
    /// A page down.
    PageDown,
    /// A page up.
    PageUp,
    /// Half a page down.
    HalfDown,
    /// Half a page up.
    HalfUp,
    /// The first row (`gg`).
    First,
    /// The last row (`G`).
    Last,
    /// The next sibling (`J`); after the last one, the parent's.
    NextSibling,
    /// The previous sibling (`K`); before the first one, the parent.
    PreviousSibling,
    /// Opens, or goes to the first child (`l`); shows what a run hides.
    In,
    /// Closes, or goes to the parent (`h`).
    Out,
    /// Opens or closes (`Enter`, click).
    Toggle,
    /// Opens this container or run (`zo`).
    Open,
    /// Closes this container; on what is closed, the one round it (`zc`).
    Close,
    /// Opens everything below (`L`).
    OpenBelow,
    /// Closes everything below (`H`).
    CloseBelow,
    /// Opens everything (`zR`).
    OpenAll,
    /// Closes everything but the root (`zM`).
    CloseAll,
    /// Opens this many levels (`z1` to `z9`).
    Level(u8),
    /// Shows or folds runs of siblings everywhere (`zu`).
    Unchanged,
    /// Cursor row to the middle of the screen (`zz`).
    Centre,
    /// Cursor row to the top of the screen (`zt`).
    ToTop,
    /// Cursor row to the bottom of the screen (`zb`).
    ToBottom,
    /// Scrolls the view down, the cursor only as far as it must.
    ScrollDown(usize),
    /// Scrolls the view up.
    ScrollUp(usize),
    /// To the row on this line of the screen (mouse), 0 = top.
    Line(usize),
}

/// The row next to a row, in some direction.
type Neighbour<F> = fn(&OutlineWalk<'_, F>, &OutlinePlace) -> Option<OutlinePlace>;

impl Outline {
    /// Moves the cursor, opens and closes.
    pub fn act<F: Forest>(&mut self, forest: &F, step: TreeMove) {
        use TreeMove as M;
        let page = self.height.max(1);
        // What is on the screen is scrolled and clicked at; keys move from where the cursor is.
        if let Some(shown) = self.glance.take()
            && matches!(step, M::ScrollDown(_) | M::ScrollUp(_) | M::Line(_))
        {
            (self.cursor, self.offset) = (shown, self.height / 3);
            self.scroll_to(forest, self.offset);
        }
        match step {
            M::Down(rows) => self.step(forest, rows, down),
            M::Up(rows) => self.step_up(forest, rows),
            M::PageDown => self.page(forest, page, down),
            M::PageUp => self.page(forest, page, up),
            M::HalfDown => self.page(forest, page.div_ceil(2), down),
            M::HalfUp => self.page(forest, page.div_ceil(2), up),
            M::First => self.jump(forest, OutlinePlace::default()),
            M::Last => self.jump(forest, self.view(forest).deepest(OutlinePlace::default())),
            M::NextSibling => self.jump_to(forest, past),
            M::PreviousSibling => self.jump_to(forest, up_over),
            M::In if self.is_open(forest) => self.step(forest, 1, down),
            M::Out if !self.is_open(forest) => self.jump_to(forest, parent),
            M::Toggle if self.is_open(forest) => self.close(forest),
            M::Out | M::Close => self.close(forest),
            M::In | M::Toggle | M::Open => self.open(forest),
            M::OpenBelow => self.below(forest, Levels::All),
            M::CloseBelow => self.below(forest, Levels::Some(0)),
            M::OpenAll => self.levels(forest, Levels::All),
            M::CloseAll => self.levels(forest, Levels::Some(1)),
            M::Level(levels) => self.levels(forest, Levels::Some(levels.into())),
            M::Unchanged => self.unchanged(forest),
            M::Centre => self.scroll_to(forest, page / 2),
            M::ToTop => self.scroll_to(forest, 0),
            M::ToBottom => self.scroll_to(forest, page - 1),
            M::ScrollDown(rows) => self.scroll_down(forest, rows),
            M::ScrollUp(rows) => self.scroll_up(forest, rows),
            M::Line(line) => self.line(forest, line),
        }
    }

    fn is_open<F: Forest>(&self, forest: &F) -> bool {
        self.cursor.run.is_none() && self.view(forest).is_open(&self.cursor.trail)
    }

    fn step<F: Forest>(&mut self, forest: &F, rows: usize, to: Neighbour<F>) {
        let (place, walked) = self.view(forest).walk(&self.cursor, rows, to);
        self.cursor = place;
        self.scroll_to(forest, self.offset.saturating_add(walked));
    }

    fn step_up<F: Forest>(&mut self, forest: &F, rows: usize) {
        let (place, walked) = self.view(forest).walk(&self.cursor, rows, up);
        self.cursor = place;
        self.scroll_to(forest, self.offset.saturating_sub(walked));
    }

    /// Cursor and view move together: the cursor stays on its line.
    fn page<F: Forest>(&mut self, forest: &F, rows: usize, to: Neighbour<F>) {
        self.cursor = self.view(forest).walk(&self.cursor, rows, to).0;
        self.scroll_to(forest, self.offset);
    }

    fn jump<F: Forest>(&mut self, forest: &F, to: OutlinePlace) {
        let before = self.window(forest, self.height).0;
        self.cursor = to;
        self.reveal(forest, &before);
    }

    fn jump_to<F: Forest>(&mut self, forest: &F, to: Neighbour<F>) {
        if let Some(place) = to(&self.view(forest), &self.cursor) {
            self.jump(forest, place);
        }
    }

    fn scroll_to<F: Forest>(&mut self, forest: &F, offset: usize) {
        self.offset = offset.min(self.height.saturating_sub(1));
        self.offset = self.window(forest, self.height).1;
    }

    fn open<F: Forest>(&mut self, forest: &F) {
        match (self.cursor.run.take(), self.cursor.trail.split_last()) {
            (Some(_), Some((_, parent))) => self.folds.unfold(parent, &|trail| forest.name(trail)),
            _ if forest.has_children(&self.cursor.trail) => {
                self.folds.set(&self.cursor.trail, true, &|trail| forest.name(trail));
            }
            _ => {}
        }
        self.scroll_to(forest, self.offset);
    }

    /// Closes the container under the cursor, or, where there is none, the one round it.
    fn close<F: Forest>(&mut self, forest: &F) {
        if !self.is_open(forest) {
            self.jump_to(forest, parent);
        }
        if self.is_open(forest) {
            self.folds.set(&self.cursor.trail, false, &|trail| forest.name(trail));
        }
        self.scroll_to(forest, self.offset);
    }

    fn below<F: Forest>(&mut self, forest: &F, levels: Levels) {
        if self.cursor.run.is_some() || !forest.has_children(&self.cursor.trail) {
            self.jump_to(forest, parent);
        }
        self.folds.set_below(&self.cursor.trail, levels, &|trail| forest.name(trail));
        self.scroll_to(forest, self.offset);
    }

    fn levels<F: Forest>(&mut self, forest: &F, levels: Levels) {
        self.folds.set_below(&[], levels, &|trail| forest.name(trail));
        self.refold(forest);
    }

    fn unchanged<F: Forest>(&mut self, forest: &F) {
        self.folds.toggle_everything();
        self.refold(forest);
    }

    /// The cursor goes to what now shows its node.
    fn refold<F: Forest>(&mut self, forest: &F) {
        self.cursor = self.view(forest).shown(&self.cursor.trail);
        self.scroll_to(forest, self.offset);
    }

    fn scroll_down<F: Forest>(&mut self, forest: &F, rows: usize) {
        let (rows_before, at) = self.window(forest, self.height);
        let Some(last) = rows_before.last() else { return };
        let (_, more) = self.view(forest).walk(last, rows, down);
        let forced = more.saturating_sub(at);
        self.cursor = self.view(forest).walk(&self.cursor, forced, down).0;
        self.scroll_to(forest, at.saturating_sub(more));
    }

    fn scroll_up<F: Forest>(&mut self, forest: &F, rows: usize) {
        let (rows_before, at) = self.window(forest, self.height);
        let Some(first) = rows_before.first() else { return };
        let (_, more) = self.view(forest).walk(first, rows, up);
        let forced = (at + more).saturating_sub(rows_before.len() - 1);
        self.cursor = self.view(forest).walk(&self.cursor, forced, up).0;
        self.scroll_to(forest, (at + more).min(rows_before.len() - 1));
    }

    fn line<F: Forest>(&mut self, forest: &F, line: usize) {
        let (mut rows, _) = self.window(forest, self.height);
        if line < rows.len() {
            self.cursor = rows.swap_remove(line);
            self.scroll_to(forest, line);
        }
    }
}

fn down<F: Forest>(view: &OutlineWalk<'_, F>, place: &OutlinePlace) -> Option<OutlinePlace> {
    view.down(place)
}

fn up<F: Forest>(view: &OutlineWalk<'_, F>, place: &OutlinePlace) -> Option<OutlinePlace> {
    view.up(place)
}

fn past<F: Forest>(view: &OutlineWalk<'_, F>, place: &OutlinePlace) -> Option<OutlinePlace> {
    view.past(place)
}

fn up_over<F: Forest>(view: &OutlineWalk<'_, F>, place: &OutlinePlace) -> Option<OutlinePlace> {
    view.up_over(place)
}

fn parent<F: Forest>(_: &OutlineWalk<'_, F>, place: &OutlinePlace) -> Option<OutlinePlace> {
    place.parent().map(|(parent, _)| OutlinePlace::node(parent.to_vec()))
}
