// What a figure was measured on.

import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";

/** First line of what a program prints, or "". @param {string} program @param {string[]} args */
function ask(program, args) {
  try {
    return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).split("\n")[0].trim();
  } catch {
    return "";
  }
}

/** @param {string} browser its version */
export function machine(browser) {
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memory_gib: Math.round(totalmem() / 2 ** 30),
    browser: `Chromium ${browser}`,
    node: process.version,
    rust: ask("rustc", ["--version"]),
    commit: ask("git", ["describe", "--always", "--dirty"]),
  };
}
