//! What can be told of a document before it is read, by looking at its outermost members only.

use crate::csdl::head::{HeadReference, REFERENCES};
use crate::show::Untrusted;
use hifijson::str::{Lex as _, LexAlloc};
use hifijson::token::Lex;
use hifijson::{Read, SliceLexer};
use std::borrow::Cow;

/// What an object of JSON is.
pub(super) enum Head {
    /// CSDL, well-formed or not.
    Csdl,
    /// An error as OData services answer with it, and what it says.
    Error(Option<String>),
    OpenApi,
    /// An answer of a service that is no metadata.
    Data,
    Unknown,
}

impl Head {
    pub fn of(text: &str) -> Self {
        let mut head = Self::Unknown;
        let _ = Scanner::of(text).members(&mut |scanner, name| {
            match name {
                // None is of anything else.
                "$Version" | "$Reference" | "$EntityContainer" => {
                    head = Self::Csdl;
                    return None;
                }
                "error" | "odata.error" => {
                    let mut said = None;
                    if scanner.lexer.ws_peek() == Some(b'{') {
                        scanner.members(&mut |scanner, name| match name {
                            "message" => {
                                said = scanner.text()?.map(Cow::into_owned);
                                Some(())
                            }
                            _ => scanner.skip(),
                        })?;
                        head = Self::Error(said);
                        return Some(());
                    }
                }
                "openapi" | "swagger" => head = Self::OpenApi,
                "@odata.context" | "@context" | "odata.metadata" => head = Self::Data,
                _ => {}
            }
            scanner.skip()
        });
        head
    }
}

/// What a JSON text is, if it is not CSDL; fit to be shown.
pub(in crate::csdl) fn other_than_csdl(text: &str) -> Option<String> {
    Some(match Head::of(text) {
        Head::Csdl => return None,
        Head::Error(Some(said)) => format!("an error: {}", Untrusted::from(said).terminal()),
        Head::Error(None) => "an error".to_owned(),
        Head::OpenApi => "an OpenAPI description".to_owned(),
        Head::Data => "data".to_owned(),
        Head::Unknown => "JSON that is not CSDL".to_owned(),
    })
}

/// What `$Reference` says; as much of it as can be read, since the parser says what is wrong with
/// the rest.
pub(in crate::csdl) fn references(text: &str) -> Vec<HeadReference> {
    let mut references = Vec::new();
    let _ = Scanner::of(text).members(&mut |scanner, name| match name {
        "$Reference" => scanner.members(&mut |scanner, uri| {
            if references.len() == REFERENCES {
                return None;
            }
            references.push(HeadReference {
                uri: uri.trim().to_owned(),
                namespaces: Vec::new(),
            });
            let namespaces = &mut references.last_mut()?.namespaces;
            scanner.members(&mut |scanner, name| match name {
                "$Include" => scanner.items(&mut |scanner| {
                    scanner.members(&mut |scanner, name| {
                        if name == "$Namespace" {
                            let namespace = scanner.text()?;
                            namespaces.extend(namespace.map(|it| it.trim().to_owned()));
                            return Some(());
                        }
                        scanner.skip()
                    })
                }),
                _ => scanner.skip(),
            })
        }),
        _ => scanner.skip(),
    });
    references
}

/// Walks through a text without checking it: `None` where it does not go on as expected.
struct Scanner<'a> {
    lexer: SliceLexer<'a>,
}

impl<'a> Scanner<'a> {
    fn of(text: &'a str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lexer = SliceLexer::new(text.as_bytes());
        Self { lexer }
    }

    /// The members of an object; any other value is skipped.
    fn members(&mut self, read: &mut dyn FnMut(&mut Self, &str) -> Option<()>) -> Option<()> {
        if self.lexer.ws_peek()? != b'{' {
            return self.skip();
        }
        self.sequence(b'}', &mut |scanner| {
            let name = scanner.string()?;
            if scanner.lexer.ws_peek()? != b':' {
                return None;
            }
            scanner.lexer.take_next();
            read(scanner, &name)
        })
    }

    /// The items of an array; any other value is skipped.
    fn items(&mut self, read: &mut dyn FnMut(&mut Self) -> Option<()>) -> Option<()> {
        if self.lexer.ws_peek()? != b'[' {
            return self.skip();
        }
        self.sequence(b']', read)
    }

    fn sequence(&mut self, end: u8, read: &mut dyn FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.lexer.take_next();
        loop {
            match self.lexer.ws_peek()? {
                b',' => {
                    self.lexer.take_next();
                }
                next if next == end => {
                    self.lexer.take_next();
                    return Some(());
                }
                _ => read(self)?,
            }
        }
    }

    /// The string that stands next; any other value is skipped.
    fn text(&mut self) -> Option<Option<Cow<'a, str>>> {
        match self.lexer.ws_peek()? {
            b'"' => self.string().map(Some),
            _ => self.skip().map(|()| None),
        }
    }

    fn string(&mut self) -> Option<Cow<'a, str>> {
        if self.lexer.ws_peek()? != b'"' {
            return None;
        }
        self.lexer.take_next();
        self.lexer.str_string().ok()
    }

    /// Skips a value; brackets are counted, so that its depth does not matter.
    fn skip(&mut self) -> Option<()> {
        let mut open = 0_usize;
        loop {
            match self.lexer.ws_peek()? {
                b'"' => {
                    self.lexer.take_next();
                    self.lexer.str_ignore().ok()?;
                }
                b'{' | b'[' => {
                    self.lexer.take_next();
                    open += 1;
                    continue;
                }
                b'}' | b']' | b',' | b':' if open == 0 => return None,
                b'}' | b']' => {
                    self.lexer.take_next();
                    open -= 1;
                }
                b',' | b':' => {
                    self.lexer.take_next();
                    continue;
                }
                _ => {
                    self.lexer.take_next();
                    let ends = |byte: u8| byte.is_ascii_whitespace() || b"\",:[]{}".contains(&byte);
                    self.lexer.skip_until(ends);
                }
            }
            if open == 0 {
                return Some(());
            }
        }
    }
}
