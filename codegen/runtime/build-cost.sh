#!/usr/bin/env bash
# What a consumer of a crate must build, against one with reqwest (rustls), serde, serde_json and
# chrono alone, and against one with another crate if a dependency on it is given: crates, and the time
# of a clean debug build. The aim is 1.10 times what these alone take.
#
# They are built in turns; the figures are medians, the ratios medians of those of each round.
# Processor time is told too: it differs less than elapsed time when the machine does other work.
# Lines that begin with `|` are rows of the table of tests/benches/table.sh.
#
# usage: [ROUNDS=3] build-cost.sh [PATH-OF-THE-CRATE [DEPENDENCY]]    by default the generated client
#   build-cost.sh generated 'graph-rs-sdk = "3.0.1"'
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
crate=$(cd "${1:-$here/../../generated}" && pwd)
peer=${2:-}
name=$(sed -n 's/^name = "\(.*\)"/\1/p' "$crate/Cargo.toml" | head -n 1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# As for crates from a registry: Cargo would build those from a path incrementally, which takes longer.
export CARGO_INCREMENTAL=0

# A package with the common dependencies and what stands on stdin.
package() {
    mkdir -p "$work/$1/src"
    echo 'fn main() {}' >"$work/$1/src/main.rs"
    {
        printf '[package]\nname = "consumer"\nedition = "2024"\n\n[workspace]\n\n[dependencies]\n'
        printf 'chrono = { version = "0.4.45", default-features = false, features = ["clock", "serde", "std"] }\n'
        printf 'serde = { version = "1.0.229", features = ["derive"] }\nserde_json = "1.0.154"\n'
        cat
    } >"$work/$1/Cargo.toml"
    (cd "$work/$1" && cargo generate-lockfile --quiet && cargo fetch --quiet)
}

crates() {
    (cd "$work/$1" && cargo tree --edges normal,build --prefix none --no-dedupe) |
        sed 's/ (.*//' | sort -u | wc -l
}

# Elapsed seconds and processor seconds of a clean build.
seconds() {
    local TIMEFORMAT='%R %U %S'
    { time (cd "$work/$1" && cargo build --quiet --target-dir "$work/target-$1" >&2); } 2>&1 |
        tail -n 1 | awk '{ printf "%.1f %.1f\n", $1, $2 + $3 }'
    rm -rf "$work/target-$1"
}

median() { sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }

# The row for this column of the measurements, with the crate and with what it is held against.
row() {
    local what=$1 against=$2 other=$3 column=$4 with without ratio
    with=$(cut -d ' ' -f "$column" "$work/client.seconds" | median)
    without=$(cut -d ' ' -f "$column" "$work/$other.seconds" | median)
    ratio=$(paste -d ' ' <(cut -d ' ' -f "$column" "$work/client.seconds") \
        <(cut -d ' ' -f "$column" "$work/$other.seconds") | awk '{ print $1 / $2 }' | median)
    printf '| %s | %s | %s s | %s s | %.2f |\n' "$what" "$against" "$with" "$without" "$ratio"
}

rows() {
    local against=$1 other=$2 ours theirs
    ours=$(crates client)
    theirs=$(crates "$other")
    printf '| crates that a consumer builds | %s | %d | %d | %.2f |\n' "$against" "$ours" "$theirs" \
        "$(awk "BEGIN { print $ours / $theirs }")"
    row 'a clean debug build, elapsed' "$against" "$other" 1
    row 'a clean debug build, processor' "$against" "$other" 2
}

printf 'reqwest = { version = "0.13.5", default-features = false, features = ["rustls"] }\n' | package base
printf '%s = { path = "%s" }\n' "$name" "$crate" | package client
consumers=(base client)
if [ -n "$peer" ]; then
    printf '%s\n' "$peer" | package peer
    consumers+=(peer)
fi

for round in $(seq "${ROUNDS:-3}"); do
    echo "round $round" >&2
    for consumer in "${consumers[@]}"; do
        seconds "$consumer" >>"$work/$consumer.seconds"
    done
done

rows 'reqwest (rustls), serde, serde_json, chrono' base
if [ -n "$peer" ]; then
    rows "\`${peer%% *}\`" peer
fi
