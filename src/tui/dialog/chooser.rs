//! Lists narrowed by typing: `:` commands and targets, `?` keys of the focused pane, tenants, marks, jumps.

mod item;
mod sheet;

use super::DialogAnswer;
use super::line::EditLine;
use crate::tui::action::{Action, Grammar, Group, Spec, by_name};
use crate::view::list::{ListCursor, ListMove};
use crate::view::text::{SafeText, joined};
use item::ranked;
pub use item::{ChooserItem, Pick};

/// What is chosen from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChooserKind {
    /// What can be typed after `:`.
    Commands,
    /// What can be done in the focused pane.
    Keys,
    /// The tenants of what is open.
    Tenants,
    /// Marks or jumps.
    Places,
    /// What the elements of an array may be matched by.
    DiffRules,
    /// The ways back of a transaction that failed.
    WaysBack,
    /// What a source can be opened as that could be more than one thing.
    Readings,
}

/// What there is to choose from now; a list asks when it is typed into, and when it is brought up to date.
pub trait ChoiceSource {
    /// The rows of a list; `None` of one whose rows stay as they were when it was opened.
    fn rows(&self, kind: ChooserKind) -> Option<Vec<ChooserItem>>;

    /// Rows for what a typed text means as it stands: a command with its argument, a moment.
    fn meant(&self, text: &str) -> Vec<ChooserItem>;

    /// Snapshots and branches to go to.
    fn named_moments(&self) -> Vec<ChooserItem>;

    /// Why a typed text means nothing.
    fn why_nothing(&self, text: &str) -> SafeText;

    /// A command run before: the last one is 0.
    fn earlier(&self, back: usize) -> Option<&str>;
}

/// A list narrowed by typing.
pub struct Chooser {
    /// What is typed.
    pub line: EditLine,
    kind: ChooserKind,
    title: SafeText,
    all: Vec<ChooserItem>,
    shown: Vec<ChooserItem>,
    list: ListCursor,
    /// Why Enter runs none of the rows, before the person has moved to one.
    inert: Option<SafeText>,
    /// Whether the person has moved to a row.
    moved: bool,
    earlier: usize,
    /// Below the list: earlier commands, the forms of targets.
    aids: Vec<SafeText>,
}

/// Rows of the list at most.
const MOST_ROWS: usize = 24;

/// Columns of an earlier command, at most.
const LONGEST: usize = 24;

/// Earlier commands listed, at most.
const MOST_EARLIER: usize = 5;

impl Chooser {
    /// A list with nothing typed so far.
    pub fn new(
        kind: ChooserKind,
        title: impl Into<SafeText>,
        all: Vec<ChooserItem>,
        choices: &impl ChoiceSource,
    ) -> Self {
        let mut chooser = Self {
            line: EditLine::default(),
            kind,
            title: title.into(),
            all,
            shown: Vec::new(),
            list: ListCursor::default(),
            inert: None,
            moved: false,
            earlier: 0,
            aids: if kind == ChooserKind::Commands { aids(choices) } else { Vec::new() },
        };
        chooser.narrow(choices);
        chooser
    }

    /// With a text below the list.
    pub fn with_aid(mut self, aid: SafeText) -> Self {
        self.aids.push(aid);
        self
    }

    /// Whether what is chosen is for one tenant.
    pub fn is_about_a_tenant(&self) -> bool {
        matches!(self.kind, ChooserKind::Places | ChooserKind::DiffRules | ChooserKind::WaysBack)
    }

    /// What the rows begin with that are shown.
    #[cfg(test)]
    pub fn shown_rows(&self) -> impl Iterator<Item = &SafeText> {
        self.shown.iter().map(|item| &item.left)
    }

    /// Selects one of the rows that are shown.
    pub fn select(&mut self, item: usize) {
        self.list.select(item, self.shown.len());
        self.moved = true;
    }

    /// Takes an action.
    pub fn act(&mut self, action: Action) -> DialogAnswer {
        let at_top = self.list.selected(self.shown.len()).is_none_or(|at| at == 0);
        match action {
            Action::Up if at_top && self.kind == ChooserKind::Commands => return DialogAnswer::Earlier,
            Action::Up => self.step(ListMove::Up(1)),
            Action::Down => self.step(ListMove::Down(1)),
            Action::PageUp => self.step(ListMove::PageUp),
            Action::PageDown => self.step(ListMove::PageDown),
            Action::Complete => return DialogAnswer::Complete,
            Action::Confirm => return self.choose(),
            _ => return DialogAnswer::Close,
        }
        DialogAnswer::Stay
    }

