// Written by tests/e2e/snippets.e2e.js from the page: do not edit.
{
let trace = session.trace(&pixels)?;
let layer = 1;
check!(trace[layer - 1].shape, "[28, 28, 32]");
let _ = session.predict(&pixels)?.class;
}
