//! Which marketplaces are linked, and how they are found.

use std::fmt;
use std::sync::Arc;

use schemars::{Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::Value;

use crate::{Connector, Marketplace, OpenError};

/// One marketplace, as a host finds it.
#[derive(Clone, Copy)]
pub struct Registration {
    /// Its id in settings files.
    pub id: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// The version of its crate.
    pub version: &'static str,
    schema: fn() -> Schema,
    open: fn(Value) -> Result<Arc<dyn Marketplace>, OpenError>,
    example: fn() -> &'static str,
}

impl Registration {
    /// The registration of a connector. `version` is the crate's, usually
    /// `env!("CARGO_PKG_VERSION")`.
    #[must_use]
    pub const fn of<C: Connector>(version: &'static str) -> Self {
        Self {
            id: C::ID,
            title: C::TITLE,
            version,
            schema: schema_of::<C>,
            open: open::<C>,
            example: C::example,
        }
    }

    /// The JSON schema of its `[settings]`.
    #[must_use]
    pub fn schema(&self) -> Schema {
        (self.schema)()
    }

    /// A commented `[locations]` and `[settings]` example.
    #[must_use]
    pub fn example(&self) -> &'static str {
        (self.example)()
    }

    /// Makes a channel from its settings, with secrets resolved to texts.
    ///
    /// # Errors
    /// Every problem found, each with its key.
    pub fn open(&self, settings: Value) -> Result<Arc<dyn Marketplace>, OpenError> {
        (self.open)(settings)
    }
}

fn schema_of<C: Connector>() -> Schema {
    let generator: SchemaGenerator = SchemaSettings::draft2020_12()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator();
    generator.into_root_schema_for::<C::Settings>()
}

fn open<C: Connector>(settings: Value) -> Result<Arc<dyn Marketplace>, OpenError> {
    Ok(Arc::new(crate::open::open(settings, C::open)?))
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registration")
            .field("id", &self.id)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

inventory::collect!(Registration);

/// Registers a connector at link time: `trueup_marketplace::register!(Wayfair);`. Expands to a
/// single item.
#[macro_export]
macro_rules! register {
    ($connector:ty) => {
        $crate::inventory::submit! {
            $crate::Registration::of::<$connector>(env!("CARGO_PKG_VERSION"))
        }
    };
}

/// The marketplaces a host can use, sorted by id.
#[derive(Clone, Debug)]
pub struct Registry {
    registrations: Vec<Registration>,
}

/// Why a registry cannot be used as asked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegistryError {
    /// Two connectors claim one id.
    Duplicate(&'static str),
    /// No linked connector has the id.
    Unknown {
        /// What was asked for.
        id: String,
        /// What is there.
        linked: Vec<&'static str>,
    },
}

impl fmt::Display for RegistryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate(id) => write!(f, "two linked connectors both call themselves `{id}`"),
            Self::Unknown { id, linked } => {
                let linked = if linked.is_empty() { "none".to_owned() } else { linked.join(", ") };
                let name = id.replace('-', "_");
                write!(
                    f,
                    "no linked connector is called `{id}`; linked are: {linked}. If its crate is a \
                    dependency, the line `use trueup_{name} as _;` in the host's main.rs links it"
                )
            }
        }
    }
}

impl std::error::Error for RegistryError {}

impl Registry {
    /// Every connector linked into this program.
    ///
    /// # Errors
    /// [`RegistryError::Duplicate`] where two claim one id.
    pub fn linked() -> Result<Self, RegistryError> {
        Self::of(inventory::iter::<Registration>.into_iter().copied())
    }

    /// Exactly these, for hosts whose linker drops registrations (static libraries) and for tests.
    ///
    /// # Errors
    /// [`RegistryError::Duplicate`] where two claim one id.
    pub fn of(
        registrations: impl IntoIterator<Item = Registration>,
    ) -> Result<Self, RegistryError> {
        let mut registrations: Vec<_> = registrations.into_iter().collect();
        registrations.sort_by_key(|registration| registration.id);
        let pairs = registrations.windows(2);
        if let Some([first, _]) =
            pairs.filter_map(|pair| <&[_; 2]>::try_from(pair).ok()).find(|[a, b]| a.id == b.id)
        {
            return Err(RegistryError::Duplicate(first.id));
        }
        Ok(Self { registrations })
    }

    /// The connector with this id.
    ///
    /// # Errors
    /// [`RegistryError::Unknown`], which names what is linked.
    pub fn get(&self, id: &str) -> Result<&Registration, RegistryError> {
        let found = self.registrations.iter().find(|registration| registration.id == id);
        found.ok_or_else(|| RegistryError::Unknown {
            id: id.to_owned(),
            linked: self.iter().map(|registration| registration.id).collect(),
        })
    }

    /// All of them, sorted by id.
    pub fn iter(&self) -> impl Iterator<Item = &Registration> {
        self.registrations.iter()
    }
}
