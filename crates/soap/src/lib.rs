//! XML within limits ([`xml`]), and SOAP 1.1 services from a table of their methods ([`Service`]).
//!
//! For connectors whose marketplace speaks XML. There are no sockets and no state here.
//!
//! # Example: a service of one method
//!
//! ```
//! use trueup_soap::{Kind, Method, Service, Value};
//!
//! const STOCK: Service = Service {
//!     namespace: "http://shop.example/",
//!     names: &["Stock"],
//!     methods: &[Method {
//!         name: "quantityOf",
//!         parameters: &[("sku", Kind::Text)],
//!         result: Kind::Number,
//!     }],
//! };
//! let body = r#"<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body>
//!     <quantityOf xmlns="http://shop.example/"><sku>OAK-1</sku></quantityOf></Body></Envelope>"#;
//!
//! let called = STOCK.read(body.as_bytes()).unwrap();
//! assert_eq!((called.method(), called.text("sku")), ("quantityOf", "OAK-1"));
//! let reply = STOCK.reply(&called, &Value::Number(7));
//! assert!(String::from_utf8_lossy(&reply.body).contains("<quantityOfResult>7</quantityOfResult>"));
//! ```

mod service;
mod wsdl;
pub mod xml;

pub use service::{Called, Fault, Kind, Method, Service, Value};
