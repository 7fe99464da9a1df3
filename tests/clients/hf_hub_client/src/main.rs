//! Fills and reads a cache through the crate hf-hub 0.x, a file a line of standard input.
//!
//! `fill` takes `ApiBuilder::from_env()` (HF_HOME, HF_ENDPOINT), `fill-tokio` its asynchronous twin;
//! 0.3 has no such door, its `ApiBuilder::new()` reads HF_HOME. `read` takes `Api::new()` as
//! red-candle does, which reads no variable but HOME (0.3: HF_HOME too). A line is `TYPE<TAB>ID<TAB>REVISION<TAB>PATH`;
//! the answer, in the same order, is `ok<TAB>LOCAL PATH` or `error<TAB>TEXT`. `where` reads no line: it
//! tells where `Api::new()` and `from_env()` would look, and whether each would send a token.

use hf_hub::api::sync::{Api, ApiBuilder, ApiError};
use hf_hub::{Cache, Repo, RepoType};
use std::io::BufRead;
use std::path::PathBuf;

fn repo_of(fields: &[&str]) -> Repo {
    let repo_type = match fields[0] {
        "dataset" => RepoType::Dataset,
        "space" => RepoType::Space,
        _ => RepoType::Model,
    };
    Repo::with_revision(fields[1].to_string(), repo_type, fields[2].to_string())
}

#[cfg(not(feature = "before_0_4"))]
fn sync_builder() -> ApiBuilder {
    ApiBuilder::from_env()
}

#[cfg(feature = "before_0_4")]
fn sync_builder() -> ApiBuilder {
    ApiBuilder::new()
}

#[cfg(not(feature = "before_0_4"))]
fn tokio_builder() -> hf_hub::api::tokio::ApiBuilder {
    hf_hub::api::tokio::ApiBuilder::from_env()
}

#[cfg(feature = "before_0_4")]
fn tokio_builder() -> hf_hub::api::tokio::ApiBuilder {
    hf_hub::api::tokio::ApiBuilder::new()
}

fn fill_tokio(repo: Repo, path: &str) -> Result<PathBuf, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let api = tokio_builder()
            .with_progress(false)
            .build()
            .map_err(|error| error.to_string())?;
        let download = api.repo(repo).get(path).await;
        download.map_err(|error| error.to_string())
    })
}

#[cfg(not(feature = "before_0_4"))]
fn cache_of_env() -> Cache {
    Cache::from_env()
}

#[cfg(feature = "before_0_4")]
fn cache_of_env() -> Cache {
    Cache::default()
}

fn tell_where() {
    for (door, cache) in [("new", Cache::default()), ("from_env", cache_of_env())] {
        println!("{door}\t{}\t{}", cache.path().display(), cache.token().is_some());
    }
}

fn api_for(verb: &str) -> Result<Api, ApiError> {
    if verb == "read" {
        return Api::new();
    }
    sync_builder().with_progress(false).build()
}

fn main() {
    let verb = std::env::args().nth(1).unwrap_or_default();
    if verb == "where" {
        return tell_where();
    }
    if !["fill", "fill-tokio", "read"].contains(&verb.as_str()) {
        eprintln!("usage: hf_hub_client fill|fill-tokio|read < LIST, or where");
        std::process::exit(64);
    }
    let api = api_for(&verb).expect("the API is built without a request");
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("standard input is UTF-8");
        let fields: Vec<&str> = line.split('\t').collect();
        let repo = repo_of(&fields);
        let path = if verb == "fill-tokio" {
            fill_tokio(repo, fields[3])
        } else {
            api.repo(repo).get(fields[3]).map_err(|error| error.to_string())
        };
        match path {
            Ok(path) => println!("ok\t{}", path.display()),
            Err(text) => println!("error\t{}", text.replace(['\t', '\n'], " ")),
        }
    }
}
