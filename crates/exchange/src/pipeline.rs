//! The one way every request goes.
//!
//! The order is written once, in [`Pipeline::send`]: deadline, login, pace, attempt, verdict, retry.
//! Login comes before pace, so that requests which waited for a token together still leave one by
//! one.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};
use trueup_marketplace::{Error, ErrorKind, Pace, Request, Response, Retry};

use crate::breaker::Breaker;
use crate::events::{self, Subject};
use crate::failure::Failure;
use crate::pace::Pacer;
use crate::retry::{Decision, Progress};
use crate::token::Bearer;
use crate::transport::Transport;
use crate::url::{self, Target};
use crate::{Event, Networks, Options};

/// Where a pipeline gets its tokens.
#[async_trait]
pub(crate) trait Credentials: Send + Sync + fmt::Debug {
    /// A living token, or none where the marketplace has no login. Waits until the deadline.
    async fn bearer(&self, deadline: Instant) -> Result<Option<Bearer>, Error>;

    /// The marketplace refused the token.
    fn refuse(&self, bearer: &Bearer);
}

/// The way of one kind of request: the marketplace's own, or its login.
#[derive(Debug)]
pub(crate) struct Pipeline {
    transport: Arc<Transport>,
    credentials: Option<Arc<dyn Credentials>>,
    pacer: Mutex<Pacer>,
    breaker: Mutex<Breaker>,
}

/// A request on its way.
struct Errand<'a> {
    request: &'a Request,
    target: Target,
    deadline: Instant,
    progress: Progress,
    began: Instant,
}

impl Pipeline {
    pub(crate) fn new(
        transport: Arc<Transport>,
        credentials: Option<Arc<dyn Credentials>>,
        pace: Pace,
    ) -> Self {
        let Options { floor, retries, .. } = transport.options;
        let pacer = Mutex::new(Pacer::new(pace, floor));
        let breaker = Mutex::new(Breaker::new(retries.failures_max));
        Self { transport, credentials, pacer, breaker }
    }

    /// Sends a request until it is answered, or until it may not or cannot be repeated.
    pub(crate) async fn send(&self, request: &Request) -> Result<Response, Error> {
        let mut errand = Errand::start(request, self.transport.options.networks)?;
        loop {
            let bearer = self.login(&errand).await?;
            self.keep_pace(&errand).await?;
            if errand.begin_attempt() == 1 {
                self.breaker().first_try();
            }
            match self.attempt(&errand, bearer.as_ref()).await {
                Ok(response) => return Ok(self.answered(&errand, response)),
                Err(failure) => {
                    self.learn(&errand, &failure);
                    self.repeat(&mut errand, bearer, failure).await?;
                }
            }
        }
    }

    async fn login(&self, errand: &Errand<'_>) -> Result<Option<Bearer>, Error> {
        match &self.credentials {
            Some(credentials) if errand.request.needs_login => {
                credentials.bearer(errand.deadline).await
            }
            Some(_) | None => Ok(None),
        }
    }

    /// Waits for its turn. A turn that meanwhile fell into a rest is given up for a later one.
    async fn keep_pace(&self, errand: &Errand<'_>) -> Result<(), Error> {
        loop {
            let granted = self.pacer().grant(Instant::now(), errand.deadline);
            sleep_until(granted.map_err(|wait| errand.out_of_turn(wait))?).await;
            if !self.pacer().is_held(Instant::now()) {
                return Ok(());
            }
        }
    }

    async fn attempt(
        &self,
        errand: &Errand<'_>,
        bearer: Option<&Bearer>,
    ) -> Result<Response, Failure> {
        let attempt = self.transport.attempt(errand.request, &errand.target, bearer);
        let response = timeout_at(errand.deadline, attempt).await.unwrap_or(Err(Failure::Late))?;
        self.rest_after(errand, &response);
        self.transport.judge(response, bearer)
    }

    /// Lets the channel rest when an answer, of whatever kind, shows that its allowance is used up.
    fn rest_after(&self, errand: &Errand<'_>, response: &Response) {
        if let Some(rest) = self.transport.marketplace.rest_after(response) {
            let rest = rest.min(self.transport.options.retries.rest_max);
            events::saving(errand.subject(), rest);
            self.pacer().hold_until(Instant::now() + rest);
        }
    }

    fn answered(&self, errand: &Errand<'_>, response: Response) -> Response {
        let left = self.transport.budget().refund(errand.progress.paid);
        self.transport.observe(Event::Budget(left));
        self.transport.observe(Event::Attempt { verdict: "answered", elapsed: errand.elapsed() });
        self.breaker().reached();
        let bytes = response.body.len();
        events::answered(errand.subject(), response.status, bytes, errand.elapsed());
        response
    }

