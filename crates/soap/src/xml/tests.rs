//! Reading and writing fit together, and nothing that arrives makes the reader fall.

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn what_is_written_is_read_as_it_was(text in "[ -~\u{a0}-\u{2fff}\u{1f600}-\u{1f64f}]*") {
        let mut out = Writer::default();
        out.element("a b=\"1\"", |out| out.leaf("c", &text));
        let written = out.finish();
        prop_assert!(written.is_ascii());
        let root = read(&written).unwrap();
        prop_assert_eq!(&root.child("c").unwrap().text, &text);
        prop_assert_eq!(root.attribute("b"), Some("1"));
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = read(&text);
    }

    #[test]
    fn anything_that_looks_like_xml_is_read_or_refused(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "<a>", "</a>", "<a/>", "<b x='1'>", "</b>", "text", "&amp;", "&#x41;", "&#0;", "&x;",
                "<!DOCTYPE a>", "<![CDATA[", "]]>", "<!--", "-->", "<?p ", "?>", "<", ">", "\"", "'",
                " xmlns:q='u'", "<q:a>", "\u{0}", "\u{feff}",
            ]),
            0..40,
        ),
    ) {
        let _ = read(&parts.concat());
    }
}

#[test]
fn control_characters_are_not_written() {
    assert_eq!(escaped("a\u{0}\u{8}\tb\u{7f}\u{ffff}c"), "a\tbc");
}

#[test]
fn paths_lead_to_texts() {
    let root = read("<a><b><c> 1 </c></b><b><c>2</c></b></a>").unwrap();
    assert_eq!(root.text_at(&["b", "c"]), "1");
    assert_eq!(root.all("b").count(), 2);
    assert_eq!(root.text_at(&["b", "x"]), "");
}

#[test]
fn depth_is_counted_from_the_root() {
    let nested = |depth| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    assert!(read(&nested(32)).is_ok());
    assert!(read(&nested(33)).is_err());
}

#[test]
fn nothing_that_was_read_is_shown_in_logs() {
    let root = read("<login user=\"acme\"><password>correct horse</password></login>").unwrap();
    let shown = format!("{root:?} {:?}", root.children);
    assert!(shown.contains("login") && !shown.contains("acme") && !shown.contains("horse"));
}
