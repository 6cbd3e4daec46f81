//! What is checked before anything is executed.

use serde_json::{Value, json};

use crate::client::{MAIN, SET, Visitor, item, row, variables};

async fn refused(query: &str, variables: Value) -> (String, String) {
    let body = Visitor::with(&[]).await.post(query, variables).await;
    assert_eq!((body.get("data"), body.get("extensions")), (None, None), "{body}");
    let error = &body["errors"][0];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&error["extensions"]["code"]), text(&error["message"]))
}

#[tokio::test]
async fn documents_are_held_against_the_schema() {
    let activate = "mutation { inventoryActivate(inventoryItemId: \"gid://shopify/InventoryItem/1\", \
        locationId: \"gid://shopify/Location/1\") @idempotent(key: \"k\") { userErrors { code } } }";
    for (query, code, message) in [
        ("{ shop {", "PARSE_ERROR", ""),
        ("{ shop { colour } }", "undefinedField", "Field 'colour' doesn't exist on type 'Shop'"),
        (activate, "undefinedField", "Field 'code' doesn't exist on type 'UserError'"),
        ("{ shop }", "selectionMismatch", "Field must have selections"),
        ("{ shop(id: 1) { name } }", "argumentNotAccepted", "doesn't accept argument 'id'"),
        ("{ nodes { id } }", "missingRequiredArguments", "missing required arguments: ids"),
        (
            "mutation @idempotent(key: \"k\") { __typename }",
            "directiveCannotBeApplied",
            "can't be applied to mutations (allowed: fields)",
        ),
        (
            "{ shop @idempotent { name } }",
            "missingRequiredArguments",
            "Directive 'idempotent' is missing required arguments: key",
        ),
        ("{ shop @loud { name } }", "undefinedDirective", "Directive @loud is not defined"),
        ("{ ...F }", "useAndDefineFragment", "was used, but not defined"),
    ] {
        let (found, words) = refused(query, json!({})).await;
        assert_eq!(found, code, "{query}: {words}");
        assert!(words.contains(message), "{query}: {words}");
    }
}

#[tokio::test]
async fn variables_are_held_against_their_types() {
    let mut old = variables("k", &[row(0, 1, None)]);
    old["input"]["ignoreCompareQuantity"] = json!(true);
    let (code, message) = refused(SET, old).await;
    assert_eq!(code, "INVALID_VARIABLE");
    assert_eq!(
        message,
        "Variable $input of type InventorySetQuantitiesInput! was provided invalid value for \
         ignoreCompareQuantity (Field is not defined on InventorySetQuantitiesInput)"
    );
    let mut wrong = row(0, 1, None);
    wrong["inventoryItemId"] = json!("not-a-gid");
    let (_, message) = refused(SET, variables("k", &[wrong])).await;
    assert!(message.contains("(Invalid global id 'not-a-gid')"), "{message}");
    for (field, value) in [
        ("quantity", json!(1.5)),
        ("quantity", json!(3_000_000_000_i64)),
        ("quantity", json!("1")),
        ("quantity", Value::Null),
        ("locationId", json!(7)),
    ] {
        let mut wrong = row(0, 1, None);
        wrong[field] = value;
        assert_eq!(refused(SET, variables("k", &[wrong])).await.0, "INVALID_VARIABLE", "{field}");
    }
    assert_eq!(refused(SET, json!({})).await.0, "INVALID_VARIABLE");
}

#[tokio::test]
async fn fragments_aliases_and_literals_are_understood() {
    let visitor = Visitor::with(&[]).await;
    let query = format!(
        "query {{ things: nodes(ids: [\"{}\", \"{MAIN}\", \"gid://shopify/InventoryItem/1\"]) {{ \
         __typename id ...Item ... on Location {{ name }} }} }} fragment Item on InventoryItem {{ \
         code: sku }}",
        item(0)
    );
    let body = visitor.post(&query, json!({})).await;
    let things = &body["data"]["things"];
    assert_eq!(things[0], json!({ "__typename": "InventoryItem", "id": item(0), "code": "A" }));
    assert_eq!(things[1]["name"], "Main Warehouse");
    assert_eq!(things[2], Value::Null, "an unknown id keeps its place");
}

#[tokio::test]
async fn a_body_that_is_no_request_is_refused_by_its_status() {
    let visitor = Visitor::with(&[]).await;
    let head = format!(
        "POST /admin/api/2026-10/graphql.json HTTP/1.1\r\nx-shopify-access-token: {}",
        trueup_shopify_sandbox::ACCESS_TOKEN
    );
    let answer =
        trueup_sandbox::raw::send(visitor.0.address(), &head, b"{}").await.unwrap().unwrap();
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json()["errors"]["query"], "Required parameter missing or invalid");
}
