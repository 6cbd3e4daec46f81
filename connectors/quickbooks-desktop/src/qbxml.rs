//! The envelope around requests and answers in qbXML.

use trueup_soap::xml::{self, Element, Malformed, Writer};

/// A version of qbXML.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(pub u32, pub u32);

impl Version {
    /// What our requests are written in, where QuickBooks knows it.
    pub(crate) const OURS: Self = Self(13, 0);

    pub(crate) fn parse(text: &str) -> Option<Self> {
        // Canadian and British editions write `CA13.0`.
        let text = text.trim().trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let (major, minor) = text.split_once('.')?;
        Some(Self(major.parse().ok()?, minor.parse().ok()?))
    }
}

/// The message-set ids of a request.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sets<'a> {
    /// Keeps the answer under this id.
    pub new: Option<&'a str>,
    /// Frees the answer kept under this id.
    pub old: Option<&'a str>,
}

/// A whole request around `requests`. A request that fails stops no other.
pub(crate) fn request(version: Version, sets: Sets<'_>, requests: &str) -> String {
    let Version(major, minor) = version;
    let mut out = Writer::document();
    out.raw(&format!("<?qbxml version=\"{major}.{minor}\"?>"));
    let set =
        |name: &str, id: Option<&str>| id.map_or(String::new(), |id| format!(" {name}=\"{id}\""));
    let (old, new) = (set("oldMessageSetID", sets.old), set("newMessageSetID", sets.new));
    out.element("QBXML", |out| {
        let tag = format!("QBXMLMsgsRq{old}{new} onError=\"continueOnError\"");
        out.element(&tag, |out| out.raw(requests));
    });
    out.finish()
}

/// The answers to a request.
#[derive(Debug)]
pub(crate) struct Answers(Element);

impl Answers {
    pub(crate) fn read(response: &str) -> Result<Self, Malformed> {
        let mut root = xml::read(response)?;
        let found = root.children.iter().position(|child| child.name == "QBXMLMsgsRs");
        match found.filter(|_| root.name == "QBXML") {
            Some(index) => Ok(Self(root.children.swap_remove(index))),
            // An answer without answers, which is what an empty document is.
            None => Ok(Self(Element::default())),
        }
    }

    /// The answer to the request with this id; two of them are none.
    pub(crate) fn to(&self, request_id: &str) -> Option<&Element> {
        let answers = self.0.children.iter();
        let mut ours = answers.filter(|answer| answer.attribute("requestID") == Some(request_id));
        ours.next().filter(|_| ours.next().is_none())
    }

    /// The answers of one kind, such as `HostQueryRs`.
    pub(crate) fn first(&self, name: &str) -> Option<&Element> {
        self.0.child(name)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.children.is_empty()
    }

    /// Whether QuickBooks had trouble with a message-set id.
    pub(crate) fn set_status(&self) -> i64 {
        let code = self.0.attribute("messageSetStatusCode");
        code.and_then(|code| code.trim().parse().ok()).unwrap_or_default()
    }
}
