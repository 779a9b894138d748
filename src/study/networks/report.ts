/** What a report says of trained networks: findings, the measure by arm and level, differences, and where weights went. */

import type { ReportSection } from "../../figure/report.ts";
import { panelsOf } from "../../figure/spread.ts";
import type { Measure } from "../../task/task.ts";
import type { StudyReport } from "../kind.ts";
import { findings } from "./findings.ts";
import { glossary } from "./glossary.ts";
import type { RowDetail } from "./row.ts";
import { differenceTable, layerTable, panelTable, summaryTable } from "./tables.ts";

export function networkReport(rows: readonly RowDetail[], measure: Measure): StudyReport {
  const panels = panelsOf(rows);
  const sections: ReportSection[] = [
    ...(panels.length > 1 ? [{ title: "Panels side by side", html: panelTable(rows, measure) }] : []),
    { title: `Test ${measure.title} at the end of training`, html: summaryTable(rows, measure) },
    ...differenceSection(rows, measure),
    ...panels.map((panel) => layerSection(rows, panel)),
  ];
  return { findings: findings(rows, measure), sections, glossary: glossary(measure) };
}

const NO_VERDICT =
  "Differences are paired by replicate, with 95 % intervals of their mean. They are no verdicts: nothing was registered before the run, and intervals of many levels are not adjusted for their number.";

function differenceSection(rows: readonly RowDetail[], measure: Measure): ReportSection[] {
  const html = differenceTable(rows, measure);
  return html === "" ? [] : [{ title: "Differences", html: `<p>${NO_VERDICT}</p>\n${html}` }];
}

function layerSection(rows: readonly RowDetail[], panel: string | undefined): ReportSection {
  const title = `Weights remaining in every layer${panel === undefined ? "" : `, ${panel}`}`;
  return { title, html: layerTable(rows.filter((row) => row.panel === panel)) };
}
