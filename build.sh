#!/usr/bin/env bash
# The one entry: installs what is missing, builds, serves, tests. `./build.sh help` lists the commands.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. scripts/lib.sh

usage() {
  cat <<'TEXT'
usage: ./build.sh COMMAND

  serve [--port N] [--no-isolation]   build what is missing or stale, then serve dist/ on 127.0.0.1
  test [STEP…]                        run every check, or only the steps named (list: ./build.sh test --list)
  campaign [--inputs N] NAME…         search for what breaks, for longer (list: ./build.sh campaign --list)
  build                               build the page, its engines and its data into dist/
  pack                                dist/ as one zip for a web server, target/cnn-notebook.zip
  data [fashion]                      prepare MNIST (or Fashion-MNIST) in data/ and dist/data/
  setup                               install the toolchain and the tools, build nothing
  bench [--tensorflow]                time the engine beside other libraries in the same browser
  bench --native                      time the crate beside TensorFlow, burn and candle, without a browser
  clean                               remove what the commands above built here (the tool cache stays)
  help                                this text

environment: CNN_TOOLCHAIN=rustup|debian   force one way of getting the Rust toolchain
             CHROME, CHROMEDRIVER          the browser and driver to use; in the step "browsers" also FIREFOX and
                                           GECKODRIVER, MINIBROWSER, WEBKITDRIVER and XVFB
             CNN_BROWSERS="chromium"       the browsers that this step drives, if not chromium, firefox and webkit
             XDG_CACHE_HOME                where tools are kept (default ~/.cache)
TEXT
}

command=${1:-help}
[ $# -eq 0 ] || shift
case "$command" in
  help | -h | --help) usage ;;
  setup)
    . scripts/setup.sh
    setup_all
    ;;
  data)
    . scripts/setup.sh
    setup_node
    setup_data "$@"
    ;;
  build)
    . scripts/build.sh
    build_all
    ;;
  pack)
    . scripts/build.sh
    build_all
    "$NODE" scripts/pack.mjs
    ;;
  serve)
    . scripts/build.sh
    build_all
    exec "$NODE" scripts/serve.mjs "$@"
    ;;
  test)
    . scripts/test.sh
    test_main "$@"
    ;;
  campaign)
    . scripts/campaign.sh
    campaign_main "$@"
    ;;
  bench)
    . scripts/bench.sh
    bench_main "$@"
    ;;
  clean)
    rm -rf dist data target node_modules
    say "removed dist/ data/ target/ node_modules/ (tools stay in $CACHE)"
    ;;
  *)
    usage >&2
    die "unknown command '$command'" "use one of those above"
    ;;
esac
