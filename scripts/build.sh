# shellcheck shell=bash
# Puts together dist/: all that a static host needs.
. scripts/setup.sh
. scripts/engine.sh

build_all() {
  local started=$SECONDS
  setup_node
  setup_toolchain
  setup_wasm_bindgen
  setup_data
  setup_fashion || say "Fashion-MNIST (Debian's dataset-fashion-mnist) is not to be had: the page offers MNIST alone"
  build_engines
  "$NODE" scripts/build-page.mjs || die "the page could not be bundled" "read esbuild's message above"
  say "dist/ is ready ($((SECONDS - started)) s)"
}
