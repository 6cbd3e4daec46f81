//! Single values that people write.

use jiff::Timestamp;
use trueup_marketplace::Endpoint;
use trueup_runner::Schedule;
use trueup_stock::{ProductCode, Quantity};
use url::{Host, Url};

/// A quantity that is understood says the same again when it is written.
///
/// # Panics
/// Where it does not.
pub fn quantity(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(quantity) = text.parse::<Quantity>() else { return };
    assert!(quantity <= Quantity::LIMIT, "{text}");
    let written = quantity.to_string();
    assert_eq!(written.parse(), Ok(quantity), "{text} is written {written}");
    let exact: f64 = text.trim().parse().expect("what is a quantity is a number");
    let said: f64 = written.parse().expect("what is a quantity is a number");
    assert!((exact - said).abs() < 0.000_05, "{text} is written {written}");
}

/// A code is kept exactly.
///
/// # Panics
/// Where it is not.
pub fn code(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(code) = text.parse::<ProductCode>() else { return };
    assert_eq!(code.as_str(), text);
    assert!(!text.is_empty());
}

/// A schedule only goes forward, and says the same again when it is written.
///
/// # Panics
/// Where it does not.
pub fn schedule(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(schedule) = toml::from_str::<Schedule>(text) else { return };
    let written = serde_json::to_string(&schedule).expect("a schedule can be written");
    let again = serde_json::from_str(&written).ok();
    assert_eq!(again, Some(schedule.clone()), "{written}");
    // The last hour before summer, the first of winter, and the end of time.
    for second in [1_774_745_999, 1_793_494_800, Timestamp::MAX.as_second() - 1] {
        let now = Timestamp::from_second(second).expect("in range");
        let upcoming = schedule.upcoming(now, 4);
        assert!(upcoming.iter().all(|instant| *instant > now), "{text}");
        assert!(upcoming.is_sorted_by(|earlier, later| earlier < later), "{text}");
        let _due = schedule.due(Some(now), now);
    }
}

/// An endpoint keeps secrets from whoever listens on the way, also as the client that connects to
/// it reads it, and whatever path is added to it.
///
/// # Panics
/// Where it does not.
pub fn endpoint(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(endpoint) = text.parse::<Endpoint>() else { return };
    assert!(!format!("{endpoint:?}").contains('?'), "a query may hold a secret");
    for shown in [endpoint.as_str(), &endpoint.or_path("/v1/x")] {
        // What the client cannot read it does not connect to.
        let Ok(url) = Url::parse(shown) else { continue };
        assert!(url.username().is_empty() && url.password().is_none(), "{shown} holds a login");
        assert!(url.scheme() == "https" || is_this_machine(&url), "{shown} leaks");
    }
}

fn is_this_machine(url: &Url) -> bool {
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "http" && is_here
}
