// Written by tests/e2e/snippets.e2e.js from the page: do not edit.
{
let dropout = Dropout::new(0.3)?;
check!(dropout.scale(), "1.4286");
let mut layer = Standalone::new(dropout);
layer.forward_seeded(x.view(), seed)?;
layer.infer(x.view())?;
}
