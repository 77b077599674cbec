//! Every documented request as the program that `csdl-codegen snippet` writes: compiled with the client of
//! all of Graph v1.0, run against a server that records what arrives, and compared with the page.
//!
//! `codegen/COVERAGE.md` is what came of it; with `COVERAGE=write`, the test writes it anew.

mod documented;
mod page;
mod program;
mod sent;
mod server;

use super::{Contradictions, file, program::client_for};
use csdl_codegen::snippet::{Problem, Snippet, Snippets};
use documented::Documented;
use page::Page;
use server::Answer;
use std::collections::BTreeMap;
use support::{read, workspace};

/// What became of a documented request.
enum Outcome {
    /// No program sends it.
    Unexpressed(Problem),
    /// What was sent is not what the page says, or its answer could not be read.
    Wrong {
        sent: Vec<String>,
        answer: Option<String>,
    },
    Right,
}

/// A request and its program.
struct Case {
    documented: Documented,
    written: Result<Snippet, Problem>,
}

#[test]
fn documented_requests_are_sent_by_their_programs() {
    let (Some(examples), Some(samples), Some(document)) = (
        file("GRAPH_EXAMPLES", "graph-v1.0.jsonl"),
        file("GRAPH_EXAMPLES", "graph-explorer-samples.json"),
        file("GRAPH_METADATA", "v1.0-Prod.csdl"),
    ) else {
        return;
    };
    let prepared = client_for(&document);
    let mut documented = Documented::exchanges(&read(&examples));
    documented.extend(Documented::samples(&read(&samples)));
    let snippets = Snippets::new(&prepared.api);
    let cases = documented.into_iter().map(|documented| Case {
        written: snippets.write(&documented.request),
        documented,
    });
    let cases: Vec<_> = cases.collect();
    let answers: Vec<_> = cases
        .iter()
        .map(|case| Answer::of(&case.documented))
        .collect();
    let (recorded, results) = server::serve(answers, |port| program::run(prepared, &cases, port));
    let mut outcomes = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        outcomes.push(match &case.written {
            Err(problem) => Outcome::Unexpressed(problem.clone()),
            Ok(snippet) => {
                let sent = match recorded.get(&index) {
                    Some(recorded) => sent::differences(&case.documented, snippet, recorded),
                    None => vec!["nothing was sent".to_owned()],
                };
                // Without a documented answer, there is none that could be read.
                let is_answered = case.documented.json_answer().is_some();
                let answer = results[&index].clone().filter(|_| is_answered);
                match sent.is_empty() && answer.is_none() {
                    true => Outcome::Right,
                    false => Outcome::Wrong { sent, answer },
                }
            }
        });
    }
    let page = Page::new(&cases, &outcomes, &reasons());
    page.check(&workspace().join("codegen/COVERAGE.md"));
}

/// Why requests come to nothing, or to something else: by page and name.
fn reasons() -> BTreeMap<(String, String), String> {
    let contradictions = Contradictions::read();
    let examples = contradictions.example.into_iter();
    let programs = contradictions.program.into_iter();
    examples
        .chain(programs)
        .map(|it| ((it.page, it.name), it.reason))
        .collect()
}
