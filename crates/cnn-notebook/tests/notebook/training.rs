// Written by tests/e2e/snippets.e2e.js from the page: do not edit.
{
let spec: ModelSpec = text.parse()?;
let mut session = Session::new(SessionConfig {
    spec,
    seed: 777,
    batch_size: 100,
    optimizer: OptimizerConfig::adam(0.001),
    schedule: Schedule::Constant,
})?;
let _ = session.step(&data)?.loss;
}
