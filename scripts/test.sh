# shellcheck shell=bash
# Every check, in an order that finds the cheap mistakes first. A failed step does not stop the others; the end
# lists all of them and the exit status tells.
. scripts/build.sh

export RUSTDOCFLAGS="-D warnings"

# name|what it runs
STEPS=(
  "format|rustfmt over the workspace"
  "types|tsc --checkJs over page, scripts and tests"
  "clippy|clippy, warnings denied, natively with and without threads"
  "unit|node's test runner: rooms, languages, modules without a browser"
  "native|cargo test of the workspace"
  "widths|the kernels at every width that this processor has, and compiled for 64-bit ARM"
  "loom|models of the thread pool: every order of its threads' steps, within bounds"
  "asan|kernels, pool and extreme networks under AddressSanitizer"
  "docs|rustdoc, warnings denied"
  "package|the packages of the crates, built from what is in them alone, by a program outside the workspace"
  "clippy-wasm|clippy, warnings denied, on wasm32: single-threaded and threaded"
  "build|everything in dist/"
  "fuzz|inputs made to break the crate, for less than a minute"
  "fuzz-wasm|the same in the WebAssembly that browsers get"
  "fuzz-page|inputs made to break the page, in Chromium"
  "opcodes|each engine variant has only the opcodes it may have"
  "snippets|the Python programs and notebooks that the page writes, and the code its cells show, against the engine; golden cases in NumPy"
  "wasm|wasm-pack test in headless Chromium"
  "e2e|end-to-end tests of the page in headless Chromium"
  "browsers|the page in Chromium, Firefox and WebKit, as far as they can be had, and whether they compute the same bits"
)

NATIVE_TARGET=${CARGO_TARGET_DIR:-$ROOT/target}

# native_cargo SUBCOMMAND ARG…: all with the same profile, so that what one step has compiled the next reuses.
native_cargo() {
  local sub=$1
  shift
  cargo "$sub" --profile checks "$@"
}

step_format() { cargo fmt --all --check; }

step_clippy() {
  native_cargo clippy --workspace --all-targets --quiet -- -D warnings &&
    native_cargo clippy --package cnn --no-default-features --all-targets --quiet -- -D warnings
}

step_types() { tsc --project tsconfig.json; }

step_unit() { "$NODE" --test tests/unit/*.test.js; }

step_native() { native_cargo test --workspace; }

# What x86-64 may have; one that this processor has not got is another run of the widest.
INSTRUCTION_SETS=(baseline avx2 avx512)

# The programs that `native` has built choose by this variable. 64-bit ARM has one width, which this machine can't run: the
# campaign `arm` has it emulated.
step_widths() {
  local set arm=aarch64-unknown-linux-gnu
  for set in "${INSTRUCTION_SETS[@]}"; do
    CNN_INSTRUCTION_SET=$set native_cargo test --workspace --test kernels --test golden
  done
  if [ "$TOOLCHAIN_WAY" = rustup ]; then rustup target add "$arm" >/dev/null 2>&1 || true; fi
  if [ -d "$(rustc --print sysroot)/lib/rustlib/$arm/lib" ]; then
    CARGO_TARGET_DIR=$NATIVE_TARGET/arm native_cargo rustc --quiet --package cnn-kernels --features threads \
      --target "$arm" -- --emit asm
    grep -qw fmla "$NATIVE_TARGET/arm/$arm"/checks/deps/cnn_kernels-*.s || die "no fused multiply-add on $arm" \
      "look at the conditions in crates/cnn-kernels/src/kernels/simd/mod.rs"
  else
    say "widths: not compiled for 64-bit ARM (to get its standard library: rustup target add $arm)"
  fi
}

# The kernels beside the pool are compiled, not called: they need not be fast.
step_loom() {
  RUSTFLAGS="--cfg loom" LOOM_MAX_PREEMPTIONS=${LOOM_MAX_PREEMPTIONS:-2} CARGO_TARGET_DIR=$NATIVE_TARGET/loom \
    CARGO_PROFILE_CHECKS_OPT_LEVEL=1 native_cargo test --package cnn-kernels --features threads --lib models
}

# asan_cargo ARG…: the native tests, which read and write under AddressSanitizer. RUSTC_BOOTSTRAP allows it with a
# stable compiler. Optimized a little: checked code takes long to compile, and more of the accesses that are written stay.
# More memory than there is is refused as elsewhere, where AddressSanitizer would end the process.
asan_cargo() {
  ASAN_OPTIONS=allocator_may_return_null=1 RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Z sanitizer=address" CARGO_TARGET_DIR=$NATIVE_TARGET/asan \
    CARGO_PROFILE_CHECKS_OPT_LEVEL=1 native_cargo test --target x86_64-unknown-linux-gnu "$@"
}

# Whether that is possible here; says why not.
has_asan() {
  if [ "$(uname -s)-$(uname -m)" != Linux-x86_64 ]; then
    say "asan: skipped, as it is set up for Linux on x86-64 only"
    return 1
  fi
  if ! compgen -G "$(rustc --print sysroot)/lib/rustlib/x86_64-unknown-linux-gnu/lib/librustc*_rt.asan.a" >/dev/null; then
    say "asan: skipped. This toolchain comes without the sanitizer's runtime (rustup's have it)"
    return 1
  fi
}

step_asan() {
  has_asan || return 0
  asan_cargo --package cnn-kernels --package cnn --lib --test extremes --test pool --test laws
  local set
  for set in "${INSTRUCTION_SETS[@]}"; do CNN_INSTRUCTION_SET=$set asan_cargo --package cnn --test kernels; done
}

# What crates.io would get: packed, unpacked elsewhere, and built there. A program that knows nothing else of the crates
# trains a network with them, and the command line does what it does without data.
step_package() {
  local work=$NATIVE_TARGET/outside packages=() patches=() package
  mapfile -t packages < <(publishable)
  say "packages: ${packages[*]}"
  rm -rf "$work/packages" "$work/program"
  mkdir -p "$work/packages" "$work/program"
  cargo package --quiet --allow-dirty --no-verify "${packages[@]/#/--package=}"
  for package in "${packages[@]}"; do
    package=${package/@/-}
    tar -xzf "$NATIVE_TARGET/package/$package.crate" -C "$work/packages"
    patches+=(--config "patch.crates-io.${package%-*}.path='$work/packages/$package'")
    # A link to a file of the repository is packed as the file; a path out of the package can't be.
    if grep -rnE 'include(_str|_bytes)?!\("(\.\./){3}' "$work/packages/$package/src"; then
      die "$package reads outside of itself" "see the lines above"
    fi
  done
  cp -r tests/outside/. "$work/program"
  # The other crates in the versions that everything else was tested with.
  cp Cargo.lock "$work/program"
  export CARGO_TARGET_DIR=$work/target
  # The profile of the checks is the workspace's, which these are outside of.
  # Whether it builds and runs counts here, not how fast.
  export CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off
  (cd "$work/program" && cargo run --quiet --release "${patches[@]}")
  cargo build --quiet --release --manifest-path "$work"/packages/cnn-cli-*/Cargo.toml "${patches[@]}"
  "$CARGO_TARGET_DIR/release/cnn" summary lab11-3
}

