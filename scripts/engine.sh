# shellcheck shell=bash
# Builds the four variants of the engine into target/engine/pkg/; build-page.mjs puts them into dist/. Each has its own target folder, so that cargo alone
# decides what is stale; wasm-bindgen and wasm-opt run only when cargo's result has changed.
#
#   simd              fixed-width SIMD; runs in every current browser
#   relaxed           also relaxed SIMD (fused multiply-add)
#   simd-threads      shared memory, for cross-origin isolated pages
#   relaxed-threads   both

# CNN_VARIANTS="simd" builds just these while one works on something else; the page then runs the best of them.
read -r -a VARIANTS <<<"${CNN_VARIANTS:-simd relaxed simd-threads relaxed-threads}"
ENGINE_TARGET=${CARGO_TARGET_DIR:-$ROOT/target}/engine
ENGINES=target/engine/pkg

# What the linker needs for memory that is shared between workers; rustc does not pass these by itself.
# 1 GiB is room for the largest spec the engine accepts; memory grows to it only when needed.
THREAD_LINK_ARGS=(--shared-memory --max-memory=1073741824 --import-memory --export=__wasm_init_tls
  --export=__tls_size --export=__tls_align --export=__tls_base --export=__heap_base)

# variant_rustflags VARIANT: what every compilation of it needs, that of the tests too.
variant_rustflags() {
  local features=+simd128 flags arg
  case "$1" in relaxed*) features+=,+relaxed-simd ;; esac
  case "$1" in *-threads) features+=,+atomics,+bulk-memory,+mutable-globals ;; esac
  flags="-C target-feature=$features"
  case "$1" in
    *-threads) for arg in "${THREAD_LINK_ARGS[@]}"; do flags+=" -C link-arg=$arg"; done ;;
  esac
  printf '%s' "$flags"
}

# What makes the file that is downloaded smaller: a panic stops the engine without first putting its message together,
# so that neither the messages nor the code that formats them is in the file, nor the place in the source (a path of
# the builder's machine). crates/cnn-wasm/README.md has what each saves.
SIZE_FLAGS="-Z unstable-options -C panic=immediate-abort -Z location-detail=none -Z fmt-debug=none"

# variant_cargo VARIANT SUBCOMMAND ARG…: cargo with this variant's flags and features, and with a standard library
# compiled with the same flags. RUSTC_BOOTSTRAP allows unstable options with a stable compiler.
variant_cargo() {
  local variant=$1 sub=$2 args=()
  shift 2
  case "$variant" in *-threads) args=(--features threads) ;; esac
  RUSTC_BOOTSTRAP=1 RUSTFLAGS="$(variant_rustflags "$variant") $SIZE_FLAGS" CARGO_TARGET_DIR="$ENGINE_TARGET/$variant" \
    cargo "$sub" --package cnn-wasm --target "$WASM_TARGET" --profile engine \
    -Z build-std=std,panic_abort -Z build-std-features=optimize_for_size ${args[@]+"${args[@]}"} "$@"
}

# build_variant VARIANT
build_variant() {
  local variant=$1 wasm out=$ENGINES/$1 key
  quietly "engine $variant" variant_cargo "$variant" build --lib ||
    die "the engine ($variant) did not compile" "read the compiler's messages above"
  wasm=$ENGINE_TARGET/$variant/$WASM_TARGET/engine/cnn_wasm.wasm
  key=$(hash_of "$wasm" scripts/engine.sh)
  if fresh "$out/.stamp" "$key"; then return 0; fi
  rm -rf "$out"
  wasm-bindgen --target web --no-typescript --out-dir "$out" "$wasm" ||
    die "wasm-bindgen failed for $variant" "is the crate's wasm-bindgen =$WASM_BINDGEN_VERSION in Cargo.toml?"
  quietly "wasm-opt $variant" optimize "$variant" "$out/cnn_wasm_bg.wasm" ||
    die "wasm-opt failed for $variant" "read its message above"
  stamp "$out/.stamp" "$key"
}

# optimize VARIANT FILE: in place, allowing just the opcodes that the variant may use. -O1, as more passes undo what
# rustc did for gzip: 217 KB against 222 with -O3, at the same speed.
optimize() {
  local features=(--enable-simd --enable-bulk-memory --enable-bulk-memory-opt --enable-mutable-globals
    --enable-nontrapping-float-to-int --enable-sign-ext --enable-reference-types --enable-multivalue)
  case "$1" in relaxed*) features+=(--enable-relaxed-simd) ;; esac
  case "$1" in *-threads) features+=(--enable-threads) ;; esac
  wasm-opt "${features[@]}" -O1 --strip-debug --strip-producers "$2" -o "$2.opt"
  mv "$2.opt" "$2"
}

# Two at a time: whole-program optimization, which takes longest, is done by one core.
build_engines() {
  set -- "${VARIANTS[@]}"
  while [ $# -gt 0 ]; do
    quietly "engine $1${2:+ and $2}" at_once build_variant "${@:1:2}" ||
      die "the engine was not built" "read the messages above"
    shift $(($# > 1 ? 2 : 1))
  done
}
