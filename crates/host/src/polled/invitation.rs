//! What somebody installs at a marketplace so that it polls us.

use trueup_marketplace::Invitation;

use crate::{Host, HostError};

impl Host {
    /// The file with which the marketplace of a channel learns to poll it.
    ///
    /// # Errors
    /// An unknown channel, one whose marketplace we call, or one that cannot be polled as the
    /// settings are.
    pub fn invitation(&self, channel: &str) -> Result<Invitation, HostError> {
        let channel = self.channel(channel)?;
        let Some(polled) = channel.marketplace.polled() else {
            let marketplace = self.marketplace_of(&channel.name);
            return Err(HostError::usage(format!(
                "channel `{}` needs no invitation: trueup calls {marketplace}, not the other way",
                channel.name
            )));
        };
        let invitation = polled.invitation(channel.name.as_str(), &self.polled_url(channel));
        invitation.map_err(|why| {
            HostError::work(format!("channel `{}` cannot be polled: {why}", channel.name))
        })
    }
}