# NAME@VERSION of each crate of the workspace that may be published.
publishable() {
  cargo metadata --no-deps --format-version 1 | "$NODE" -e '
    const { packages } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    for (const { name, version, publish } of packages) if (publish === null) console.log(`${name}@${version}`);'
}

step_docs() { native_cargo doc --workspace --no-deps --quiet; }

step_clippy-wasm() {
  local variant
  for variant in simd relaxed-threads; do variant_cargo "$variant" clippy --quiet -- -D warnings || return; done
}

step_build() { build_all; }

# The same inputs each time; the campaigns of these names try many more.
step_fuzz() { build_fuzz && "$FUZZ" run --inputs 20000 --seed 1; }

step_fuzz-wasm() { build_fuzz && "$NODE" scripts/campaign/fuzz-wasm.mjs --program "$FUZZ" --inputs 2000 --seed 2; }

step_fuzz-page() { "$NODE" scripts/campaign/fuzz-page.mjs --inputs 20 --seed 3; }

FUZZ=${CARGO_TARGET_DIR:-target}/fuzz/cnn-fuzz
build_fuzz() { cargo build --profile fuzz --package cnn-fuzz --quiet; }

step_opcodes() { "$NODE" scripts/scan-opcodes.mjs; }

# NumPy is always there; PyTorch, Keras and TensorFlow where SNIPPETS_TORCH, SNIPPETS_KERAS and SNIPPETS_TENSORFLOW name a
# Python that has them.
step_snippets() {
  setup_python || { say "python3 was not found: the programs for NumPy, PyTorch and Keras were not run"; return 0; }
  "$CACHE/snippets-python/bin/python" tests/golden/golden.py check
  native_cargo build --quiet --package cnn-cli
  SNIPPETS_CNN=$NATIVE_TARGET/checks/cnn SNIPPETS_PYTHON=$CACHE/snippets-python/bin/python \
    "$NODE" --test tests/snippets/*.test.js
}

# The boundary crate in a browser, with and without relaxed SIMD and threads. wasm-pack finds chromedriver on PATH and
# reads the browser's switches from crates/cnn-wasm/webdriver.json.
step_wasm() {
  local variant
  for variant in simd relaxed; do
    say "wasm-pack test ($variant)"
    RUSTFLAGS=$(variant_rustflags "$variant") CARGO_TARGET_DIR=$ENGINE_TARGET/$variant WASM_BINDGEN_TEST_TIMEOUT=300 \
      wasm-pack test --headless --chrome crates/cnn-wasm --profile engine || return
  done
  say "wasm-bindgen-test-runner (relaxed-threads)"
  threaded_tests --test threads_two --test threads_three
}

# threaded_tests ARG…: with threads the standard library is compiled with the tests, which wasm-pack can't ask for. Its
# runner can do without it; its page is cross-origin isolated, as shared memory demands.
threaded_tests() {
  RUSTC_BOOTSTRAP=1 RUSTFLAGS=$(variant_rustflags relaxed-threads) CARGO_TARGET_DIR=$ENGINE_TARGET/relaxed-threads \
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner CHROMEDRIVER=$(command -v chromedriver) \
    WASM_BINDGEN_TEST_ONLY_WEB=1 WASM_BINDGEN_TEST_TIMEOUT=300 \
    cargo test --package cnn-wasm --target "$WASM_TARGET" --profile engine --features threads \
    -Z build-std=std,panic_abort -Z panic-abort-tests "$@"
}

step_e2e() {
  setup_headless_shell
  FULL_CHROME=$CHROME CHROME=$HEADLESS_CHROME playwright test --config tests/e2e/playwright.config.mjs
}

step_browsers() {
  setup_browsers
  "$NODE" --test tests/browsers/*.test.js
}

# list_steps ENTRY…: a table like STEPS, for people.
list_steps() {
  local step
  for step in "$@"; do printf '  %-14s %s\n' "${step%%|*}" "${step#*|}"; done
}

# has_step NAME ENTRY…
has_step() {
  local name=$1
  shift
  printf '%s\n' "${@%%|*}" | grep -qxF -- "$name"
}

# run_steps PREFIX NAME…: runs PREFIX_NAME for each, whatever the others do, and lists how they went. A step of BESIDE runs
# at the same time as the one after it; its output is shown when both have ended.
BESIDE=""
run_steps() {
  local prefix=$1 name beside="" pid begun=$SECONDS failed=0 passed=0 report=() status started logs
  shift
  logs=$(mktemp -d)
  set +e
  while [ $# -gt 0 ]; do
    name=$1
    shift
    if [ -z "$beside" ] && [ $# -gt 0 ] && has_word "$name" $BESIDE; then
      say "$name … (beside $1)"
      run_step "$prefix" "$name" >"$logs/$name.out" 2>&1 &
      beside=$name pid=$!
      continue
    fi
    say "$name …"
    # A terminal keeps what scrolls by, and its colours.
    if [ -t 1 ]; then
      run_step "$prefix" "$name"
    else
      run_step "$prefix" "$name" > >(tee "$logs/$name.out") 2>&1
    fi
    end_step "$name" $?
    [ -n "$beside" ] || continue
    wait "$pid"
    status=$?
    say "$beside, which ran beside $name:"
    cat "$logs/$beside.out"
    end_step "$beside" "$status"
    beside=""
  done
  printf '\n'
  for name in "${report[@]}"; do
    IFS='|' read -r status name started <<<"$name"
    printf '  %-7s %-14s %s\n' "$status" "$name" "$started"
    [ "$status" = ok ] || failures "$logs/$name.out"
  done
  set -e
  rm -rf "$logs"
  printf '\nsteps: %d passed, %d failed (%d s)\n' "$passed" "$failed" $((SECONDS - begun))
  [ "$failed" -eq 0 ]
}

# failures FILE: the lines of a step's output that name what failed, as the test runners write them.
failures() {
  [ -f "$1" ] || return 0
  grep -E '^ *(not ok |✖ |✘ |test .* FAILED|error(\[|:)|.*panicked at|\[(lab|lecture)\] › )' "$1" | sort -u | head -n 12 | cut -c1-200 | sed 's/^ */          /'
}

