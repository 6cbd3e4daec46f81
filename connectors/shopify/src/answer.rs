//! What Shopify's answers mean beside what GraphQL says: which codes it uses, and how many points
//! each answer leaves.

use std::time::Duration;

use serde::Deserialize;
use trueup_marketplace::graphql::{Dialect, Envelope};
use trueup_marketplace::{Response, Verdict};

pub(crate) static SHOPIFY: Dialect = Dialect {
    server: "Shopify",
    not_executed: &[
        "BAD_REQUEST",
        "INVALID_FIELD_ARGUMENTS",
        "INVALID_VARIABLE",
        "MAX_COST_EXCEEDED",
        "MAX_INPUT_SIZE_EXCEEDED",
        "PARSE_ERROR",
        "SHOP_INACTIVE",
        "undefinedDirective",
        "undefinedField",
        "variableNotUsed",
    ],
    unauthorised: &["ACCESS_DENIED"],
    throttled: &["THROTTLED"],
};

/// The dearest request a channel sends: the look-up of a page of SKUs.
const DEAREST: f64 = 57.0;
/// Shopify's own advice where points are missing.
const WAIT_MIN: Duration = Duration::from_secs(1);

/// What the answer says of points. Shopify writes whole numbers and fractions.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cost {
    requested_query_cost: f64,
    throttle_status: Allowance,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Allowance {
    maximum_available: f64,
    currently_available: f64,
    restore_rate: f64,
}

impl Allowance {
    /// How long until there are so many points.
    fn wait_for(&self, points: f64) -> Option<Duration> {
        let missing = points.min(self.maximum_available) - self.currently_available;
        Duration::try_from_secs_f64(missing / self.restore_rate).ok().filter(|wait| !wait.is_zero())
    }
}

fn cost(response: &Response) -> Option<Cost> {
    #[derive(Deserialize)]
    struct Body {
        extensions: Extensions,
    }
    #[derive(Deserialize)]
    struct Extensions {
        cost: Cost,
    }
    response.json::<Body>().ok().map(|body| body.extensions.cost)
}

/// What an answer means. A throttled one tells by its points how long to wait.
pub(crate) fn verdict(response: &Response) -> Verdict {
    match Envelope::read(response, &SHOPIFY).verdict() {
        Verdict::Throttled(told) => {
            let cost = cost(response);
            let points =
                cost.and_then(|cost| cost.throttle_status.wait_for(cost.requested_query_cost));
            let whole = points.map(|wait| Duration::from_secs_f64(wait.as_secs_f64().ceil()));
            Verdict::Throttled(told.max(whole).max(Some(WAIT_MIN)))
        }
        verdict => verdict,
    }
}

/// How long to rest so that the next request finds its points, and a tenth is left for others.
pub(crate) fn rest_after(response: &Response) -> Option<Duration> {
    let allowance = cost(response)?.throttle_status;
    allowance.wait_for(DEAREST.max(allowance.maximum_available / 10.0))
}
