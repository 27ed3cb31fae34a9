/** Files that are dropped where nothing takes them: a browser would open one in the page's place. */

/** @param {Window} window */
export function refuseStrayDrops(window) {
  for (const type of /** @type {const} */ (['dragover', 'drop'])) {
    window.addEventListener(type, (event) => {
      if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'none';
    });
  }
}
