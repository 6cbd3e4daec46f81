//! SOAP as the Web Connector speaks it.

use crate::xml::{self, Element, leaf};

/// A call of `method`, every parameter in its order.
pub(crate) fn call(method: &str, parameters: &[(&str, &str)]) -> String {
    let parameters: String = parameters.iter().map(|(name, text)| leaf(name, text)).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
         <soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"><soap:Body>\
         <{method} xmlns=\"http://developer.intuit.com/\">{parameters}</{method}>\
         </soap:Body></soap:Envelope>"
    )
}

/// The result of `method`, or what is wrong with the answer in the words of the Web Connector.
pub(crate) fn result(method: &str, body: &str) -> Result<Element, String> {
    if !body.starts_with("<?xml") && !body.starts_with('<') {
        return Err("QBWC1042: the response is not well-formed XML".to_owned());
    }
    let document = xml::read(body).ok_or("QBWC1042: the response is not well-formed XML")?;
    if let Some(fault) = document.root.find("Fault") {
        return Err(format!("QBWC1012: {}", fault.text_of("faultstring")));
    }
    let response = document.root.find(&format!("{method}Response"));
    let result = response.and_then(|response| response.child(&format!("{method}Result")));
    result.cloned().ok_or_else(|| format!("QBWC1012: the response holds no {method}Result"))
}
