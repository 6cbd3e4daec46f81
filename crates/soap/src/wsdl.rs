//! The description of a service, for toolkits that generate clients from it.

use crate::service::{Kind, Method, Service};
use crate::xml::{Writer, escaped};

impl Kind {
    const fn schema_type(self) -> &'static str {
        match self {
            Self::Text => "s:string",
            Self::Number => "s:int",
            Self::Texts => "tns:ArrayOfString",
        }
    }

    /// A number is always there; texts may be left out.
    const fn occurs_min(self) -> u8 {
        match self {
            Self::Number => 1,
            Self::Text | Self::Texts => 0,
        }
    }
}

impl Service {
    /// The description of the service at an address.
    #[must_use]
    pub fn wsdl(&self, url: &str) -> String {
        let mut out = Writer::document();
        let namespace = self.namespace;
        let root = format!(
            "wsdl:definitions xmlns:wsdl=\"http://schemas.xmlsoap.org/wsdl/\" \
             xmlns:soap=\"http://schemas.xmlsoap.org/wsdl/soap/\" \
             xmlns:s=\"http://www.w3.org/2001/XMLSchema\" xmlns:tns=\"{namespace}\" \
             targetNamespace=\"{namespace}\""
        );
        let port_type = self.names.first().copied().unwrap_or_default();
        out.element(&root, |out| {
            self.types(out);
            self.methods.iter().for_each(|method| messages(out, method));
            out.element(&format!("wsdl:portType name=\"{port_type}Soap\""), |out| {
                self.methods.iter().for_each(|method| operation(out, method.name));
            });
            self.names.iter().for_each(|name| self.binding(out, name, port_type));
            self.names.iter().for_each(|name| port(out, name, url));
        });
        out.finish()
    }

    fn types(&self, out: &mut Writer) {
        let namespace = self.namespace;
        let schema =
            format!("s:schema elementFormDefault=\"qualified\" targetNamespace=\"{namespace}\"");
        out.element("wsdl:types", |out| {
            out.element(&schema, |out| {
                for Method { name, parameters, result } in self.methods {
                    sequence(out, name, parameters);
                    let value = format!("{name}Result");
                    sequence(out, &format!("{name}Response"), &[(value.as_str(), *result)]);
                }
                if self.methods.iter().any(|method| method.result == Kind::Texts) {
                    array_of_string(out);
                }
            });
        });
    }

    fn binding(&self, out: &mut Writer, name: &str, port_type: &str) {
        let namespace = self.namespace;
        let tag = format!("wsdl:binding name=\"{name}Soap\" type=\"tns:{port_type}Soap\"");
        out.element(&tag, |out| {
            out.empty("soap:binding transport=\"http://schemas.xmlsoap.org/soap/http\"");
            for Method { name, .. } in self.methods {
                out.element(&format!("wsdl:operation name=\"{name}\""), |out| {
                    let action = format!("soapAction=\"{namespace}{name}\" style=\"document\"");
                    out.empty(&format!("soap:operation {action}"));
                    for side in ["wsdl:input", "wsdl:output"] {
                        out.element(side, |out| out.empty("soap:body use=\"literal\""));
                    }
                });
            }
        });
    }
}

fn sequence(out: &mut Writer, name: &str, elements: &[(&str, Kind)]) {
    out.element(&format!("s:element name=\"{name}\""), |out| {
        out.element("s:complexType", |out| {
            out.element("s:sequence", |out| {
                for (name, kind) in elements {
                    let (least, kind) = (kind.occurs_min(), kind.schema_type());
                    out.empty(&format!(
                        "s:element minOccurs=\"{least}\" maxOccurs=\"1\" name=\"{name}\" type=\"{kind}\""
                    ));
                }
            });
        });
    });
}

fn array_of_string(out: &mut Writer) {
    out.element("s:complexType name=\"ArrayOfString\"", |out| {
        out.element("s:sequence", |out| {
            out.empty(
                "s:element minOccurs=\"0\" maxOccurs=\"unbounded\" name=\"string\" \
                 nillable=\"true\" type=\"s:string\"",
            );
        });
    });
}

fn messages(out: &mut Writer, method: &Method) {
    let name = method.name;
    for (message, element) in [("SoapIn", name.to_owned()), ("SoapOut", format!("{name}Response"))]
    {
        out.element(&format!("wsdl:message name=\"{name}{message}\""), |out| {
            out.empty(&format!("wsdl:part name=\"parameters\" element=\"tns:{element}\""));
        });
    }
}

fn operation(out: &mut Writer, name: &str) {
    out.element(&format!("wsdl:operation name=\"{name}\""), |out| {
        out.empty(&format!("wsdl:input message=\"tns:{name}SoapIn\""));
        out.empty(&format!("wsdl:output message=\"tns:{name}SoapOut\""));
    });
}

fn port(out: &mut Writer, name: &str, url: &str) {
    let url = escaped(url);
    out.element(&format!("wsdl:service name=\"{name}\""), |out| {
        out.element(&format!("wsdl:port name=\"{name}Soap\" binding=\"tns:{name}Soap\""), |out| {
            out.empty(&format!("soap:address location=\"{url}\""));
        });
    });
}
