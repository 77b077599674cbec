//! The expressions of `$filter`, taken apart (OData URL Conventions 4.01, section "Common Expression
//! Syntax").

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    /// A literal as it stands.
    Literal(String),
    /// Names with slashes between them.
    Path(Vec<String>),
    Call {
        name: String,
        arguments: Vec<Expression>,
    },
    /// `path/any(variable:condition)`; without a condition, `any()`.
    Lambda {
        path: Vec<String>,
        is_all: bool,
        variable: String,
        condition: Option<Box<Expression>>,
    },
    Binary {
        operator: String,
        left: Box<Expression>,
        right: Box<Expression>,
    },
    Not(Box<Expression>),
    List(Vec<Expression>),
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Literal(String),
    Sign(char),
}

/// How deep expressions may be nested.
const DEPTH: usize = 50;

/// Reads an expression; `None` if it is none, or has what is not understood.
pub(super) fn parse(text: &str) -> Option<Expression> {
    let tokens = tokens(text)?;
    let mut reader = Reader {
        tokens: &tokens,
        depth: 0,
    };
    let expression = reader.or()?;
    reader.tokens.is_empty().then_some(expression)
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' => quoted(rest)?,
            '{' => rest.find('}')? + 1,
            c if c.is_ascii_digit() => word_length(rest),
            '-' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => word_length(rest),
            c if c.is_alphabetic() || "_$@".contains(c) => {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || "_$@.".contains(c)));
                let end = end.unwrap_or(rest.len());
                match rest[end..].starts_with('\'') {
                    // `duration'PT1H'`
                    true => end + quoted(&rest[end..])?,
                    // A GUID may begin with a letter.
                    false if is_guid(rest) => 36,
                    false => end,
                }
            }
            c => c.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        tokens.push(match first {
            c if c.is_alphabetic() || "_$@".contains(c) => {
                match token.contains('\'') || is_guid(token) {
                    true => Token::Literal(token.to_owned()),
                    false => Token::Word(token.to_owned()),
                }
            }
            '\'' | '{' | '0'..='9' => Token::Literal(token.to_owned()),
            '-' if length > 1 => Token::Literal(token.to_owned()),
            '(' | ')' | ',' | '/' | ':' => Token::Sign(first),
            _ => return None,
        });
        rest = after.trim_start();
    }
    Some(tokens)
}

/// How long a text in quotes is, with them.
fn quoted(text: &str) -> Option<usize> {
    let mut at = 1;
    loop {
        at += text[at..].find('\'')? + 1;
        match text[at..].starts_with('\'') {
            true => at += 1,
            false => return Some(at),
        }
    }
}

/// How long a number, a date or a GUID is.
fn word_length(text: &str) -> usize {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "-+.:".contains(c)));
    end.unwrap_or(text.len())
}

fn is_guid(text: &str) -> bool {
    let head = text.get(..36);
    head.is_some_and(|head| uuid::Uuid::try_parse(head).is_ok())
        && !text[36..].starts_with(|c: char| c.is_alphanumeric() || c == '-')
}

struct Reader<'t> {
    tokens: &'t [Token],
    depth: usize,
}

impl Reader<'_> {
    fn word(&self) -> Option<&str> {
        match self.tokens.first()? {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }

    /// Reads an operator, whatever its case.
    fn operator(&mut self, known: &[&str]) -> Option<String> {
        let word = self.word()?.to_lowercase();
        if !known.contains(&&*word) {
            return None;
        }
        self.tokens = &self.tokens[1..];
        Some(word)
    }

    fn sign(&mut self, sign: char) -> Option<()> {
        match self.tokens.first()? {
            Token::Sign(found) if *found == sign => {
                self.tokens = &self.tokens[1..];
                Some(())
            }
            _ => None,
        }
    }

    fn or(&mut self) -> Option<Expression> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let expression = self.left_to_right(&["or"], |it| it.left_to_right(&["and"], Self::not));
        self.depth -= 1;
        expression
    }

    fn left_to_right(
        &mut self,
        operators: &[&str],
        operand: impl Fn(&mut Self) -> Option<Expression>,
    ) -> Option<Expression> {
        let mut left = operand(self)?;
        while let Some(operator) = self.operator(operators) {
            left = Expression::Binary {
                operator,
                left: Box::new(left),
                right: Box::new(operand(self)?),
            };
        }
        Some(left)
    }

    fn not(&mut self) -> Option<Expression> {
        if self.operator(&["not"]).is_none() {
            return self.comparison();
        }
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let inner = self.not();
        self.depth -= 1;
        Some(Expression::Not(Box::new(inner?)))
    }

    fn comparison(&mut self) -> Option<Expression> {
        let sum = |it: &mut Self| {
            it.left_to_right(&["add", "sub"], |it| {
                it.left_to_right(&["mul", "div", "mod", "divby"], Self::primary)
            })
        };
        let left = sum(self)?;
        let Some(operator) = self.operator(&["eq", "ne", "gt", "ge", "lt", "le", "has", "in"])
        else {
            return Some(left);
        };
        let right = match operator.as_str() {
            "in" => self.list()?,
            _ => sum(self)?,
        };
        Some(Expression::Binary {
            operator,
            left: Box::new(left),
            right: Box::new(right),
        })
    }

    fn list(&mut self) -> Option<Expression> {
        if self.sign('(').is_none() {
            return self.primary();
        }
        Some(Expression::List(self.arguments()?))
    }

    /// Expressions with commas between them, to the closing parenthesis.
    fn arguments(&mut self) -> Option<Vec<Expression>> {
        let mut arguments = Vec::new();
        if self.sign(')').is_some() {
            return Some(arguments);
        }
        loop {
            arguments.push(self.or()?);
            if self.sign(')').is_some() {
                return Some(arguments);
            }
            self.sign(',')?;
        }
    }

    fn primary(&mut self) -> Option<Expression> {
        if self.sign('(').is_some() {
            let inner = self.or()?;
            self.sign(')')?;
            return Some(inner);
        }
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        match first {
            Token::Literal(text) => Some(Expression::Literal(text.clone())),
            Token::Word(word) if matches!(word.as_str(), "true" | "false" | "null") => {
                Some(Expression::Literal(word.clone()))
            }
            Token::Word(word) => self.named(word.clone()),
            Token::Sign(_) => None,
        }
    }

    /// What begins with a name.
    fn named(&mut self, first: String) -> Option<Expression> {
        if self.sign('(').is_some() {
            return Some(Expression::Call {
                name: first,
                arguments: self.arguments()?,
            });
        }
        let mut path = vec![first];
        while self.sign('/').is_some() {
            let (Token::Word(name), rest) = self.tokens.split_first()? else {
                return None;
            };
            let name = name.clone();
            self.tokens = rest;
            if self.sign('(').is_none() {
                path.push(name);
                continue;
            }
            let is_all = name.eq_ignore_ascii_case("all");
            if !is_all && !name.eq_ignore_ascii_case("any") {
                return None;
            }
            if self.sign(')').is_some() {
                return Some(Expression::Lambda {
                    path,
                    is_all,
                    variable: String::new(),
                    condition: None,
                });
            }
            let variable = self.word()?.to_owned();
            self.tokens = &self.tokens[1..];
            self.sign(':')?;
            let condition = self.or()?;
            self.sign(')')?;
            return Some(Expression::Lambda {
                path,
                is_all,
                variable,
                condition: Some(Box::new(condition)),
            });
        }
        Some(Expression::Path(path))
    }
}
