//! One trained model behind a pool of threads: requests come over a channel, and each thread answers them in a workspace of
//! its own. The model is shared, not copied; no pass changes it.
//!
//! `cargo run --release -p cnn --example 08_serve`

use cnn::dataset::{Batches, Examples, Split};
use cnn::layers::Shape;
use cnn::loss::{Loss, SoftmaxCrossEntropy};
use cnn::metrics::argmax;
use cnn::model::{Model, Workspace};
use cnn::optim::{Optimizer, OptimizerConfig};
use cnn::rng::Rng;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

const WORKERS: usize = 4;
const REQUESTS: usize = 1000;

/// A point to classify, and where its answer goes.
struct Request {
    point: [f32; 2],
    answer: mpsc::Sender<(usize, usize)>,
    number: usize,
}

fn main() -> cnn::Result<()> {
    let model = Arc::new(trained()?);
    let mut rng = Rng::seed_from_u64(3);
    let points: Vec<[f32; 2]> = (0..REQUESTS).map(|_| [(); 2].map(|()| 2.0 * rng.uniform() - 1.0)).collect();

    let (requests, queue) = mpsc::channel::<Request>();
    let queue = Arc::new(Mutex::new(queue));
    let workers: Vec<_> = (0..WORKERS)
        .map(|_| {
            let (model, queue) = (model.clone(), queue.clone());
            thread::spawn(move || serve(&model, &queue))
        })
        .collect();

    let (answer, answers) = mpsc::channel();
    for (number, &point) in points.iter().enumerate() {
        requests.send(Request { point, answer: answer.clone(), number }).expect("workers that listen");
    }
    drop((requests, answer));
    let mut right = 0;
    for (number, class) in answers {
        // Whichever thread answered, it is what the model says by itself.
        assert_eq!(class, model.predict(&points[number])?.class);
        right += usize::from(class == class_of(points[number]));
    }
    for (number, worker) in workers.into_iter().enumerate() {
        println!("worker {number} answered {} requests", worker.join().expect("a worker that ended"));
    }
    println!("{right} of {REQUESTS} points are in the class that they were given");
    Ok(())
}

/// Answers requests until there can't be more; returns how many there were. The first in memory of its own, the others in
/// the same: nothing is allocated for them.
fn serve(model: &Model, queue: &Mutex<mpsc::Receiver<Request>>) -> usize {
    let (mut work, mut served) = (Workspace::default(), 0);
    loop {
        // The lock is held while waiting, not while computing.
        let Ok(Request { point, answer, number }) = queue.lock().expect("no worker panics").recv() else {
            return served;
        };
        let class = argmax(model.infer_with(&mut work, &point));
        served += 1;
        // Whoever asked may have gone.
        _ = answer.send((number, class));
    }
}

/// Inside of a ring or not.
fn class_of([x, y]: [f32; 2]) -> usize {
    usize::from((0.4..0.8).contains(&x.hypot(y)))
}

/// A network that knows the ring.
fn trained() -> cnn::Result<Model> {
    let mut data = Examples::with_labels(Shape::Vector(2), 2)?;
    let mut rng = Rng::seed_from_u64(1);
    for _ in 0..1000 {
        let point = [(); 2].map(|()| 2.0 * rng.uniform() - 1.0);
        data.append_labelled(Split::Train, &point, &[class_of(point) as u8])?;
    }
    let mut model = Model::builder(2).dense(24).relu().dense(24).relu().dense(2).seed(777).build()?;
    let mut optimizer = Optimizer::new(OptimizerConfig::adam(0.01));
    let mut batches = Batches::new(&data, 50, 777)?;
    let (mut losses, mut gradient) = (Vec::new(), Vec::new());
    while batches.epoch() < 60 {
        while let Some(batch) = batches.next_batch()? {
            let outputs = model.forward(batch.inputs, optimizer.t());
            losses.resize(batch.count(), 0.0);
            gradient.resize(outputs.len(), 0.0);
            SoftmaxCrossEntropy::new().evaluate(outputs, batch.targets, &mut losses, &mut gradient)?;
            model.backward(&gradient);
            optimizer.step(&mut model);
        }
    }
    Ok(model)
}
