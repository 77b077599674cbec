#!/usr/bin/env bash
# Holds the verdicts of `cargo codegen diff` about revisions of a service's metadata to the public items of the
# clients that they give. Usage: history.sh DOCUMENT DOCUMENT…, oldest first; they may be compressed with xz.
set -euo pipefail

documents=""
for document in "$@"; do
    documents+="$(realpath "$document")"$'\n'
done
cd "$(dirname "$0")/../.."
DOCUMENTS=$documents cargo test --release --locked --package csdl-codegen --test changes history -- \
    --ignored --nocapture
