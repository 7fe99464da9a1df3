//! Fills and reads a cache through the crate hf-hub 1.x, a file or a snapshot a line of standard input.
//!
//! HF_HOME, HF_ENDPOINT and HF_TOKEN are read here, for some releases of the library read none of them.
//! `fill` takes `download_file`, `snapshot` takes `snapshot_download`, both blocking; `fill-tokio` takes
//! the asynchronous client; `read` and `read-snapshot` ask with `local_files_only`. A line is
//! `TYPE<TAB>ID<TAB>REVISION<TAB>PATH`; the answer, in the same order, is `ok<TAB>LOCAL PATH` or
//! `error<TAB>TEXT`. `where` reads no line: it tells where the library by itself would look, and whom ask.

use hf_hub::{HFClient, HFClientBuilder, HFClientSync};
use std::io::BufRead;
use std::path::PathBuf;

fn builder() -> HFClientBuilder {
    let home = std::env::var("HF_HOME").expect("HF_HOME is set");
    let mut builder = HFClientBuilder::new()
        .endpoint(std::env::var("HF_ENDPOINT").expect("HF_ENDPOINT is set"))
        .cache_dir(PathBuf::from(home).join("hub"));
    if let Ok(token) = std::env::var("HF_TOKEN") {
        builder = builder.token(token);
    }
    builder
}

/// One request by a repository handle of any type; the handles share no trait.
macro_rules! ask {
    ($repo:expr, $verb:expr, $revision:expr, $path:expr) => {{
        let repo = $repo;
        let local = $verb.starts_with("read");
        if $verb.ends_with("snapshot") {
            repo.snapshot_download().revision($revision).local_files_only(local).send()
        } else {
            repo.download_file().filename($path).revision($revision).local_files_only(local).send()
        }
    }};
}

fn blocking(client: &HFClientSync, verb: &str, fields: &[&str]) -> Result<PathBuf, String> {
    let (owner, name) = hf_hub::split_id(fields[1]);
    let (revision, path) = (fields[2].to_string(), fields[3].to_string());
    let answer = match fields[0] {
        "dataset" => ask!(client.dataset(owner, name), verb, revision, path),
        "space" => ask!(client.space(owner, name), verb, revision, path),
        "kernel" => ask!(client.kernel(owner, name), verb, revision, path),
        _ => ask!(client.model(owner, name), verb, revision, path),
    };
    answer.map_err(|error| error.to_string())
}

async fn asynchronous(client: &HFClient, fields: &[&str]) -> Result<PathBuf, String> {
    let (owner, name) = hf_hub::split_id(fields[1]);
    let (revision, path) = (fields[2].to_string(), fields[3].to_string());
    let answer = match fields[0] {
        "dataset" => client.dataset(owner, name).download_file().filename(path).revision(revision).send().await,
        "space" => client.space(owner, name).download_file().filename(path).revision(revision).send().await,
        "kernel" => client.kernel(owner, name).download_file().filename(path).revision(revision).send().await,
        _ => client.model(owner, name).download_file().filename(path).revision(revision).send().await,
    };
    answer.map_err(|error| error.to_string())
}

fn main() {
    let verb = std::env::args().nth(1).unwrap_or_default();
    if verb == "where" {
        let client = HFClientBuilder::new().build().expect("the client is built without a request");
        return println!("1\t{}\t{}", client.cache_dir().display(), client.endpoint());
    }
    if !["fill", "fill-tokio", "snapshot", "read", "read-snapshot"].contains(&verb.as_str()) {
        eprintln!("usage: hf_hub_1_client fill|fill-tokio|snapshot|read|read-snapshot < LIST");
        std::process::exit(64);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime starts");
    let client = builder().build().expect("the client is built without a request");
    let sync_client = builder().build_sync().expect("the client is built without a request");
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("standard input is UTF-8");
        let fields: Vec<&str> = line.split('\t').collect();
        let path = if verb == "fill-tokio" {
            runtime.block_on(asynchronous(&client, &fields))
        } else {
            blocking(&sync_client, &verb, &fields)
        };
        match path {
            Ok(path) => println!("ok\t{}", path.display()),
            Err(text) => println!("error\t{}", text.replace(['\t', '\n'], " ")),
        }
    }
}
