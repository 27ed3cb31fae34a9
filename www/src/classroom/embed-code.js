/** The code that shows a cell in another page. */

/** Names the message that tells the height of an embedded cell. */
export const HEIGHT = 'cnn-notebook:height';

/** What a frame may do: threads where the page around has them too, and the camera where there is one to use. @param {string} cell */
const allowed = (cell) => ['cross-origin-isolated', 'clipboard-write', ...(cell === 'digit' ? ['camera'] : [])].join('; ');

/** @param {string} text */
const escape = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/**
 * A frame, and behind it a script that makes it as high as the cell in it. Several of them in one page don't disturb each other, of
 * one cell neither.
 * @param {{ cell: string, address: string, title: string, height: number }} options `height` until the cell says its own, px
 * @returns {string} HTML
 */
export function embedCode({ cell, address, title, height }) {
  return `<iframe src="${escape(address)}" title="${escape(title)}" allow="${allowed(cell)}" loading="lazy" style="width: 100%; height: ${height}px; border: 0"></iframe>
<script>
  {
    const frame = document.currentScript.previousElementSibling;
    addEventListener('message', (event) => {
      if (event.source !== frame.contentWindow || event.data?.type !== '${HEIGHT}') return;
      frame.style.height = Number(event.data.height) + 'px';
    });
  }
</script>
`;
}
