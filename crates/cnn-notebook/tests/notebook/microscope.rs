// Written by tests/e2e/snippets.e2e.js from the page: do not edit.
{
let before = session.snapshot()?;
let seen = session.step_under_microscope(&data)?;
let _ = seen.report.loss;
let _ = session.fingerprint();
session.restore(&before)?;
let _ = session.fingerprint();
}
