// What is said of a list of times.

/** @param {number[]} sorted @param {number} q 0..1 */
function quantile(sorted, q) {
  const place = (sorted.length - 1) * q;
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

/**
 * Median, the range that holds the middle 80 % of the times, and what 95 % of them stay below, all in ms.
 * @param {number[]} samples at least one
 */
export function summarize(samples) {
  const sorted = [...samples].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), p10: quantile(sorted, 0.1), p90: quantile(sorted, 0.9), p95: quantile(sorted, 0.95) };
}

/** Mean and standard deviation (of a sample). @param {number[]} samples at least one */
export function meanAndSpread(samples) {
  const mean = samples.reduce((sum, each) => sum + each, 0) / samples.length;
  const squares = samples.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return { mean, spread: Math.sqrt(squares / Math.max(1, samples.length - 1)) };
}

/** Three figures, no more. @param {number} x */
export function figures(x) {
  if (!Number.isFinite(x)) return "–";
  if (x === 0) return "0";
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(x))));
  return x.toFixed(Math.min(decimals, 3));
}

/** A Markdown table, padded so that it reads well in a terminal too. @param {string[]} head @param {string[][]} rows */
export function table(head, rows) {
  const widths = head.map((title, i) => Math.max(title.length, 3, ...rows.map((row) => row[i].length)));
  const line = (/** @type {string[]} */ cells) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(" | ")} |`;
  const rule = `|${widths.map((width, i) => (i === 0 ? ":".padEnd(width + 2, "-") : ":".padStart(width + 2, "-"))).join("|")}|`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}
