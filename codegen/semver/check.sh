#!/usr/bin/env bash
# Compares the verdicts of `cargo codegen diff` with those of cargo-semver-checks, on one pair of
# generated crates for each row of the table of changes. Installs the tool where it is missing.
#
# Outcome with cargo-semver-checks 0.51.0 and Rust 1.95.0: agrees on all 105 rows, those included that
# the table marks as ones that the tool cannot see. On two cores, each of installing and comparing takes
# some 10 minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=0.51.0
tools="$(cargo metadata --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/semver-tools"
tool="$tools/bin/cargo-semver-checks"
if [ "$("$tool" semver-checks --version 2>/dev/null)" != "cargo-semver-checks $version" ]; then
    cargo install cargo-semver-checks --version "$version" --locked --root "$tools"
fi
CARGO_SEMVER_CHECKS=$tool cargo test --locked --package csdl-codegen --test changes semver -- \
    --ignored --nocapture
