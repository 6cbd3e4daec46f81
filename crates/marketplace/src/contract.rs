//! The trait that every marketplace implements.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{
    Batch, Capabilities, Error, ErrorKind, LineKey, LineVerdict, Mailbox, NoMailbox, OpenError,
    Polled, Receipt, RemoteLocation, Request, Response, Retry, Secret, Ticket, Token, TokenHeader,
    Verdict, Wire,
};

/// What an operation is given: the way out, where messages wait, and the time.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The way out.
    pub wire: &'a dyn Wire,
    /// Where messages wait for a marketplace that polls us.
    pub mailbox: &'a dyn Mailbox,
    /// The time of this operation.
    pub now: Timestamp,
}

impl<'a> Context<'a> {
    /// The context of a marketplace that we call.
    #[must_use]
    pub fn calling(wire: &'a dyn Wire, now: Timestamp) -> Self {
        Self { wire, mailbox: &NoMailbox, now }
    }
}

/// A channel of one marketplace, opened from its settings. Object-safe; hosts hold it as
/// `Arc<dyn Marketplace>`.
///
/// # Expected flow
/// Per batch: [`prepare`](Self::prepare) (may read, must not write), then the runner records what
/// is about to be sent, then [`submit`](Self::submit) (writes), then, where the answer is pending,
/// [`settle`](Self::settle) until it is not.
///
/// # Guarantees the caller gives
/// At most one batch of a channel is submitted at a time, lines are within the capabilities'
/// limits, and no listing occurs twice in a batch.
///
/// # Guarantees an implementation gives
/// It reports a line as accepted only with positive evidence; it never infers a line's fate by
/// subtraction; an answer it does not understand is an error of unknown arrival. Dropping one of
/// its futures leaves at most the request that was under way, whose fate is then unknown.
#[async_trait]
pub trait Marketplace: Send + Sync + fmt::Debug {
    /// What the marketplace can do under this channel's settings. Constant for one value.
    fn capabilities(&self) -> Capabilities;

    /// Judges the form of a marketplace location from the channel's `[locations]` table, before
    /// anything is sent.
    ///
    /// # Errors
    /// What is wrong with it and what would fix it, a fragment for people.
    fn check_location(&self, location: &RemoteLocation) -> Result<(), String> {
        let _ = location;
        Ok(())
    }

    /// A token from the channel's settings that needs no login, where it has one.
    fn fixed_token(&self) -> Option<&Secret> {
        None
    }

    /// Which header a token is sent in.
    fn token_header(&self) -> TokenHeader {
        TokenHeader::Bearer
    }

    /// Where somebody allows us to act for them, for a login that begins in a browser: the address
    /// to open. The browser is then led to `redirect`, with `state` and a code.
    fn consent_url(&self, redirect: &str, state: &str) -> Option<String> {
        let _ = (redirect, state);
        None
    }

    /// Judges what the marketplace said beside the code when it led the browser back (which company
    /// was chosen, say), before the code is used.
    ///
    /// # Errors
    /// Why this consent is not the one that is wanted; nothing is kept then.
    fn consented(&self, told: &[(String, String)]) -> Result<(), Error> {
        let _ = told;
        Ok(())
    }

    /// The request that turns the code of a consent into the first token.
    fn code_request(&self, code: &Secret, redirect: &str) -> Option<Request> {
        let _ = (code, redirect);
        None
    }

    /// The request that fetches a token, where one is needed. `refresh` is the latest rotating
    /// refresh token, where the marketplace gives such.
    fn token_request(&self, refresh: Option<&Secret>) -> Option<Request> {
        let _ = refresh;
        None
    }

    /// Reads the answer to [`token_request`](Self::token_request).
    ///
    /// # Errors
    /// Unauthorised, where the answer is not a token.
    fn read_token(&self, response: &Response) -> Result<Token, Error> {
        let _ = response;
        Err(Error::not_applied(
            ErrorKind::Unsupported,
            Retry::Never,
            "this marketplace has no login",
        ))
    }

    /// What an answer means before its content is read; HTTP's own reading unless the marketplace
    /// hides failures elsewhere.
    fn verdict(&self, response: &Response) -> Verdict {
        Verdict::by_status(response)
    }

    /// How long to send nothing after this answer, where the marketplace tells in its answers how
    /// much of its allowance is left. The rest holds for the whole channel.
    fn rest_after(&self, response: &Response) -> Option<Duration> {
        let _ = response;
        None
    }