# run_step PREFIX NAME: in a subshell of its own, in which the first failure ends the step; after `||` or `if` bash would
# ignore its -e. Leaves its time with the logs of run_steps.
run_step() {
  local from=$SECONDS status
  (set -e; "${1}_$2") </dev/null
  status=$?
  echo $((SECONDS - from)) >"$logs/$2.time"
  return "$status"
}

# end_step NAME STATUS: counts it in run_steps.
end_step() {
  local outcome=ok seconds
  seconds=$(cat "$logs/$1.time")
  if [ "$2" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); outcome=FAILED; fi
  report+=("$outcome|$1|$seconds s")
  [ "$outcome" = ok ] || outcome+=" (exit $2)"
  say "$1: $outcome ($seconds s)"
}

test_main() {
  local wanted=() name
  if [ "${1:-}" = --list ]; then
    list_steps "${STEPS[@]}"
    return
  fi
  for name in "$@"; do
    has_step "$name" "${STEPS[@]}" || die "there is no test step '$name'" "./build.sh test --list shows them"
    wanted+=("$name")
  done
  [ ${#wanted[@]} -gt 0 ] || wanted=("${STEPS[@]%%|*}")

  setup_node
  setup_toolchain
  setup_tools
  setup_browser
  setup_data # the native tests read it too
  # They use one core, and no time on the clock matters to them or to what comes after each.
  BESIDE="types unit fuzz opcodes"
  run_steps step "${wanted[@]}"
}
