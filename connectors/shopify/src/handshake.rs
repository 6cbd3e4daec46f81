//! Trying the login: which store it is, what the app may do there, and the locations it has.

use http::HeaderName;
use serde::Deserialize;
use serde_json::json;
use trueup_marketplace::graphql::Envelope;
use trueup_marketplace::{Checked, Error, ErrorKind, Retry, one_line};

use crate::answer::SHOPIFY;
use crate::store::Store;

const VERSION: HeaderName = HeaderName::from_static("x-shopify-api-version");
const SCOPES: [&str; 4] = ["read_inventory", "read_locations", "read_products", "write_inventory"];

const HANDSHAKE: &str = "query TrueupHandshake { shop { name } currentAppInstallation { \
    accessScopes { handle } } }";
const LOCATIONS: &str = "query TrueupLocations { locations(first: 250) { nodes { id name } } }";

/// Reads what the app may do, and names what it lacks.
pub(crate) async fn handshake(store: &Store<'_>) -> Result<Checked, Error> {
    let request = store.client.request("check access", HANDSHAKE, &json!({})).reading();
    let response = store.client.wire.send(request).await?;
    let shaken: Handshake = Envelope::read(&response, &SHOPIFY).part("")?;
    shaken.refuse_missing_scopes()?;
    let found = store.client.read("read locations", LOCATIONS, &json!({})).await?;
    let locations: Vec<Named> = found.part("/locations/nodes")?;
    let locations: Vec<String> = locations.iter().map(Named::line).collect();
    let asked = &store.settings.api_version;
    let version = response.headers.get(VERSION).and_then(|version| version.to_str().ok());
    let ended = version.filter(|version| version != asked).map_or(String::new(), |version| {
        let version = one_line(version);
        format!("; it answers as version {version} and no longer as {asked}: set api_version")
    });
    let name = one_line(&shaken.shop.name);
    let locations = locations.join(", ");
    Ok(Checked(format!("the store `{name}` lets us in; its locations are {locations}{ended}")))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Handshake {
    shop: Shop,
    current_app_installation: Installation,
}

#[derive(Deserialize)]
struct Shop {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Installation {
    access_scopes: Vec<Scope>,
}

#[derive(Deserialize)]
struct Scope {
    handle: String,
}

#[derive(Deserialize)]
struct Named {
    id: String,
    name: String,
}

impl Handshake {
    fn refuse_missing_scopes(&self) -> Result<(), Error> {
        let held = &self.current_app_installation.access_scopes;
        let lacks = |scope: &&str| {
            // Who may write may read.
            let write = scope.replace("read_", "write_");
            !held.iter().any(|held| held.handle == **scope || held.handle == write)
        };
        let missing: Vec<&str> = SCOPES.into_iter().filter(lacks).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let missing = missing.join(", ");
        let message = format!(
            "the app lacks {missing}; add them to its scopes, release the version, and have the \
             store accept it"
        );
        Err(Error::not_applied(ErrorKind::Unauthorised, Retry::Never, message))
    }
}

impl Named {
    fn line(&self) -> String {
        let number = self.id.rsplit('/').next().unwrap_or_default();
        format!("{} ({})", one_line(&self.name), one_line(number))
    }
}
