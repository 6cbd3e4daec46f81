//! XML from and to the other side: read into a tree within limits, written in ASCII.
//!
//! A document may be 32 levels deep, an element may have 64 attributes, and there may be 200,000
//! parts. Nothing is expanded: a document type and any reference beside the five predefined and
//! characters are refused.

mod writer;

use std::fmt;

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::{NsReader, XmlVersion};

pub use writer::{Writer, escaped};

const DEPTH_MAX: usize = 32;
const ATTRIBUTES_MAX: usize = 64;
const EVENTS_MAX: usize = 200_000;

/// An element.
#[derive(Default)]
pub struct Element {
    /// Its namespace; empty where it is in none.
    pub namespace: String,
    /// Its name, without a prefix.
    pub name: String,
    /// By local name; declarations of namespaces are left out.
    attributes: Vec<(String, String)>,
    /// What stands inside it, in order.
    pub children: Vec<Element>,
    /// Its text, without that of its children.
    pub text: String,
}

/// Shows its name, never what it holds: a password may be in it.
impl fmt::Debug for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Element").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Why a text is not taken as XML; never quotes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed(String);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Malformed {}

/// Reads a whole document.
///
/// # Errors
/// Why it is not taken: it is not well-formed, or beyond the limits.
pub fn read(text: &str) -> Result<Element, Malformed> {
    let mut reader = NsReader::from_str(text.strip_prefix('\u{feff}').unwrap_or(text));
    reader.config_mut().expand_empty_elements = true;
    // What stands at the bottom is no element: it collects the root.
    let mut open = vec![Element::default()];
    for _ in 0..EVENTS_MAX {
        let (namespace, event) = reader.read_resolved_event().map_err(|_| not_well_formed())?;
        match event {
            Event::Start(tag) => open.push(element(&namespace, &tag)?),
            Event::End(_) => close(&mut open)?,
            Event::Text(text) => add_text(&mut open, &text.xml10_content()),
            Event::CData(text) => add_text(&mut open, &text.xml10_content()),
            Event::GeneralRef(reference) => {
                let resolved = reference.resolve_char_ref().map_err(|_| not_well_formed())?;
                let resolved = resolved.or_else(|| predefined(&reference.xml10_content()));
                let resolved = resolved.ok_or_else(|| malformed("it has an entity of its own"))?;
                add_text(&mut open, resolved.encode_utf8(&mut [0; 4]));
            }
            Event::DocType(_) => return Err(malformed("it has a document type")),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => return root(open),
            // With `expand_empty_elements` there are none.
            Event::Empty(_) => return Err(not_well_formed()),
        }
        if open.len() > DEPTH_MAX + 1 {
            return Err(malformed("it is nested deeper than 32 levels"));
        }
    }
    Err(malformed("it has more than 200,000 parts"))
}

fn element(namespace: &ResolveResult<'_>, tag: &BytesStart<'_>) -> Result<Element, Malformed> {
    let namespace = match namespace {
        ResolveResult::Bound(namespace) => namespace.as_ref().to_owned(),
        ResolveResult::Unbound => String::new(),
        ResolveResult::Unknown(_) => return Err(malformed("it uses a prefix it does not declare")),
    };
    let mut attributes = Vec::new();
    for (index, attribute) in tag.attributes().enumerate() {
        let attribute = attribute.map_err(|_| not_well_formed())?;
        if index >= ATTRIBUTES_MAX {
            return Err(malformed("an element has more than 64 attributes"));
        }
        if attribute.key.as_namespace_binding().is_none() {
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|_| not_well_formed())?;
            attributes.push((attribute.key.local_name().as_ref().to_owned(), value.into_owned()));
        }
    }
    let name = tag.local_name().as_ref().to_owned();
    Ok(Element { namespace, name, attributes, ..Element::default() })
}

fn close(open: &mut Vec<Element>) -> Result<(), Malformed> {
    let closed = open.pop().ok_or_else(not_well_formed)?;
    open.last_mut().ok_or_else(not_well_formed)?.children.push(closed);
    Ok(())
}

fn add_text(open: &mut [Element], text: &str) {
    if let Some(innermost) = open.last_mut() {
        innermost.text.push_str(text);
    }
}

fn predefined(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

fn root(mut open: Vec<Element>) -> Result<Element, Malformed> {
    match (open.pop(), open.is_empty()) {
        (Some(mut outside), true)
            if outside.children.len() == 1 && outside.text.trim().is_empty() =>
        {
            outside.children.pop().ok_or_else(not_well_formed)
        }
        _ => Err(not_well_formed()),
    }
}

fn not_well_formed() -> Malformed {
    malformed("it is not well-formed")
}

fn malformed(why: &str) -> Malformed {
    Malformed(why.to_owned())
}

impl Element {
    /// An attribute's value.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(candidate, _)| candidate == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The first child of this name.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The children of this name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// What a path of names leads to.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// The text a path of names leads to, without blanks around it; empty where there is none.
    #[must_use]
    pub fn text_at(&self, path: &[&str]) -> &str {
        self.at(path).map_or("", |element| element.text.trim())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
