// Written by tests/e2e/snippets.e2e.js from the page: do not edit.
{
let seen = session.evaluate(&data, Split::Test, 0..n)?;
let _ = seen.correct as f64 / seen.count as f64;
let _ = seen.loss_sum / seen.count as f64;
confusion.add(&labels, &seen.predictions);
let _ = confusion.count(4, 9);
}
