/**
 * Colour maps for pixels and activations, even to the eye: they are straight lines in OKLab
 * (B. Ottosson, "A perceptual color space for image processing", 2020).
 */

import { theme } from '../base/theme.js';

/** @typedef {[number, number, number]} Rgb each 0 … 255 */

/** What lies outside of sRGB is clipped. @param {number} lightness 0 … 1 @param {number} a @param {number} b @returns {Rgb} */
function oklab(lightness, a, b) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    encode(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    encode(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    encode(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** Linear light to an 8-bit sRGB channel. @param {number} linear */
function encode(linear) {
  const x = Math.min(1, Math.max(0, linear));
  return Math.round(255 * (x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055));
}

/**
 * 256 colours through stops of (lightness, chroma, hue), as straight lines in OKLab.
 * @param {[number, number, number][]} stops
 */
function table(stops) {
  const points = stops.map(([lightness, chroma, hue]) => {
    const angle = (hue * Math.PI) / 180;
    return [lightness, chroma * Math.cos(angle), chroma * Math.sin(angle)];
  });
  const colors = new Uint8Array(256 * 3);
  for (let index = 0; index < 256; index += 1) {
    const at = (index / 255) * (points.length - 1);
    const from = Math.min(Math.floor(at), points.length - 2);
    const mix = at - from;
    const [l, a, b] = points[from].map((value, axis) => value + (points[from + 1][axis] - value) * mix);
    colors.set(oklab(l, a, b), index * 3);
  }
  return colors;
}

const GRAY = table([
  [0, 0, 0],
  [1, 0, 0],
]);
// Dark blue, blue, green, pale yellow: lightness rises evenly, so it also reads in grey.
const SEQUENTIAL = table([
  [0.18, 0.06, 285],
  [0.38, 0.12, 268],
  [0.57, 0.11, 225],
  [0.76, 0.14, 155],
  [0.95, 0.13, 105],
]);
// Blue for negative, orange for positive: apart for every common kind of colour blindness.
const DIVERGING_LIGHT = table([
  [0.36, 0.14, 262],
  [0.66, 0.13, 250],
  [0.97, 0.005, 90],
  [0.72, 0.15, 55],
  [0.44, 0.13, 45],
]);
const DIVERGING_DARK = table([
  [0.82, 0.1, 245],
  [0.56, 0.14, 258],
  [0.24, 0.01, 250],
  [0.6, 0.14, 50],
  [0.86, 0.11, 65],
]);

/** @param {Uint8Array} colors @param {number} fraction @returns {Rgb} */
function look(colors, fraction) {
  // A NaN falls to the low end; the engine reports NaN by itself.
  const index = 3 * Math.max(0, Math.min(255, Math.round(fraction * 255) || 0));
  return [colors[index], colors[index + 1], colors[index + 2]];
}

/** Black to white. @param {number} fraction 0 … 1 */
export const gray = (fraction) => look(GRAY, fraction);
/** Little to much, for what is never negative. @param {number} fraction 0 … 1 */
export const sequential = (fraction) => look(SEQUENTIAL, fraction);
/**
 * Negative, zero, positive.
 * @param {number} signed −1 … 1
 * @param {boolean} [dark] zero is the dark theme's ground instead of the light one's
 */
export const diverging = (signed, dark = isDark()) => look(dark ? DIVERGING_DARK : DIVERGING_LIGHT, (signed + 1) / 2);

/** Whether the page is dark now. */
export function isDark() {
  return theme() === 'dark';
}

/** @param {Rgb | readonly number[]} rgb */
export function css(rgb) {
  return `rgb(${rgb[0]} ${rgb[1]} ${rgb[2]})`;
}

/**
 * Black or white, whichever can be read on a colour.
 * @param {Rgb | readonly number[]} rgb
 */
export function textOn([r, g, b]) {
  const [x, y, z] = [r, g, b].map((channel) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  // The relative luminance at which black and white have equal contrast (WCAG 2).
  return 0.2126 * x + 0.7152 * y + 0.0722 * z > 0.179 ? '#000' : '#fff';
}
