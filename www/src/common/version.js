/**
 * What only the build knows. It writes this module anew (`scripts/build-page.mjs`); as it stands here it serves the
 * sources as they are.
 *
 * @module
 */

/** The name of this version of the page: scripts that belong together have the same. */
export const BUILD = 'unbundled';

/** The folder that holds a folder for each build of the engine, seen from the folder of this version. */
export const ENGINES = 'engine/';

/** The cells that have a style sheet of their own. @type {string[]} */
export const STYLED = [];
