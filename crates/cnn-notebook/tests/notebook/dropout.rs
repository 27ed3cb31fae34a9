// Written by tests/e2e/snippets.e2e.js from the page: do not edit.
{
let mut dropout = Dropout::new(0.3)?;
check!(dropout.scale(), "1.4286");
dropout.forward(x.view(), seed)?;
dropout.infer(x.view())?;
}
