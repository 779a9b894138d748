/** One self-contained HTML report of a run: what it found, its figures, its numbers, and how they were made. */

import { page } from "./draw/page.ts";
import { escapeText } from "./draw/text.ts";
import { type AbsentFigure, type Figure, isFigure } from "./figure.ts";
import { darkRules } from "./page/dark.ts";
import { pageScript } from "./page/script.ts";
import { valueTable } from "./tables.ts";

/** A part of a report; `html` is markup. */
export interface ReportSection {
  readonly title: string;
  readonly html: string;
}

/** What a report is made of. */
export interface ReportData {
  /** What was studied, in words. */
  readonly title: string;
  /** The study's resolved options, as plain JSON. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** What was found, in sentences. */
  readonly findings: readonly string[];
  readonly sections: readonly ReportSection[];
  /** Engine, CPU, threads, versions, command and the like, as plain JSON. */
  readonly environment: Readonly<Record<string, unknown>>;
  /** Figures in the order shown; absent ones are named with their reason. */
  readonly figures: readonly (Figure | AbsentFigure)[];
  /** Words and meanings, in reading order. */
  readonly glossary: readonly (readonly [word: string, meaning: string])[];
}

/** The report as an HTML document that needs no other file and no network. */
export function report({ title, findings, figures, sections, spec, environment, glossary }: ReportData): string {
  const body = [
    `<header><p class="kind">Tombola report</p>\n<h1>${escapeText(title)}</h1></header>\n`,
    `<section class="card"><ul>\n${findings.map((text) => `<li>${escapeText(text)}</li>\n`).join("")}</ul></section>\n`,
    ...figures.filter(isFigure).map(figureHtml),
    ...figures.map((figure) => (isFigure(figure) ? "" : absentHtml(figure))),
    ...sections.map(section),
    section({ title: "Options of the study", html: valueTable(spec) }),
    section({ title: "Made with", html: valueTable(environment) }),
    glossary.length > 0 ? section({ title: "Words", html: glossaryHtml(glossary) }) : "",
  ];
  const dark = darkRules(figures.filter(isFigure).map(({ drawing }) => drawing));
  return page(title, body.join(""), { dark, script: pageScript() });
}

function figureHtml({ name, title, caption, drawing, linear }: Figure): string {
  const other = linear === undefined ? "" : `<div class="plot" hidden>\n${linear}</div>\n`;
  const plots = `<div class="plot">\n${drawing}</div>\n${other}`;
  const words = `<h3>${escapeText(title)}</h3>\n${plots}<figcaption>${escapeText(caption)}</figcaption>`;
  return `<figure id="${name}">\n${words}\n</figure>\n`;
}

function absentHtml({ name, absent }: AbsentFigure): string {
  return `<p class="note">Figure ${name} is not here: ${escapeText(absent)}.</p>\n`;
}

function section({ title, html }: ReportSection): string {
  return `<section>\n<h2>${escapeText(title)}</h2>\n${html}</section>\n`;
}

function glossaryHtml(words: ReportData["glossary"]): string {
  const entries = words.map(([word, meaning]) => `<dt>${escapeText(word)}</dt>\n<dd>${escapeText(meaning)}</dd>\n`);
  return `<dl>\n${entries.join("")}</dl>\n`;
}
