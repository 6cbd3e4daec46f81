//! What is called, and how it is answered.

use std::fmt;

use bytes::Bytes;
use http::StatusCode;
use trueup_marketplace::Reply;

use crate::xml::{self, Element, Writer};

const ENVELOPE: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const TEXT_XML: &str = "text/xml; charset=utf-8";

/// A SOAP 1.1 service, document style and literal.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// The namespace of every method and parameter.
    pub namespace: &'static str,
    /// What it is called in its description. Clients may have been generated from descriptions with
    /// different names: each gets a port of its own, and the first names their type.
    pub names: &'static [&'static str],
    /// What can be called.
    pub methods: &'static [Method],
}

/// A method of a service.
#[derive(Clone, Copy, Debug)]
pub struct Method {
    /// Its name. The answer is the element of this name with `Response` behind it.
    pub name: &'static str,
    /// The parameters, in the order of the description.
    pub parameters: &'static [(&'static str, Kind)],
    /// What it gives back, in the element of its name with `Result` behind it.
    pub result: Kind,
}

/// The type of a parameter or a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `string`.
    Text,
    /// `int`.
    Number,
    /// `ArrayOfString`.
    Texts,
}

/// What a method gives back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A number.
    Number(i32),
    /// Texts in their order.
    Texts(Vec<String>),
}

/// A call of one of a service's methods.
pub struct Called {
    method: &'static str,
    element: Element,
}

/// Why a call is not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    code: &'static str,
    words: String,
}

impl Service {
    /// Reads a call.
    ///
    /// # Errors
    /// What the caller is told where the body is no call of one of the methods; never quotes it.
    pub fn read(&self, body: &[u8]) -> Result<Called, Fault> {
        let text = std::str::from_utf8(body);
        let text = text.map_err(|_| Fault::client("the body is not UTF-8"))?;
        let envelope = xml::read(text);
        let envelope =
            envelope.map_err(|why| Fault::client(format!("the body is refused: {why}")))?;
        let element = called(envelope)?;
        let method = self.methods.iter().find(|method| method.name == element.name);
        let method = method.filter(|_| element.namespace == self.namespace);
        let method =
            method.ok_or_else(|| Fault::client("the body calls no method of this service"))?;
        Ok(Called { method: method.name, element })
    }

    /// The answer to a call.
    #[must_use]
    pub fn reply(&self, called: &Called, value: &Value) -> Reply {
        let Called { method, .. } = called;
        let result = format!("{method}Result");
        enveloped(StatusCode::OK, |out| {
            let tag = format!("{method}Response xmlns=\"{}\"", self.namespace);
            out.element(&tag, |out| match value {
                Value::Text(text) => out.leaf(&result, text),
                Value::Number(number) => out.leaf(&result, &number.to_string()),
                Value::Texts(texts) => out.element(&result, |out| {
                    texts.iter().for_each(|text| out.leaf("string", text));
                }),
            });
        })
    }

    /// What somebody sees who looks at the address: the description of the service in WSDL where the
    /// query asks for it, and a greeting otherwise.
    #[must_use]
    pub fn described(&self, url: &str, query: &str, greeting: &'static str) -> Reply {
        let (content_type, body) = match query.eq_ignore_ascii_case("wsdl") {
            true => (TEXT_XML, Bytes::from(self.wsdl(url))),
            false => ("text/plain; charset=utf-8", Bytes::from_static(greeting.as_bytes())),
        };
        Reply { status: StatusCode::OK, content_type, body }
    }
}

impl Called {
    /// The name of the method.
    #[must_use]
    pub const fn method(&self) -> &'static str {
        self.method
    }

    /// A parameter's text as it was written; empty where it is missing.
    #[must_use]
    pub fn text(&self, parameter: &str) -> &str {
        self.element.child(parameter).map_or("", |child| child.text.as_str())
    }
}

/// Shows the method, never a parameter.
impl fmt::Debug for Called {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Called").field("method", &self.method).finish_non_exhaustive()
    }
}

impl Fault {
    fn client(words: impl Into<String>) -> Self {
        Self { code: "Client", words: words.into() }
    }

    /// The answer to a call that is none. SOAP 1.1 wants status 500 for it.
    #[must_use]
    pub fn reply(&self) -> Reply {
        enveloped(StatusCode::INTERNAL_SERVER_ERROR, |out| {
            out.element("soap:Fault", |out| {
                out.leaf("faultcode", &format!("soap:{}", self.code));
                out.leaf("faultstring", &self.words);
            });
        })
    }
}

/// The element that names the method.
fn called(envelope: Element) -> Result<Element, Fault> {
    if envelope.name != "Envelope" {
        return Err(Fault::client("the body is no SOAP envelope"));
    }
    if envelope.namespace != ENVELOPE {
        let words = "the envelope is not of SOAP 1.1".to_owned();
        return Err(Fault { code: "VersionMismatch", words });
    }
    let mut parts = envelope.children;
    parts.retain(|part| part.namespace == ENVELOPE);
    let header = parts.iter().find(|part| part.name == "Header");
    let headers = header.map_or([].as_slice(), |header| header.children.as_slice());
    if headers.iter().any(|header| header.attribute("mustUnderstand") == Some("1")) {
        let words = "a header that must be understood is not".to_owned();
        return Err(Fault { code: "MustUnderstand", words });
    }
    let body = parts.into_iter().find(|part| part.name == "Body");
    let calls: Result<[Element; 1], _> = body.map_or(Vec::new(), |body| body.children).try_into();
    let [call] = calls.map_err(|_| Fault::client("the envelope holds not exactly one call"))?;
    Ok(call)
}

fn enveloped(status: StatusCode, inside: impl FnOnce(&mut Writer)) -> Reply {
    let mut out = Writer::document();
    out.element(&format!("soap:Envelope xmlns:soap=\"{ENVELOPE}\""), |out| {
        out.element("soap:Body", inside);
    });
    Reply { status, content_type: TEXT_XML, body: Bytes::from(out.finish()) }
}
