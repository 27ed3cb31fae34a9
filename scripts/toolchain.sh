# shellcheck shell=bash
# Finds or makes a Rust toolchain that compiles for wasm32-unknown-unknown, with and without threads.
#
# Two ways, tried in this order (CNN_TOOLCHAIN=rustup|debian forces one):
#   rustup  adds the target and the components to the installed toolchain;
#   debian  Debian's rustc-web, whose standard library for wasm32 is not packaged: it is built once from
#           the packaged source into a private sysroot in the cache. Nothing under /usr is written to.

RUST_MIN=1.93 # for the engine's unstable flags; the crates need rust-version in Cargo.toml
WASM_TARGET=wasm32-unknown-unknown

setup_toolchain() {
  local way=${CNN_TOOLCHAIN:-auto}
  case "$way" in
    rustup) toolchain_rustup || die "the rustup toolchain could not be completed: $TOOLCHAIN_WHY" \
      "install rustup from https://rustup.rs, then: rustup update stable" ;;
    debian) toolchain_debian ;;
    auto)
      if ! toolchain_rustup; then
        say "rustup: $TOOLCHAIN_WHY; trying Debian's packages"
        toolchain_debian
      fi
      ;;
    *) die "CNN_TOOLCHAIN=$way is not known" "use rustup or debian" ;;
  esac
  # The linker of build scripts and of native tests.
  have cc || { is_debian && apt_install gcc libc6-dev; } ||
    die "no C compiler (cc) for linking" "install gcc or clang"
  say "Rust: $(rustc --version | cut -d' ' -f1-2) ($TOOLCHAIN_WAY)"
}

