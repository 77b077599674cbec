//! Documented requests and their answers.

use csdl_codegen::snippet::HttpRequest;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A documented request.
pub struct Documented {
    pub page: String,
    pub name: String,
    pub request: HttpRequest,
    pub status: u16,
    /// The answer, as it stands.
    pub answer: Option<String>,
}

#[derive(Deserialize)]
struct Exchange {
    page: String,
    name: Option<String>,
    method: Option<String>,
    url: Option<String>,
    headers: BTreeMap<String, String>,
    body: Option<String>,
    status: Option<u16>,
    response: Option<String>,
}

#[derive(Deserialize)]
struct Samples {
    #[serde(rename = "SampleQueries")]
    queries: Vec<Sample>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sample {
    category: String,
    human_name: String,
    method: String,
    request_url: String,
    #[serde(default)]
    headers: Vec<Header>,
    post_body: Option<String>,
}

#[derive(Deserialize)]
struct Header {
    name: String,
    value: String,
}

impl Documented {
    /// Those of reference pages, an object in each line.
    pub fn exchanges(text: &str) -> Vec<Self> {
        let exchanges = text.lines().map(|line| {
            let exchange: Exchange = serde_json::from_str(line).expect("an exchange in each line");
            exchange
        });
        let requests = exchanges.filter_map(|exchange| {
            Some(Self {
                page: exchange.page,
                name: exchange.name.unwrap_or_default(),
                request: HttpRequest {
                    method: exchange.method?,
                    url: exchange.url?,
                    headers: exchange.headers.into_iter().collect(),
                    body: exchange.body,
                },
                status: exchange.status.unwrap_or(200),
                answer: exchange.response,
            })
        });
        requests.collect()
    }

    /// Those of Graph Explorer, to v1.0; their answers are not at hand.
    pub fn samples(text: &str) -> Vec<Self> {
        let samples: Samples = serde_json::from_str(text).expect("Graph Explorer's samples");
        let samples = samples.queries.into_iter();
        let samples = samples.filter(|sample| sample.request_url.starts_with("/v1.0/"));
        let requests = samples.map(|sample| Self {
            page: format!("Graph Explorer, {}", sample.category),
            name: sample.human_name,
            request: HttpRequest {
                method: sample.method,
                url: sample.request_url,
                headers: sample
                    .headers
                    .into_iter()
                    .map(|it| (it.name, it.value))
                    .collect(),
                body: sample.post_body.filter(|body| !body.trim().is_empty()),
            },
            status: 200,
            answer: None,
        });
        requests.collect()
    }

    /// The answer as JSON, if it is such. A page is the last one: links lead to the real service.
    pub fn json_answer(&self) -> Option<Value> {
        let mut answer: Value = serde_json::from_str(self.answer.as_deref()?).ok()?;
        if let Some(members) = answer.as_object_mut() {
            members.remove("@odata.nextLink");
        }
        Some(answer)
    }
}
