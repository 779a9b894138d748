/** From marks of Observable Plot to one plain `<svg>` that is the same on every run and needs nothing outside itself. */

import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom/worker";
import type { Figure } from "../figure.ts";
import { escapeText, wrap } from "./text.ts";

/** Width of every figure in px. */
export const WIDTH = 600;
const HEIGHT = 390;
const MARGIN = 20;
const INK = "#222222";
const FONT = 'font-family="DejaVu Sans, system-ui, sans-serif"';
/** Mean width of a letter of DejaVu Sans over its size, on the safe side. */
const LETTER = 0.54;

type DrawOptions = Omit<Plot.PlotOptions, "width" | "document" | "className"> & {
  /** Name and unit of the vertical axis, set level above it. */
  readonly yLabel: string;
  /** In px without the key; 390 by default. */
  readonly height?: number;
  /** An SVG `<tspan>` list in a line of its own above all, such as a key to colours. */
  readonly key?: string;
};

/** Draws a plot as `<svg>` with text as text, a white background, and neither style sheet nor ids. */
export function draw({ key, yLabel, height = HEIGHT, ...options }: DrawOptions): string {
  const plot = Plot.plot({
    marginTop: 42,
    marginBottom: 58,
    marginLeft: 66,
    ...options,
    width: WIDTH,
    height,
    className: "tombola",
    document: hostDocument(),
    style: { fontSize: "16px" },
  });
  const marks = tidy(plot.innerHTML);
  const lines = key === undefined ? [escapeText(yLabel)] : [key, escapeText(yLabel)];
  const heads = lines.map((line, i) => `<text x="${MARGIN}" y="${20 + i * 34}" font-size="16">${line}</text>\n`);
  const offset = 34 * (lines.length - 1);
  const body = `<g font-size="16" text-anchor="middle" transform="translate(0,${offset})">${marks}</g>`;
  return svg(height + offset, heads.join("") + body);
}

/** One drawing above the other, for panels that share a horizontal axis but not a vertical one. */
export function stack(drawings: readonly string[]): string {
  const heights = drawings.map(heightOf);
  const top = (index: number) => heights.slice(0, index).reduce((sum, height) => sum + height, 0);
  const placed = drawings.map((drawing, i) => drawing.replace("<svg ", `<svg y="${top(i)}" `));
  return svg(top(drawings.length), placed.join(""));
}

/** A line of a key. */
export interface KeyLine {
  readonly text: string;
  readonly color: string;
  /** The dashes of its stroke, as SVG has them. */
  readonly dash: string;
}

const KEY_ROW = 22;

/** A key to lines, in two columns where its texts are short enough. */
export function legend(entries: readonly KeyLine[]): string {
  const longest = Math.max(0, ...entries.map(({ text }) => text.length));
  const columns = longest <= lettersAt(14) / 2 - 6 ? 2 : 1;
  const rows = Math.ceil(entries.length / columns);
  const lines = entries.map(({ text, color, dash }, i) => {
    const x = MARGIN + Math.floor(i / rows) * ((WIDTH - 2 * MARGIN) / 2);
    const y = 16 + (i % rows) * KEY_ROW;
    const stroke = `stroke="${color}" stroke-width="2.2" stroke-dasharray="${dash}"`;
    const most = lettersAt(14) / columns - 5;
    const shown = text.length > most ? `${text.slice(0, most - 1)}…` : text;
    return (
      `<line x1="${x}" x2="${x + 36}" y1="${y - 5}" y2="${y - 5}" ${stroke} /><circle cx="${x + 18}" cy="${y - 5}" r="3.2" fill="${color}" />` +
      `<text x="${x + 44}" y="${y}" font-size="14">${escapeText(shown)}</text>\n`
    );
  });
  return svg(rows * KEY_ROW + 6, lines.join(""));
}

function heightOf(drawing: string): number {
  return Number(/ height="(\d+)"/.exec(drawing)![1]);
}

/** Sets title, subtitle and caption around a drawing, as one picture that stands alone. */
export function poster(words: Pick<Figure, "title" | "caption"> & { subtitle: string }, drawing: string): string {
  const subtitle = wrap(words.subtitle, lettersAt(15));
  const caption = wrap(words.caption, lettersAt(14));
  const top = 48 + subtitle.length * 20;
  const bottom = top + heightOf(drawing) + 24;
  const text = [
    textLine(words.title, { y: 34, size: 20, style: `font-weight="bold"` }),
    ...subtitle.map((line, i) => textLine(line, { y: 58 + i * 20, size: 15, style: `fill="#666666"` })),
    ...caption.map((line, i) => textLine(line, { y: bottom + i * 20, size: 14, style: "" })),
  ];
  const height = bottom + caption.length * 20;
  return svg(height, `${text.join("")}\n${drawing.replace("<svg ", `<svg y="${top}" `)}`, words.title);
}

function svg(height: number, body: string, label?: string): string {
  const size = `width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}"`;
  const name = label === undefined ? "" : ` role="img" aria-label="${escapeText(label)}"`;
  const paint = `fill="${INK}" color="${INK}"`;
  const ground = `<rect width="100%" height="100%" fill="white" />`;
  return inXml(`<svg xmlns="http://www.w3.org/2000/svg" ${size} ${FONT} ${paint}${name}>${ground}\n${body}\n</svg>\n`);
}

/** What XML has no character for, such as the control characters of a file's name, replaced. */
function inXml(text: string): string {
  return text.replaceAll(/\p{Cc}|[\uFFFE\uFFFF]/gu, (each) => (/[\t\n\r]/.test(each) ? each : "\uFFFD"));
}

function textLine(text: string, { y, size, style }: { y: number; size: number; style: string }): string {
  return `<text x="${MARGIN}" y="${y}" font-size="${size}" ${style}>${escapeText(text)}</text>\n`;
}

function lettersAt(size: number): number {
  return Math.floor((WIDTH - 2 * MARGIN) / (size * LETTER));
}

/** Plot brings a style sheet, and writes coordinates to the last bit, where machines may differ. */
function tidy(markup: string): string {
  return markup
    .replace(/<style>.*?<\/style>/s, "")
    .replace(/-?\d+\.\d{3,}(e-?\d+)?/g, (number) => String(Number(Number(number).toFixed(2)) + 0))
    .replace(/<(g)\b/g, "\n<$1");
}

function hostDocument(): Plot.PlotOptions["document"] {
  const host = globalThis as { document?: Plot.PlotOptions["document"] };
  return host.document ?? parseHTML("<!doctype html><html></html>").document;
}
