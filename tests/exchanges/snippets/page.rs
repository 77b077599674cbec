//! `codegen/COVERAGE.md`: what becomes of the documented requests.

use super::{Case, Outcome};
use csdl_codegen::snippet::ProblemKind;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// The page, and what is not in order.
pub struct Page {
    text: String,
    /// Requests that come to something else, for no known reason.
    unexplained: Vec<String>,
}

/// What a section tells of an outcome that belongs to it.
type Telling<'a> = &'a dyn Fn(&Outcome) -> Option<String>;

impl Page {
    pub fn new(
        cases: &[Case],
        outcomes: &[Outcome],
        reasons: &BTreeMap<(String, String), String>,
    ) -> Self {
        let count = |is_it: &dyn Fn(&Case, &Outcome) -> bool| {
            let both = cases.iter().zip(outcomes);
            both.filter(|(case, outcome)| is_it(case, outcome)).count()
        };
        let is_led = |_: &Case, outcome: &Outcome| !matches!(outcome, Outcome::Unexpressed(it) if matches!(it.kind, ProblemKind::Request | ProblemKind::Address));
        let is_expressed =
            |_: &Case, outcome: &Outcome| !matches!(outcome, Outcome::Unexpressed(_));
        let is_sent = |case: &Case, outcome: &Outcome| {
            is_expressed(case, outcome)
                && !matches!(outcome, Outcome::Wrong { sent, .. } if !sent.is_empty())
        };
        let is_answered = |case: &Case, outcome: &Outcome| {
            is_expressed(case, outcome) && case.documented.json_answer().is_some()
        };
        let is_decoded = |case: &Case, outcome: &Outcome| {
            is_answered(case, outcome)
                && !matches!(
                    outcome,
                    Outcome::Wrong {
                        answer: Some(_),
                        ..
                    }
                )
        };
        let (led, expressed, sent) = (count(&is_led), count(&is_expressed), count(&is_sent));
        let (answered, decoded) = (count(&is_answered), count(&is_decoded));
        let percent =
            |part: usize, whole: usize| format!("{:.1} %", part as f64 * 100.0 / whole as f64);
        let mut text = format!(
            "# Documented requests of Microsoft Graph as programs\n\n\
             Made by `tests/exchanges` from the requests of the reference pages and of Graph Explorer that are at \
             hand, with the client of all of v1.0. `csdl-codegen snippet` writes a program for each; all are \
             compiled and run against a server that records what arrives and answers as the page says. What \
             was sent is compared with the page: method, path, query, headers and JSON.\n\n\
             | | requests | |\n|---|--:|--:|\n\
             | documented | {} | |\n\
             | the metadata leads to the address | {led} | |\n\
             | expressed | {expressed} | {} |\n\
             | compiled | {expressed} | 100.0 % |\n\
             | sent as documented | {sent} | {} |\n\
             | documented answers in JSON | {answered} | |\n\
             | answers read | {decoded} | {} |\n",
            cases.len(),
            percent(expressed, led),
            percent(sent, expressed),
            percent(decoded, answered),
        );
        let mut unexplained = Vec::new();
        let mut known: BTreeSet<_> = reasons.keys().collect();
        let sections: [(&str, Telling<'_>); 3] = [
            ("Not expressed", &|outcome| match outcome {
                Outcome::Unexpressed(problem) => {
                    Some(format!("{}: {}", problem.kind.text(), problem.message))
                }
                _ => None,
            }),
            ("Not sent as documented", &|outcome| match outcome {
                Outcome::Wrong { sent, .. } if !sent.is_empty() => Some(sent.join("; ")),
                _ => None,
            }),
            ("Answers that cannot be read", &|outcome| match outcome {
                Outcome::Wrong {
                    answer: Some(answer),
                    ..
                } => Some(answer.clone()),
                _ => None,
            }),
        ];
        for (title, what) in sections {
            let both = cases.iter().zip(outcomes);
            let rows: Vec<_> = both
                .filter_map(|(case, outcome)| Some((case, what(outcome)?)))
                .collect();
            if rows.is_empty() {
                continue;
            }
            write!(
                text,
                "\n## {title}\n\n| request | page | reason |\n|---|---|---|\n"
            )
            .expect("a text");
            for (case, said) in rows {
                let documented = &case.documented;
                let key = (documented.page.clone(), documented.name.clone());
                known.remove(&key);
                let request = format!("{} {}", documented.request.method, documented.request.url);
                let reason = match (reasons.get(&key), &case.written) {
                    (Some(reason), _) => reason.clone(),
                    (None, Err(problem)) if problem.kind == ProblemKind::Request => said.clone(),
                    (None, _) => {
                        unexplained
                            .push(format!("{} / {}\n    {request}\n    {said}", key.0, key.1));
                        said.clone()
                    }
                };
                writeln!(
                    text,
                    "| `{}` | {} | {} |",
                    request.replace('|', "\\|").replace('\n', " "),
                    documented.page,
                    reason.replace('|', "\\|").replace('\n', " "),
                )
                .expect("a text");
            }
        }
        Self { text, unexplained }
    }

    /// Compares the page with the file, which is written anew if that was asked for.
    pub fn check(&self, path: &Path) {
        assert!(
            self.unexplained.is_empty(),
            "{} requests come to something else for no known reason:\n{}",
            self.unexplained.len(),
            self.unexplained.join("\n")
        );
        if std::env::var_os("COVERAGE").is_some_and(|it| it == "write") {
            std::fs::write(path, &self.text).expect("the page is written");
        }
        let there = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            there == self.text,
            "{} is stale; `COVERAGE=write cargo test` writes it anew. It would be:\n{}",
            path.display(),
            self.text
        );
    }
}
