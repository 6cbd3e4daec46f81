//! From a consent to a refresh token in the vault.

use trueup_marketplace::{Arrival, Error, Token};
use trueup_runner::Channel;

use super::desk::Consent;
use crate::vault::{StoredTokens, VaultKey};
use crate::{Host, HostError};

/// What came of a consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connected {
    /// What the marketplace said beside the code: which company was chosen, say.
    pub told: Vec<(String, String)>,
    /// Whether there is a refresh token, and it is kept.
    pub is_kept: bool,
}

impl Host {
    /// Turns a consent into a token, and keeps what renews it.
    ///
    /// # Errors
    /// A consent that is not the wanted one, a code that the marketplace refuses, or a vault that
    /// fails.
    pub async fn connect(&self, channel: &str, consent: Consent) -> Result<Connected, HostError> {
        let channel = self.channel(channel)?;
        let Consent { code, redirect, told } = consent;
        channel.marketplace.consented(&told).map_err(|error| {
            HostError::work(format!("channel `{}`: {error}; nothing was kept", channel.name))
        })?;
        let request = channel.marketplace.code_request(&code, &redirect).ok_or_else(|| {
            HostError::usage(format!("channel `{}` takes no code of a consent", channel.name))
        })?;
        let answer = channel.wire.send(request.without_login()).await;
        let token = answer.and_then(|response| channel.marketplace.read_token(&response));
        let token = token.map_err(|error| no_token(channel, &error))?;
        Ok(Connected { told, is_kept: self.keep(channel, token).await? })
    }

    async fn keep(&self, channel: &Channel, token: Token) -> Result<bool, HostError> {
        let Some(refresh) = token.refresh else { return Ok(false) };
        let key = VaultKey::new(self.settings().vault_key.clone(), &self.settings().dir);
        let vault = StoredTokens::new(self.store().clone(), (channel.id, &channel.name), key);
        let kept = vault.start_over(refresh).await;
        kept.map_err(|error| HostError::work(format!("the refresh token is not kept: {error}")))?;
        Ok(true)
    }
}

fn no_token(channel: &Channel, error: &Error) -> HostError {
    let advice = match error.arrival() {
        Arrival::NotApplied => {
            "a code works once and for a few minutes; run `trueup connect` again"
        }
        Arrival::Unknown => "the code may be used up; run `trueup connect` again",
    };
    HostError::work(format!("channel `{}` is not connected: {error}; {advice}", channel.name))
}
