/** Blocks that can be taken by pointer and put elsewhere in their row; a short press is left to the click. */

/** Further than that it is a drag, px. */
const SLOP = 8;

/**
 * @param {HTMLElement} list
 * @param {object} options
 * @param {(element: Element) => number} options.indexOf index of a block, −1 if it must stay
 * @param {() => HTMLElement[]} options.blocks all of them in order, the first one fixed
 * @param {(from: number, to: number) => void} options.onMove
 */
export function makeDraggable(list, { indexOf, blocks, onMove }) {
  /** @type {{ id: number, x: number, y: number, from: number, to: number, element: HTMLElement, active: boolean } | null} */
  let drag = null;
  let dropped = false;

  list.addEventListener('pointerdown', (event) => {
    const element = /** @type {Element} */ (event.target).closest('[role=option]');
    if (event.button !== 0 || !(element instanceof HTMLElement)) return;
    const from = indexOf(element);
    if (from < 1) return;
    drag = { id: event.pointerId, x: event.clientX, y: event.clientY, from, to: from, element, active: false };
  });

  list.addEventListener('pointermove', (event) => {
    if (!drag || event.pointerId !== drag.id) return;
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.active) {
      if (Math.hypot(dx, dy) < SLOP) return;
      drag.active = true;
      list.setPointerCapture(event.pointerId);
      drag.element.classList.add('dragging');
    }
    drag.element.style.transform = `translate(${dx}px, ${dy}px)`;
    mark(target(event));
  });

  /** The block whose place the dragged one would take. @param {PointerEvent} event */
  function target(event) {
    if (!drag) return 0;
    let best = drag.from;
    let nearest = Infinity;
    blocks().forEach((block, index) => {
      if (index === 0) return;
      const box = index === drag?.from ? home() : block.getBoundingClientRect();
      const distance = Math.hypot(event.clientX - (box.left + box.width / 2), event.clientY - (box.top + box.height / 2));
      if (distance < nearest) [nearest, best] = [distance, index];
    });
    return best;
  }

  /** Where the dragged block came from. */
  function home() {
    const element = /** @type {HTMLElement} */ (drag?.element);
    const { transform } = element.style;
    element.style.transform = '';
    const box = element.getBoundingClientRect();
    element.style.transform = transform;
    return box;
  }

  /** @param {number} to */
  function mark(to) {
    if (!drag) return;
    drag.to = to;
    blocks().forEach((block, index) => {
      block.classList.toggle('drop-before', index === to && to < /** @type {any} */ (drag).from);
      block.classList.toggle('drop-after', index === to && to > /** @type {any} */ (drag).from);
    });
  }

  /** @param {PointerEvent} event */
  function end(event) {
    if (!drag || event.pointerId !== drag.id) return;
    const { from, to, active, element } = drag;
    mark(from);
    drag = null;
    element.classList.remove('dragging');
    element.style.transform = '';
    if (!active) return;
    // The click that follows would select what lies under the pointer.
    dropped = true;
    setTimeout(() => {
      dropped = false;
    }, 0);
    if (event.type === 'pointerup' && to !== from) onMove(from, to);
  }
  list.addEventListener('click', (event) => dropped && event.stopPropagation(), { capture: true });
  list.addEventListener('pointerup', end);
  list.addEventListener('pointercancel', end);
}
