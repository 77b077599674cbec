//! Filters as templates, whose values cannot become syntax.

use super::expression::{Expression, Filter};
use super::operand::Shape;
use super::text::Text;
use crate::error::{Error, ErrorKind, Result};
use crate::value::Literal;

/// A filter as a text, for what [expressions](Expression) do not have.
///
/// Each `{}` in the template becomes the OData literal of the value at its position, so that no
/// value can become syntax; `{{` and `}}` are literal braces. Strings are quoted for you: write
/// `name eq {}`, not `name eq '{}'`.
///
/// ```
/// # use odata_runtime::query::{Filter, template};
/// # struct User;
/// let filter: Filter<User> = template("startsWith(displayName, {})", &[&"O'Neill"]);
/// assert_eq!(filter.to_string(), "startsWith(displayName, 'O''Neill')");
/// ```
///
/// Sending fails with [`ErrorKind::InvalidRequest`], and sends nothing, if the number of values differs
/// from that of `{}`, if a brace or a quote is unbalanced, or if a `{}` is between quotes or next to one
/// or to another `{}`.
pub fn template<T>(template: &str, values: &[&dyn Literal]) -> Filter<T> {
    let mut text = Text::default();
    match fill(template, values) {
        Ok(filled) => text.push(&filled),
        Err(error) => text.fail(error),
    }
    Expression::new(text, Shape::Unknown)
}

/// What a template is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    /// A character that stays as it is; braces were `{{` or `}}`.
    Character(char),
    /// The place of a value.
    Value,
}

const QUOTE: Token = Token::Character('\'');

/// The template with each `{}` replaced by the literal of the value at its position; `{{` and `}}`
/// are braces.
fn fill(template: &str, values: &[&dyn Literal]) -> Result<String> {
    check(template).map_err(|problem| invalid(template, problem))?;
    let mut filled = String::with_capacity(template.len() + 16 * values.len());
    let mut places = 0;
    for token in tokens(template).flatten() {
        match token {
            Token::Character(character) => filled.push(character),
            Token::Value => {
                if let Some(value) = values.get(places) {
                    let literal = value.to_literal();
                    literal.check()?;
                    filled.push_str(&literal.text());
                }
                places += 1;
            }
        }
    }
    if places == values.len() {
        Ok(filled)
    } else {
        Err(wrong_count(template, places, values.len()))
    }
}

/// What is wrong with a template, apart from its number of places.
enum Problem {
    LoneBrace(char),
    /// A place within quotes.
    Quoted,
    /// A place next to a quote or another place.
    Touching,
    OpenQuote,
}

/// Refuses a place within quotes, or next to a quote or another place: the literal brings its own
/// quotes, which would merge with those and let the value escape.
fn check(template: &str) -> Result<(), Problem> {
    // `''` within quotes is a quote; ending and beginning again says the same.
    let mut is_quoted = false;
    let mut previous = None;
    for token in tokens(template) {
        let token = token.map_err(Problem::LoneBrace)?;
        match (previous, token) {
            (_, Token::Value) if is_quoted => return Err(Problem::Quoted),
            (Some(QUOTE | Token::Value), Token::Value) | (Some(Token::Value), QUOTE) => {
                return Err(Problem::Touching);
            }
            (_, token) => is_quoted ^= token == QUOTE,
        }
        previous = Some(token);
    }
    if is_quoted {
        return Err(Problem::OpenQuote);
    }
    Ok(())
}

/// The tokens of a template, or an unbalanced brace.
fn tokens(template: &str) -> impl Iterator<Item = Result<Token, char>> + '_ {
    let mut characters = template.chars();
    std::iter::from_fn(move || {
        let character = characters.next()?;
        if !matches!(character, '{' | '}') {
            return Some(Ok(Token::Character(character)));
        }
        Some(match (character, characters.next()) {
            ('{', Some('}')) => Ok(Token::Value),
            (open, Some(next)) if next == open => Ok(Token::Character(open)),
            _ => Err(character),
        })
    })
}

fn invalid(template: &str, problem: Problem) -> Error {
    let text = match problem {
        Problem::LoneBrace(brace) => format!(
            "a lone `{brace}`; write `{{}}` for a value and `{brace}{brace}` for the brace itself"
        ),
        Problem::Quoted => format!(
            "`{{}}` between quotes, where a value could end the text; {}: the value is quoted for you",
            unquoted(template)
        ),
        Problem::Touching => "`{}` right beside a quote or another `{}`, where two texts would become \
             one; write \"concat({},{})\", or give the whole text as the value, as in \"name eq {}\": \
             the value is quoted for you"
            .to_owned(),
        Problem::OpenQuote => "a quote that is not closed; write `''` for a quote within quotes, or \
             `{}` for the whole text: the value is quoted for you"
            .to_owned(),
    };
    let message = format!("the filter {template:?} has {text}");
    Error::new(ErrorKind::InvalidRequest, message)
}

/// What to write instead of a template with a place in quotes.
fn unquoted(template: &str) -> String {
    let right = template.replace("'{}'", "{}");
    match check(&right) {
        Ok(()) => format!("write {right:?}"),
        Err(_) => "give the whole text as the value, as in \"name eq {}\"".to_owned(),
    }
}

fn wrong_count(template: &str, places: usize, values: usize) -> Error {
    let message = format!(
        "the filter {template:?} has {places} of `{{}}`, but {values} values were given for them"
    );
    Error::new(ErrorKind::InvalidRequest, message)
}
