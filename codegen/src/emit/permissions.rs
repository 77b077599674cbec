//! The table of what callers need to be granted.

use super::docs::{Text, inline};
use super::file::{File, Imports, ident};
use super::table::{name, string};
use crate::api::{PermissionItem, PermissionsItem, RequestPermissions};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// `src/permissions.rs`: sets of permissions, and the paths of requests with the sets that they need.
pub(super) fn permissions(item: &PermissionsItem) -> File {
    let mut file = File::new("src/permissions.rs".to_owned(), []);
    file.set_docs(vec![
        " What callers need to be granted: sets of permissions, and the requests that need them."
            .to_owned(),
    ]);
    let rows = item.rows.iter().map(|(path, methods)| {
        let methods = methods.iter();
        let methods = methods.map(|(method, set)| format!(" {method}={}", name(set)));
        let row = format!("{path}{}", methods.collect::<String>());
        format!("{}\n", string(&row).to_string().trim_matches('"'))
    });
    let rows: String = rows.collect();
    let names = item.sets.keys().map(|set| {
        let name = name(set);
        format!("        ({}, {name}),\n", string(set.as_str()))
    });
    let names: String = names.collect();
    let table = file.imports().external("odata_runtime::PermissionTable");
    // A text of many lines has no place in a line, so rustfmt leaves it alone.
    file.push_text(format!(
        "pub(crate) static TABLE: {table} = {table}::new(\n    \"\\\n{rows}\",\n    \
         &[\n{names}    ],\n);\n"
    ));
    for (set, permissions) in &item.sets {
        let (name, imports) = (ident(set), file.imports());
        let of = imports.external("odata_runtime::Permission");
        let permissions = permissions.iter().map(|it| permission(it, imports));
        let permissions: Vec<_> = permissions.collect();
        file.push(quote!(pub(crate) const #name: &[#of] = &[#(#permissions),*];));
    }
    file
}

/// `Permission::new("Application", &["A.Read", "A.ReadWrite"]).with_least(1)`
pub(super) fn permission(item: &PermissionItem, imports: &mut Imports) -> TokenStream {
    let permission = imports.external("odata_runtime::Permission");
    let (scheme, scopes) = (&item.scheme, &item.scopes);
    let least = (item.least < scopes.len()).then(|| {
        let least = Literal::usize_unsuffixed(item.least);
        quote!(.with_least(#least))
    });
    let also = item.also.iter();
    let also: Vec<_> = also
        .map(|(scope, also)| quote!((#scope, &[#(#also),*])))
        .collect();
    let also = (!also.is_empty()).then(|| quote!(.with_also(&[#(#also),*])));
    quote!(#permission::new(#scheme, &[#(#scopes),*]) #least #also)
}

/// What a caller needs, in a table by scheme.
pub(super) fn by_scheme(permissions: &[PermissionItem], text: &mut Text) {
    if permissions.is_empty() {
        return;
    }
    text.heading("Permissions");
    let rows = permissions.iter().map(|it| {
        let (least, others) = it.scopes.split_at(it.least);
        let all = |scopes: &[String]| {
            let scopes: Vec<_> = scopes.iter().map(|scope| shown(it, scope)).collect();
            scopes.join(" or ")
        };
        vec![cell(&it.scheme), all(least), all(others)]
    });
    text.table(&["scheme", "least privileged", "also sufficient"], rows);
}

/// What callers need at each path, in a table with the least privileged by scheme.
pub(super) fn by_path(requests: &[RequestPermissions], text: &mut Text) {
    if requests.is_empty() {
        return;
    }
    // In the order in which the metadata has them.
    let mut schemes: Vec<&str> = Vec::new();
    for permission in requests.iter().flat_map(|it| &it.needed) {
        if !schemes.contains(&permission.scheme.as_str()) {
            schemes.push(&permission.scheme);
        }
    }
    let head: Vec<_> = schemes.iter().map(|scheme| cell(scheme)).collect();
    let head: Vec<_> = ["request"]
        .into_iter()
        .chain(head.iter().map(String::as_str))
        .collect();
    let rows = requests.iter().map(|it| {
        let cells = schemes.iter().map(|scheme| {
            let mut needed = it.needed.iter().filter(|needed| needed.scheme == **scheme);
            needed.next().map_or_else(|| "—".to_owned(), least)
        });
        let request = format!("`{}`", cell(&it.request));
        [request].into_iter().chain(cells).collect()
    });
    text.heading("Permissions");
    text.markdown("The least privileged of those that suffice, by path and scheme:");
    text.table(&head, rows);
}

fn least(permission: &PermissionItem) -> String {
    let least = &permission.scopes[..permission.least];
    let least: Vec<_> = least.iter().map(|scope| shown(permission, scope)).collect();
    least.join(" or ")
}

/// A scope, with what is needed besides.
fn shown(permission: &PermissionItem, scope: &str) -> String {
    let mut text = format!("`{}`", cell(scope));
    let mut also = permission.also.iter().filter(|(it, _)| it == scope);
    if let Some((_, also)) = also.next() {
        let also: Vec<_> = also.iter().map(|it| format!("`{}`", cell(it))).collect();
        text.push_str(&format!(" with {}", also.join(" or ")));
    }
    text
}

/// A text of the metadata that ends no cell and no code.
fn cell(text: &str) -> String {
    inline(text).replace(['|', '`'], "")
}
