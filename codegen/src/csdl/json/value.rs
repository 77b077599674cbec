//! Text → JSON values that borrow from it, with the place of each.
//!
//! Strict, as RFC 8259 has it and I-JSON (RFC 7493) asks for: no member twice, no half of a surrogate
//! pair. Tokens come from `hifijson`; what stands between them is read here.

use super::refusal;
use crate::csdl::limits::Limits;
use crate::csdl::text::{forbidden, span_in};
use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Span};
use hifijson::num::LexWrite;
use hifijson::str::LexAlloc;
use hifijson::token::Lex;
use hifijson::{Read, SliceLexer};
use std::borrow::Cow;
use std::collections::HashMap;

/// A value and its place: that of a string is without the quotes, that of an object or array is
/// the bracket that opens it.
#[derive(Debug)]
pub(super) struct Value<'a> {
    pub span: Span,
    pub data: Data<'a>,
}

/// What a value is.
#[derive(Debug)]
pub(super) enum Data<'a> {
    Null,
    Bool(bool),
    /// As written: numbers may have more digits than any type of numbers.
    Number(&'a str),
    String(Cow<'a, str>),
    Array(Vec<Value<'a>>),
    Object(Vec<Member<'a>>),
}

/// A member of an object.
#[derive(Debug)]
pub(super) struct Member<'a> {
    pub name: Cow<'a, str>,
    /// The name without the quotes.
    pub name_span: Span,
    pub value: Value<'a>,
}

/// The name of a member, before its value.
pub(super) struct Name<'a> {
    pub text: Cow<'a, str>,
    pub span: Span,
}

/// Reads a document from its beginning to its end.
pub(super) struct Reader<'a, 'l> {
    text: &'a str,
    source: SourceId,
    limits: &'l Limits,
    lexer: SliceLexer<'a>,
    /// How many objects and arrays are open.
    depth: usize,
    /// How many values of the declaration that is being read are in memory.
    held: usize,
    /// How many of them are kept until the end.
    kept: usize,
    /// How many declarations there have been.
    declarations: usize,
}

impl<'a, 'l> Reader<'a, 'l> {
    pub fn new(text: &'a str, source: SourceId, limits: &'l Limits) -> Self {
        let json = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lexer = SliceLexer::new(json.as_bytes());
        let (depth, held, kept, declarations) = (0, 0, 0, 0);
        Self {
            text,
            source,
            limits,
            lexer,
            depth,
            held,
            kept,
            declarations,
        }
    }

    /// Begins a declaration: what was read before is no longer held.
    pub fn declaration(&mut self, span: Span) -> Result<(), Diagnostic> {
        self.held = self.kept;
        self.declarations += 1;
        let most = self.limits.declarations;
        if self.declarations > most {
            let message = format!("the document has more than {most} declarations");
            return Err(refusal::too_much(message, "declarations", span));
        }
        Ok(())
    }

    /// What was read since the last declaration began is kept until the end.
    pub fn keep(&mut self) {
        self.kept = self.held;
    }

    /// The first character of the next token, and its place.
    pub fn peek(&mut self) -> Option<(u8, Span)> {
        let next = self.lexer.ws_peek()?;
        Some((next, self.span_from(self.offset())))
    }

    /// Refuses what stands behind the value that is the document.
    pub fn end(&mut self) -> Result<(), Diagnostic> {
        match self.peek() {
            Some((_, span)) => Err(refusal::more_than_one(span)),
            None => Ok(()),
        }
    }

    /// The members of the object that stands next, one after the other: `read` gets the name of each
    /// and reads its value.
    pub fn object(
        &mut self,
        read: &mut dyn FnMut(&mut Self, Name<'a>) -> Result<(), Diagnostic>,
    ) -> Result<Span, Diagnostic> {
        let span = self.open()?;
        let mut names = Names::default();
        let mut members_with_dollar = 0;
        self.sequence(b'}', span, &mut |reader| {
            let name = reader.name(span)?;
            names.add(&name)?;
            if name.text.starts_with('$') {
                members_with_dollar += 1;
                let most = reader.limits.attributes;
                if members_with_dollar > most {
                    let message = format!("an object has more than {most} members with `$`");
                    return Err(refusal::too_much(message, "attributes", name.span));
                }
            }
            match reader.lexer.ws_peek() {
                Some(b':') => reader.skip(1),
                Some(_) => return Err(reader.expected("expected `:` and a value")),
                None => return Err(reader.ended(Some(span))),
            }
            // An annotation of an annotation stands in it, although not in its object.
            let nested = name.text.bytes().filter(|byte| *byte == b'@').count();
            let nested = nested.saturating_sub(1);
            reader.depth += nested;
            if reader.depth > reader.deepest() {
                return Err(reader.too_deep("annotations", name.span));
            }
            read(reader, name)?;
            reader.depth -= nested;
            Ok(())
        })?;
        Ok(span)
    }

    /// The items of the array that stands next, one after the other, each of which `read` reads.
    pub fn array(
        &mut self,
        read: &mut dyn FnMut(&mut Self) -> Result<(), Diagnostic>,
    ) -> Result<Span, Diagnostic> {
        let span = self.open()?;
        self.sequence(b']', span, read)?;
        Ok(span)
    }

    /// The value that stands next, with everything in it.
    ///
    /// Recursion is as deep as values nest, which is limited.
    pub fn value(&mut self) -> Result<Value<'a>, Diagnostic> {
        let Some((next, mut span)) = self.peek() else {
            return Err(self.ended(None));
        };
        let data = match next {
            b'{' => {
                let mut members = Vec::new();
                self.object(&mut |reader, name| {
                    let is_attribute = name.text.starts_with('$');
                    reader.hold(!is_attribute, name.span)?;
                    members.push(Member {
                        value: reader.value()?,
                        name: name.text,
                        name_span: name.span,
                    });
                    Ok(())
                })?;
                Data::Object(members)
            }
            b'[' => {
                let mut items = Vec::new();
                self.array(&mut |reader| {
                    reader.hold(true, span)?;
                    items.push(reader.value()?);
                    Ok(())
                })?;
                Data::Array(items)
            }
            b'"' => {
                let string = self.string(None)?;
                span = string.span;
                Data::String(string.text)
            }
            b'-' | b'0'..=b'9' => {
                let number = self.number()?;
                span.end = self.offset() as u32;
                Data::Number(number)
            }
            b'a'..=b'z' => {
                let data = match self.lexer.null_or_bool() {
                    Some(None) => Data::Null,
                    Some(Some(value)) => Data::Bool(value),
                    None => return Err(refusal::malformed(span, "expected a value")),
                };
                span.end = self.offset() as u32;
                data
            }
            _ => return Err(self.expected("expected a value")),
        };
        Ok(Value { span, data })
    }

    fn deepest(&self) -> usize {
        self.limits.depth.min(Limits::DEEPEST)
    }

    fn too_deep(&self, what: &str, span: Span) -> Diagnostic {
        let message = format!("{what} nest deeper than {}", self.deepest());
        refusal::too_much(message, "depth", span)
    }

    fn open(&mut self) -> Result<Span, Diagnostic> {
        let span = self.span_from(self.offset());
        if self.depth >= self.deepest() {
            return Err(self.too_deep("objects and arrays", span));
        }
        self.skip(1);
        Ok(span)
    }

    /// What stands between an opening bracket and `end`, with commas in between.
    fn sequence(
        &mut self,
        end: u8,
        open: Span,
        read: &mut dyn FnMut(&mut Self) -> Result<(), Diagnostic>,
    ) -> Result<(), Diagnostic> {
        self.depth += 1;
        let mut is_first = true;
        loop {
            match self.lexer.ws_peek() {
                None => return Err(self.ended(Some(open))),
                Some(next) if next == end => {
                    self.skip(1);
                    break;
                }
                Some(_) if is_first => {}
                Some(b',') => {
                    self.skip(1);
                    match self.lexer.ws_peek() {
                        None => return Err(self.ended(Some(open))),
                        Some(next) if next == end => {
                            return Err(self.expected("nothing may stand between `,` and the end"));
                        }
                        Some(_) => {}
                    }
                }
                Some(_) => {
                    let expected = format!("expected `,` or `{}`", char::from(end));
                    return Err(self.expected(&expected));
                }
            }
            is_first = false;
            read(self)?;
        }
        self.depth -= 1;
        Ok(())
    }

    fn name(&mut self, open: Span) -> Result<Name<'a>, Diagnostic> {
        match self.lexer.ws_peek() {
            Some(b'"') => self.string(Some(open)),
            Some(_) => Err(self.expected("expected a name in double quotes")),
            None => Err(self.ended(Some(open))),
        }
    }

    fn string(&mut self, open: Option<Span>) -> Result<Name<'a>, Diagnostic> {
        self.skip(1);
        let start = self.offset();
        let text = self.lexer.str_string().map_err(|error| {
            match refusal::string(&error) {
                Some(label) => {
                    // The lexer stands behind what it could not read.
                    let at = self.offset();
                    let from = self.text.get(start..at).and_then(|raw| raw.rfind('\\'));
                    let from = from.map_or(at.saturating_sub(1), |from| start + from);
                    refusal::malformed(self.span(from, at), label)
                }
                None => {
                    let quote = self.span(start - 1, start);
                    self.ended(Some(open.unwrap_or(quote)))
                }
            }
        })?;
        let span = self.span(start, self.offset() - 1);
        if text.len() > self.limits.text_bytes {
            return Err(self.too_long(span));
        }
        // What is written as it is was looked for in the whole document.
        if let Cow::Owned(text) = &text
            && let Some((_, character)) = forbidden(text)
        {
            return Err(refusal::forbidden(character, span));
        }
        Ok(Name { text, span })
    }

    fn number(&mut self) -> Result<&'a str, Diagnostic> {
        let start = self.offset();
        let number = self.lexer.num_string().validated();
        let span = self.span(start, self.offset());
        let Ok((number, _)) = number else {
            return Err(refusal::malformed(span, "expected a digit behind this"));
        };
        if number.len() > self.limits.text_bytes {
            return Err(self.too_long(span));
        }
        Ok(number)
    }

    fn too_long(&self, span: Span) -> Diagnostic {
        let message = format!("a text is longer than {} bytes", self.limits.text_bytes);
        refusal::too_much(message, "text-bytes", span)
    }

    /// Counts a value that is kept in memory, unless it is small change as an attribute is.
    fn hold(&mut self, counts: bool, span: Span) -> Result<(), Diagnostic> {
        self.held += usize::from(counts);
        let most = self.limits.elements;
        if self.held > most {
            let message = format!("a declaration has more than {most} values in it");
            return Err(refusal::too_much(message, "elements", span));
        }
        Ok(())
    }

    fn skip(&mut self, bytes: usize) {
        for _ in 0..bytes {
            self.lexer.take_next();
        }
    }

    fn offset(&self) -> usize {
        self.text.len() - self.lexer.as_slice().len()
    }

    fn span(&self, start: usize, end: usize) -> Span {
        span_in(self.source, self.text, start, end)
    }

    /// The character that stands at an offset.
    fn span_from(&self, start: usize) -> Span {
        let character = self.text.get(start..).and_then(|rest| rest.chars().next());
        self.span(start, start + character.map_or(0, char::len_utf8))
    }

    fn expected(&self, what: &str) -> Diagnostic {
        refusal::malformed(self.span_from(self.offset()), what)
    }

    /// The text ended before everything was closed.
    fn ended(&self, open: Option<Span>) -> Diagnostic {
        let end = self.text.len();
        let error = refusal::malformed(self.span(end, end), "the document ends here");
        let error = match open {
            Some(open) => error.related(open, "this is not closed"),
            None => error,
        };
        error.help(refusal::CUT_SHORT)
    }
}

/// The names of an object's members, each of which may stand there once.
#[derive(Default)]
struct Names<'a> {
    few: Vec<(Cow<'a, str>, Span)>,
    many: HashMap<Cow<'a, str>, Span>,
}

/// So many names are found as fast without a map.
const FEW: usize = 12;

impl<'a> Names<'a> {
    fn add(&mut self, name: &Name<'a>) -> Result<(), Diagnostic> {
        let mut few = self.few.iter();
        let known = few.find(|(known, _)| *known == name.text);
        let known = known.map(|(_, span)| *span);
        if let Some(first) = known.or_else(|| self.many.get(&name.text).copied()) {
            return Err(refusal::given_twice(&name.text, name.span, first));
        }
        if self.few.len() < FEW {
            self.few.push((name.text.clone(), name.span));
        } else {
            self.many.insert(name.text.clone(), name.span);
        }
        Ok(())
    }
}
