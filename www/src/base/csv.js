/**
 * Tables in CSV (RFC 4180: fields quoted where they must be, lines that end in CR LF).
 *
 * @module
 */

/** @typedef {string | number | null | undefined} Value */

/** @param {Value} value what is not known, NaN too, is an empty field */
function field(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * @param {Value[][]} rows the first one names the columns
 * @returns {string}
 */
export const toCsv = (rows) => rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
