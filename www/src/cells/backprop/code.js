/** The gradient at a kernel and at an image through a small convolution, in each framework. */

import { python } from '../../frame/code.js';
import { pixelTerms, weightTerms } from './terms.js';

/** Sides of the image and the kernel; gradients at the output. */
const [SIDE, KERNEL] = [3, 2];
const GRADIENT = [1, 0, 0, -1];

export function pythonOf() {
  const out = SIDE - KERNEL + 1;
  const geometry = { kernel: [KERNEL, KERNEL], stride: [1, 1], pad_before: [0, 0] };
  const input = { shape: [SIDE, SIDE, 1], data: Array.from({ length: SIDE * SIDE }, (_, i) => i) };
  const gradient = { shape: [out, out, 1], data: GRADIENT };
  const weight = { shape: [KERNEL, KERNEL, 1, 1], value: Array(KERNEL * KERNEL).fill(1) };
  const list = (/** @type {number[]} */ values) => `[${values.join(', ')}]`;
  const dWeight = () => list(Array.from({ length: KERNEL * KERNEL }, (_, i) => weightTerms({ geometry, input, gradient, channel: 0, filter: 0, ky: Math.floor(i / KERNEL), kx: i % KERNEL }).sum));
  const dImage = () => list(Array.from({ length: SIDE * SIDE }, (_, i) => pixelTerms({ geometry, weight, gradient, channel: 0, row: Math.floor(i / SIDE), col: i % SIDE }).sum));
  const d = () => `[${GRADIENT.map((each) => `${each}.0`).join(', ')}]`;
  const [side, kernel] = [() => SIDE, () => KERNEL];
  return {
    tensorflow: python`
      image = tf.reshape(tf.range(${() => SIDE * SIDE}.0), [1, ${side}, ${side}, 1])
      kernel = tf.ones([${kernel}, ${kernel}, 1, 1])
      y = tf.nn.conv2d(image, kernel, [1, 1, 1, 1], 'VALID')
      d_kernel, d_image = tf.gradients(y, [kernel, image], tf.reshape(tf.constant(${d}), [1, ${() => out}, ${() => out}, 1]))
      sess.run(d_kernel)   # ${dWeight}
      sess.run(d_image)    # ${dImage}
    `,
    torch: python`
      image = torch.arange(${() => SIDE * SIDE}.0).reshape(1, 1, ${side}, ${side}).requires_grad_()
      kernel = torch.ones(1, 1, ${kernel}, ${kernel}, requires_grad=True)
      F.conv2d(image, kernel).backward(torch.tensor(${d}).reshape(1, 1, ${() => out}, ${() => out}))
      kernel.grad   # ${dWeight}
      image.grad    # ${dImage}
    `,
    numpy: python`
      image, d_y = np.arange(${() => SIDE * SIDE}.0).reshape(${side}, ${side}), np.reshape(${d}, (${() => out}, ${() => out}))
      kernel = np.ones((${kernel}, ${kernel}))
      windows = sliding_window_view(image, d_y.shape)
      (windows * d_y).sum(axis=(2, 3))   # ${dWeight}
      padded = np.pad(d_y, ${() => KERNEL - 1})
      (sliding_window_view(padded, kernel.shape) * kernel[::-1, ::-1]).sum(axis=(2, 3))   # ${dImage}
    `,
  };
}
