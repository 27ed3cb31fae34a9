# shellcheck shell=bash
# Searches for what breaks, too long for `./build.sh test`, which runs a bounded part of most of them.
# docs/reliability.md has what they found.
. scripts/test.sh

# name|what it runs. `campaign_NAME` runs it, in a subshell: it sets up what it needs and reads CAMPAIGN_INPUTS (empty:
# as many as it finds right) and CAMPAIGN_SEED (always set; printed). Its exit status tells whether anything broke.
CAMPAIGNS=(
  "fuzz|weights, snapshots, IDX files, specs, pictures and calls made to break the crate (100,000 inputs)"
  "fuzz-wasm|the same in the WebAssembly that browsers get (20,000 inputs)"
  "fuzz-page|links, files, data and stored records made to break the page, in Chromium (2,000 inputs)"
  "asan|all native tests under AddressSanitizer"
  "loom|the models of the thread pool with one more preemption"
  "kills|tab, renderer, browser and worker killed in mid-training, with every storage (--inputs: kills, 200)"
  "soak|Lab11-3 trained while somebody reads and starts over: memory and step time (--inputs: minutes, 30)"
  "languages|the end-to-end tests, each in Korean and in English, where \`test\` takes one of the two"
  "arm|the kernels and golden cases compiled for 64-bit ARM, run by an emulator"
  "miri|the thread pool, checkpoints and single operations under Miri, where a toolchain has it"
)

campaign_fuzz() {
  setup_toolchain
  build_fuzz
  "$FUZZ" run --inputs "${CAMPAIGN_INPUTS:-100000}" --seed "$CAMPAIGN_SEED"
}

campaign_fuzz-wasm() {
  build_all
  build_fuzz
  "$NODE" scripts/campaign/fuzz-wasm.mjs --program "$FUZZ" --inputs "${CAMPAIGN_INPUTS:-20000}" --seed "$CAMPAIGN_SEED"
}

campaign_fuzz-page() {
  build_all
  setup_browser
  "$NODE" scripts/campaign/fuzz-page.mjs --inputs "${CAMPAIGN_INPUTS:-2000}" --seed "$CAMPAIGN_SEED"
}

campaign_asan() {
  setup_node
  setup_toolchain
  setup_data
  has_asan || return 0
  asan_cargo --package cnn-kernels --package cnn --package cnn-notebook --lib --tests --no-fail-fast
}

campaign_loom() {
  setup_toolchain
  LOOM_MAX_PREEMPTIONS=${CAMPAIGN_INPUTS:-3} step_loom
}

campaign_languages() {
  build_all
  setup_browser
  BOTH_LANGUAGES=1 step_e2e
}

# The tests of the kernels, built for another processor and run by QEMU, which does each instruction as that one does it.
campaign_arm() {
  setup_toolchain
  local arm=aarch64-unknown-linux-gnu
  if ! may_install gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user; then
    say "arm: skipped, as it is set up for Debian, whose packages link and run what is built"
    return 0
  fi
  if [ "$TOOLCHAIN_WAY" != rustup ] || ! rustup target add "$arm"; then
    say "arm: skipped. This toolchain has no standard library for $arm (rustup's have it)"
    return 0
  fi
  CARGO_TARGET_DIR=$NATIVE_TARGET/arm CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc \
    CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64 -L /usr/aarch64-linux-gnu" \
    native_cargo test --target "$arm" --package cnn-kernels --package cnn --features cnn-kernels/threads \
    --lib --test kernels --test golden --test laws --test pool
  # And the weights after 20 batches of Lab11-2 are those of browsers, and of x86-64, that fuse (docs/reliability.md).
  setup_data
  CARGO_TARGET_DIR=$NATIVE_TARGET/arm CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc \
    native_cargo build --quiet --target "$arm" --package cnn-cli
  qemu-aarch64 -L /usr/aarch64-linux-gnu "$NATIVE_TARGET/arm/$arm/checks/cnn" replay "https://host/#take&data=mnist&$(
    )spec=lab11-2&train.seed=777&train.batch=100&train.optimizer=adam&train.rate=0.001&train.schedule=constant&$(
    )replay=20-af358cc9ea04ef9b-fused"
}

# Miri is a component of nightly toolchains. It runs about a thousand times slower, so the smallest tests are named.
campaign_miri() {
  setup_toolchain
  local cargo=(cargo)
  if ! cargo miri --version >/dev/null 2>&1; then
    cargo=(cargo +nightly)
    if ! cargo +nightly miri --version >/dev/null 2>&1; then
      say "miri: skipped. No toolchain here has Miri (to get it: rustup toolchain install nightly -c miri,rust-src)"
      return 0
    fi
  fi
  export CARGO_TARGET_DIR=$ROOT/target/miri MIRIFLAGS="-Zmiri-seed=$((CAMPAIGN_SEED % 1000000))"
  "${cargo[@]}" miri test --package cnn --test pool -- a_panic_reaches a_pool_inside helpers_may_come chunks_cover
  "${cargo[@]}" miri test --package cnn-notebook --lib -- ops::
  "${cargo[@]}" miri test --package cnn --lib -- checkpoint::tests::what_is_written checkpoint::tests::headers_that_lie
}

campaign_kills() {
  build_all
  setup_browser
  "$NODE" scripts/campaign/kills.mjs
}

campaign_soak() {
  build_all
  setup_browser
  "$NODE" scripts/campaign/soak.mjs
}

campaign_usage() {
  cat <<'TEXT'
usage: ./build.sh campaign [--inputs N] [--seed S] NAME…
       ./build.sh campaign --list

  --inputs N   how much to try, in the campaign's own unit (inputs, kills, minutes); each has a default
  --seed S     a whole number from which the same inputs follow again; without it one is drawn and printed
TEXT
}

campaign_main() {
  local wanted=()
  CAMPAIGN_INPUTS="" CAMPAIGN_SEED=""
  while [ $# -gt 0 ]; do
    case "$1" in
      --list) list_steps "${CAMPAIGNS[@]}"; return ;;
      -h | --help) campaign_usage; return ;;
      --inputs | --seed)
        [[ ${2:-} =~ ^[0-9]{1,18}$ ]] || die "$1 needs a whole number" "for example: $1 1000"
        if [ "$1" = --inputs ]; then CAMPAIGN_INPUTS=$2; else CAMPAIGN_SEED=$2; fi
        shift
        ;;
      *)
        has_step "$1" "${CAMPAIGNS[@]}" || die "there is no campaign '$1'" "./build.sh campaign --list shows them"
        wanted+=("$1")
        ;;
    esac
    shift
  done
  [ ${#wanted[@]} -gt 0 ] || { campaign_usage >&2; die "no campaign was named" "./build.sh campaign --list shows them"; }
  CAMPAIGN_SEED=${CAMPAIGN_SEED:-$((RANDOM * 32768 + RANDOM))}
  export CAMPAIGN_INPUTS CAMPAIGN_SEED
  say "seed $CAMPAIGN_SEED"
  run_steps campaign "${wanted[@]}"
}
