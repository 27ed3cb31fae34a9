// Written by tests/e2e/snippets.e2e.js from the page: do not edit.
{
let mut ensemble = Ensemble::new();
for seed in 777..777 + 3 {
    let mut session = Session::new(SessionConfig { seed, ..config.clone() })?;
    for _ in 0..550 {
        session.step(&data)?;
    }
    ensemble.push(session.model().clone())?;
}
let votes = ensemble.evaluate(&data, Split::Test, 0..10_000)?;
let _ = votes.members_correct();
let _ = votes.correct();
}
