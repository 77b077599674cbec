//! The test cases that OASIS publishes with the grammar of OData's URLs.

/// A test case.
#[derive(Debug, Default)]
pub struct Case {
    #[allow(dead_code, reason = "not every program that shares this file shows it")]
    pub name: String,
    pub rule: String,
    pub input: String,
    /// Whether the input must be refused.
    pub fails: bool,
}

/// What a client sends for a text: the cases have characters that no URL has.
#[allow(
    dead_code,
    reason = "not every program that shares this file sends them"
)]
pub fn on_the_wire(input: &str) -> String {
    let mut wire = String::new();
    for character in input.chars() {
        if character.is_ascii()
            && !matches!(character, ' ' | '\t' | '"' | '\\' | '{' | '}' | '[' | ']')
        {
            wire.push(character);
            continue;
        }
        let mut buffer = [0; 4];
        for byte in character.encode_utf8(&mut buffer).bytes() {
            wire.push_str(&format!("%{byte:02X}"));
        }
    }
    // The brackets of an IPv6 address are its own.
    match input
        .split_once("://[")
        .and_then(|(scheme, rest)| Some((scheme, rest.split_once(']')?)))
    {
        Some((scheme, (address, rest))) => format!("{scheme}://[{address}]{}", on_the_wire(rest)),
        None => wire,
    }
}

/// Reads the cases: the file uses little of YAML.
pub fn read(text: &str) -> Vec<Case> {
    let (_, list) = text
        .split_once("\nTestCases:\n")
        .expect("a list of test cases");
    let mut cases: Vec<Case> = Vec::new();
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in list.lines().chain(["  - Name: end"]) {
        if let Some(name) = line.strip_prefix("  - Name:") {
            if !fields.is_empty() {
                cases.push(Case::of(&fields));
            }
            fields = vec![("Name".to_owned(), name.trim().to_owned())];
        } else if let Some((key, value)) = field(line) {
            fields.push((key.to_owned(), value.trim().to_owned()));
        } else if !line.trim().is_empty() && !line.trim_start().starts_with('#') {
            // A long text goes on in the next line.
            if let Some((_, value)) = fields.last_mut() {
                let is_joined = value.ends_with('\\');
                value.truncate(value.len() - usize::from(is_joined));
                if !value.is_empty() && !is_joined {
                    value.push(' ');
                }
                value.push_str(line.trim());
            }
        }
    }
    cases
}

fn field(line: &str) -> Option<(&str, &str)> {
    let rest = line
        .strip_prefix("    ")
        .filter(|rest| !rest.starts_with(' '))?;
    let (key, value) = rest.split_once(':')?;
    key.chars()
        .all(char::is_alphanumeric)
        .then_some((key, value))
}

impl Case {
    fn of(fields: &[(String, String)]) -> Self {
        let field = |wanted: &str| {
            let mut fields = fields.iter();
            fields
                .find(|(key, _)| key == wanted)
                .map(|(_, value)| unquoted(value))
        };
        Self {
            name: field("Name").unwrap_or_default(),
            rule: field("Rule").unwrap_or_default(),
            input: field("Input").unwrap_or_default(),
            fails: field("FailAt").is_some(),
        }
    }
}

/// A scalar without YAML's quotes.
fn unquoted(value: &str) -> String {
    let inner = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
    if let Some(inner) = inner('\'') {
        return inner.replace("''", "'");
    }
    match inner('"') {
        Some(_) => serde_json::from_str(value).unwrap_or_else(|_| value.to_owned()),
        None => value.to_owned(),
    }
}
