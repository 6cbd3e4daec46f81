//! SOAP 1.1, as toolkits write it and as attackers do.

use http::StatusCode;
use trueup_marketplace::{Letter, Mailbox, Method};

use crate::support::{Talk, batch, line, result, unescaped};

const ENVELOPE: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const INTUIT: &str = "http://developer.intuit.com/";

fn enveloped(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
         <soap:Envelope xmlns:soap=\"{ENVELOPE}\"><soap:Body>{body}</soap:Body></soap:Envelope>"
    )
}

async fn post(body: &str) -> (StatusCode, String) {
    let reply = Talk::new("").http(Method::Post, "", body.to_owned()).await;
    assert_eq!(reply.content_type, "text/xml; charset=utf-8");
    (reply.status, String::from_utf8(reply.body.to_vec()).unwrap())
}

#[tokio::test]
async fn answers_have_the_documented_form() {
    let version = format!("trueup {}", env!("CARGO_PKG_VERSION"));
    for (call, answer) in [
        (
            format!("<serverVersion xmlns=\"{INTUIT}\"/>"),
            format!(
                "<serverVersionResponse xmlns=\"{INTUIT}\"><serverVersionResult>{version}\
                 </serverVersionResult></serverVersionResponse>"
            ),
        ),
        (
            format!(
                "<clientVersion xmlns=\"{INTUIT}\"><strVersion>2.1.0.30</strVersion></clientVersion>"
            ),
            format!(
                "<clientVersionResponse xmlns=\"{INTUIT}\"><clientVersionResult>\
                 </clientVersionResult></clientVersionResponse>"
            ),
        ),
        (
            format!("<closeConnection xmlns=\"{INTUIT}\"><ticket>x</ticket></closeConnection>"),
            format!(
                "<closeConnectionResponse xmlns=\"{INTUIT}\"><closeConnectionResult>OK\
                 </closeConnectionResult></closeConnectionResponse>"
            ),
        ),
        (
            format!(
                "<authenticate xmlns=\"{INTUIT}\"><strUserName>x</strUserName><strPassword/>\
                 </authenticate>"
            ),
            format!(
                "<authenticateResponse xmlns=\"{INTUIT}\"><authenticateResult><string></string>\
                 <string>nvu</string></authenticateResult></authenticateResponse>"
            ),
        ),
    ] {
        assert_eq!(post(&enveloped(&call)).await, (StatusCode::OK, enveloped(&answer)));
    }
}

#[tokio::test]
async fn any_spelling_of_the_same_xml_is_understood() {
    let bodies = [
        // A toolkit's prefixes, one with a hyphen.
        format!(
            "<soap-env:Envelope xmlns:soap-env=\"{ENVELOPE}\"><soap-env:Body>\
             <ns0:serverVersion xmlns:ns0=\"{INTUIT}\"><ns0:strVersion>1</ns0:strVersion>\
             </ns0:serverVersion></soap-env:Body></soap-env:Envelope>"
        ),
        // No prefix at all.
        format!(
            "<Envelope xmlns=\"{ENVELOPE}\"><Body><serverVersion xmlns=\"{INTUIT}\"/></Body></Envelope>"
        ),
        // A byte order mark, comments, blanks, an empty header, an instruction.
        format!(
            "\u{feff}<?xml version='1.0'?>\n<!-- a < b -->\n<s:Envelope xmlns:s='{ENVELOPE}'>\n\
             <s:Header/> <?note x?><s:Body>\n <serverVersion xmlns='{INTUIT}'>\n</serverVersion>\n\
             </s:Body></s:Envelope>\n"
        ),
        // A namespace declared further out.
        format!(
            "<s:Envelope xmlns:s=\"{ENVELOPE}\" xmlns:q=\"{INTUIT}\"><s:Body><q:serverVersion/>\
             </s:Body></s:Envelope>"
        ),
    ];
    for body in bodies {
        let (status, answer) = post(&body).await;
        assert_eq!(status, StatusCode::OK, "{body} {answer}");
        assert!(answer.contains("<serverVersionResult>trueup "), "{answer}");
    }
}

#[tokio::test]
async fn texts_are_read_whatever_they_are_wrapped_in() {
    let password = "a<b>&\"c'd é long enough";
    for written in [
        "a&lt;b&gt;&amp;&quot;c&apos;d &#233; long enough",
        "<![CDATA[a<b>&\"c'd é]]> long enough",
        "a&#60;b&#x3E;&#38;\"c<!-- nothing -->'d é long enough",
    ] {
        let talk = Talk::new("");
        let desktop = crate::support::desktop_with_password(password);
        let talk = Talk { desktop, ..talk };
        talk.post(&batch("b-1", vec![line(1, "Lamp", 1)])).await;
        let call = format!(
            "<authenticate xmlns=\"{INTUIT}\"><strPassword>{written}</strPassword><strUserName>\
             trueup-sandbox</strUserName></authenticate>"
        );
        let reply = talk.http(Method::Post, "", enveloped(&call)).await;
        let texts = result(&reply, "authenticate");
        assert!(texts.ends_with("</string><string></string>"), "{written}: {texts}");
    }
}

