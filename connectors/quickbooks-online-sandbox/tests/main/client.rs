//! A company with somebody logged in.

use std::net::SocketAddr;

use serde_json::{Value, json};
use trueup_quickbooks_online_sandbox::{Options, QuickBooksOnlineSandbox, REALM, REFRESH_TOKEN};
pub use trueup_sandbox::raw::Answer;
use trueup_sandbox::raw::send;

/// Client id and secret, as HTTP writes them.
pub const BASIC: &str = "QUJzYW5kYm94Y2xpZW50aWQ6c2FuZGJveC1jbGllbnQtc2VjcmV0";

/// A company, and a token that opens it.
pub struct Visitor {
    pub sandbox: QuickBooksOnlineSandbox,
    pub token: String,
}

impl Visitor {
    pub async fn with(faults: &[&str]) -> Self {
        let options = faults.iter().fold(Options::default(), |options, fault| options.with(fault));
        let sandbox = QuickBooksOnlineSandbox::start(options).await.unwrap();
        let answer = refresh(sandbox.address(), REFRESH_TOKEN).await;
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        Self { sandbox, token }
    }

    /// A call of a company; none when nothing came back.
    pub async fn call(&self, realm: &str, path: &str, body: &[u8]) -> Option<Answer> {
        let head = format!(
            "POST /v3/company/{realm}/{path} HTTP/1.1\r\ncontent-type: application/json\r\n\
             authorization: Bearer {}",
            self.token
        );
        send(self.sandbox.address(), &head, body).await.unwrap()
    }

    pub async fn query(&self, statement: &str) -> Answer {
        self.call(REALM, "query", statement.as_bytes()).await.unwrap()
    }

    /// A batch of these elements; none when nothing came back.
    pub async fn try_batch(&self, request_id: &str, elements: &[Value]) -> Option<Answer> {
        let body = json!({ "BatchItemRequest": elements }).to_string();
        self.call(REALM, &format!("batch?requestid={request_id}"), body.as_bytes()).await
    }

    /// What a batch that is carried out answers, element by element.
    pub async fn batch(&self, request_id: &str, elements: &[Value]) -> Vec<Value> {
        let answer = self.try_batch(request_id, elements).await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["BatchItemResponse"].as_array().unwrap().clone()
    }

    /// The id of the item with this SKU.
    pub fn item(&self, sku: &str) -> String {
        let items = self.sandbox.state().items;
        items.into_iter().find(|item| item.sku == sku).unwrap().id
    }

    pub fn on_hand(&self, sku: &str) -> Option<f64> {
        self.sandbox.state().on_hand(sku)
    }

    /// An element that adjusts an item as it should be done.
    pub fn adjustment(&self, sku: &str, difference: f64) -> Value {
        let detail = json!({ "ItemRef": { "value": self.item(sku) }, "QtyDiff": difference });
        json!({
            "bId": sku, "operation": "create",
            "InventoryAdjustment": {
                "AdjustAccountRef": { "value": "91" }, "TxnDate": "2026-11-23",
                "Line": [{ "DetailType": "ItemAdjustmentLineDetail",
                           "ItemAdjustmentLineDetail": detail }],
            },
        })
    }
}

/// Asks for tokens.
pub async fn ask(to: SocketAddr, basic: &str, form: &str) -> Answer {
    let head = format!(
        "POST /oauth2/v1/tokens/bearer HTTP/1.1\r\n\
         content-type: application/x-www-form-urlencoded\r\nauthorization: Basic {basic}"
    );
    send(to, &head, form.as_bytes()).await.unwrap().unwrap()
}

pub async fn refresh(to: SocketAddr, token: &str) -> Answer {
    ask(to, BASIC, &format!("grant_type=refresh_token&refresh_token={token}")).await
}

/// The code of a refusal: of a whole answer, or of an element of a batch.
pub fn code(answer: &Value) -> &str {
    let fault = answer.get("Fault").or(answer.get("fault")).unwrap();
    let errors = fault.get("Error").or(fault.get("error")).unwrap();
    errors[0]["code"].as_str().unwrap()
}
