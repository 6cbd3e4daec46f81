//! XML as the simulator reads and writes it, on its own: nothing is shared with what it tests.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// An element; names as they are written, without prefixes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Element>,
    pub text: String,
}

/// A document: its root, and the version its `qbxml` instruction names.
#[derive(Debug)]
pub(crate) struct Document {
    pub root: Element,
    pub version: Option<String>,
}

/// Reads a document; nothing where it is malformed.
pub(crate) fn read(text: &str) -> Option<Document> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let (mut open, mut version) = (vec![Element::default()], None);
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => open.push(element(&tag)?),
            Event::End(_) => {
                let closed = open.pop()?;
                open.last_mut()?.children.push(closed);
            }
            Event::Text(text) => open.last_mut()?.text.push_str(&text.xml10_content()),
            Event::CData(text) => open.last_mut()?.text.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let named = match &*reference {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => None,
                };
                let character = reference.resolve_char_ref().ok()?.or(named)?;
                open.last_mut()?.text.push(character);
            }
            Event::PI(instruction) if instruction.target() == "qbxml" => {
                let quoted = instruction.content().split(['"', '\'']).nth(1)?;
                version = Some(quoted.to_owned());
            }
            Event::Eof => break,
            Event::DocType(_) => return None,
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::Empty(_) => {}
        }
    }
    let mut outside = (open.len() == 1).then(|| open.pop()).flatten()?;
    let root = outside.children.pop().filter(|_| outside.children.is_empty())?;
    Some(Document { root, version })
}

fn element(tag: &BytesStart<'_>) -> Option<Element> {
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.ok()?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned();
        attributes.push((attribute.key.local_name().as_ref().to_owned(), value));
    }
    let name = tag.local_name().as_ref().to_owned();
    Some(Element { name, attributes, ..Element::default() })
}

impl Element {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(given, _)| given == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of a child; empty where there is none.
    pub(crate) fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.as_str())
    }

    /// The element of this name, however deep it is.
    pub(crate) fn find(&self, name: &str) -> Option<&Element> {
        if self.name == name {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(name))
    }
}

/// A text inside an element or attribute.
pub(crate) fn escaped(text: &str) -> String {
    quick_xml::escape::escape(text).into_owned()
}

/// `<name>text</name>`.
pub(crate) fn leaf(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>", escaped(text))
}
