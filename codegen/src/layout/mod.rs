//! Rust as rustfmt leaves it, printed once: expressions, and items made of tokens.
//!
//! It knows the shapes that are emitted, and no others. Widths are those of rustfmt's defaults in the style
//! of the edition 2024; names in comments such as "chain width" are those of its options.

mod body;
mod chain;
mod code;
mod expression;
mod flat;
mod function;
mod import;
mod item;
mod list;
mod order;
mod printer;
mod space;
mod statement;
mod token;
mod writer;

#[cfg(test)]
mod tests;

pub(crate) use code::Code;
pub(crate) use item::{implementation, items};
pub(crate) use statement::statement;
