# shellcheck shell=bash
# Times the engine beside other libraries on this machine: what stands in docs/benchmarks.md came from here.
. scripts/build.sh

PEERS=(@tensorflow/tfjs@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0 @jax-js/jax@0.1.25)
TENSORFLOW=tensorflow-cpu==2.18.1

bench_usage() {
  cat <<'TEXT'
usage: ./build.sh bench [--tensorflow] [--quick] [--only PART,…] [--json FILE]

  --tensorflow   also native TensorFlow, in a virtual environment of its own
  --quick        fewer steps and one round: to see that it works, not to be quoted
  --only         some of: peak, training, inference, batch, layers, chosen, peers, tensorflow, page, drag, sizes
  --json FILE    where the figures go (default target/bench.json)
TEXT
}

bench_main() {
  local arg python=""
  for arg in "$@"; do
    case "$arg" in
      -h | --help) bench_usage; return ;;
      --tensorflow) python=yes ;;
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
