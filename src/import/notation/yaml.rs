//! YAML: the core schema of 1.2 (<https://yaml.org/spec/1.2.2/#103-core-schema>), and the merge keys of 1.1.
//!
//! What an alias stands for is shared while it is read, and written out within a limit. Several documents are an array of them.

use super::{Mistake, number, quoted};
use crate::error::counted;
use granit_parser::{Event, Marker, Parser, ScalarStyle, Tag};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// Deeper than any value may be, and shallow enough for a stack.
const DEEPEST: usize = 256;

/// Most members that merge keys may bring, all together.
const MOST_MERGED: usize = 1_000_000;

struct YamlNode {
    kind: YamlKind,
    /// How many containers are nested in it, itself included.
    depth: usize,
}

enum YamlKind {
    /// As JSON text, and as it is written.
    Scalar(String, String),
    List(Vec<Rc<YamlNode>>),
    Object(Vec<(String, Rc<YamlNode>)>),
}

/// A container that is not closed yet.
struct OpenContainer {
    anchor: usize,
    tag: Option<String>,
    content: OpenContent,
}

enum OpenContent {
    List(Vec<Rc<YamlNode>>),
    Object { members: Vec<(String, Rc<YamlNode>)>, merged: Vec<Rc<YamlNode>>, key: Option<YamlKey> },
}

enum YamlKey {
    Of(String),
    /// `<<`
    Merge,
}

pub(super) fn to_json(text: &str, limit: usize) -> Result<String, Mistake> {
    let mut reader = YamlReader::default();
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        match event {
            Ok((event, span)) => {
                reader.take(event).map_err(|why| (why, byte_of(text, span.start)))?;
            }
            Err(error) => return Err((error.kind().to_string(), byte_of(text, *error.marker()))),
        }
    }
    let mut json = String::with_capacity(text.len());
    let written = match reader.documents.as_slice() {
        [] => {
            json.push_str("null");
            Ok(())
        }
        [one] => write(one, &mut json, limit),
        several => write_list(several, &mut json, limit),
    };
    written
        .map(|()| json)
        .map_err(|TooLong| (format!("its aliases expand it to more than {}", counted(limit as u64, "byte")), 0))
}

/// Where a marker stands, in bytes.
fn byte_of(text: &str, marker: Marker) -> usize {
    let before = text.split_inclusive('\n').take(marker.line().saturating_sub(1)).map(str::len).sum::<usize>();
    let column = text[before..].chars().take(marker.col()).map(char::len_utf8).sum::<usize>();
    before + column
}

#[derive(Default)]
struct YamlReader {
    documents: Vec<Rc<YamlNode>>,
    open: Vec<OpenContainer>,
    anchors: FxHashMap<usize, Rc<YamlNode>>,
    merged: usize,
}

impl YamlReader {
    fn take(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::Alias(id) => {
                let node = self.anchors.get(&id).cloned().ok_or("an alias to a value that contains it")?;
                self.place(node, false)
            }
            Event::Scalar(text, style, anchor, tag) => {
                let is_plain = style == ScalarStyle::Plain;
                let node = scalar(&text, is_plain, tag.as_deref());
                self.place_anchored(node, anchor, is_plain && text == "<<")
            }
            Event::SequenceStart(_, anchor, tag) => self.begin(anchor, tag.as_deref(), OpenContent::List(Vec::new())),
            Event::MappingStart(_, anchor, tag) => {
                let content = OpenContent::Object { members: Vec::new(), merged: Vec::new(), key: None };
                self.begin(anchor, tag.as_deref(), content)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            // Where documents begin and end is seen by their values.
            _ => Ok(()),
        }
    }

    fn begin(&mut self, anchor: usize, tag: Option<&Tag>, content: OpenContent) -> Result<(), String> {
        if self.open.len() >= DEEPEST {
            return Err(format!("nested deeper than {DEEPEST} levels"));
        }
        self.open.push(OpenContainer { anchor, tag: tag.and_then(own_tag), content });
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        let Some(OpenContainer { anchor, tag, content }) = self.open.pop() else { return Ok(()) };
        let kind = match content {
            OpenContent::List(elements) => YamlKind::List(elements),
            OpenContent::Object { members, merged, .. } => YamlKind::Object(self.merge(members, merged)?),
        };
        let node = tagged(node(kind)?, tag);
        self.place_anchored(node?, anchor, false)
    }

    fn place_anchored(&mut self, node: YamlNode, anchor: usize, is_merge: bool) -> Result<(), String> {
        let node = Rc::new(node);
        if anchor > 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        self.place(node, is_merge)
    }

