//! A restored or copied database, and the word of the person who answers for it.

use jiff::Timestamp;
use serde::Serialize;
use trueup_store::StoreErrorKind;

use crate::{Host, HostError};

/// What was adopted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AdoptedView {
    /// Why the database did not send; `None` where it did.
    pub because: Option<String>,
    /// Listings that are told again.
    pub listings: u64,
}

impl Host {
    /// Makes this database the one that this host feeds from. Whoever calls it answers for inputs
    /// that are fresh: every listing is told again from them.
    ///
    /// # Errors
    /// A damaged file, or a database that fails.
    pub async fn adopt(&self) -> Result<AdoptedView, HostError> {
        self.store().check_file().await?;
        let adopted = self.store().adopt(Timestamp::now()).await?;
        let because = adopted.because.map(|because| because.to_string());
        Ok(AdoptedView { because, listings: adopted.listings })
    }

    /// Why nothing is sent from this database, with what to do about it; `None` where it is.
    ///
    /// # Errors
    /// A database that fails.
    pub async fn unbound(&self) -> Result<Option<String>, HostError> {
        match self.store().require_bound().await {
            Ok(()) => Ok(None),
            Err(error) if error.kind() == StoreErrorKind::Unbound => Ok(Some(error.to_string())),
            Err(error) => Err(error.into()),
        }
    }
}
