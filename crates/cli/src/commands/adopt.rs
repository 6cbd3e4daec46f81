//! `trueup adopt`: a person answers for a restored or copied database.

use crate::failure::Failure;
use crate::render::counted;
use crate::session::Session;

/// Makes this database the one to feed from.
pub async fn adopt(session: Session<'_>, inputs_are_fresh: bool) -> Result<(), Failure> {
    let host = session.open().await?;
    if !inputs_are_fresh {
        let why = host.unbound().await?;
        let why = why.unwrap_or_else(|| "this database may send as it is".to_owned());
        let hint = "`trueup adopt --inputs-are-fresh` tells every listing again, from what is \
                    imported by then";
        return Err(Failure::usage(why).hint(hint));
    }
    let adopted = host.adopt().await?;
    if let Some(because) = adopted.because {
        writeln!(session.out, "it did not send, because {because}")?;
    }
    let listings = counted(adopted.listings, "listing");
    writeln!(session.out, "{listings} will be told again with the next feeds of their channels")?;
    Ok(())
}
