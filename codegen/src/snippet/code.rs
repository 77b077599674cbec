//! Expressions of Rust, laid out as rustfmt leaves them.

/// The longest line.
const WIDTH: usize = 100;

/// The longest chain of calls, list of arguments or array on one line.
const SHORT: usize = 60;

/// The longest fields of a struct on one line.
const SHORT_FIELDS: usize = 18;

/// How much deeper an inner line is.
const STEP: usize = 4;

/// An expression, or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Code {
    /// What is never broken.
    Text(String),
    /// `open`, items with commas between them, `close`.
    List {
        open: String,
        items: Vec<Code>,
        close: &'static str,
        shape: Shape,
    },
    /// An expression, and calls of its methods, each of which begins with a dot.
    Chain(Vec<Code>),
    /// What stands before an expression, such as the name of a field.
    After(String, Box<Code>),
}

/// What a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Arguments or an array.
    Values,
    /// Fields of a struct.
    Fields,
}

impl Code {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A literal of this text, whatever is in it.
    pub fn string(text: &str) -> Self {
        Self::Text(proc_macro2::Literal::string(text).to_string())
    }

    /// `name(arguments)`
    pub fn call(name: impl std::fmt::Display, arguments: Vec<Self>) -> Self {
        match arguments.is_empty() {
            true => Self::Text(format!("{name}()")),
            false => Self::list(format!("{name}("), arguments, ")"),
        }
    }

    /// `.name(arguments)`
    pub fn method(name: impl std::fmt::Display, arguments: Vec<Self>) -> Self {
        Self::call(format!(".{name}"), arguments)
    }

    pub fn list(open: impl Into<String>, items: Vec<Self>, close: &'static str) -> Self {
        Self::List {
            open: open.into(),
            items,
            close,
            shape: Shape::Values,
        }
    }

    /// `[items]`
    pub fn array(items: Vec<Self>) -> Self {
        Self::list("[", items, "]")
    }

    /// One alone as it is, several as a tuple.
    pub fn one_or_tuple(mut items: Vec<Self>) -> Self {
        match items.len() {
            1 => items.remove(0),
            _ => Self::list("(", items, ")"),
        }
    }

    pub fn fields(open: impl Into<String>, items: Vec<Self>, close: &'static str) -> Self {
        Self::List {
            open: open.into(),
            items,
            close,
            shape: Shape::Fields,
        }
    }

    pub fn after(before: impl Into<String>, code: Self) -> Self {
        Self::After(before.into(), Box::new(code))
    }

    /// This, with the call of a method behind it.
    pub fn then(self, link: Self) -> Self {
        match self {
            Self::Chain(mut links) => {
                links.push(link);
                Self::Chain(links)
            }
            first => Self::Chain(vec![first, link]),
        }
    }

    /// The path of a request builder's resource, from which untyped requests start; `client` has its own.
    pub fn resource(self) -> Self {
        match self {
            Self::Text(_) => self
                .then(Self::text(".untyped()"))
                .then(Self::text(".root()")),
            other => other.then(Self::text(".resource()")),
        }
    }

    /// `.segment("name")`
    pub fn segment(self, name: &str) -> Self {
        self.then(Self::method("segment", vec![Self::string(name)]))
    }

    /// It on one line.
    fn flat(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::List {
                open,
                items,
                close,
                shape,
            } => {
                let items: Vec<_> = items.iter().map(Self::flat).collect();
                let items = items.join(", ");
                match shape {
                    Shape::Fields if !items.is_empty() => format!("{open} {items} {close}"),
                    _ => format!("{open}{items}{close}"),
                }
            }
            Self::Chain(links) => links.iter().map(Self::flat).collect(),
            Self::After(before, code) => format!("{before}{}", code.flat()),
        }
    }

    /// Whether it may stand on one line if there is room.
    fn is_short(&self) -> bool {
        match self {
            Self::Text(_) => true,
            Self::List { items, shape, .. } => {
                let inner: Vec<_> = items.iter().map(Self::flat).collect();
                let most = match shape {
                    Shape::Values => SHORT,
                    Shape::Fields => SHORT_FIELDS,
                };
                // A macro's or function's only argument may take the whole line.
                let is_alone = items.len() == 1 && *shape == Shape::Values;
                (is_alone || inner.join(", ").len() <= most) && items.iter().all(Self::is_short)
            }
            Self::Chain(links) => {
                (links.len() <= 2 || self.flat().len() <= SHORT) && links.iter().all(Self::is_short)
            }
            Self::After(_, code) => code.is_short(),
        }
    }

    /// Appends it to a text whose last line has `used` columns and is indented by `indent`; `after` columns
    /// follow it.
    pub fn write(&self, out: &mut String, indent: usize, after: usize) {
        let used = out.len() - out.rfind('\n').map_or(0, |at| at + 1);
        let flat = self.flat();
        let fits = used + flat.chars().count() + after <= WIDTH;
        if fits && self.is_short() {
            out.push_str(&flat);
            return;
        }
        match self {
            Self::Text(text) => out.push_str(text),
            Self::After(before, code) => {
                out.push_str(before);
                code.write(out, indent, after);
            }
            Self::List {
                open, items, close, ..
            } if matches!(items.as_slice(), [Self::Text(_)] | [Self::List { .. }]) => {
                out.push_str(open);
                items[0].write(out, indent, after + close.len());
                out.push_str(close);
            }
            Self::List {
                open, items, close, ..
            } => {
                out.push_str(open);
                for item in items {
                    new_line(out, indent + STEP);
                    item.write(out, indent + STEP, 1);
                    out.push(',');
                }
                new_line(out, indent);
                out.push_str(close);
            }
            Self::Chain(links) => {
                let mut links = links.iter();
                let start = out.len();
                if let Some(first) = links.next() {
                    first.write(out, indent, 0);
                }
                // What ends with a bracket on a line of its own is gone on from there.
                let indent = match out[start..].contains('\n') {
                    true => indent,
                    false => indent + STEP,
                };
                for link in links {
                    new_line(out, indent);
                    link.write(out, indent, after);
                }
            }
        }
    }
}

fn new_line(out: &mut String, indent: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
}
