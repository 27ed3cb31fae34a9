// Written by tests/e2e/snippets.e2e.js from the page: do not edit.
{
let optimizer = OptimizerConfig::Sgd { learning_rate: 0.1 };
let schedule = Schedule::Cosine { epochs: 2 };
let config = SessionConfig { batch_size: 100, optimizer, schedule, ..SessionConfig::new(spec, 777) };
let mut run = Session::new(config)?;
run.step(&data)?;
run.set_learning_rate(0.01)?;
check!(schedule.factor(1.0), "0.5");
}
