/**
 * What the training worker tells the page, and what both name the same. This module holds types only; the requests are in
 * `requests.js`.
 *
 * A request is `{ id, method, args }`; its answer is `{ id, value }` or `{ id, error }`. Everything else that the worker
 * sends is an event, `{ event, … }`. The page answers each `progress` event with `{ ack: true }` once it has drawn it; the
 * worker sends no second one before that, so there is at most one in a frame and none that nobody sees. `{ ping: true }` is
 * answered by `{ pong: true }` as soon as the worker looks at its inbox.
 *
 * @module
 */

/**
 * An error as it crosses the boundary: `code` chooses the sentence, `details` fills it in.
 * @typedef {object} PlainError
 * @property {string} code stable, for example `kernel_too_large` or `data_changed`
 * @property {string} message the core's own sentence, in English
 * @property {Record<string, unknown>} details the values that the sentence needs
 * @property {boolean} [fatal] the engine can't go on and has to be started again
 */

/** @typedef {'train' | 'validation' | 'test'} Split */

/**
 * An optimizer with its learning rate; constants that are left out are the core's.
 * @typedef {{ kind: 'sgd' | 'momentum' | 'rmsprop', learning_rate: number }
 *   | { kind: 'adam', learning_rate: number, beta1?: number, beta2?: number }
 *   | { kind: 'adamw', learning_rate: number, beta1?: number, beta2?: number, weight_decay: number }} Optimizer
 */

/**
 * How the learning rate changes over the epochs.
 * @typedef {{ kind: 'constant' } | { kind: 'step', every_epochs: number, factor: number }
 *   | { kind: 'cosine' | 'one_cycle', epochs: number }
 *   | { kind: 'warmup', warmup_epochs: number }
 *   | { kind: 'warmup_cosine', warmup_epochs: number, epochs: number }} Schedule
 */

/**
 * The most that each training image is distorted by, 0 if left out.
 * @typedef {object} Augment
 * @property {number} [shift] pixels along each axis
 * @property {number} [rotation] degrees
 * @property {number} [scaling] part of height and of width
 * @property {number} [thickness] part of the way to the largest or smallest pixel around each
 * @property {number} [elastic] root mean square of the displacement, pixels
 */

/**
 * Everything that decides a run: the same configuration gives the same losses.
 * @typedef {object} RunConfig
 * @property {string} [data] name of the data set, `mnist` if left out
 * @property {string} spec the network's text
 * @property {number} seed 0 to 2³² − 1
 * @property {number} batch_size images in a batch, 1 or more
 * @property {Optimizer} optimizer
 * @property {Schedule} schedule
 * @property {number} [label_smoothing] part of each target that all classes share alike, 0 if left out
 * @property {Augment} [augment] how the training images are distorted, not at all if left out
 */

/**
 * Images that a person brought, made ready for the engine.
 * @typedef {object} UserData
 * @property {string} id differs when any image, label or split does
 * @property {number} height
 * @property {number} width
 * @property {number} channels
 * @property {string[]} names of the classes
 * @property {Record<Split, { pixels: Uint8Array, labels: Uint8Array }>} splits
 */

/**
 * How far the data has come in.
 * @typedef {object} DataState
 * @property {string} name of the data set
 * @property {[number, number, number]} shape of an image: height, width, channels
 * @property {number} classes
 * @property {string[] | null} names of the classes, if the data set brought its own
 * @property {string} id of the images that were brought, else empty
 * @property {number} loaded compressed bytes that have arrived
 * @property {number} total compressed bytes of all the shards
 * @property {Record<Split, number>} available images that can be used now
 * @property {Record<Split, number>} counts images when everything is in
 * @property {Array<'waiting' | 'loading' | 'ready' | 'failed'>} shards in the order of loading
 * @property {PlainError | null} error why loading stopped, until it is tried again
 */

/**
 * The batch last trained: at most the first 100 of its images.
 * @typedef {object} BatchView
 * @property {Split} split
 * @property {number} step the step that trained it, counted from 1
 * @property {number} size images in the whole batch
 * @property {Uint32Array} indices of the images in the split
 * @property {Uint8Array} images grey bytes, image after image
 * @property {number} height of an image, pixels
 * @property {number} width of an image, pixels
 * @property {number} channels of an image
 * @property {Uint8Array} labels true classes
 * @property {Uint8Array} predictions classes with the largest logit, in the forward pass that trained
 * @property {Float32Array} losses cross-entropy of each image
 * @property {Float32Array} probabilities of the predicted class, image after image
 */

/**
 * @typedef {object} ProgressEvent
 * @property {'progress'} event
 * @property {number} step steps done in all
 * @property {number} epoch epochs completed
 * @property {number} batch batches done in this epoch
 * @property {number} batchesPerEpoch
 * @property {Float32Array} losses of the steps since the last message, oldest first
 * @property {Float32Array} accuracies share of the batch that was right, in the same order
 * @property {Float32Array} rates learning rates after the schedule, in the same order
 * @property {number} learningRate of the last step, after the schedule
 * @property {number} imagesPerSecond while training, over the last second or so
 * @property {BatchView | null} view
 */

/**
 * @typedef {object} ValidationEvent
 * @property {'validation'} event
 * @property {number} step
 * @property {number} epoch the one that just ended, counted from 1; 0 in the midst of one
 * @property {number} count images looked at
 * @property {number} accuracy 0 to 1
 * @property {number} loss mean cross-entropy
 */

