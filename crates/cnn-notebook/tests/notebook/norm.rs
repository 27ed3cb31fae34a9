// Written by tests/e2e/snippets.e2e.js from the page: do not edit.
{
let mut norm = Standalone::new(BatchNorm::new(8));
norm.forward(maps.view())?;
norm.infer(maps.view())?;
check!(norm.layer.momentum(), "0.1");
vectors.check_batch(50)?;
}
