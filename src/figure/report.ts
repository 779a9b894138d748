/** One self-contained HTML report of a run: what it found, its figures, its numbers, and how they were made. */

import type { RowDetail } from "../study/row.ts";
import { type AbsentFigure, type Figure, isFigure } from "./figure.ts";
import { findings } from "./findings.ts";
import { GLOSSARY } from "./glossary.ts";
import { page } from "./page.ts";
import { panelsOf } from "./statistics.ts";
import { layerTable, panelTable, summaryTable, valueTable } from "./tables.ts";
import { escapeText } from "./text.ts";

/** What a report is made of. */
export interface ReportData {
  /** What was studied, in words. */
  readonly title: string;
  /** The study's resolved options, as plain JSON. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly rows: readonly RowDetail[];
  /** Engine, CPU, threads, versions, command and the like, as plain JSON. */
  readonly environment: Readonly<Record<string, unknown>>;
  /** Figures in the order shown; absent ones are named with their reason. */
  readonly figures: readonly (Figure | AbsentFigure)[];
}

/** The report as an HTML document that needs no other file and no network. */
export function report(data: ReportData): string {
  const body = [
    `<header><p class="kind">Tombola report</p>\n<h1>${escapeText(data.title)}</h1></header>\n`,
    `<section class="card"><ul>\n${data.rows.length === 0 ? "<li>No network has been trained yet.</li>\n" : headline(data.rows)}</ul></section>\n`,
    ...data.figures.filter(isFigure).map(figureHtml),
    ...data.figures.map((figure) => (isFigure(figure) ? "" : absentHtml(figure))),
    panelsOf(data.rows).length > 1 ? section("Panels side by side", panelTable(data.rows)) : "",
    section("Test accuracy at the end of training", summaryTable(data.rows)),
    ...panelsOf(data.rows).map((panel) => layerSection(data.rows, panel)),
    section("Options of the study", valueTable(data.spec)),
    section("Made with", valueTable(data.environment)),
    section("Words", glossary()),
  ];
  return page(data.title, body.join(""));
}

function layerSection(rows: readonly RowDetail[], panel: string | undefined): string {
  const title = `Weights remaining in every layer${panel === undefined ? "" : `, ${panel}`}`;
  return section(title, layerTable(rows.filter((row) => row.panel === panel)));
}

function headline(rows: readonly RowDetail[]): string {
  return findings(rows)
    .map((sentence) => `<li>${escapeText(sentence)}</li>\n`)
    .join("");
}

function figureHtml({ name, title, caption, drawing }: Figure): string {
  const words = `<h3>${escapeText(title)}</h3>\n${drawing}<figcaption>${escapeText(caption)}</figcaption>`;
  return `<figure id="${name}">\n${words}\n</figure>\n`;
}

function absentHtml({ name, absent }: AbsentFigure): string {
  return `<p class="note">Figure ${name} is not here: ${escapeText(absent)}.</p>\n`;
}

function section(title: string, content: string): string {
  return `<section>\n<h2>${escapeText(title)}</h2>\n${content}</section>\n`;
}

function glossary(): string {
  const entries = GLOSSARY.map(([word, meaning]) => `<dt>${escapeText(word)}</dt>\n<dd>${escapeText(meaning)}</dd>\n`);
  return `<dl>\n${entries.join("")}</dl>\n`;
}
