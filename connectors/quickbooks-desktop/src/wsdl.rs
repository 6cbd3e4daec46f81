//! The service as Intuit describes it, for SOAP toolkits. The Web Connector itself reads none.

use crate::xml::Writer;

/// The namespace of every method and parameter, with its slash.
pub(crate) const NAMESPACE: &str = "http://developer.intuit.com/";

/// A method of the service.
pub(crate) struct Method {
    pub name: &'static str,
    parameters: &'static [&'static str],
    result: &'static str,
}

const TEXT: &str = "s:string";

/// The methods of both of Intuit's descriptions. `serverVersion` has a parameter in one of them.
pub(crate) const METHODS: &[Method] = &[
    Method { name: "serverVersion", parameters: &["strVersion"], result: TEXT },
    Method { name: "clientVersion", parameters: &["strVersion"], result: TEXT },
    Method {
        name: "authenticate",
        parameters: &["strUserName", "strPassword"],
        result: "tns:ArrayOfString",
    },
    Method {
        name: "sendRequestXML",
        parameters: &[
            "ticket",
            "strHCPResponse",
            "strCompanyFileName",
            "qbXMLCountry",
            "qbXMLMajorVers",
            "qbXMLMinorVers",
        ],
        result: TEXT,
    },
    Method {
        name: "receiveResponseXML",
        parameters: &["ticket", "response", "hresult", "message"],
        result: "s:int",
    },
    Method { name: "connectionError", parameters: &["ticket", "hresult", "message"], result: TEXT },
    Method { name: "getLastError", parameters: &["ticket"], result: TEXT },
    Method { name: "closeConnection", parameters: &["ticket"], result: TEXT },
];

/// The service and port names of Intuit's two descriptions: clients were generated from either.
const SERVICES: [&str; 2] = ["QBWebConnectorSvc", "TroubleshootWebServiceFS"];

/// The description of the service at an address.
pub(crate) fn wsdl(url: &str) -> String {
    let mut out = Writer("<?xml version=\"1.0\" encoding=\"utf-8\"?>".to_owned());
    let root = format!(
        "wsdl:definitions xmlns:wsdl=\"http://schemas.xmlsoap.org/wsdl/\" \
         xmlns:soap=\"http://schemas.xmlsoap.org/wsdl/soap/\" \
         xmlns:s=\"http://www.w3.org/2001/XMLSchema\" xmlns:tns=\"{NAMESPACE}\" \
         targetNamespace=\"{NAMESPACE}\""
    );
    out.element(&root, |out| {
        types(out);
        METHODS.iter().for_each(|method| messages(out, method));
        out.element("wsdl:portType name=\"QBWebConnectorSvcSoap\"", |out| {
            METHODS.iter().for_each(|method| operation(out, method.name));
        });
        SERVICES.iter().for_each(|service| binding(out, service));
        SERVICES.iter().for_each(|service| self::service(out, service, url));
    });
    out.0
}

fn types(out: &mut Writer) {
    let schema =
        format!("s:schema elementFormDefault=\"qualified\" targetNamespace=\"{NAMESPACE}\"");
    out.element("wsdl:types", |out| {
        out.element(&schema, |out| {
            for Method { name, parameters, result } in METHODS {
                let parameters = parameters.iter().map(|name| (*name, kind(name)));
                sequence(out, name, parameters);
                let (response, value) = (format!("{name}Response"), format!("{name}Result"));
                sequence(out, &response, [(value.as_str(), *result)].into_iter());
            }
            out.element("s:complexType name=\"ArrayOfString\"", |out| {
                out.element("s:sequence", |out| {
                    empty(
                        out,
                        "s:element minOccurs=\"0\" maxOccurs=\"unbounded\" name=\"string\" \
                         nillable=\"true\" type=\"s:string\"",
                    );
                });
            });
        });
    });
}

fn kind(parameter: &str) -> &'static str {
    match parameter {
        "qbXMLMajorVers" | "qbXMLMinorVers" => "s:int",
        _ => TEXT,
    }
}

fn sequence<'a>(out: &mut Writer, name: &str, elements: impl Iterator<Item = (&'a str, &'a str)>) {
    out.element(&format!("s:element name=\"{name}\""), |out| {
        out.element("s:complexType", |out| {
            out.element("s:sequence", |out| {
                for (name, kind) in elements {
                    let least = u8::from(kind == "s:int");
                    let tag = format!(
                        "s:element minOccurs=\"{least}\" maxOccurs=\"1\" name=\"{name}\" type=\"{kind}\""
                    );
                    empty(out, &tag);
                }
            });
        });
    });
}

fn messages(out: &mut Writer, method: &Method) {
    let name = method.name;
    for (message, element) in [("SoapIn", name.to_owned()), ("SoapOut", format!("{name}Response"))]
    {
        out.element(&format!("wsdl:message name=\"{name}{message}\""), |out| {
            empty(out, &format!("wsdl:part name=\"parameters\" element=\"tns:{element}\""));
        });
    }
}

fn operation(out: &mut Writer, name: &str) {
    out.element(&format!("wsdl:operation name=\"{name}\""), |out| {
        empty(out, &format!("wsdl:input message=\"tns:{name}SoapIn\""));
        empty(out, &format!("wsdl:output message=\"tns:{name}SoapOut\""));
    });
}

fn binding(out: &mut Writer, service: &str) {
    let tag = format!("wsdl:binding name=\"{service}Soap\" type=\"tns:QBWebConnectorSvcSoap\"");
    out.element(&tag, |out| {
        empty(out, "soap:binding transport=\"http://schemas.xmlsoap.org/soap/http\"");
        for Method { name, .. } in METHODS {
            out.element(&format!("wsdl:operation name=\"{name}\""), |out| {
                let action = format!("soapAction=\"{NAMESPACE}{name}\" style=\"document\"");
                empty(out, &format!("soap:operation {action}"));
                for side in ["wsdl:input", "wsdl:output"] {
                    out.element(side, |out| empty(out, "soap:body use=\"literal\""));
                }
            });
        }
    });
}

fn service(out: &mut Writer, name: &str, url: &str) {
    let url = crate::xml::escaped(url);
    out.element(&format!("wsdl:service name=\"{name}\""), |out| {
        out.element(&format!("wsdl:port name=\"{name}Soap\" binding=\"tns:{name}Soap\""), |out| {
            empty(out, &format!("soap:address location=\"{url}\""));
        });
    });
}

fn empty(out: &mut Writer, tag: &str) {
    out.element(tag, |_| ());
}
