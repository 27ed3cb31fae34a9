# shellcheck shell=bash
# Times the engine beside other libraries on this machine: what stands in docs/benchmarks.md came from here.
. scripts/build.sh

PEERS=(@tensorflow/tfjs@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0 @jax-js/jax@0.1.25)
TENSORFLOW=tensorflow-cpu==2.18.1

bench_usage() {
  cat <<'TEXT'
usage: ./build.sh bench [--tensorflow] [--quick] [--only PART,…] [--presets NAME,…] [--seeds N] [--json FILE]
       ./build.sh bench --native [--quick] [--only NAME,…] [--json FILE]

  --tensorflow   also native TensorFlow, in a virtual environment of its own
  --native       without a browser: the crate beside TensorFlow, burn and candle (--only: some of ours, TensorFlow,
                 burn, candle; figures by default in target/bench-native.json)
  --quick        fewer steps and one round: to see that it works, not to be quoted
  --only         some of: peak, training, inference, batch, layers, chosen, peers, tensorflow, page, records, drag, sizes
  --presets      of the records only those of sprint, accurate, best
  --seeds N      of the records only the first N seeds (else 20, 5 and 3)
  --json FILE    where the figures go (default target/bench.json)
TEXT
}

bench_main() {
  local arg python=""
  for arg in "$@"; do
    case "$arg" in
      -h | --help) bench_usage; return ;;
      --tensorflow) python=yes ;;
      --native) bench_native "$@"; return ;;
    esac
  done
  build_all
  setup_browser
  local key home=$CACHE/bench-peers
  key=$(printf '%s\n' "${PEERS[@]}" | sha256 | cut -c1-16)
  if ! fresh "$home/.stamp" "$key"; then
    rm -rf "$home"
    mkdir -p "$home"
    printf '{"private":true}' >"$home/package.json"
    quietly "npm install ${PEERS[*]}" npm install --prefix "$home" --ignore-scripts --no-audit --no-fund "${PEERS[@]}" ||
      die "the libraries to compare with could not be installed" "read npm's message above"
    stamp "$home/.stamp" "$key"
  fi
  if [ -n "$python" ]; then
    setup_tensorflow
    export BENCH_PYTHON=$CACHE/bench-tensorflow/bin/python
  fi
  mkdir -p target
  BENCH_PEERS=$home/node_modules "$NODE" scripts/bench/main.mjs "$@"
}

setup_tensorflow() {
  python_env "$CACHE/bench-tensorflow" "once, about 250 MB; needs Python 3.9 to 3.12" "$TENSORFLOW" ||
    die "python3 was not found" "install Python 3.9 to 3.12"
}

# The contestants' programs are built here, which takes minutes once. Ours is built for any processor, as a program that
# depends on the crate is; the others for this one, as their documentation advises.
bench_native() {
  setup_node
  setup_toolchain
  setup_data
  setup_tensorflow
  say "building this crate's program and those of burn and candle …"
  build_peer ours "" --package peer-ours
  build_peer theirs "-C target-cpu=native" --package peer-burn --package peer-candle
  BENCH_OURS=$PEERS_TARGET/ours/release BENCH_PEERS=$PEERS_TARGET/theirs/release \
    BENCH_PYTHON=$CACHE/bench-tensorflow/bin/python "$NODE" scripts/bench/native.mjs "$@"
}

PEERS_TARGET=${CARGO_TARGET_DIR:-$ROOT/target}/peers

# build_peer FOLDER RUSTFLAGS ARG…
build_peer() {
  local folder=$1 flags=$2
  shift 2
  RUSTFLAGS=$flags CARGO_TARGET_DIR=$PEERS_TARGET/$folder \
    cargo build --quiet --release --locked --manifest-path benches/peers/Cargo.toml "$@" ||
    die "the programs to compare with could not be built" "read cargo's message above; can this machine reach crates.io?"
}
