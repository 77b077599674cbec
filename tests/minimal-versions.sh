#!/usr/bin/env bash
# Whether the oldest versions that the manifests allow are enough, for what is published. Those of direct
# dependencies alone: what these say about theirs is not always true, and not ours to fix.
# Needs a nightly toolchain beside the usual one, to choose the versions; the usual one compiles.
#
#     tests/minimal-versions.sh
set -euo pipefail
cd "$(dirname "$0")/.."

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z | xargs -0 cp --parents --no-dereference --target-directory="$copy"
cd "$copy"

cargo +nightly update -Z direct-minimal-versions
cargo check --locked --all-features \
    -p csdl-codegen -p odata-runtime -p graph-service-activity -p graph-emulator
