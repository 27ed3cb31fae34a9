/** Whether the browser is told to save data: then nothing is fetched that nobody has asked for. */
export const savesData = () => Boolean(/** @type {any} */ (navigator).connection?.saveData);