    fn place(&mut self, node: Rc<YamlNode>, is_merge: bool) -> Result<(), String> {
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.documents.push(node),
            Some(OpenContent::List(elements)) => elements.push(node),
            Some(OpenContent::Object { members, merged, key }) => match key.take() {
                None if is_merge => *key = Some(YamlKey::Merge),
                None => match &node.kind {
                    YamlKind::Scalar(_, text) => *key = Some(YamlKey::Of(text.clone())),
                    YamlKind::List(_) | YamlKind::Object(_) => {
                        return Err("a key that is a list or an object".to_owned());
                    }
                },
                Some(YamlKey::Of(name)) => members.push((name, node)),
                Some(YamlKey::Merge) => match &node.kind {
                    YamlKind::Object(_) => merged.push(node),
                    YamlKind::List(all) if all.iter().all(|one| matches!(one.kind, YamlKind::Object(_))) => {
                        merged.extend(all.iter().cloned());
                    }
                    YamlKind::List(_) | YamlKind::Scalar(..) => members.push(("<<".to_owned(), node)),
                },
            },
        }
        Ok(())
    }

    /// The members of an object with those that it merges: its own first, then those of the earlier.
    fn merge(
        &mut self,
        mut members: Vec<(String, Rc<YamlNode>)>,
        merged: Vec<Rc<YamlNode>>,
    ) -> Result<Vec<(String, Rc<YamlNode>)>, String> {
        if merged.is_empty() {
            return Ok(members);
        }
        let mut there: FxHashSet<String> = members.iter().map(|(name, _)| name.clone()).collect();
        for node in merged {
            let YamlKind::Object(more) = &node.kind else { continue };
            self.merged += more.len();
            if self.merged > MOST_MERGED {
                return Err(format!("its merge keys add more than {MOST_MERGED} members"));
            }
            members.extend(more.iter().filter(|(name, _)| there.insert(name.clone())).cloned());
        }
        Ok(members)
    }
}

fn node(kind: YamlKind) -> Result<YamlNode, String> {
    let below = match &kind {
        YamlKind::Scalar(..) => return Ok(YamlNode { kind, depth: 0 }),
        YamlKind::List(elements) => elements.iter().map(|node| node.depth).max(),
        YamlKind::Object(members) => members.iter().map(|(_, node)| node.depth).max(),
    };
    let depth = below.unwrap_or(0) + 1;
    if depth > DEEPEST {
        return Err(format!("nested deeper than {DEEPEST} levels"));
    }
    Ok(YamlNode { kind, depth })
}

/// A tag that the schema does not know is kept, as an object of one key.
fn tagged(inner: YamlNode, tag: Option<String>) -> Result<YamlNode, String> {
    match tag {
        None => Ok(inner),
        Some(tag) => node(YamlKind::Object(vec![(tag, Rc::new(inner))])),
    }
}

/// A tag as it is written, where it says more than the schema.
fn own_tag(tag: &Tag) -> Option<String> {
    (!tag.is_yaml_core_schema() && tag.suffix() != "!")
        .then(|| format!("{}{}", tag.handle(), tag.suffix()))
        .filter(|tag| tag != "!")
}

fn scalar(text: &str, is_plain: bool, tag: Option<&Tag>) -> YamlNode {
    let core = tag.filter(|tag| tag.is_yaml_core_schema()).map(Tag::suffix);
    let is_string = match core {
        Some(suffix) => !matches!(suffix, "null" | "bool" | "int" | "float"),
        None => !is_plain || tag.is_some(),
    };
    let json = if is_string { quoted(text) } else { plain(text) };
    let inner = YamlNode { kind: YamlKind::Scalar(json, text.to_owned()), depth: 0 };
    match tag.and_then(own_tag) {
        // A scalar with a tag of its own can be a key too.
        None => inner,
        Some(tag) => YamlNode { kind: YamlKind::Object(vec![(tag, Rc::new(inner))]), depth: 1 },
    }
}

/// What a plain scalar means.
fn plain(text: &str) -> String {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => "null".to_owned(),
        "true" | "True" | "TRUE" => "true".to_owned(),
        "false" | "False" | "FALSE" => "false".to_owned(),
        _ if is_number(text) => number(text).unwrap_or_else(|| quoted(text)),
        _ => quoted(text),
    }
}

/// Whether the core schema takes a text for a number, where it is one: no `_`, no sign before another base than ten.
fn is_number(text: &str) -> bool {
    let has_base = text.starts_with("0x") || text.starts_with("0o");
    let decimal = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-');
    (has_base && !text.contains('_')) || (text != "." && text.bytes().all(decimal))
}

/// The text has become longer than it may.
struct TooLong;

fn write(node: &YamlNode, json: &mut String, limit: usize) -> Result<(), TooLong> {
    match &node.kind {
        YamlKind::Scalar(text, _) => json.push_str(text),
        YamlKind::List(elements) => write_list(elements, json, limit)?,
        YamlKind::Object(members) => {
            json.push('{');
            for (at, (key, value)) in members.iter().enumerate() {
                json.push_str(if at > 0 { "," } else { "" });
                json.push_str(&quoted(key));
                json.push(':');
                write(value, json, limit)?;
            }
            json.push('}');
        }
    }
    if json.len() > limit { Err(TooLong) } else { Ok(()) }
}

fn write_list(elements: &[Rc<YamlNode>], json: &mut String, limit: usize) -> Result<(), TooLong> {
    json.push('[');
    for (at, element) in elements.iter().enumerate() {
        json.push_str(if at > 0 { "," } else { "" });
        write(element, json, limit)?;
    }
    json.push(']');
    Ok(())
}
