#!/usr/bin/env bash
# Everything that is measured, side by side with the plainest other way to do it, as one table. What is
# compared takes turns, so that the ratios mean something on a busy machine; the times mean less.
#
#     [GRAPH_METADATA=FOLDER] [ROUNDS=3] tests/benches/table.sh [COMMIT]
#
# FOLDER has Graph's metadata as beta-composite.csdl and v1.0-Prod.csdl; without it the generator is not
# measured. ROUNDS is how often each consumer is built, which takes most of the time. With COMMIT, each
# benchmark is also run as of that commit, right behind this tree's, and its ratio is in a column of its own.
# The exit code is 1 if something could not be measured, or if calls miss their aim.
set -euo pipefail
cd "$(dirname "$0")/../.."

peer='graph-rs-sdk = { version = "3.0.1", default-features = false, features = ["rustls-tls"] }'
folder=$(mktemp -d)
earlier=${1:+$(git rev-parse --short "$1^{commit}")}
if [ -n "$earlier" ]; then
    trap 'git worktree remove --force "$folder/tree"; rm -rf "$folder"' EXIT
    git worktree add --quiet --detach "$folder/tree" "$earlier"
else
    trap 'rm -rf "$folder"' EXIT
fi
touch "$folder/now" "$folder/earlier"
status=0

# The rows among what a command prints, which are added to a table; all of it is shown as progress.
table() {
    local table=$1
    shift
    "$@" | tee >(cat >&2) | { grep '^|' || true; } >>"$table"
}
rows() {
    table "$folder/now" "$@" || status=1
    # What that commit does not have yet is missing in its column.
    [ -z "$earlier" ] || (cd "$folder/tree" && table "$folder/earlier" "$@") || true
}

rows cargo bench --quiet --package csdl-codegen --bench generate
rows cargo bench --quiet --package csdl-codegen --bench commands
rows cargo bench --quiet --bench overhead
rows cargo bench --quiet --bench in_memory
rows cargo bench --quiet --bench answers
rows codegen/runtime/build-cost.sh generated "$peer"

printf '\n%s on %s, %s cores\n\n' "$(rustc --version)" "$(uname -m)" "$(nproc)"
printf '| what | against | ours | theirs | ratio |%s\n' "${earlier:+ at $earlier |}"
printf '|---|---|---:|---:|---:|%s\n' "${earlier:+---:|}"
awk -F ' *[|] *' -v earlier="$earlier" '
    FILENAME == ARGV[1] { ratio[$2, $3] = $6; next }
    earlier == "" { print; next }
    { print $0 " " (($2, $3) in ratio ? ratio[$2, $3] : "") " |" }
' "$folder/earlier" "$folder/now"
exit "$status"
