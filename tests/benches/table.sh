#!/usr/bin/env bash
# Everything that is measured, side by side with the plainest other way to do it, as one table. What is
# compared takes turns, so that the ratios mean something on a busy machine; the times mean less.
#
#     [GRAPH_METADATA=FOLDER] [ROUNDS=3] tests/benches/table.sh
#
# FOLDER has Graph's metadata as beta-composite.csdl; without it the generator is not measured. ROUNDS is
# how often each consumer is built, which takes most of the time. The exit code is 1 if something could
# not be measured, or if calls miss their aim.
set -euo pipefail
cd "$(dirname "$0")/../.."

peer='graph-rs-sdk = { version = "3.0.1", default-features = false, features = ["rustls-tls"] }'
table=$(mktemp)
trap 'rm -f "$table"' EXIT
status=0

# The rows among what a command prints; all of it is shown as progress.
rows() { "$@" | tee >(cat >&2) | { grep '^|' || true; } >>"$table" || status=1; }

rows cargo bench --quiet --package csdl-codegen --bench generate
rows cargo bench --quiet --bench overhead
rows cargo bench --quiet --bench in_memory
rows cargo bench --quiet --bench answers
rows codegen/runtime/build-cost.sh generated "$peer"

printf '\n%s on %s, %s cores\n\n' "$(rustc --version)" "$(uname -m)" "$(nproc)"
printf '| what | against | ours | theirs | ratio |\n|---|---|---:|---:|---:|\n'
cat "$table"
exit "$status"
