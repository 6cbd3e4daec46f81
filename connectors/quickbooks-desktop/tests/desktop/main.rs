//! What the connector promises: in process, over real HTTP with a simulated Web Connector, and with
//! a real SOAP client.

#![expect(clippy::unwrap_used, reason = "tests")]

mod adjusting;
mod company;
mod items;
mod letters;
mod logins;
mod loopback;
mod outcomes;
mod recovery;
mod refusals;
mod sessions;
mod settings;
mod soap;
mod support;
mod zeep;