/**
 * @typedef {object} EpochEvent
 * @property {'epoch'} event
 * @property {number} epoch counted from 1
 * @property {number} step
 * @property {number} cost mean of the batch losses of this epoch
 * @property {number} seconds spent on the steps of this epoch
 */

/**
 * @typedef {object} EvaluationEvent
 * @property {'evaluation'} event
 * @property {Split} split
 * @property {number} done images looked at so far
 * @property {number} count images in all
 * @property {number} correct so far
 */

/**
 * A state to go back to.
 * @typedef {object} SnapshotEvent
 * @property {'snapshot'} event
 * @property {number} step
 * @property {number} epoch
 * @property {Uint8Array} bytes safetensors: weights, optimizer, RNG and position in the data
 * @property {string} digest of the bytes
 * @property {Counts} counts
 * @property {string} fingerprint of the weights
 */

/** All that it takes to go on from a state. @typedef {Pick<SnapshotEvent, 'bytes' | 'digest' | 'counts' | 'fingerprint'>} SavedState */

/**
 * What the run loop counts besides the session, so that an epoch's line comes out the same after an undo or a reload.
 * @typedef {{ trainedMs: number, trainedImages: number, epochCost: number, epochSteps: number, epochMs: number,
 *   pendingValidationEpoch: number }} Counts
 */

/**
 * Training stopped.
 * @typedef {object} StoppedEvent
 * @property {'stopped'} event
 * @property {'paused' | 'done' | 'diverged' | 'failed'} reason
 * @property {PlainError | null} error with `diverged` and `failed`
 */

/**
 * @typedef {object} Look one image on its way through the network
 * @property {number} step steps done before it
 * @property {{ layer: number, kind: string, shape: number[], data: Float32Array }[]} trace every layer's output
 * @property {Float32Array} probabilities of the classes
 * @property {{ name: string, layer: number, shape: number[], value: Float32Array }[]} parameters of the layers asked for
 */

/**
 * @typedef {{ layer: number, kind: string, shape: number[], data: Float32Array }} LayerValues
 *
 * @typedef {object} Nudge what becomes of the loss where one weight is another
 * @property {number} layer
 * @property {number} index of the weight
 * @property {number} by how much was taken away and added
 * @property {number} below the loss with it taken away
 * @property {number} above the loss with it added
 *
 * @typedef {object} Backprop one image's loss in inference and its gradients
 * @property {number} step steps done before it
 * @property {number} label the class that the loss is of
 * @property {number} loss
 * @property {Float32Array} probabilities of the classes
 * @property {LayerValues[]} activations every layer's output
 * @property {LayerValues[]} gradients the derivative of the loss with respect to each of those values
 * @property {Float32Array} dImage the same for the image
 * @property {{ layer: number, shape: number[], value: Float32Array, grad: Float32Array } | null} weight of the layer asked for, if it has
 *   weights
 * @property {Nudge | null} nudge
 */

/**
 * @typedef {object} Answers what the network says of the images shown, in inference
 * @property {number} loss mean cross-entropy of the whole batch
 * @property {Float32Array} losses of each image
 * @property {Float32Array} probabilities images × classes
 *
 * @typedef {object} Quantity of a parameter: `value`, `grad`, what the optimizer remembers (`m`, `v`), `update`
 * @property {string} name
 * @property {number} rms root of the mean of the squares
 * @property {number} min
 * @property {number} max
 * @property {Uint32Array} counts in equal bins from `min` to `max`
 *
 * @typedef {{ name: string, layer: number, shape: number[], quantities: Quantity[] }} ParameterChange
 *
 * @typedef {object} Microscope one step, from close up; at most the first 100 images of its batch
 * @property {number} step counted from 1
 * @property {number} size images in the whole batch
 * @property {number} loss of the batch in the step itself: before it, and with dropout where there is one
 * @property {number} learningRate
 * @property {Uint32Array} indices of the images in the training split
 * @property {Uint8Array} labels
 * @property {Uint8Array} images grey bytes
 * @property {number} height
 * @property {number} width
 * @property {number} channels
 * @property {number} classes
 * @property {Answers} before
 * @property {Answers} after
 * @property {[string, string]} fingerprints of the weights before and after
 * @property {ParameterChange[]} parameters in the order of the layers
 */

/** @typedef {{ event: 'waiting', waiting: boolean }} WaitingEvent training waits for a shard, or goes on */
/** @typedef {{ event: 'data', data: DataState }} DataEvent */
/** @typedef {{ event: 'stage', name: string }} StageEvent the worker's start has come so far: `script`, `download`, `compile`, `threads` */

/**
 * @typedef {ProgressEvent | ValidationEvent | EpochEvent | EvaluationEvent | SnapshotEvent | StoppedEvent
 *   | WaitingEvent | DataEvent | StageEvent} WorkerEvent
 */

/**
 * How the network did on the first images of a split.
 * @typedef {object} Evaluation
 * @property {number} count images
 * @property {number} correct
 * @property {number} loss mean cross-entropy
 * @property {Uint8Array} predictions
 * @property {Float32Array} confidences probability of each predicted class
 * @property {Float32Array} losses cross-entropy of each
 *
 * @typedef {Evaluation & { split: Split, labels: Uint8Array, step: number }} Judgement with the true classes, and the
 *   step after which it was taken
 */

export {};
