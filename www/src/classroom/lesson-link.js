/** The lesson's link as the teacher gave it, for the next pupil at the same computer: kept for as long as the tab is open. */

const NAME = 'cnn-notebook.lesson';

/** @returns {{ lesson: string, keys: string } | null} */
function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(NAME) ?? 'null');
  } catch {
    return null;
  }
}

/** Notes the link, unless it is the lesson that is noted. @param {string} lesson @param {string} keys of the link, as in a query */
export function noteLesson(lesson, keys) {
  if (kept()?.lesson === lesson) return;
  try {
    sessionStorage.setItem(NAME, JSON.stringify({ lesson, keys }));
  } catch {
    // Denied: the next pupil begins with what the address says then.
  }
}

/** @param {string} lesson @returns {string | null} the keys of its link; null if this is no lesson, or none that was noted */
export function lessonLink(lesson) {
  const note = kept();
  return lesson && note?.lesson === lesson ? note.keys : null;
}
