/**
 * Whether somebody holds a window on a grid: with the pointer pressed, or by key. A grid tells of every cell under the
 * pointer; only then is the window to move.
 */

/** @typedef {ReturnType<typeof import('./grid.js').createGrid>} Grid */

/**
 * @param {Grid[]} grids
 * @param {(grid: Grid) => import('./grid.js').Place | null} start where the cursor is put when a grid is entered by key
 * @returns {{ pressed: boolean, byKey: boolean }} as it is at any time
 */
export function watchHold(grids, start) {
  const hold = { pressed: false, byKey: false };
  for (const grid of grids) {
    grid.element.addEventListener('pointerdown', () => {
      hold.pressed = true;
    });
    grid.element.addEventListener('focus', () => {
      const place = hold.pressed ? null : start(grid);
      if (place) grid.point({ ...place });
    });
    // Before the grid itself, which tells of the cell that the key leads to.
    grid.element.addEventListener('keydown', () => {
      hold.byKey = true;
    }, true);
    grid.element.addEventListener('keyup', () => {
      hold.byKey = false;
    });
  }
  for (const type of ['pointerup', 'pointercancel']) {
    window.addEventListener(type, () => {
      hold.pressed = false;
    });
  }
  return hold;
}
