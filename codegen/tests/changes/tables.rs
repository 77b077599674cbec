//! What the runtime's macros make of their tables, as far as others can name it.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{ImplItem, Item};

/// The items that calls of macros among these stand for.
pub fn expanded(items: &[Item]) -> Vec<Item> {
    let mut text = String::new();
    for item in items {
        match item {
            Item::Macro(item) => text.push_str(&of_module(&item.mac)),
            Item::Impl(item) => {
                let name = item.self_ty.to_token_stream();
                let methods = item.items.iter().filter_map(|member| match member {
                    ImplItem::Macro(member) => Some(of_impl(&member.mac)),
                    _ => None,
                });
                let methods: String = methods.collect();
                text.push_str(&format!("impl {name} {{ {methods} }}\n"));
            }
            _ => {}
        }
    }
    syn::parse_file(&text)
        .unwrap_or_else(|error| panic!("{error}:\n{text}"))
        .items
}

fn of_module(call: &syn::Macro) -> String {
    let rows = Rows::new(&call.tokens);
    match name(call).as_str() {
        "model" => model(&rows),
        "enumeration" => {
            let name = &rows.head[0];
            let traits = [
                "EnumMember",
                "Literal",
                "JsonFormat",
                "Serialize",
                "Deserialize<'de>",
            ];
            format!(
                "impl {name} {{ pub fn as_str(&self) -> &str {{}} }} impl From<&str> for {name} {{}} \
                 impl Default for {name} {{}} {}",
                implemented(&traits, name)
            )
        }
        "allowed_values" => {
            let (name, value) = (&rows.head[0], rows.head[2].replace("str", "&str"));
            let default = rows
                .text
                .contains("default")
                .then(|| implemented(&["Default"], name));
            format!(
                "impl {name} {{ pub fn value(&self) -> {value} {{}} }} \
                 impl From<{value}> for {name} {{}} impl Literal for {name} {{}} {}",
                default.unwrap_or_default()
            )
        }
        "request_builder" => {
            let name = &rows.head[0];
            let resource = rows
                .text
                .split_once(':')
                .map_or_else(String::new, |(_, resource)| {
                    format!("impl {resource} {{ type RequestBuilder = {name}; }}")
                });
            format!(
                "impl {name} {{ pub fn resource(&self) -> &ResourcePath {{}} }} \
                 impl From<ResourcePath> for {name} {{}} {resource}"
            )
        }
        "call" => calls(&rows),
        "argument" => implemented(&["Literal"], &rows.head[0]),
        other => panic!("{other}! is not known here"),
    }
}

fn model(rows: &Rows) -> String {
    let name = &rows.head[0];
    let mut text = String::new();
    for (block, kind) in rows.blocks.iter().zip(["Property", "NavigationProperty"]) {
        for row in block {
            let (constant, member) = (&row[0], &row[4]);
            text.push_str(&format!(
                "impl {name} {{ pub const {constant}: {kind}<Self> = {kind}::new({member}); }}\n"
            ));
        }
    }
    for base in rows.list("extends") {
        text.push_str(&format!("impl DerivedFrom<{base}> for {name} {{}}\n"));
    }
    let traits = [
        "ODataType",
        "JsonObject",
        "JsonFormat",
        "Serialize",
        "Deserialize<'de>",
    ];
    text + &implemented(&traits, name)
}

fn calls(rows: &Rows) -> String {
    // An action can have a condition.
    let (name, condition) = match &rows.head[..] {
        [action, name, arrow, ..] if action == "action" && arrow == "-" => (
            name,
            "pub fn if_match(self, etag: impl AsRef<str>) -> Self {}",
        ),
        head => (&head[0], ""),
    };
    let given = rows.text.split_once("->").expect("an arrow").1.trim();
    let (given, more) = match given.split_once(" of ") {
        _ if given == "nothing" => ("()".to_owned(), String::new()),
        _ if given == "bytes" => {
            let stream = "pub fn stream(self) -> ByteStream {}";
            ("Bytes".to_owned(), stream.to_owned())
        }
        Some((kind, item)) => {
            let list = match kind {
                "entities" => format!("pub fn into_list(self) -> List<{item}> {{}}"),
                _ => String::new(),
            };
            let more = format!(
                "{list} pub fn pages(self) -> Pages<{item}> {{}} \
                 pub fn stream(self) -> Items<{item}> {{}}"
            );
            (format!("Page<{item}>"), more)
        }
        None => (given.to_owned(), String::new()),
    };
    format!(
        "impl {name} {{ pub const PERMISSIONS: &'static [Permission] = Self::OPERATION.permissions(); \
         pub fn url(&self) -> Url {{}} \
         pub fn send(self) -> BoxFuture<'static, Result<Response<{given}>>> {{}} {condition} {more} }} {}",
        implemented(&["ConfigureRequest", "IntoFuture"], name)
    )
}