    /// The directory whose names are wanted for what is typed, as it is typed.
    pub fn directory(&self) -> Option<&str> {
        let (name, argument) = self.line.text().trim_start().split_once(' ')?;
        let takes_file = |spec: &Spec| matches!(spec.takes, Grammar::File | Grammar::Source);
        let wanted = self.kind == ChooserKind::Commands && by_name(name).is_some_and(takes_file);
        wanted.then(|| directory_of(argument.trim_start()))
    }

    /// Looks everything up anew; what is selected stays so, if it is still there.
    pub fn refresh(&mut self, choices: &impl ChoiceSource) {
        if let Some(rows) = choices.rows(self.kind) {
            self.all = rows;
        }
        let (selected, moved) = (self.selected().map(|item| item.left.clone()), self.moved);
        self.narrow(choices);
        let at = selected.and_then(|left| self.shown.iter().position(|item| item.left == left));
        self.moved = moved && at.is_some();
        self.list.act(ListMove::Down(at.unwrap_or(0)), self.shown.len());
    }

    /// Shows the rows that fit what is typed, best first.
    pub fn narrow(&mut self, choices: &impl ChoiceSource) {
        let text = self.line.text().trim().to_owned();
        (self.shown, self.inert) = match self.kind {
            ChooserKind::Commands => self.commands(choices, &text),
            ChooserKind::Keys => self.keys(&text),
            ChooserKind::Tenants
            | ChooserKind::Places
            | ChooserKind::DiffRules
            | ChooserKind::WaysBack
            | ChooserKind::Readings => (ranked(&self.all, &text), None),
        };
        self.moved = false;
        self.list.resize(MOST_ROWS);
        self.list.act(ListMove::First, self.shown.len());
    }

    /// Rows that fit a typed command, and why Enter runs none: only what is written out, or begun so that nothing else is
    /// meant, or the only one of which a word begins so, is run. A command that is written out needs no others beside it, only
    /// what its argument may be.
    fn commands(&self, choices: &impl ChoiceSource, text: &str) -> (Vec<ChooserItem>, Option<SafeText>) {
        let exact = choices.meant(text);
        if exact.len() > 1 || !exact.is_empty() && text.contains(' ') {
            return (exact, None);
        }
        let inert =
            exact.is_empty().then(|| if text.is_empty() { SafeText::default() } else { choices.why_nothing(text) });
        let mut all = self.all.clone();
        all.extend(if text.is_empty() { Vec::new() } else { choices.named_moments() });
        let others = ranked(&all, text).into_iter().filter(|item| exact.iter().all(|own| own.left != item.left));
        let others: Vec<ChooserItem> = others.collect();
        let inert = inert.filter(|_| !is_only_meant(&others, text));
        let mut shown: Vec<ChooserItem> = exact.into_iter().chain(others).collect();
        let why = inert.clone().filter(|why| shown.is_empty() && !why.is_empty());
        shown.extend(why.map(|why| ChooserItem::refusal(text, why)));
        (shown, inert)
    }

    /// Rows of keys that fit a text; one that is named in full, or the only one, can be run without moving to it.
    fn keys(&self, text: &str) -> (Vec<ChooserItem>, Option<SafeText>) {
        let mut shown = ranked(&self.all, text);
        let full = shown.iter().position(|item| {
            !text.is_empty() && [&item.right, &item.text, &item.left].iter().any(|own| own.unmarked() == text)
        });
        full.into_iter().for_each(|at| shown[..=at].rotate_right(1));
        let inert = match shown.len() {
            _ if text.is_empty() => Some(SafeText::default()),
            0 => Some(joined!["no key here does \"", SafeText::data(text), "\""]),
            1 => None,
            many => full
                .is_none()
                .then(|| joined![many.to_string(), " keys match \"", SafeText::data(text), "\": move to one first"]),
        };
        (shown, inert)
    }

    /// Types the earlier command before the one typed last.
    pub fn earlier(&mut self, choices: &impl ChoiceSource) {
        if let Some(command) = choices.earlier(self.earlier) {
            self.line = EditLine::of(command);
            self.earlier += 1;
            self.narrow(choices);
        }
    }

    /// Where no row was chosen so far, the first move goes to the first one.
    fn step(&mut self, step: ListMove) {
        let begins = self.chosen().is_none() && matches!(step, ListMove::Up(_) | ListMove::Down(_));
        self.moved = true;
        if !begins {
            self.list.act(step, self.shown.len());
        }
    }

    /// The row that Enter runs.
    fn chosen(&self) -> Option<usize> {
        self.list.selected(self.shown.len()).filter(|_| self.moved || self.inert.is_none())
    }

    fn selected(&self) -> Option<&ChooserItem> {
        self.list.selected(self.shown.len()).and_then(|at| self.shown.get(at))
    }

