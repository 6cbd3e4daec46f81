//! Who is let in.

use serde_json::json;
use trueup_quickbooks_online_sandbox::{REALM, REFRESH_TOKEN};

use crate::client::{BASIC, Visitor, ask, code, refresh};

#[tokio::test]
async fn a_refusal_at_the_desk_says_which() {
    let visitor = Visitor::with(&[]).await;
    let good = format!("grant_type=refresh_token&refresh_token={REFRESH_TOKEN}");
    for (basic, form, status, error) in [
        ("d3Jvbmc6d3Jvbmc=", good.as_str(), 401, "invalid_client"),
        (BASIC, "grant_type=password&username=a", 400, "unsupported_grant_type"),
        (BASIC, "", 400, "unsupported_grant_type"),
        (BASIC, "grant_type=refresh_token&refresh_token=other", 400, "invalid_grant"),
        (BASIC, "grant_type=authorization_code&code=other", 400, "invalid_grant"),
    ] {
        let answer = ask(visitor.sandbox.address(), basic, form).await;
        assert_eq!((answer.status, answer.json()), (status, json!({ "error": error })), "{form}");
    }
    assert_eq!(visitor.sandbox.calls().token, 6);
}

#[tokio::test]
async fn a_refresh_gives_another_refresh_token_and_the_old_one_dies() {
    for (modes, rotates, old_works) in [
        (vec![], true, true),
        (vec!["refresh_grace=0"], true, false),
        (vec!["rotation=off", "refresh_grace=0"], false, true),
    ] {
        let visitor = Visitor::with(&modes).await;
        let to = visitor.sandbox.address();
        let answer = refresh(to, REFRESH_TOKEN).await;
        assert_eq!(answer.status == 200, old_works, "{modes:?}");
        if old_works {
            let answer = answer.json();
            assert_eq!(answer["refresh_token"] != REFRESH_TOKEN, rotates, "{modes:?}");
            assert_eq!(answer["token_type"], "bearer");
            assert_eq!(answer["expires_in"], 3_600);
        }
    }
}

#[tokio::test]
async fn a_token_opens_its_company_while_it_lives() {
    let statement = b"SELECT Id FROM Account";
    for (mode, token, realm, status, said) in [
        ("limits=on", None, REALM, 200, None),
        ("limits=on", Some("forged"), REALM, 401, Some("3200")),
        ("expires_in=0", None, REALM, 401, Some("3200")),
        ("token_expired_after=0", None, REALM, 401, Some("3200")),
        ("limits=on", None, "9130355377388383", 403, Some("3100")),
        ("not_allowed", None, REALM, 403, Some("3100")),
    ] {
        let mut visitor = Visitor::with(&[mode]).await;
        visitor.token = token.map_or(visitor.token, str::to_owned);
        let answer = visitor.call(realm, "query", statement).await.unwrap();
        assert_eq!(answer.status, status, "{mode}, {realm}");
        let answer = answer.json();
        assert_eq!((status != 200).then(|| code(&answer)), said, "{mode}, {realm}");
    }
}
