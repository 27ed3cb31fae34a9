// Written by tests/e2e/snippets.e2e.js from the page: do not edit.
{
let spec: ModelSpec = text.parse()?;
let mut session = Session::new(SessionConfig {
    batch_size: 100,
    optimizer: OptimizerConfig::adam(0.001),
    ..SessionConfig::new(spec, 777)
})?;
let _ = session.step(&data)?.loss;
}