    /// Takes the selected row into the line. A command that stands there already goes on with its first argument.
    fn complete(&mut self, choices: &impl ChoiceSource) {
        let typed = self.line.text().trim().to_owned();
        let words = |item: &ChooserItem| match &item.pick {
            Pick::Run(spec, argument) => Some(format!("{} {argument}", spec.name)),
            _ => None,
        };
        let selected = self.selected().and_then(words);
        let next =
            if selected.as_deref().map(str::trim) == Some(&typed) { self.shown.get(1).and_then(words) } else { None };
        let Some(text) = next.filter(|next| next.starts_with(&typed)).or(selected) else { return };
        let takes = by_name(text.trim()).is_none_or(Spec::has_argument);
        self.line = EditLine::of(if takes { &text } else { text.trim() });
        self.narrow(choices);
    }

    /// Runs the row that was moved to, or what is typed where that can mean only one. A command that needs an argument, and is
    /// not written out, is taken into the line, where its argument can be typed.
    fn choose(&mut self) -> DialogAnswer {
        let text = if self.kind == ChooserKind::Commands { self.line.text().trim().to_owned() } else { String::new() };
        let Some(item) = self.chosen().and_then(|at| self.shown.get(at)) else {
            return match self.inert.take().filter(|why| !why.is_empty()) {
                Some(why) => DialogAnswer::Pick(Pick::Nothing(why), text),
                None => DialogAnswer::Close,
            };
        };
        match &item.pick {
            Pick::Run(spec, argument) if self.kind == ChooserKind::Commands => {
                if text != spec.name && item.enabled && spec.lacks(argument) {
                    return DialogAnswer::Complete;
                }
                let typed = if argument.is_empty() { spec.name.to_owned() } else { text };
                DialogAnswer::Pick(item.pick.clone(), typed)
            }
            pick if self.kind == ChooserKind::Commands => {
                DialogAnswer::Pick(pick.clone(), item.left.unmarked().into_owned())
            }
            pick => DialogAnswer::Pick(pick.clone(), text),
        }
    }

    /// Takes the selected row into the line.
    pub fn take_selected(&mut self, choices: &impl ChoiceSource) {
        if self.kind == ChooserKind::Commands {
            self.complete(choices);
        }
    }
}

/// Letters of a word that tell which row is meant, at least.
const LEAST_BEGUN: usize = 3;

/// Whether only the first row has a word that begins so, and writes nothing.
fn is_only_meant(rows: &[ChooserItem], text: &str) -> bool {
    let begun = rows.iter().filter(|item| item.has_word(text)).count();
    let writes = |item: &ChooserItem| matches!(&item.pick, Pick::Run(spec, _) if spec.group == Group::Change);
    text.chars().count() >= LEAST_BEGUN && begun == 1 && rows.first().is_some_and(|item| !writes(item))
}

/// Earlier commands, as many as fit, and the forms of targets.
fn aids(choices: &impl ChoiceSource) -> Vec<SafeText> {
    let earlier = (0..MOST_EARLIER).map_while(|back| choices.earlier(back));
    let earlier = SafeText::join(earlier.map(|text| SafeText::data(text).fit_middle(LONGEST)), " · ");
    let earlier = (!earlier.is_empty()).then(|| joined!["earlier  ", earlier]);
    let targets = "targets  42  50%  -10  @09:41  -5m  NAME  A  B  head  branch:main~1".into();
    earlier.into_iter().chain([targets]).collect()
}

/// The part of a file's path that names its directory, as it is typed.
pub fn directory_of(typed: &str) -> &str {
    typed.rsplit_once('/').map_or("", |(directory, _)| &typed[..=directory.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    struct NoChoices;

    impl ChoiceSource for NoChoices {
        fn rows(&self, _: ChooserKind) -> Option<Vec<ChooserItem>> {
            None
        }

        fn meant(&self, _: &str) -> Vec<ChooserItem> {
            Vec::new()
        }

        fn named_moments(&self) -> Vec<ChooserItem> {
            Vec::new()
        }

        fn why_nothing(&self, _: &str) -> SafeText {
            SafeText::default()
        }

        fn earlier(&self, _: usize) -> Option<&str> {
            None
        }
    }

    /// What is named in full comes first, and nothing is before anything is typed.
    #[test]
    fn keys_stay_in_their_order_until_one_is_named() {
        let item = |left: &'static str, right: &'static str| {
            ChooserItem::new(left, "does it", right, Pick::Nothing("".into()))
        };
        let all = || vec![item("a", "alpha"), item("b", ""), item("c", "gamma")];
        for (typed, first) in [("", "a"), ("gamma", "c"), ("c", "c"), ("does it", "a")] {
            let mut chooser = Chooser::new(ChooserKind::Keys, "Keys", all(), &NoChoices);
            chooser.line = EditLine::of(typed);
            chooser.narrow(&NoChoices);
            assert_eq!(
                chooser.shown_rows().next().map(|left| left.unmarked().into_owned()),
                Some(first.into()),
                "{typed}"
            );
        }
    }
}