fn of_impl(call: &syn::Macro) -> String {
    let rows = Rows::new(&call.tokens);
    match name(call).as_str() {
        "requests" => {
            let (model, methods) = rows.text.split_once(':').expect("a colon");
            methods
                .split(',')
                .map(|method| request(method.trim(), model.trim()))
                .collect()
        }
        "navigation" | "references" => {
            // `# [doc = "…"] author : Person = "author" ,`
            let rows = rows
                .text
                .split(" ,")
                .map(str::trim)
                .filter(|row| !row.is_empty());
            let rows = rows.map(|row| {
                let row = row.rsplit_once(']').map_or(row, |(_, row)| row);
                let (name, rest) = row.split_once(" : ").expect("a colon");
                let (of, _) = rest.rsplit_once(" = ").expect("a segment");
                format!("pub fn {name}(&self) -> {of} {{}}")
            });
            rows.collect()
        }
        other => panic!("{other}! is not known here"),
    }
}

fn request(method: &str, model: &str) -> String {
    match method {
        "get" => format!(
            "pub fn get(&self) -> Get<{model}> {{}} \
             pub fn get_optional(&self) -> Get<{model}, Option<{model}>> {{}}"
        ),
        "list" => format!("pub fn list(&self) -> List<{model}> {{}}"),
        "create" => format!("pub fn create(&self, new: &{model}) -> Create<{model}> {{}}"),
        "update" => format!("pub fn update(&self, changes: &{model}) -> Update<{model}> {{}}"),
        "replace" => format!("pub fn update(&self, replacement: &{model}) -> Update<{model}> {{}}"),
        "delete" => "pub fn delete(&self) -> Delete {}".to_owned(),
        "count" => "pub fn count(&self) -> Count {}".to_owned(),
        other => panic!("`{other}` is not known here"),
    }
}

fn implemented(traits: &[&str], name: &str) -> String {
    let one = |implemented: &&str| match implemented.contains("'de") {
        true => format!("impl<'de> {implemented} for {name} {{}}\n"),
        false => format!("impl {implemented} for {name} {{}}\n"),
    };
    traits.iter().map(one).collect()
}

fn name(call: &syn::Macro) -> String {
    call.path.segments.last().expect("a name").ident.to_string()
}

/// A table, taken apart.
struct Rows {
    /// The tokens before the first block.
    head: Vec<String>,
    /// The rows of each block in braces.
    blocks: Vec<Vec<Vec<String>>>,
    /// All of it.
    text: String,
}

impl Rows {
    fn new(tokens: &TokenStream) -> Self {
        let trees: Vec<_> = tokens.clone().into_iter().collect();
        let is_block = |tree: &&TokenTree| matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        let head = trees.iter().take_while(|tree| !is_block(tree));
        let blocks = trees.iter().filter(is_block).map(|block| {
            let TokenTree::Group(block) = block else {
                unreachable!("a block is a group")
            };
            let trees: Vec<_> = block
                .stream()
                .into_iter()
                .map(|tree| tree.to_string())
                .collect();
            let rows = trees
                .split(|tree| tree == ",")
                .filter(|row| !row.is_empty());
            rows.map(<[String]>::to_vec).collect()
        });
        Self {
            head: head.map(ToString::to_string).collect(),
            blocks: blocks.collect(),
            text: tokens.to_string(),
        }
    }

    /// `extends [A, B]`
    fn list(&self, name: &str) -> Vec<String> {
        let start = format!("{name} [");
        let Some((_, rest)) = self.text.split_once(&start) else {
            return Vec::new();
        };
        let items = rest
            .split_once(']')
            .expect("the end of a list")
            .0
            .split(',');
        items
            .map(|item| item.trim().to_owned())
            .filter(|item| !item.is_empty())
            .collect()
    }
}
