// Written by tests/e2e/snippets.e2e.js from the page: do not edit.
{
data.set_ink(255.0)?;
let optimizer = OptimizerConfig::Sgd { learning_rate: 0.1 };
let config = SessionConfig { batch_size: 50, optimizer, ..SessionConfig::new(text.parse()?, 777) };
let mut run = Run::new(Session::new(config)?);
let loss = run.step(&data)?.loss;
let units = run.relu_activity(&data, Split::Validation, &[0, 1, 2])?;
}
