//! What the `[polled]` table may say.

use crate::pager::load;

fn problem(table: &str) -> String {
    let problems = load(&format!("[polled]\n{table}\n")).unwrap_err();
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn without_a_word_it_is_this_machine_alone() {
    let polled = load("").unwrap().polled;
    assert_eq!(polled.listen, "127.0.0.1:8085".parse().unwrap());
    assert_eq!((polled.public_url.as_str(), polled.certificate), ("http://127.0.0.1:8085", None));
}

#[test]
fn beyond_this_machine_there_must_be_tls() {
    let said = problem("listen = \"0.0.0.0:8085\"");
    assert!(said.contains("polled.listen") && said.contains("in the clear"), "{said}");
    let with = "listen = \"0.0.0.0:443\"\ncertificate = \"c.pem\"\nprivate_key_file = \"k.pem\"";
    let polled = load(&format!("[polled]\n{with}\n")).unwrap().polled;
    assert!(polled.certificate.unwrap().chain.ends_with("c.pem"));
    assert_eq!(polled.public_url, "https://0.0.0.0:443");
    assert!(problem("certificate = \"c.pem\"").contains("private_key_file"));
    assert!(problem("private_key_file = \"k.pem\"").contains("polled.certificate"));
    assert!(problem("listen = \"here\"").contains("an address and a port"));
}

#[test]
fn nobody_is_told_to_call_in_the_clear() {
    for url in ["http://stock.example.com", "http://10.0.0.1:80", "ftp://x", "stock.example.com"] {
        assert!(problem(&format!("public_url = \"{url}\"")).contains("https://"), "{url}");
    }
    for url in ["https://", "https://a b", "https://user:password@host", "https://host/?x"] {
        let said = problem(&format!("public_url = \"{url}\""));
        assert!(said.contains("polled.public_url"), "{url}");
        assert!(!said.contains("password"), "{said}");
    }
    for url in ["http://localhost:8085", "http://127.0.0.1", "https://stock.example.com/a/"] {
        load(&format!("[polled]\npublic_url = \"{url}\"\n")).unwrap();
    }
}
