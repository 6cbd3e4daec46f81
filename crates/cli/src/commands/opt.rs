//! `trueup opt-in`, `opt-out` and `alias`: which products a channel carries, and what it calls them.

use super::products::changed;
use crate::arguments::{Alias, OptIn};
use crate::failure::Failure;
use crate::session::Session;

/// Puts products on a channel, or takes them off.
pub async fn opt(session: Session<'_>, opt: OptIn, is_in: bool) -> Result<(), Failure> {
    let host = session.open().await?;
    let view = host.opt(&opt.channel, opt.products.into(), is_in).await?;
    let what = if is_in { "put on" } else { "taken off" };
    writeln!(session.out, "{}", changed(view, &format!("{what} {}", opt.channel)))?;
    if !is_in && view.changed > 0 {
        writeln!(session.out, "what stands there becomes 0 with the next feed")?;
    }
    Ok(())
}

/// Sets or clears what a channel calls products.
pub async fn alias(session: Session<'_>, action: Alias) -> Result<(), Failure> {
    let host = session.open().await?;
    let (view, what) = match action {
        Alias::Set { channel, pairs } => {
            let view = host.set_aliases(&channel, pairs.try_into()?).await?;
            (view, format!("renamed on {channel}"))
        }
        Alias::Clear { channel, products } => {
            let view = host.clear_aliases(&channel, products.into()).await?;
            (view, format!("called by product code again on {channel}"))
        }
    };
    writeln!(session.out, "{}", changed(view, &what))?;
    Ok(())
}
