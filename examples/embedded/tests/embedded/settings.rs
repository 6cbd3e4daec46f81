//! The example's own settings, changed where a test must.

use std::path::Path;

use tempfile::TempDir;

const CHANNELS: [&str; 2] = ["wayfair_us.toml", "quickbooks.toml"];

/// A copy of the example's folder.
pub fn copied_settings() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let shop = Path::new(env!("CARGO_MANIFEST_DIR")).join("shop");
    std::fs::copy(shop.join("trueup.toml"), folder.path().join("trueup.toml")).unwrap();
    std::fs::create_dir(folder.path().join("channels")).unwrap();
    for channel in CHANNELS {
        let file = Path::new("channels").join(channel);
        std::fs::copy(shop.join(&file), folder.path().join(&file)).unwrap();
    }
    folder
}

/// The variable that changes a setting of the Wayfair channel.
pub fn wayfair_setting(key: &str) -> String {
    format!("TRUEUP_CHANNELS__WAYFAIR_US__SETTINGS__{key}")
}

/// An address that nobody listens at, for the moment.
pub fn free_address() -> std::net::SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
