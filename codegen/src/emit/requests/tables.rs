//! The methods of a request builder that differ in names alone, as tables.

use super::methods::{references, told_text};
use crate::api::{Method, MethodKind};
use crate::emit::docs::Text;
use crate::emit::file::Imports;
use crate::emit::table::{name, path, string};
use std::fmt::Write;

/// The methods of a request builder, sorted into tables.
#[derive(Default)]
pub(super) struct Tables<'a> {
    /// The model, and the names of methods that OData defines.
    requests: Option<(String, Vec<&'static str>)>,
    /// Rows with their documentation.
    navigation: String,
    references: String,
    /// Those that are written out.
    pub others: Vec<&'a Method>,
}

impl<'a> Tables<'a> {
    pub fn new(methods: &'a [Method], imports: &mut Imports) -> Self {
        let mut tables = Self::default();
        for method in methods {
            let is_row = method.docs.deprecated.is_none()
                && (tables.request(method, imports)
                    || tables.navigate(method, imports)
                    || tables.refer(method));
            if !is_row {
                tables.others.push(method);
            }
        }
        tables
    }

    /// `requests!(Book: get, update, delete);`
    fn request(&mut self, method: &Method, imports: &mut Imports) -> bool {
        let (row, model) = match &method.kind {
            MethodKind::Get { model, unsupported } if unsupported.is_empty() => {
                ("get", Some(model))
            }
            MethodKind::List { model, unsupported } if unsupported.is_empty() => {
                ("list", Some(model))
            }
            MethodKind::Create(model) => ("create", Some(model)),
            MethodKind::Update { model, by_put } => {
                (if *by_put { "replace" } else { "update" }, Some(model))
            }
            MethodKind::Delete => ("delete", None),
            MethodKind::Count(model) => ("count", Some(model)),
            _ => return false,
        };
        // A replacement is an update to those who call it.
        let is_usual =
            method.name.as_str() == row || (row, method.name.as_str()) == ("replace", "update");
        let model = model.map(|model| path(&imports.item(model)));
        match (&mut self.requests, model) {
            _ if !is_usual => false,
            (Some((_, rows)), None) => {
                rows.push(row);
                true
            }
            (Some((of, rows)), Some(model)) if *of == model => {
                rows.push(row);
                true
            }
            (requests @ None, Some(model)) if !model.contains(':') => {
                *requests = Some((model, vec![row]));
                true
            }
            _ => false,
        }
    }

    /// `author: PersonRequestBuilder = "author",`
    fn navigate(&mut self, method: &Method, imports: &mut Imports) -> bool {
        let MethodKind::Navigate(to) = &method.kind else {
            return false;
        };
        let is_plain = to.refused.is_empty() && to.items.refused.is_empty() && to.below.is_empty();
        if !(is_plain && to.permissions.is_empty()) {
            return false;
        }
        if method.docs.summary.is_some() {
            for line in Text::new(&method.docs, "").lines() {
                let _ = writeln!(self.navigation, "        ///{line}");
            }
        }
        let (target, segment) = (path(&imports.item(&to.target)), string(&to.segment));
        let options = told_text(to);
        let without = match options.is_empty() {
            true => String::new(),
            false => format!(" without {}", string(&options)),
        };
        let _ = writeln!(
            self.navigation,
            "        {}: {target} = {segment}{without},",
            name(&method.name)
        );
        true
    }

    /// `author_ref: SingleReference = "author",`
    fn refer(&mut self, method: &Method) -> bool {
        let MethodKind::References {
            segment,
            multiplicity,
        } = &method.kind
        else {
            return false;
        };
        let kind = references(*multiplicity);
        let (name, segment) = (name(&method.name), string(segment));
        let _ = writeln!(self.references, "        {name}: {kind} = {segment},");
        true
    }

    /// The calls of macros.
    pub fn finish(self) -> String {
        let mut text = String::new();
        if let Some((model, rows)) = &self.requests {
            let rows = rows.join(", ");
            let _ = writeln!(text, "    odata_runtime::requests!({model}: {rows});");
        }
        for (name, rows) in [
            ("navigation", &self.navigation),
            ("references", &self.references),
        ] {
            if !rows.is_empty() {
                let _ = writeln!(text, "    odata_runtime::{name}! {{\n{rows}    }}");
            }
        }
        text
    }
}
