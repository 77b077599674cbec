//! `--report`: what of the metadata the client does not show as it is.

use csdl_codegen::api::{Omitted, Renamed};
use csdl_codegen::generate::Generated;
use csdl_codegen::show::inert;

/// The names that were changed, the operations without a method, and how much was emitted.
pub(super) fn report(generated: &Generated) -> String {
    let mut text = String::from("report\n");
    text.push_str(&names(&generated.renamed));
    text.push_str(&operations(
        generated.summary.operations,
        &generated.omitted,
    ));
    let (lines, declared) = (generated.summary.lines, generated.summary.declared);
    let ratio = lines as f64 / declared.max(1) as f64;
    text.push_str(&format!(
        "  size: {lines} lines for {declared} declared elements, {ratio:.1} for each\n"
    ));
    text
}

fn names(renamed: &[Renamed]) -> String {
    let mut text = format!("  names: {} could not be kept\n", renamed.len());
    for Renamed { element, name } in renamed {
        text.push_str(&format!("    {}: {name}\n", inert(element)));
    }
    text
}

fn operations(all: usize, omitted: &[Omitted]) -> String {
    let limitations = omitted
        .iter()
        .filter(|omitted| omitted.reason.is_limitation())
        .count();
    let mut text = format!(
        "  operations: {} of {all} have a method; of the others, {limitations} are beyond this \
         generator\n",
        all - omitted.len()
    );
    for Omitted { operation, reason } in omitted {
        text.push_str(&format!("    {}: {}\n", inert(operation), reason.text()));
    }
    text
}