    /// What a failure teaches the whole channel: to rest when it is asked to, to go slower from then
    /// on, and in an outage to go as slowly as it may.
    fn learn(&self, errand: &Errand<'_>, failure: &Failure) {
        let (now, rest) = (Instant::now(), self.transport.options.retries.rest(failure));
        let (verdict, elapsed) = (failure.name(), errand.elapsed());
        self.transport.observe(Event::Attempt { verdict, elapsed });
        if let Some(rest) = rest {
            events::resting(errand.subject(), rest);
            self.pacer().hold_until(now + rest);
        }
        if matches!(failure, Failure::Throttled(_)) {
            self.pacer().slow_down(errand.began, now + rest.unwrap_or_default());
        }
        match failure.was_reached() {
            Some(true) => self.breaker().reached(),
            Some(false) if self.breaker().failed() => self.pacer().idle(now),
            Some(false) | None => {}
        }
    }

    /// Waits until the next attempt, or hands the failure to the caller.
    async fn repeat(
        &self,
        errand: &mut Errand<'_>,
        bearer: Option<Bearer>,
        failure: Failure,
    ) -> Result<(), Error> {
        self.forget_refused(errand, bearer.as_ref(), &failure);
        let Some(wait) = self.wait_before_repeat(errand, &failure) else {
            return Err(self.give_up(errand, failure));
        };
        events::repeated(errand.subject(), failure.name(), wait, errand.elapsed());
        self.transport.observe(Event::Repeat);
        self.transport.observe(Event::Budget(self.transport.budget().left()));
        errand.progress.is_login_spent |= matches!(failure, Failure::TokenRefused);
        sleep(wait).await;
        Ok(())
    }

    fn forget_refused(&self, errand: &mut Errand<'_>, sent: Option<&Bearer>, failure: &Failure) {
        if !matches!(failure, Failure::TokenRefused) {
            return;
        }
        match (&self.credentials, sent) {
            (Some(credentials), Some(bearer)) => credentials.refuse(bearer),
            _ => errand.progress.is_login_spent = true,
        }
    }

    /// How long to wait for the next attempt; `None` where there is none, because it is not allowed,
    /// would come too late or cannot be paid.
    fn wait_before_repeat(&self, errand: &mut Errand<'_>, failure: &Failure) -> Option<Duration> {
        let (progress, is_read) = (errand.progress, errand.request.is_read);
        let retries = &self.transport.options.retries;
        let decision = retries.decide(failure, progress, is_read, fastrand::f64());
        let Decision::Repeat { wait, cost } = decision else {
            return None;
        };
        let now = Instant::now();
        let is_on = now + wait < errand.deadline
            && self.breaker().lets_retry(now)
            && self.transport.budget().pay(cost);
        is_on.then(|| {
            errand.progress.paid = cost;
            wait
        })
    }

    fn give_up(&self, errand: &Errand<'_>, failure: Failure) -> Error {
        events::given_up(errand.subject(), failure.name(), errand.elapsed());
        let advice = self.transport.options.retries.advice(&failure, errand.progress);
        failure.into_error(errand.request.purpose, &errand.target.host, advice)
    }

    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pacer(&self) -> MutexGuard<'_, Pacer> {
        self.pacer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> Errand<'a> {
    fn start(request: &'a Request, networks: Networks) -> Result<Self, Error> {
        let refused = |problem: &dyn fmt::Display| {
            let message = format!("{}: {problem}", request.purpose);
            Error::not_applied(ErrorKind::Refused, Retry::Never, message)
        };
        let target = url::check(&request.url).map_err(|problem| refused(&problem))?;
        networks.permit(&target).map_err(|problem| refused(&problem))?;
        let began = Instant::now();
        Ok(Self {
            request,
            target,
            deadline: began + request.deadline.min(DEADLINE_MAX),
            progress: Progress::default(),
            began,
        })
    }

    /// Gives back which attempt this is.
    fn begin_attempt(&mut self) -> u32 {
        self.progress.attempts += 1;
        self.began = Instant::now();
        self.progress.attempts
    }

    fn subject(&self) -> Subject<'_> {
        Subject {
            purpose: self.request.purpose,
            host: &self.target.host,
            attempt: self.progress.attempts,
        }
    }

    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    fn out_of_turn(&self, wait: Duration) -> Error {
        let (purpose, host) = (self.request.purpose, &self.target.host);
        let message = format!("{purpose}: the rate allowed at {host} leaves no turn in time");
        Error::not_applied(ErrorKind::Throttled, Retry::After(wait), message)
    }
}

/// No request may take longer; it also keeps the clock from overflowing.
const DEADLINE_MAX: Duration = Duration::from_secs(86_400);
