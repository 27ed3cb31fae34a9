/** Names of filters. */

/** The filters by name, in the order in which a bank takes them. */
export const KINDS = /** @type {const} */ ([
  'edge-v',
  'edge-h',
  'edge-d1',
  'edge-d2',
  'color-r',
  'color-b',
  'blur',
  'sharpen',
  'spot',
  'line-v',
  'line-h',
  'line-d1',
  'line-d2',
  'color-g',
  'ripple-v',
  'ripple-h',
]);

/** The filters offered by name, then one of the live network, then one's own. */
export const CHOICES = /** @type {const} */ (['edge-v', 'edge-h', 'edge-d1', 'blur', 'sharpen', 'color-r', 'spot', 'learned', 'own']);
