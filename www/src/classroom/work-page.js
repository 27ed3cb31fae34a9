/** The page that a pupil hands in: one HTML file that needs nothing else, with answers, run and figures. */

/**
 * @typedef {object} Work
 * @property {string} lang
 * @property {string} title
 * @property {string} line below it: who, when
 * @property {string} score in words
 * @property {Section[]} sections
 * @property {{ title: string, rows: [string, string][], link: { text: string, address: string } }} run
 * @property {string} answersTitle
 * @property {string} figuresTitle
 * @property {{ title: string, text: string, code: string }[]} figures as SVG; `text`: what it shows, in words
 *
 * @typedef {object} Section of a cell
 * @property {string} title
 * @property {Line[]} lines
 *
 * @typedef {object} Line
 * @property {string} question HTML, of the page's own texts alone
 * @property {string} guess
 * @property {string} verdict
 * @property {boolean | null} right null while the answers are hidden
 */

const STYLE = `
:root { color-scheme: light; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.6 system-ui, sans-serif; color: #1d2125; background: #fff; }
h1 { margin: 0; font-size: 1.5rem; }
h2 { margin: 2rem 0 0.5rem; padding-bottom: 0.25rem; border-bottom: 1px solid #dddcd6; font-size: 1.2rem; }
h3 { margin: 1.25rem 0 0.25rem; font-size: 1rem; }
.line { margin: 0.25rem 0 0; color: #4a5056; }
.score { font-weight: 650; }
ol { padding-left: 1.25rem; }
li { margin-bottom: 0.75rem; break-inside: avoid; }
.guess { font-weight: 650; }
.right { color: #23702a; }
.wrong { color: #ad4d09; }
table { border-collapse: collapse; }
th, td { padding: 0.25rem 1rem 0.25rem 0; border-bottom: 1px solid #dddcd6; text-align: left; vertical-align: top; font-weight: 400; white-space: pre-wrap; overflow-wrap: anywhere; }
th { min-width: 8rem; color: #4a5056; white-space: normal; }
figure { margin: 1rem 0; break-inside: avoid; }
figcaption { margin-bottom: 0.25rem; font-weight: 650; }
img { max-width: 100%; height: auto; border: 1px solid #dddcd6; }
@media print { body { margin: 0; } }
`;

/** @param {string} text */
export const escape = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** @param {Line} line */
const lineOf = ({ question, guess, verdict, right }) =>
  `<li>${question}<br><span class="guess">${escape(guess)}</span> <span class="${right === null ? 'open' : right ? 'right' : 'wrong'}">${escape(verdict)}</span></li>`;

/** @param {Section} section */
const sectionOf = ({ title, lines }) => `<h3>${escape(title)}</h3>\n<ol>${lines.map(lineOf).join('\n')}</ol>`;

/** @param {Work['figures'][number]} figure */
const figureOf = ({ title, text, code }) =>
  `<figure><figcaption>${escape(title)}</figcaption><img alt="${escape(text)}" src="data:image/svg+xml;charset=utf-8,${encodeURIComponent(code)}"></figure>`;

/**
 * No script runs in it, and it loads nothing, whatever is in it.
 * @param {Work} work
 * @returns {string} HTML
 */
export function workPage({ lang, title, line, score, sections, run, answersTitle, figuresTitle, figures }) {
  const rows = run.rows.map(([name, value]) => `<tr><th scope="row">${escape(name)}</th><td>${escape(value)}</td></tr>`).join('\n');
  return `<!doctype html>
<html lang="${escape(lang)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<title>${escape(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escape(title)}</h1>
<p class="line">${escape(line)}</p>
<h2>${escape(answersTitle)}</h2>
<p class="score">${escape(score)}</p>
${sections.map(sectionOf).join('\n')}
<h2>${escape(run.title)}</h2>
<table>${rows}</table>
<p><a href="${escape(run.link.address)}" rel="noopener">${escape(run.link.text)}</a></p>
${figures.length > 0 ? `<h2>${escape(figuresTitle)}</h2>\n${figures.map(figureOf).join('\n')}` : ''}
</main>
</body>
</html>
`;
}
