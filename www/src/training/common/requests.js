/**
 * What the page can ask of the training worker: each request with its arguments and its answer, and the messages that
 * carry them. This module holds types only; `tsc` checks the page's calls and the worker's table of methods against it.
 *
 * Page and worker of one version have the same requests: the first one, `boot`, carries the page's version, and the
 * worker refuses another one (`same-version.js`).
 *
 * @module
 */

/** @typedef {import('./protocol.js').Split} Split */

/**
 * Which build of the engine the worker starts.
 * @typedef {object} HostOptions
 * @property {string} version of the page that asks
 * @property {import('../../common/places.js').Variant} variant the build to start with
 * @property {number} threads 1 to 8; used by the builds that have them
 * @property {boolean} keepData whether data that were loaded are kept on the device for the next visit
 */

/** @typedef {{ variant: import('../../common/places.js').Variant, threads: number, info: { version: string, simd: boolean, relaxed: boolean, threads: boolean } }} Booted */

/** @typedef {{ layer: number, kind: string, shape: number[], data: Float32Array }} Activation what a layer gives for one image; layers count from 0 without the input */
/** @typedef {{ name: string, layer: number, shape: number[], value: Float32Array, grad: Float32Array }} Parameter */
/** @typedef {{ logits: Float32Array, probabilities: Float32Array, class: number }} Prediction */
/** @typedef {{ step: number, fingerprint: string }} Fingerprint of the weights after a step */

/**
 * @typedef {object} SessionInfo
 * @property {string} spec
 * @property {number} seed
 * @property {number} batch_size
 * @property {import('./protocol.js').Optimizer} optimizer
 * @property {import('./protocol.js').Schedule} schedule
 * @property {number} learning_rate of the next step
 * @property {[number, number, number]} input height, width, channels
 * @property {number} classes
 * @property {number} step steps done
 * @property {number} epoch of the next step, counted from 0
 * @property {number} position the next batch's number in its epoch, counted from 0
 */

/** @typedef {{ mean: Float32Array, variance: Float32Array }} Moments of each channel */
/** @typedef {{ layer: number, running: Moments, batch: Moments }} Norm what a batch normalization goes by: in inference, and in
 *   training for one batch */

/**
 * @typedef {object} Inspection one step of a run beside the live one: one image of its batch
 * @property {number} step batches that the run has learned from before
 * @property {number} size images of the batch
 * @property {number} image its place in the batch
 * @property {number} index in the training split
 * @property {number} label
 * @property {Activation[]} trace in inference
 * @property {{ layer: number, mask: Uint8Array }[]} masks of the dropout layers
 * @property {Norm[]} norms of the batch normalizations, the running ones as they are before the step
 * @property {Float32Array} training probabilities, with the masks and by the batch's statistics
 * @property {Float32Array} inference probabilities, without masks and by the running statistics
 */

/**
 * @typedef {object} Spread how the values of a layer are spread over some images
 * @property {[number, number]} range the smallest value and the largest: the first bin begins and the last one ends there
 * @property {Uint32Array} counts values in each of the bins, which are equally wide
 * @property {number} mean
 * @property {number} deviation standard deviation
 * @property {number} positive share of the values above 0
 * @property {number} channels
 * @property {number} silent channels without any value above 0
 */

/** @typedef {{ layer: number, class: number, size: [number, number], values: Float32Array }} ClassMap above 0 speaks for the class; `size` is height and width */
/** @typedef {{ layer: number, active: number[], values: number, dead: number }} ReluActivity for each channel how many of `values` values were above 0; channels that never were */
/** @typedef {{ indices: Uint32Array, distances: Float32Array, labels: Uint8Array, images: Uint8Array, available: number }} Nearest training images, nearest first, among those available */
/** @typedef {{ sample: number, median: number, limit: number }} TypicalDistances to the nearest other image */
/** @typedef {import('./protocol.js').PlainError | null} Stopped why a run can't go on */
/** @typedef {{ step: number, losses: Float32Array, accuracy: number | null, weights: Uint8Array }} FirstStretch of the opening's
 *   run: the step it has come to; of each step of the stretch the mean loss of its batch; the share of the validation images
 *   that are right, if they were looked at; the weights as a safetensors file */