# Sets TOOLCHAIN_WHY and returns 1 when this way is not possible.
toolchain_rustup() {
  local installed missing
  if ! have rustup && [ -x "$HOME/.cargo/bin/rustup" ]; then export PATH="$HOME/.cargo/bin:$PATH"; fi
  have rustup || { TOOLCHAIN_WHY="not installed"; return 1; }
  local version
  version=$(rustc --version 2>/dev/null | cut -d' ' -f2) || true
  if ! version_at_least "${version:-0}" "$RUST_MIN"; then
    quietly "rustup toolchain install stable" rustup toolchain install stable --profile minimal ||
      { TOOLCHAIN_WHY="its toolchain is ${version:-absent}, older than $RUST_MIN, and can't be updated"; return 1; }
    export RUSTUP_TOOLCHAIN=stable
    version=$(rustc --version | cut -d' ' -f2)
    version_at_least "$version" "$RUST_MIN" || { TOOLCHAIN_WHY="stable is $version, $RUST_MIN is needed"; return 1; }
  fi
  installed=$(rustup component list --installed 2>/dev/null) || { TOOLCHAIN_WHY="its components can't be listed"; return 1; }
  missing=()
  for c in rust-src clippy rustfmt; do grep -q "^$c" <<<"$installed" || missing+=("$c"); done
  if [ ${#missing[@]} -gt 0 ]; then
    quietly "rustup component add ${missing[*]}" rustup component add "${missing[@]}" ||
      { TOOLCHAIN_WHY="can't fetch ${missing[*]}"; return 1; }
  fi
  if ! grep -q "^rust-std-$WASM_TARGET" <<<"$installed"; then
    quietly "rustup target add $WASM_TARGET" rustup target add "$WASM_TARGET" ||
      { TOOLCHAIN_WHY="can't fetch the target $WASM_TARGET"; return 1; }
  fi
  TOOLCHAIN_WAY=rustup
}

toolchain_debian() {
  is_debian || die "no usable Rust toolchain was found" \
    "install rustup from https://rustup.rs (Rust $RUST_MIN or newer), then run this again"
  apt_install rustc-web cargo-web rust-web-src rust-web-llvm lld-22 rust-web-clippy rustfmt-web gcc libc6-dev
  local version
  version=$(/usr/bin/rustc --version | cut -d' ' -f2)
  version_at_least "$version" "$RUST_MIN" || die "Debian's rustc-web is $version, $RUST_MIN is needed" \
    "apt-get update && apt-get install rustc-web cargo-web, or install rustup from https://rustup.rs"

  # One folder for each compiler build: another rustc can't read this one's rlibs.
  local key home
  key=$(/usr/bin/rustc -vV | sha256 | cut -c1-12)
  home=$CACHE/debian-rust-$version-$key
  if ! fresh "$home/complete" "$key" || ! wasm_std_works "$home"; then
    rm -rf "$home"
    debian_sysroot "$home"
    debian_wasm_std "$home"
    wasm_std_works "$home" || die "the standard library built for $WASM_TARGET does not work" \
      "rm -rf '$home' and try again; if it stays so, use rustup (https://rustup.rs)"
    stamp "$home/complete" "$key"
  fi
  export PATH="$home/bin:$PATH" SYSROOT="$home/sysroot"
  unset RUSTUP_TOOLCHAIN RUSTC CARGO
  TOOLCHAIN_WAY=debian
}

# A sysroot of links to Debian's, with room for one more target, and wrappers that point the tools at it.
debian_sysroot() {
  local home=$1 real entry tool
  real=$(/usr/bin/rustc --print sysroot)
  mkdir -p "$home/bin" "$home/sysroot/lib/rustlib/$WASM_TARGET/lib" "$home/sysroot/bin"
  for entry in "$real"/lib/rustlib/*; do ln -s "$entry" "$home/sysroot/lib/rustlib/$(basename "$entry")"; done
  for tool in cargo rustdoc rustfmt cargo-fmt cargo-clippy; do ln -s "/usr/bin/$tool" "$home/bin/$tool"; done
  printf '#!/bin/sh\nexec /usr/bin/rustc --sysroot "%s" "$@"\n' "$home/sysroot" >"$home/bin/rustc"
  # rustdoc compiles doc tests itself, and clippy-driver is no rustc: each must be told the sysroot too.
  rm "$home/bin/rustdoc"
  printf '#!/bin/sh\nexec /usr/bin/rustdoc --sysroot "%s" "$@"\n' "$home/sysroot" >"$home/bin/rustdoc"
  printf '#!/bin/sh\nSYSROOT="%s" exec /usr/bin/clippy-driver "$@"\n' "$home/sysroot" >"$home/bin/clippy-driver"
  # cargo-clippy looks for clippy-driver beside itself: a link would lead it to /usr/bin.
  rm "$home/bin/cargo-clippy"
  cp /usr/bin/cargo-clippy "$home/bin/cargo-clippy"
  chmod +x "$home"/bin/*
}

debian_wasm_std() {
  local home=$1 work
  work=$(mktemp -d)
  mkdir -p "$work/src"
  : >"$work/src/lib.rs"
  printf '[package]\nname = "empty"\nedition = "2024"\n[workspace]\n' >"$work/Cargo.toml"
  # embed-bitcode: crates with lto = true read the library's bitcode at the end.
  quietly "build the standard library for $WASM_TARGET (once, about a minute)" \
    env -u RUSTUP_TOOLCHAIN -u CARGO_BUILD_TARGET -u CARGO_ENCODED_RUSTFLAGS PATH="$home/bin:$PATH" RUSTC_BOOTSTRAP=1 \
    RUSTFLAGS="-C embed-bitcode=yes" CARGO_TARGET_DIR="$work/target" \
    cargo build --manifest-path "$work/Cargo.toml" --release \
    -Z build-std=std,panic_abort,test,proc_macro --target "$WASM_TARGET" ||
    die "the standard library for $WASM_TARGET could not be built" \
      "read the message above; rustup (https://rustup.rs) is the other way"
  cp "$work/target/$WASM_TARGET"/release/deps/*.rlib "$home/sysroot/lib/rustlib/$WASM_TARGET/lib/"
  rm -f "$home/sysroot/lib/rustlib/$WASM_TARGET/lib"/libempty-*.rlib
  rm -rf "$work"
}

# Compiles and links a one-line program with that sysroot: what a cache that was cut short fails at.
wasm_std_works() {
  local home=$1 probe
  [ -x "$home/bin/rustc" ] || return 1
  probe=$(mktemp -d)
  printf '#[unsafe(no_mangle)] pub extern "C" fn f(n: usize) -> usize { vec![1u8; n].len() }' >"$probe/p.rs"
  PATH="$home/bin:$PATH" rustc --edition 2024 --target "$WASM_TARGET" --crate-type cdylib \
    -o "$probe/p.wasm" "$probe/p.rs" 2>"$probe/log" || { rm -rf "$probe"; return 1; }
  rm -rf "$probe"
}
