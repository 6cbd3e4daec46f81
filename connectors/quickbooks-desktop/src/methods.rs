//! What the Web Connector calls, as Intuit describes it.

use trueup_soap::Kind::{Number, Text, Texts};
use trueup_soap::{Kind, Method, Service};

pub(crate) const SERVER_VERSION: &str = "serverVersion";
pub(crate) const CLIENT_VERSION: &str = "clientVersion";
pub(crate) const AUTHENTICATE: &str = "authenticate";
pub(crate) const SEND_REQUEST: &str = "sendRequestXML";
pub(crate) const RECEIVE_RESPONSE: &str = "receiveResponseXML";
pub(crate) const CONNECTION_ERROR: &str = "connectionError";
pub(crate) const LAST_ERROR: &str = "getLastError";
pub(crate) const CLOSE: &str = "closeConnection";

/// The methods of both of Intuit's descriptions, which name the service differently: clients were
/// generated from either. `serverVersion` has a parameter in one of them.
pub(crate) const SERVICE: Service = Service {
    namespace: "http://developer.intuit.com/",
    names: &["QBWebConnectorSvc", "TroubleshootWebServiceFS"],
    methods: &[
        method(SERVER_VERSION, &[("strVersion", Text)], Text),
        method(CLIENT_VERSION, &[("strVersion", Text)], Text),
        method(AUTHENTICATE, &[("strUserName", Text), ("strPassword", Text)], Texts),
        method(
            SEND_REQUEST,
            &[
                ("ticket", Text),
                ("strHCPResponse", Text),
                ("strCompanyFileName", Text),
                ("qbXMLCountry", Text),
                ("qbXMLMajorVers", Number),
                ("qbXMLMinorVers", Number),
            ],
            Text,
        ),
        method(
            RECEIVE_RESPONSE,
            &[("ticket", Text), ("response", Text), ("hresult", Text), ("message", Text)],
            Number,
        ),
        method(CONNECTION_ERROR, &[("ticket", Text), ("hresult", Text), ("message", Text)], Text),
        method(LAST_ERROR, &[("ticket", Text)], Text),
        method(CLOSE, &[("ticket", Text)], Text),
    ],
};

const fn method(
    name: &'static str,
    parameters: &'static [(&'static str, Kind)],
    result: Kind,
) -> Method {
    Method { name, parameters, result }
}