    /// The side that the marketplace calls, where it polls us.
    fn polled(&self) -> Option<&dyn Polled> {
        None
    }

    /// Builds what will be sent, and judges lines that cannot be sent. May look things up; must not
    /// change anything.
    ///
    /// # Errors
    /// Nothing was applied, whatever the error says.
    async fn prepare(&self, batch: &Batch, context: &Context<'_>) -> Result<Prepared, Error>;

    /// Sends what was prepared and reads the answer.
    ///
    /// # Errors
    /// For the batch as a whole; [`Error::arrival`] tells whether it can have been applied.
    async fn submit(
        &self,
        batch: &Batch,
        prepared: &Prepared,
        context: &Context<'_>,
    ) -> Result<Receipt, Error>;

    /// Finds out what became of a submission whose answer was lost, where the effect
    /// [keeps the request](crate::Effect::keeps_request): `batch` and `prepared` are those that were
    /// submitted. Where the marketplace knows keys, the identical request under the same key is
    /// repeated, which is what this does by default; otherwise the marketplace is asked and nothing
    /// is sent again. It is called no more once the [key's life](crate::Capabilities::key_life) is
    /// over, and where there are no keys not before the settle time has passed.
    ///
    /// # Errors
    /// While it is not known: the lines stay in flight and it is tried again, whatever the error says
    /// of its own request's arrival. [`Retry::Never`] says that it will never be known; the lines are
    /// then unclear, and are told anew once the settle time has passed.
    async fn resolve(
        &self,
        batch: &Batch,
        prepared: &Prepared,
        context: &Context<'_>,
    ) -> Result<Receipt, Error> {
        self.submit(batch, prepared, context).await
    }

    /// Asks what became of a pending submission. Answers with `Pending` while it is not final, and
    /// with `Submitted` where the marketplace turns out not to tell.
    ///
    /// # Errors
    /// When asking failed; the submission stays pending.
    async fn settle(
        &self,
        batch: &Batch,
        ticket: &Ticket,
        context: &Context<'_>,
    ) -> Result<Receipt, Error> {
        let _ = (batch, ticket, context);
        Err(Error::not_applied(
            ErrorKind::Unsupported,
            Retry::Never,
            "this marketplace has no tickets",
        ))
    }

    /// Tries credentials and reachability without changing anything.
    ///
    /// # Errors
    /// What stands in the way.
    async fn check(&self, context: &Context<'_>) -> Result<Checked, Error>;
}

/// What will be sent, and the lines that will not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Prepared {
    /// The connector's own form of the request; the same lines give the same bytes.
    pub body: Bytes,
    /// Lines that stay out of the request, and why.
    pub withheld: Vec<(LineKey, LineVerdict)>,
}

impl Prepared {
    /// Keeps a plan of the connector's own as JSON.
    ///
    /// # Panics
    /// Where it does not serialise, which plans of structs, texts and numbers always do.
    pub fn json(plan: &impl Serialize, withheld: Vec<(LineKey, LineVerdict)>) -> Self {
        let body = serde_json::to_vec(plan).expect("a plan is structs, texts and numbers");
        Self { body: body.into(), withheld }
    }

    /// Reads the plan again.
    ///
    /// # Errors
    /// Not applied, where it is none of this form.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let message = "the prepared request was made by another version of trueup";
            Error::not_applied(ErrorKind::Unsupported, Retry::Never, message).caused_by(error)
        })
    }
}

/// What a successful check found, in a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked(pub String);

/// What the author of a connector writes beside [`Marketplace`]: its name and its settings.
pub trait Connector: Marketplace + Sized + 'static {
    /// The marketplace's id in settings files, `snake_case`.
    const ID: &'static str;
    /// Its name for people.
    const TITLE: &'static str;
    /// The `[settings]` table of a channel: typed, unknown keys refused, every field documented.
    type Settings: DeserializeOwned + JsonSchema + Send;

    /// Makes a channel from its settings. Checks; does no I/O.
    ///
    /// # Errors
    /// Every problem found, each with the key it is about.
    fn open(settings: Self::Settings) -> Result<Self, OpenError>;

    /// A commented `[locations]` and `[settings]` example, as TOML that parses.
    fn example() -> &'static str;
}
