//! Who is let in.

use crate::support::{PASSWORD, Talk, USER, batch, line};

async fn waiting() -> Talk {
    let talk = Talk::new("");
    talk.post(&batch("b-1", vec![line(1, "Lamp", 1)])).await;
    talk
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_are_told_the_same() {
    for (user, password) in [
        ("somebody", PASSWORD),
        (USER, "wrong-password-1"),
        ("", ""),
        ("TRUEUP-SANDBOX", PASSWORD),
        (USER, "sandbox-password "),
    ] {
        let talk = waiting().await;
        assert_eq!(talk.sign_in_as(user, password).await, (String::new(), "nvu".to_owned()));
    }
}

#[tokio::test]
async fn attempts_after_a_wrong_one_are_not_even_looked_at_for_a_while() {
    let mut talk = waiting().await;
    assert_eq!(talk.sign_in_as(USER, "wrong-password-1").await.1, "nvu");
    assert_eq!(talk.sign_in_as(USER, PASSWORD).await.1, "busy");
    talk.later(1);
    assert_eq!(talk.sign_in_as(USER, "wrong-password-2").await.1, "nvu");
    talk.later(1);
    assert_eq!(talk.sign_in_as(USER, PASSWORD).await.1, "busy");
    talk.later(1);
    assert_eq!(talk.sign_in_as(USER, PASSWORD).await.1, "");
    assert_eq!(talk.sign_in_as(USER, PASSWORD).await.1, "", "a right one ends the waiting");
}

#[tokio::test]
async fn wrong_attempts_at_once_are_tried_one_at_a_time() {
    let talk = waiting().await;
    let attempt = || talk.sign_in_as(USER, "wrong-password-1");
    let (first, second, third) = tokio::join!(attempt(), attempt(), attempt());
    let mut said = [first.1, second.1, third.1];
    said.sort();
    assert_eq!(said, ["busy", "busy", "nvu"]);
}

#[tokio::test]
async fn tickets_are_long_and_never_the_same() {
    let talk = waiting().await;
    let (one, other) = (talk.sign_in().await, talk.sign_in().await);
    assert_eq!((one.len(), other.len()), (64, 64));
    assert_ne!(one, other);
}

#[tokio::test]
async fn the_company_file_of_the_settings_is_asked_for() {
    let talk = Talk::new("company_file = 'C:\\Books\\Acme & Co.qbw'");
    talk.post(&batch("b-1", vec![line(1, "Lamp", 1)])).await;
    assert_eq!(talk.sign_in_as(USER, PASSWORD).await.1, "C:\\Books\\Acme & Co.qbw");
}

#[tokio::test]
async fn no_secret_is_in_what_a_program_may_print() {
    let talk = waiting().await;
    let ticket = talk.sign_in().await;
    talk.request(&ticket).await;
    let printed = format!("{:?}", talk.desktop);
    assert!(!printed.contains(PASSWORD) && !printed.contains(&ticket), "{printed}");
}

#[tokio::test]
async fn a_password_in_the_settings_serves_as_well_as_its_hash() {
    let desktop = crate::support::desktop_with_password(PASSWORD);
    let talk = Talk { desktop, ..waiting().await };
    assert_eq!(talk.sign_in_as(USER, PASSWORD).await.1, "");
    assert_eq!(talk.sign_in_as(USER, "sandbox-passwore").await.1, "nvu");
}
