// Written by tests/e2e/snippets.e2e.js from the page: do not edit.
{
let digit = prepare(&rgba, width, height)?;
let _ = session.predict(&digit.pixels)?.class;
let _ = data.nearest(&digit.pixels, 1)?;
data.teach(&pixels, &labels)?;
session.learn_taught(true);
}
