#!/bin/bash
# What a consumer of a crate must build, against one with reqwest (rustls), serde, serde_json and
# chrono alone: crates, and the time of a clean debug build. The budget is 15 crates and 1.15 times.
# Processor time is told too: it differs less than elapsed time when the machine does other work.
#
# usage: [ROUNDS=3] build-cost.sh [PATH-OF-THE-CRATE]    by default the generated client
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
crate=${1:-$here/../../generated}
crate=$(cd "$crate" && pwd)
name=$(sed -n 's/^name = "\(.*\)"/\1/p' "$crate/Cargo.toml" | head -n 1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

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

printf 'reqwest = { version = "0.13.5", default-features = false, features = ["rustls"] }\n' | package base
printf '%s = { path = "%s" }\n' "$name" "$crate" | package client

base_crates=$(crates base)
client_crates=$(crates client)
echo "crates: $client_crates with $name, $base_crates without: $((client_crates - base_crates)) more (budget 15)"

# In turn, and the best of each.
for round in $(seq "${ROUNDS:-2}"); do
    echo "round $round" >&2
    seconds base >>"$work/base.seconds"
    seconds client >>"$work/client.seconds"
done

# The best of this column with the crate and without it, and their ratio.
compare() {
    with=$(awk "{ print \$$1 }" "$work/client.seconds" | sort -n | head -n 1)
    without=$(awk "{ print \$$1 }" "$work/base.seconds" | sort -n | head -n 1)
    ratio=$(awk "BEGIN { printf \"%.2f\", $with / $without }")
    echo "clean debug build, $2: $with s with $name, $without s without: ratio $ratio (budget 1.15)"
}

compare 1 elapsed
compare 2 processor