/**
 * @typedef {object} Preparation how the opening's images are made ready for a run of the gallery of failures
 * @property {number} images the first ones of the training split, so many
 * @property {boolean} sorted whether they come sorted by their label, and are not shuffled
 * @property {number} passes through sorted images until the run is over
 * @property {number} ink what a byte of 255 is to the network: 1 where the input is normalized
 */
/** @typedef {{ loss: number, accuracy: number, dead: number, units: number }} TrialCheck on the validation images: mean loss,
 *   share that is right; units of ReLUs, and those of them that respond to none of the images looked at */
/** @typedef {{ losses: Float32Array, accuracy: number | null, check: TrialCheck | null }} TrialStretch the mean loss of each
 *   batch, fewer than asked for where the numbers are no longer finite, which `check` null says; the share of the batches'
 *   images that were right before the step that learned from them */
/** @typedef {{ range: [number, number], labels: Uint8Array, filters: { shape: number[], values: Float32Array }, responses: Float32Array[] }} TrialSight
 *   least and largest input in the first batch; labels of the first three batches; the first layer's weights; for each ReLU
 *   layer the share of values above 0 of each unit */

/**
 * Each request as a function from what the page passes to what it gets. A request that can't be fulfilled rejects with a
 * `PlainError`; all but `boot` reject with `engine_not_ready` before the engine is there, those about the live run with
 * `no_session` before there is one.
 *
 * @typedef {object} Requests
 * @property {(host: HostOptions, dataUrl: string, dataSet: string) => Booted} boot starts the engine and names the built-in
 *   data set to begin with, whose first training images the first `configure` loads; `dataUrl` is the folder that each has
 *   its own in
 * @property {() => void} retryData goes on loading after a failure
 * @property {(config: import('./protocol.js').RunConfig) => { train: number, validation: number }} beginFirst begins the
 *   opening's run anew; answers how many images it has
 * @property {(steps: number, check: boolean) => FirstStretch} advanceFirst trains so many batches of it
 * @property {(config: import('./protocol.js').RunConfig, preparation: Preparation) => TrialCheck} beginTrial begins a run of the
 *   gallery of failures in place of the one before; answers how its network does before the first batch
 * @property {(steps: number) => TrialStretch} advanceTrial trains so many batches of it
 * @property {() => TrialSight} seeTrial what a closer look at it shows
 * @property {(config: import('./protocol.js').RunConfig, snapshot?: Uint8Array | null,
 *   counts?: import('./protocol.js').Counts | null, fingerprint?: string,
 *   images?: import('./protocol.js').UserData | null, run?: number) => SessionInfo} configure begins a run in place of the
 *   live one, from a snapshot if there is one; `images` are the person's, unless the worker has them; `run` is its number
 * @property {(split: Split, images?: number) => void} need answers once the first images of a split are in, all if no
 *   number is given; rejects with why they can't be had
 * @property {(goal: { steps?: number, epochs?: number }) => void} start answers when training has begun
 * @property {() => void} pause answers when it has ended
 * @property {() => void} emitSnapshot sends a snapshot if training runs
 * @property {(options: { checkEvery?: number, watching?: boolean }) => void} options of the run loop
 * @property {(rate: number) => void} setLearningRate
 * @property {(split: Split, limit?: number) => import('./protocol.js').Judgement | null} evaluate null if it was called off
 * @property {() => void} callOff ends the evaluations under way
 * @property {(pixels: Float32Array) => Prediction} predict
 * @property {(pixels: Float32Array, layers: number[]) => import('./protocol.js').Look} look one image's way through the
 *   network and the parameters of some layers, all of the same step
 * @property {() => Parameter[]} parameters
 * @property {(name: string) => Parameter | undefined} parameter
 * @property {() => Fingerprint} fingerprint
 * @property {() => SessionInfo} info
 * @property {() => import('./protocol.js').BatchView | null} view the batch last trained
 * @property {(split: Split, indices: ArrayLike<number>) => { images: Uint8Array, labels: Uint8Array }} images
 * @property {() => import('./protocol.js').SavedState} state all that it takes to go on from here
 * @property {(pixels: Uint8Array, labels: Uint8Array) => void} teach these are the person's examples from now on
 * @property {(pixels: Float32Array, count: number) => Nearest} nearest
 * @property {() => TypicalDistances} typicalDistances among the training images that are in
 * @property {() => { step: number, accuracy: number | null }[]} timeLine the steps whose weights are kept
 * @property {(step: number, pixels: Float32Array) => Float32Array | null} past probabilities after a step, null if it is
 *   not kept
 * @property {(step: number) => number | null} pastAccuracy
 * @property {() => Uint8Array} saveWeights a safetensors file
 * @property {(bytes: Uint8Array) => void} loadWeights
 * @property {() => import('./protocol.js').Microscope} microscope trains one batch and tells what it changed
 * @property {() => Fingerprint | null} undo takes that step back; null if training went on
 * @property {(pixels: Float32Array) => { before: Activation[], after: Activation[] } | null} compare
 * @property {(name: string, channel: number) => { name: string, values: Float32Array }[] | null} filters of a convolution
 *   for one map of its input, quantity by quantity
 * @property {(pixels: Float32Array, layer: number) => ClassMap[]} reasons
 * @property {(pixels: Float32Array, label: number, layer: number, nudge?: { index: number, by: number } | null) =>
 *   import('./protocol.js').Backprop} backprop one image's loss and its gradients, all of the same step; below 0 the label
 *   is what the network says; of the parameters only the weights of `layer`, one of which is nudged by ±`by`
 * @property {(count: number) => { count: number, step: number, layers: ReluActivity[] }} activity
 * @property {(key: string, configs: import('./protocol.js').RunConfig[], snapshots?: (Uint8Array | null)[]) => void} beginRuns
 *   a group of runs beside the live one
 * @property {(key: string, ms: number, steps?: number) => { losses: Float32Array[], rates: Float32Array[],
 *   errors: Stopped[] }} advanceRuns
 * @property {(key: string, split: Split, count: number) => ({ loss: number, accuracy: number } | null)[]} checkRuns
 * @property {(key: string, split: Split, count: number, moves: { right: number, rotation: number }[]) =>
 *   { step: number, accuracies: (number | null)[][] }} movedRuns for each move the share of a split's first images that each
 *   run has right when they are moved so, and the step that the runs have come to
 * @property {(key: string, index: number, image: number) => Inspection} inspectRun
 * @property {(key: string, places: { run: number, layer: number }[], count: number) => (Spread | null)[]} spreadRuns of so
 *   many validation images, in inference; null for a run that has stopped
 * @property {(key: string, index: number, rate: number) => void} setRunRate
 * @property {(key: string) => (Uint8Array | null)[]} snapshotRuns
 * @property {(key: string, index: number) => Uint8Array} runWeights
 * @property {(key: string) => void} endRuns
 * @property {(files: Uint8Array[]) => void} gatherJury networks that decide together, as safetensors
 * @property {(split: Split, start: number, count: number) => { labels: Uint8Array, predictions: Uint8Array,
 *   votes: Uint8Array[] }} juryVotes
 * @property {(pixels: Float32Array) => Prediction & { votes: number[] }} askJury
 */

/** @typedef {keyof Requests} Method */
/** @template {Method} M @typedef {Parameters<Requests[M]>} Args */
/** @template {Method} M @typedef {ReturnType<Requests[M]>} Answer */

/**
 * The worker's side: a function for each request, which may take its time.
 * @typedef {{ [M in Method]: (...args: Args<M>) => Answer<M> | Promise<Answer<M>> }} Methods
 */

/** @typedef {{ [M in Method]: { id: number, method: M, args: Args<M> } }[Method]} Request */
/** @typedef {Request | { ack: true } | { ping: true }} ToWorker */
/** @typedef {{ id: number, value: unknown } | { id: number, error: import('./protocol.js').PlainError }} Reply */
/** @typedef {Reply | import('./protocol.js').WorkerEvent | { pong: true }} FromWorker */

export {};
