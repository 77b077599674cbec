#!/usr/bin/env bash
# Starts servers, generates clients from their metadata, and tests these against them: tests/servers/run.sh [--check]
#
# The table of what works at which server, in codegen/README.md, is what the tests saw. With `--check`, and in CI,
# it is compared; without, it is written. Nothing leaves loopback but npm, which installs what package-lock.json
# locks, and apt-get, where there is no npm.
set -euo pipefail
cd "$(dirname "$0")"
repository=$(cd ../.. && pwd)
export CARGO_TARGET_DIR=$repository/target
work=$CARGO_TARGET_DIR/servers
check=()
if [ "${1:-}" = --check ] || [ -n "${CI:-}" ]; then
    check=(--check)
fi

rm -rf "$work"
mkdir -p "$work"

# What was started ends with the script, and says why if the script fails.
servers=()
finish() {
    local status=$?
    for server in "${servers[@]}"; do
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    done
    if [ "$status" != 0 ]; then
        for log in "$work"/*.log; do
            [ -e "$log" ] || continue
            printf '\n-- the end of %s\n' "$log" >&2
            tail -n 60 "$log" >&2
        done
    fi
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# npm comes from Debian where it is missing; the servers themselves run on the Node.js that package-lock.json locks.
if ! command -v npm >/dev/null; then
    root=()
    [ "$(id -u)" = 0 ] || root=(sudo)
    "${root[@]}" apt-get update -q
    "${root[@]}" apt-get install -q -y --no-install-recommends nodejs npm
fi

# Installs a server's packages, unless they are there as they are locked.
install() {
    local lock=$1/package-lock.json installed=$1/node_modules/.installed-lock.json
    if ! cmp -s "$lock" "$installed"; then
        (cd "$1" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
        cp "$lock" "$installed"
    fi
}

# The Node.js for the servers: for Linux the one from npm, else the machine's.
find_node() {
    local locked
    for locked in "$PWD"/cap/node_modules/node-linux-*/bin/node; do
        if [ -x "$locked" ]; then
            echo "$locked"
            return
        fi
    done
    if ! command -v node || [ "$(node -p 'parseInt(process.versions.node)')" -lt 22 ]; then
        echo "error: SAP CAP needs Node.js 22 or later" >&2
        return 1
    fi
}

# Starts a server in its folder, which writes its port to a file once it answers: start NAME COMMAND…
start() {
    local name=$1
    shift
    (cd "$name" && PORT_FILE=$work/$name.port exec "$@") >"$work/$name.log" 2>&1 &
    servers+=($!)
    for _ in $(seq 300); do
        [ ! -e "$work/$name.port" ] || return 0
        kill -0 "$!" 2>/dev/null || break
        sleep 0.1
    done
    echo "error: the server $name did not start" >&2
    return 1
}

port() { cat "$work/$1.port"; }

codegen() { cargo run -q --locked --manifest-path "$repository/Cargo.toml" -p csdl-codegen -- "$@"; }

# Generates a client's package from the metadata of a running service, and updates it: generate PACKAGE URL PRESET
generate() {
    codegen new "$work/$1" "$2/\$metadata" --preset "$3" --runtime "$repository/codegen/runtime"
    (cd "$work/$1" && codegen update && codegen check --strict)
}

install cap
node=$(find_node)
start cap "$node" node_modules/@sap/cds/bin/serve.js all
export CAP_URL=http://127.0.0.1:$(port cap)/odata/v4/press
generate press-client "$CAP_URL" cap

install odata-v4-server
start odata-v4-server "$node" server.js
export ODATA_V4_SERVER_URL=http://127.0.0.1:$(port odata-v4-server)/odata
generate shelf-client "$ODATA_V4_SERVER_URL" none

export FEATURE_RECORDS=$work/records
cp "$repository/Cargo.lock" Cargo.lock
cargo fmt --check
cargo clippy -q --all-targets -- -D warnings
cargo test -q --test servers
cargo run -q -- "${check[@]}" "$repository/codegen/README.md"