#[tokio::test]
async fn what_is_no_call_is_a_fault_and_changes_nothing() {
    let call = format!("<serverVersion xmlns=\"{INTUIT}\"/>");
    let nested = |depth| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    let attributes: String = (0..65).map(|n| format!(" a{n}=\"\"")).collect();
    let secret = "s3cr3t-canary";
    let cases = [
        ("", "not well-formed"),
        ("<html><body>s3cr3t-canary</body></html>", "no SOAP envelope"),
        (&enveloped("<serverVersion>"), "not well-formed"),
        (&format!("{}<x/>", enveloped(&call)), "not well-formed"),
        (&format!("s3cr3t-canary{}", enveloped(&call)), "not well-formed"),
        (
            &format!("<!DOCTYPE x [<!ENTITY e \"s3cr3t-canary\">]>{}", enveloped(&call)),
            "document type",
        ),
        (
            &format!("<!DOCTYPE x SYSTEM \"file:///etc/passwd\">{}", enveloped(&call)),
            "document type",
        ),
        (
            &enveloped(&format!(
                "<getLastError xmlns=\"{INTUIT}\"><ticket>&own;</ticket></getLastError>"
            )),
            "entity of its own",
        ),
        (&enveloped("<q:serverVersion/>"), "prefix it does not declare"),
        (&enveloped(&nested(31)), "deeper than 32"),
        (&enveloped(&nested(100_000)), "deeper than 32"),
        (&enveloped(&format!("<x{attributes}/>")), "more than 64 attributes"),
        (&enveloped(&format!("<x>{}</x>", "<y/>".repeat(100_000))), "200,000 parts"),
        (&enveloped(&format!("{call}{call}")), "exactly one call"),
        (&enveloped(""), "exactly one call"),
        (&format!("<s:Envelope xmlns:s=\"{ENVELOPE}\"/>"), "exactly one call"),
        (
            &format!("<s:Envelope xmlns:s=\"{ENVELOPE}\"><Body>{call}</Body></s:Envelope>"),
            "exactly one call",
        ),
        (&enveloped("<serverVersion/>"), "calls no method"),
        (&enveloped("<serverVersion xmlns=\"http://developer.intuit.com\"/>"), "calls no method"),
        (&enveloped(&format!("<ServerVersion xmlns=\"{INTUIT}\"/>")), "calls no method"),
        (&enveloped(&format!("<getInteractiveURL xmlns=\"{INTUIT}\"/>")), "calls no method"),
        (&enveloped("<x a=\"1\" a=\"2\"/>"), "not well-formed"),
        (&enveloped("<x a=\"&own;\"/>"), "not well-formed"),
    ];
    for (body, words) in cases {
        let (status, answer) = post(body).await;
        let shown = &body[..body.len().min(200)];
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR, "{shown}");
        assert!(answer.contains("<faultcode>soap:Client</faultcode>"), "{shown}: {answer}");
        assert!(answer.contains(words), "{shown}: {answer}");
        assert!(!answer.contains(secret), "{answer}");
    }
}

#[tokio::test]
async fn other_versions_of_soap_and_headers_that_bind_are_refused_by_name() {
    let call = format!("<serverVersion xmlns=\"{INTUIT}\"/>");
    let newer = "http://www.w3.org/2003/05/soap-envelope";
    let body = format!("<s:Envelope xmlns:s=\"{newer}\"><s:Body>{call}</s:Body></s:Envelope>");
    assert!(post(&body).await.1.contains("soap:VersionMismatch"));
    let body = format!(
        "<s:Envelope xmlns:s=\"{ENVELOPE}\"><s:Header><x s:mustUnderstand=\"1\"/></s:Header>\
         <s:Body>{call}</s:Body></s:Envelope>"
    );
    assert!(post(&body).await.1.contains("soap:MustUnderstand"));
}

#[tokio::test]
async fn bytes_that_are_no_text_are_a_fault() {
    let reply = Talk::new("").http(Method::Post, "", vec![b'<', 0xff, 0xfe, b'>']).await;
    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn a_fault_leaves_letters_where_they_are() {
    let talk = Talk::new("");
    let feed = batch("b-1", vec![line(1, "Lamp", 1)]);
    talk.post(&feed).await;
    let body = format!("<!DOCTYPE x>{}", enveloped("<x/>"));
    talk.http(Method::Post, "", body).await;
    assert_eq!(talk.mailbox.look(&feed.key).await.unwrap(), Letter::Waiting);
}

#[tokio::test]
async fn a_browser_is_greeted_and_a_toolkit_is_given_the_description() {
    let talk = Talk::new("");
    let greeting = talk.http(Method::Get, "", "").await;
    assert_eq!(
        (greeting.status, greeting.content_type),
        (StatusCode::OK, "text/plain; charset=utf-8")
    );
    for query in ["wsdl", "WSDL"] {
        let wsdl = talk.http(Method::Get, query, "").await;
        assert_eq!((wsdl.status, wsdl.content_type), (StatusCode::OK, "text/xml; charset=utf-8"));
        let text = std::str::from_utf8(&wsdl.body).unwrap();
        assert!(text.contains("location=\"http://127.0.0.1:8085/qbwc/acme\""), "{text}");
        for name in ["QBWebConnectorSvcSoap", "TroubleshootWebServiceFSSoap"] {
            assert!(text.contains(&format!("<wsdl:port name=\"{name}\"")), "{text}");
        }
    }
}

#[tokio::test]
async fn names_are_escaped_twice_and_travel_as_ascii() {
    let talk = Talk::new("");
    talk.post(&batch("b-1", vec![line(1, "Nuts & Bolts <é> \"5'\"", 1)])).await;
    let ticket = talk.sign_in().await;
    let parameters = [("ticket", ticket.as_str())];
    let wire = talk.call("sendRequestXML", &parameters).await;
    assert!(wire.is_ascii());
    assert!(
        wire.contains("&lt;FullName&gt;Nuts &amp;amp; Bolts &amp;lt;&amp;#233;&amp;gt;"),
        "{wire}"
    );
    let request = unescaped(&wire);
    assert!(
        request
            .contains("<FullName>Nuts &amp; Bolts &lt;&#233;&gt; &quot;5&apos;&quot;</FullName>")
    );
}
