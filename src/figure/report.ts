/** One self-contained HTML report of a run: what it found, its figures, its numbers, and how they were made. */

import type { PairRow } from "../study/pair.ts";
import type { RowDetail } from "../study/row.ts";
import { type AbsentFigure, type Figure, isFigure } from "./figure.ts";
import { findings } from "./findings.ts";
import { GLOSSARY } from "./glossary.ts";
import { page } from "./page.ts";
import { pairFindings } from "./pair-findings.ts";
import { PAIR_GLOSSARY, pairTable } from "./pair-report.ts";
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
  /** The result of a study of linear mode connectivity, whose `rows` are empty. */
  readonly pairs?: readonly PairRow[];
  /** Engine, CPU, threads, versions, command and the like, as plain JSON. */
  readonly environment: Readonly<Record<string, unknown>>;
  /** Figures in the order shown; absent ones are named with their reason. */
  readonly figures: readonly (Figure | AbsentFigure)[];
}

/** The report as an HTML document that needs no other file and no network. */
export function report(data: ReportData): string {
  const body = [
    `<header><p class="kind">Tombola report</p>\n<h1>${escapeText(data.title)}</h1></header>\n`,
    `<section class="card"><ul>\n${headline(data)}</ul></section>\n`,
    ...data.figures.filter(isFigure).map(figureHtml),
    ...data.figures.map((figure) => (isFigure(figure) ? "" : absentHtml(figure))),
    data.pairs ? section("Pairs by arm and iteration", pairTable(data.pairs)) : rowSections(data.rows),
    section("Options of the study", valueTable(data.spec)),
    section("Made with", valueTable(data.environment)),
    section("Words", glossary(data.pairs ? [...PAIR_GLOSSARY, ...GLOSSARY] : GLOSSARY)),
  ];
  return page(data.title, body.join(""));
}

function rowSections(rows: readonly RowDetail[]): string {
  return [
    panelsOf(rows).length > 1 ? section("Panels side by side", panelTable(rows)) : "",
    section("Test accuracy at the end of training", summaryTable(rows)),
    ...panelsOf(rows).map((panel) => layerSection(rows, panel)),
  ].join("");
}

function layerSection(rows: readonly RowDetail[], panel: string | undefined): string {
  const title = `Weights remaining in every layer${panel === undefined ? "" : `, ${panel}`}`;
  return section(title, layerTable(rows.filter((row) => row.panel === panel)));
}

function headline({ rows, pairs }: ReportData): string {
  const trained = (pairs ?? rows).length > 0;
  const found = pairs ? pairFindings(pairs) : findings(rows);
  return (trained ? found : ["No network has been trained yet."])
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

function glossary(words: typeof GLOSSARY): string {
  const entries = words.map(([word, meaning]) => `<dt>${escapeText(word)}</dt>\n<dd>${escapeText(meaning)}</dd>\n`);
  return `<dl>\n${entries.join("")}</dl>\n`;
}
