//! The program's web server: its own routes, and beside them the ones that marketplaces call.

use std::num::NonZeroU32;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use futures::TryStreamExt;
use serde::Deserialize;
use trueup_host::views::{FiguresView, StatusView};
use trueup_stock::{ChannelName, ProductCode};

use crate::program::Program;

/// Every route.
pub fn routes(program: &Arc<Program>) -> Router {
    Router::new()
        .route("/articles", post(stock))
        .route("/sales", post(sell))
        .route("/figures", get(figures))
        .route("/status", get(status))
        .with_state(Arc::clone(program))
        .merge(program.host.polled_router())
}

type Shared = State<Arc<Program>>;
type Answer<T> = Result<T, (StatusCode, String)>;

/// What cannot be an article is refused while it is read: the types say what can.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Article {
    code: ProductCode,
    title: String,
    pieces: u32,
    channels: Vec<ChannelName>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sale {
    article: ProductCode,
    pieces: NonZeroU32,
}

async fn stock(State(program): Shared, Json(article): Json<Article>) -> Answer<StatusCode> {
    for channel in &article.channels {
        program.host.channel(channel.as_str()).map_err(refused)?;
    }
    let Article { code, title, pieces, channels } = article;
    let channels: Vec<String> = channels.into_iter().map(String::from).collect();
    let stocked = program.erp.stock(code.as_str(), &title, pieces, &channels.join(" ")).await;
    stocked.map_err(failed)?;
    program.changed.notify_one();
    Ok(StatusCode::CREATED)
}

async fn sell(State(program): Shared, Json(sale): Json<Sale>) -> Answer<StatusCode> {
    let Sale { article, pieces } = sale;
    if !program.erp.sell(article.as_str(), pieces.get()).await.map_err(failed)? {
        return Err((StatusCode::NOT_FOUND, format!("there is no article `{article}`")));
    }
    program.changed.notify_one();
    Ok(StatusCode::CREATED)
}

/// What may be told of each product.
async fn figures(State(program): Shared) -> Answer<Json<Vec<FiguresView>>> {
    let figures = program.host.figures(&[]).await.map_err(failed)?;
    Ok(Json(figures.try_collect().await.map_err(failed)?))
}

/// How each channel stands.
async fn status(State(program): Shared) -> Answer<Json<Vec<StatusView>>> {
    Ok(Json(program.host.status().await.map_err(failed)?))
}

fn refused(error: impl ToString) -> (StatusCode, String) {
    (StatusCode::UNPROCESSABLE_ENTITY, error.to_string())
}

fn failed(error: impl ToString) -> (StatusCode, String) {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
}
