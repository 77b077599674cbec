#!/bin/sh
# What a consumer of a crate must build, against one with reqwest (rustls), serde, serde_json and
# chrono alone: crates and the time of a clean debug build. The budget is 15 crates and 1.15 times.
#
# usage: build-cost.sh [PATH-OF-THE-CRATE]    by default the generated client
set -eu

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

seconds() {
    start=$(date +%s.%N)
    (cd "$work/$1" && cargo build --quiet --target-dir "$work/target-$1")
    end=$(date +%s.%N)
    rm -rf "$work/target-$1"
    echo "$end $start" | awk '{ printf "%.1f", $1 - $2 }'
}

printf 'reqwest = { version = "0.13.5", default-features = false, features = ["rustls"] }\n' | package base
printf '%s = { path = "%s" }\n' "$name" "$crate" | package client

base_crates=$(crates base)
client_crates=$(crates client)
echo "crates: $client_crates with $name, $base_crates without: $((client_crates - base_crates)) more (budget 15)"

base_seconds=$(seconds base)
client_seconds=$(seconds client)
ratio=$(echo "$client_seconds $base_seconds" | awk '{ printf "%.2f", $1 / $2 }')
echo "clean debug build: $client_seconds s with $name, $base_seconds s without: ratio $ratio (budget 1.15)"
