// Written by tests/e2e/snippets.e2e.js from the page: do not edit.
{
let found = session.model().loss_gradients(&pixels, label)?;
let (layer, epsilon) = (0, 0.00001);
let d_map = &found.gradients[layer].data;
let d_image = &found.d_input;
let loss = |by| nudge::loss(&session, &pixels, label, layer, 0, by);
let slope = (loss(epsilon)? - loss(-epsilon)?) / (2.0 * epsilon);
}
