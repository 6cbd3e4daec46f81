//! SOAP 1.1: what the Web Connector calls, and how it is answered.

use bytes::Bytes;
use http::StatusCode;
use trueup_marketplace::{Reply, Secret};

use crate::wsdl::{METHODS, NAMESPACE};
use crate::xml::{self, Element, Writer};

const ENVELOPE: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const TEXT_XML: &str = "text/xml; charset=utf-8";

/// A call of one of the Web Connector's methods. Its `Debug` would show a company's data.
pub(crate) enum Request {
    ServerVersion,
    ClientVersion,
    Authenticate { user_name: String, password: Secret },
    Send { ticket: String, told: FirstWords },
    Receive { ticket: String, response: String, hresult: String, message: String },
    NoConnection { ticket: String, hresult: String, message: String },
    LastError { ticket: String },
    Close { ticket: String },
}

/// What is told with a call for a request.
pub(crate) struct FirstWords {
    pub answers: String,
    pub company_file: String,
    pub major: String,
    pub minor: String,
}

/// What a method gives back.
pub(crate) enum Value {
    Text(String),
    Texts([String; 2]),
    Number(i32),
}

/// Why a call is not answered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    code: &'static str,
    words: String,
}

impl Fault {
    fn client(words: impl Into<String>) -> Self {
        Self { code: "Client", words: words.into() }
    }
}

/// Reads a call, with the name of its method.
pub(crate) fn read(body: &[u8]) -> Result<(&'static str, Request), Fault> {
    let text = std::str::from_utf8(body);
    let text = text.map_err(|_| Fault::client("the body is not UTF-8"))?;
    let envelope = xml::read(text);
    let envelope = envelope.map_err(|why| Fault::client(format!("the body is refused: {why}")))?;
    let call = called(&envelope)?;
    let method = METHODS.iter().find(|method| method.name == call.name);
    let method = method.filter(|_| call.namespace == NAMESPACE);
    let method = method.ok_or_else(|| Fault::client("the body calls no method of this service"))?;
    Ok((method.name, request(method.name, call)))
}

/// The element that names the method.
fn called(envelope: &Element) -> Result<&Element, Fault> {
    if envelope.name != "Envelope" {
        return Err(Fault::client("the body is no SOAP envelope"));
    }
    if envelope.namespace != ENVELOPE {
        let words = "the envelope is not of SOAP 1.1".to_owned();
        return Err(Fault { code: "VersionMismatch", words });
    }
    let part = |name| envelope.all(name).find(|part| part.namespace == ENVELOPE);
    let headers = part("Header").map_or([].as_slice(), |header| header.children.as_slice());
    if headers.iter().any(|header| header.attribute("mustUnderstand") == Some("1")) {
        let words = "a header that must be understood is not".to_owned();
        return Err(Fault { code: "MustUnderstand", words });
    }
    match part("Body").map(|body| body.children.as_slice()) {
        Some([call]) => Ok(call),
        _ => Err(Fault::client("the envelope holds not exactly one call")),
    }
}

fn request(method: &str, call: &Element) -> Request {
    let text = |name: &str| call.child(name).map_or(String::new(), |child| child.text.clone());
    let ticket = text("ticket").trim().to_owned();
    match method {
        "clientVersion" => Request::ClientVersion,
        "authenticate" => Request::Authenticate {
            user_name: text("strUserName"),
            password: Secret::new(text("strPassword")),
        },
        "sendRequestXML" => {
            let told = FirstWords {
                answers: text("strHCPResponse"),
                company_file: text("strCompanyFileName"),
                major: text("qbXMLMajorVers"),
                minor: text("qbXMLMinorVers"),
            };
            Request::Send { ticket, told }
        }
        "receiveResponseXML" => Request::Receive {
            ticket,
            response: text("response"),
            hresult: text("hresult"),
            message: text("message"),
        },
        "connectionError" => {
            Request::NoConnection { ticket, hresult: text("hresult"), message: text("message") }
        }
        "getLastError" => Request::LastError { ticket },
        "closeConnection" => Request::Close { ticket },
        _ => Request::ServerVersion,
    }
}

/// The answer to a call.
pub(crate) fn reply(method: &str, value: &Value) -> Reply {
    let result = format!("{method}Result");
    enveloped(StatusCode::OK, |out| {
        out.element(&format!("{method}Response xmlns=\"{NAMESPACE}\""), |out| match value {
            Value::Text(text) => out.leaf(&result, text),
            Value::Number(number) => out.leaf(&result, &number.to_string()),
            Value::Texts(texts) => {
                out.element(&result, |out| texts.iter().for_each(|text| out.leaf("string", text)));
            }
        });
    })
}

/// The answer to a call that is none. SOAP 1.1 wants status 500 for it.
pub(crate) fn fault(fault: &Fault) -> Reply {
    enveloped(StatusCode::INTERNAL_SERVER_ERROR, |out| {
        out.element("soap:Fault", |out| {
            out.leaf("faultcode", &format!("soap:{}", fault.code));
            out.leaf("faultstring", &fault.words);
        });
    })
}

fn enveloped(status: StatusCode, inside: impl FnOnce(&mut Writer)) -> Reply {
    let mut out = Writer("<?xml version=\"1.0\" encoding=\"utf-8\"?>".to_owned());
    out.element(&format!("soap:Envelope xmlns:soap=\"{ENVELOPE}\""), |out| {
        out.element("soap:Body", inside);
    });
    Reply { status, content_type: TEXT_XML, body: Bytes::from(out.0) }
}
