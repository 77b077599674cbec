//! Diagnostics as text.

use super::{Diagnostic, Diagnostics, Place, Severity};
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
        let line = visible(&parts.join(": ")).replace('\n', " ");
        format!("{line} [{}]", self.code.id())
    }

    fn render_with(&self, sources: &Sources, renderer: &Renderer) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level
            .primary_title(visible(&self.message))
            .id(self.code.id());
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
            group = group.element(Level::HELP.message(visible(help)));
        }
        renderer.render(&[group])
    }
}

/// The line that the place starts on, with the place underlined.
fn snippet<'a>(
    place: &Place,
    kind: AnnotationKind,
    source: &'a Source,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let text = source.quoted();
    let start = char_boundary(&text, place.span.start as usize);
    let position = source.line_column(start);
    let line = source.line_range(position.line);
    let window = window(&text, line, start);
    let end = char_boundary(&text, place.span.end as usize).clamp(start, window.end);
    let mut label = visible(&place.label);
    if window.start != source.line_range(position.line).start {
        label = format!("{label} (column {})", position.column);
    }
    let label = (!label.is_empty()).then_some(label);
    Snippet::source(text[window.clone()].to_owned())
        .line_start(position.line)
        .path(source.path().display().to_string())
        .annotation(
            kind.span(start - window.start..end - window.start)
                .label(label),
        )
}

/// The part of a line that is shown: all of it, or [`LINE_WIDTH`] bytes from the start of the
/// line where the place allows it.
fn window(text: &str, line: std::ops::Range<usize>, start: usize) -> std::ops::Range<usize> {
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

/// Control and direction-changing characters as escapes, so that a document cannot draw on the
/// terminal.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push(c),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}'..='\u{200f}' => {
                out.extend(c.escape_unicode());
            }
            c if c.is_control() => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
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
            r"a.csdl:2:2: `a \u{1b}[1m\u{202e}` is odd: expected b [E0005]"
        );
        assert_eq!(
            diagnostic.headline(&sources),
            r"`a \u{1b}[1m\u{202e}` is odd [E0005]"
        );
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
