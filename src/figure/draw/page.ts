/** The HTML page around a report: one file, nothing fetched, read as well without its script; narrow screens first, light or dark. */

import { escapeText } from "./text.ts";

const STYLE = `
:root { color-scheme: light dark; --ink: #1d2126; --soft: #5c6670; --line: #d9dee3; --ground: #f5f6f8; --card: #ffffff; --mark: #0060b0; }
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ec; --soft: #9aa5b0; --line: #363d45; --ground: #14171a; --card: #1d2126; --mark: #7cb8f0; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 46rem; color: var(--ink); background: var(--ground);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0.5rem 0; font-size: 1.6rem; line-height: 1.2; }
h2 { margin: 2rem 0 0.5rem; font-size: 1.2rem; }
.kind, figcaption, footer, .note { color: var(--soft); font-size: 0.9rem; }
.card, figure { margin: 1rem 0; padding: 0.6rem; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--card); }
.card ul { margin: 0; padding-left: 1.2rem; }
.card li + li { margin-top: 0.4rem; }
figure h3 { margin: 0 0 0.5rem; font-size: 1.05rem; }
figure svg { display: block; width: 100%; height: auto; border-radius: 0.25rem; }
.plot { border-radius: 0.25rem; }
.plot:focus-visible, button:focus-visible, .scroll:focus-visible { outline: 2px solid var(--mark); outline-offset: 2px; }
.controls { display: flex; flex-wrap: wrap; gap: 0.3rem; margin: 0 0 0.5rem; }
button { font: inherit; color: inherit; background: none; border: 1px solid var(--line); border-radius: 0.3rem; cursor: pointer; }
.controls button { padding: 0.1rem 0.5rem; border-left-width: 0.4rem; font-size: 0.85rem; }
.controls button[aria-pressed="false"] { color: var(--soft); text-decoration: line-through; }
.controls button:last-child[aria-pressed="false"] { text-decoration: none; }
th button { padding: 0; border: 0; text-align: inherit; font-weight: inherit; }
th[aria-sort="ascending"] button::after { content: " ↑"; }
th[aria-sort="descending"] button::after { content: " ↓"; }
.value { position: fixed; z-index: 1; max-width: calc(100vw - 1rem); padding: 0.2rem 0.5rem; border-radius: 0.3rem;
  color: var(--ground); background: var(--ink); font-size: 0.85rem; pointer-events: none; }
[hidden] { display: none; }
figcaption { margin-top: 0.5rem; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--card); }
table { border-collapse: collapse; width: 100%; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.6rem; border-top: 1px solid var(--line); text-align: right; white-space: nowrap; }
thead th { border-top: 0; color: var(--soft); white-space: normal; overflow-wrap: normal; vertical-align: bottom; }
th:first-child, td:first-child, .values th, .values td { text-align: left; }
.values td:last-child { white-space: normal; font-family: ui-monospace, monospace; }
dt { font-weight: 600; }
dd { margin: 0 0 0.5rem; color: var(--soft); }
`;

/** What a page has beside its words. */
interface Looks {
  /** Style rules of a dark page alone. */
  readonly dark: string;
  /** JavaScript without `</script`. */
  readonly script: string;
}

/** A complete HTML document; `title` is text, `body` is HTML. */
export function page(title: string, body: string, { dark, script }: Looks): string {
  const head = [
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeText(title)}</title>`,
    `<style>${STYLE}@media screen and (prefers-color-scheme: dark) {\n${dark}\n}\n</style>`,
  ].join("\n");
  return `<!doctype html>\n<html lang="en">\n<head>\n${head}\n</head>\n<body>\n${body}<script>\n${script}\n</script>\n</body>\n</html>\n`;
}
