//! Codes are opaque and exact; what cannot be a code is refused with a short message.

use proptest::prelude::{prop_assert, prop_assert_eq, proptest};
use trueup_stock::{
    CODE_CHARS_MAX, ChannelName, CodeError, LocationCode, OrderCode, PartNumber, ProductCode,
    RemoteLocation,
};

fn code(text: &str) -> Result<ProductCode, CodeError> {
    text.parse()
}

#[test]
fn a_code_is_kept_exactly() {
    let kept = [
        "CHAIR-OAK-01",
        "0007",
        " A",
        "A ",
        "a  b",
        "\"quoted\"",
        "it's",
        "`tick`",
        "A,B;C|D",
        "=1+1",
        "1e9",
        "Ünïcode",
        "e\u{301}",
        "\u{e9}",
        "🪑",
        "👩‍🏭",
        "椅子",
        "-",
        "A\u{a0}B",
        "%20",
        "<b>",
        "\\n",
    ];
    for text in kept {
        let code = code(text).unwrap();
        assert_eq!(code.as_str(), text);
        assert_eq!(code.to_string(), text);
        assert_eq!(String::from(code), text);
    }
}

#[test]
fn codes_that_look_alike_are_different() {
    for (left, right) in [("a", "A"), ("7", "07"), ("A", "A "), ("e\u{301}", "\u{e9}")] {
        assert_ne!(code(left).unwrap(), code(right).unwrap());
    }
}

#[test]
fn empty_and_blank_codes_are_refused() {
    for text in ["", " ", "   ", "\u{a0}", "\t", "\n"] {
        assert_eq!(code(text), Err(CodeError::Missing("product code")), "{text:?}");
    }
}

#[test]
fn control_characters_are_refused_and_shown() {
    for (text, seen) in [
        ("A\nB", "A\\nB"),
        ("A\t", "A\\t"),
        ("\0A", "\\u{0}A"),
        ("é\u{1b}[31m🪑", "é\\u{1b}[31m🪑"),
        ("A\u{7f}", "A\\u{7f}"),
        ("A\u{85}B", "A\\u{85}B"),
    ] {
        let (kind, shown) = ("product code", seen.to_owned());
        assert_eq!(code(text), Err(CodeError::Control { kind, shown }), "{text:?}");
    }
}

#[test]
fn length_is_counted_in_characters() {
    for character in ["x", "é", "🪑"] {
        assert!(code(&character.repeat(CODE_CHARS_MAX)).is_ok());
        let longer = code(&character.repeat(CODE_CHARS_MAX + 1));
        assert!(matches!(longer, Err(CodeError::TooLong { chars: 256, .. })), "{longer:?}");
    }
}

#[test]
fn long_texts_are_refused_with_short_messages() {
    let texts = [
        "x".repeat(10_000),
        "\n".repeat(10_000),
        "🪑".repeat(10_000),
        format!("{}\n", "é".repeat(254)),
    ];
    for text in &texts {
        let errors = [code(text).unwrap_err(), text.parse::<ChannelName>().unwrap_err()];
        for message in errors.map(|error| error.to_string()) {
            assert!(message.chars().count() <= 350, "{message}");
            assert!(!message.contains(char::is_control), "{message:?}");
        }
    }
}

#[test]
fn each_kind_of_code_names_itself() {
    let missing = [
        ("".parse::<ProductCode>().unwrap_err(), "product code"),
        ("".parse::<OrderCode>().unwrap_err(), "order code"),
        ("".parse::<LocationCode>().unwrap_err(), "location"),
        ("".parse::<RemoteLocation>().unwrap_err(), "marketplace location"),
        ("".parse::<PartNumber>().unwrap_err(), "part number"),
        ("".parse::<ChannelName>().unwrap_err(), "channel name"),
    ];
    for (error, kind) in missing {
        assert_eq!(error, CodeError::Missing(kind));
    }
}

#[test]
fn channel_names_are_snake_case() {
    let long = "a".repeat(64);
    for name in ["wayfair", "wayfair_us", "shop2", "a", "a_1_b", long.as_str()] {
        assert_eq!(name.parse::<ChannelName>().unwrap().as_str(), name);
    }
    let longer = "a".repeat(65);
    let refused = [
        "Wayfair",
        "wayfair-us",
        "wayfair us",
        " wayfair",
        "wayfair ",
        "2shop",
        "_shop",
        "shop_",
        "a__b",
        "wäyfair",
        "a.b",
        "a/b",
        "../a",
        "a\n",
        longer.as_str(),
    ];
    for name in refused {
        let error = name.parse::<ChannelName>();
        assert!(matches!(error, Err(CodeError::NotSnakeCase(_))), "{name:?}: {error:?}");
    }
}

#[test]
fn json_follows_the_same_rules() {
    let read = serde_json::from_str::<ProductCode>;
    assert_eq!(read("\" 007 \"").unwrap().as_str(), " 007 ");
    assert_eq!(serde_json::to_string(&code("a\"b").unwrap()).unwrap(), r#""a\"b""#);
    for refused in ["\"\"", "\"a\\nb\"", "7", "null"] {
        assert!(read(refused).is_err(), "{refused}");
    }
    assert!(serde_json::from_str::<ChannelName>("\"Shop\"").is_err());
}

proptest! {
    #[test]
    fn any_text_is_kept_exactly_or_refused_on_one_short_line(text in "(?s).{0,300}") {
        match code(&text) {
            Ok(code) => {
                prop_assert_eq!(code.as_str(), &text);
                let json = serde_json::to_string(&code).unwrap();
                prop_assert_eq!(serde_json::from_str::<ProductCode>(&json).unwrap(), code);
            }
            Err(error) => {
                let message = error.to_string();
                prop_assert!(message.chars().count() <= 400);
                prop_assert!(!message.contains(char::is_control));
            }
        }
    }

    #[test]
    fn any_channel_name_accepted_can_be_part_of_a_variables_name(name in "[a-zA-Z0-9_]{0,8}") {
        if let Ok(channel) = name.parse::<ChannelName>() {
            let level = channel.as_str();
            prop_assert!(!level.contains("__") && !level.ends_with('_'));
            prop_assert_eq!(level.to_uppercase().to_lowercase(), level);
        }
    }
}
