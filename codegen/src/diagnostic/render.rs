//! Diagnostics as text.

use super::{Diagnostic, Diagnostics, Place, Severity};
use crate::show::{inert, inert_line};
use crate::source::{Source, Sources, char_boundary};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// Longer lines are shown from the place on, so that a minified document costs no time.
const LINE_WIDTH: usize = 4096;

impl Diagnostics {
    /// The problems as text: each with its place, the line it is on, and a hint.
    pub fn render(&self, sources: &Sources) -> String {
        self.render_with(sources, &Renderer::plain())
    }

    /// The same with ANSI colours.
    pub fn render_colored(&self, sources: &Sources) -> String {
        self.render_with(sources, &Renderer::styled())
    }

    fn render_with(&self, sources: &Sources, renderer: &Renderer) -> String {
        let rendered = self.iter().map(|d| d.render_with(sources, renderer));
        let more = match self.omitted() {
            0 => None,
            1 => Some("and one more problem".to_owned()),
            count => Some(format!("and {count} more problems")),
        };
        rendered.chain(more).collect::<Vec<_>>().join("\n\n")
    }
}

impl Diagnostic {
    /// The problem in one line: `beta.csdl:7:43: the type … is not declared: not found [E0008]`.
    pub fn headline(&self, sources: &Sources) -> String {
        let mut parts = Vec::new();
        if let Some(place) = &self.place {
            let source = sources.get(place.span.source);
            let position = source.line_column(place.span.start as usize);
            let path = source.path().display();
            parts.push(format!("{path}:{}:{}", position.line, position.column));
        }
        parts.push(self.message.clone());
        let label = self.place.as_ref().map(|place| place.label.clone());
        parts.extend(label.filter(|label| !label.is_empty()));
        format!("{} [{}]", inert(&parts.join(": ")), self.code.id())
    }

    fn render_with(&self, sources: &Sources, renderer: &Renderer) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(inert(&self.message)).id(self.code.id());
        let mut group = Group::with_title(title);
        for (place, kind) in [
            (self.place.as_ref(), AnnotationKind::Primary),
            (self.related.as_deref(), AnnotationKind::Context),
        ] {
            if let Some(place) = place {
                group = group.element(snippet(place, kind, sources.get(place.span.source)));
            }
        }
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(inert(help)));
        }
        renderer.render(&[group])
    }
}

/// The line that the place starts on, with the place underlined.
fn snippet<'a>(
    place: &Place,
    kind: AnnotationKind,
    source: &Source,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let text = source.quoted();
    let start = char_boundary(&text, place.span.start as usize);
    let position = source.line_column(start);
    let line = source.line_range(position.line);
    let window = window(&text, line, start);
    let end = char_boundary(&text, place.span.end as usize).clamp(start, window.end);
    let mut label = inert(&place.label);
    if window.start != source.line_range(position.line).start {
        label = format!("{label} (column {})", position.column);
    }
    let label = (!label.is_empty()).then_some(label);
    let parts = [window.start..start, start..end, end..window.end];
    let [before, within, after] = inert_line(parts.map(|part| &text[part]));
    let (from, to) = (before.len(), before.len() + within.len());
    Snippet::source(before + &within + &after)
        .line_start(position.line)
        .path(inert(&source.path().display().to_string()))
        .annotation(kind.span(from..to).label(label))
}

/// The part of a line that is shown: all of it, or [`LINE_WIDTH`] bytes from the start of the
/// line where the place allows it.
fn window(text: &str, mut line: std::ops::Range<usize>, start: usize) -> std::ops::Range<usize> {
    // Of a line break as Windows has it, a half belongs to none of the lines.
    if line.end > start && text[line.clone()].ends_with('\r') {
        line.end -= 1;
    }
    if line.len() <= LINE_WIDTH {
        return line;
    }
    let from = if start - line.start < LINE_WIDTH {
        line.start
    } else {
        start
    };
    from..char_boundary(text, (from + LINE_WIDTH).min(line.end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::source::Span;

    #[test]
    fn a_headline_is_one_line_that_draws_nothing() {
        let mut sources = Sources::default();
        let source = sources.add("a.csdl", "one\ntwo");
        let (start, end) = (5, 7);
        let span = Span { source, start, end };
        let diagnostic = Diagnostic::error(Code::InvalidValue, "`a\n\u{1b}[1m\u{202e}` is odd");
        let placed = diagnostic.clone().at(span, "expected b");
        assert_eq!(
            placed.headline(&sources),
            r"a.csdl:2:2: `a\n\u{1b}[1m\u{202e}` is odd: expected b [E0005]"
        );
        assert_eq!(
            diagnostic.headline(&sources),
            r"`a\n\u{1b}[1m\u{202e}` is odd [E0005]"
        );
    }

    /// What begins with a document's text is the line of the document, behind its number.
    #[test]
    fn no_document_draws_or_commands() {
        let mut sources = Sources::default();
        let evil = "::error::a\u{9b}\u{202e}##[error]b##vso[task]\u{2028}\u{85}";
        let text = format!("{evil}\r\n\t{evil}\r\n");
        let source = sources.add(format!("{evil}\n{evil}"), text.as_str());
        for start in 0..text.len() as u32 {
            let span = |end| Span { source, start, end };
            let twice = format!("{evil}\n{evil}");
            let problem = Diagnostic::error(Code::InvalidValue, &*twice)
                .at(span(start + 9), &*twice)
                .related(span(start), &*twice)
                .help(&*twice);
            let shown = Diagnostics::from(problem.clone());
            let shown = shown.render(&sources) + "\n" + &problem.headline(&sources);
            assert!(!shown.contains("##"), "{shown}");
            let draws = |c: char| c != '\n' && crate::show::is_invisible(c);
            assert!(!shown.contains(draws), "{shown:?}");
            // A second place begins with ` ::: `, which is no command.
            let commands = |line: &str| {
                let line = line.trim_start();
                line.starts_with("::") && !line.starts_with("::: ")
            };
            assert!(!shown.lines().any(commands), "{shown}");
        }
    }

    #[test]
    fn a_long_line_is_shown_from_the_place_on() {
        let mut sources = Sources::default();
        let text = format!("{}here{}", "x".repeat(100_000), "y".repeat(100_000));
        let source = sources.add("a.csdl", text);
        let (start, end) = (100_000, 100_004);
        let span = Span { source, start, end };
        let problem = Diagnostic::error(Code::InvalidValue, "too long").at(span, "");
        let shown = Diagnostics::from(problem).render(&sources);
        assert!(
            shown.contains("hereyyy") && !shown.contains("xx"),
            "{shown}"
        );
        assert!(shown.contains("column 100001"), "{shown}");
        assert!(shown.len() < 3 * LINE_WIDTH, "{}", shown.len());
    }
}
