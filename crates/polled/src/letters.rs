//! Our side of the mailbox.

use bytes::Bytes;
use trueup_marketplace::{
    Answer, Batch, Error, ErrorKind, Letter, Mailbox, Receipt, Retry, Ticket,
};

use crate::Fates;

/// Leaves a batch as a message, for [`Marketplace::submit`](trueup_marketplace::Marketplace::submit).
/// The ticket is the batch's key.
///
/// # Errors
/// Not applied where it is a rehearsal, which nobody who polls can hold, or where the mailbox does
/// not keep it.
pub async fn post(batch: &Batch, message: Bytes, mailbox: &dyn Mailbox) -> Result<Receipt, Error> {
    if batch.is_dry_run {
        let message = "a marketplace that polls cannot rehearse; nothing was posted";
        return Err(Error::not_applied(ErrorKind::Unsupported, Retry::Never, message));
    }
    mailbox.post(&batch.key, message).await?;
    Ok(Receipt::pending(&Ticket(batch.key.0.clone())))
}

/// What became of a batch, for [`Marketplace::settle`](trueup_marketplace::Marketplace::settle).
/// `trouble` is why the last session could not do its work.
///
/// # Errors
/// The trouble, while there is no answer; or where the mailbox cannot be read.
pub async fn settle(
    batch: &Batch,
    ticket: &Ticket,
    mailbox: &dyn Mailbox,
    trouble: Option<String>,
) -> Result<Receipt, Error> {
    match mailbox.look(&batch.key).await? {
        Letter::Answered(answer) => Ok(Fates::read(&answer).receipt(batch)),
        Letter::Waiting | Letter::Fetched => match trouble {
            Some(trouble) => Err(Error::unknown(ErrorKind::Unavailable, trouble)),
            None => Ok(Receipt::pending(ticket)),
        },
        Letter::Absent => {
            let mut receipt = Receipt::new(Answer::Submitted).with_handle(&ticket.0);
            receipt.doubt_rest(batch, "its message is no longer in the mailbox");
            Ok(receipt)
        }
    }
}
