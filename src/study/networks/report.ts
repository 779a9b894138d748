/** What a report says of trained networks: what was found, the measure by arm and level, and where weights went. */

import type { ReportSection } from "../../figure/report.ts";
import { panelsOf } from "../../figure/spread.ts";
import type { Measure } from "../../task/task.ts";
import type { StudyReport } from "../kind.ts";
import { findings } from "./findings.ts";
import { glossary } from "./glossary.ts";
import type { RowDetail } from "./row.ts";
import { layerTable, panelTable, summaryTable } from "./tables.ts";

export function networkReport(rows: readonly RowDetail[], measure: Measure): StudyReport {
  const panels = panelsOf(rows);
  const sections: ReportSection[] = [
    ...(panels.length > 1 ? [{ title: "Panels side by side", html: panelTable(rows, measure) }] : []),
    { title: `Test ${measure.title} at the end of training`, html: summaryTable(rows, measure) },
    ...panels.map((panel) => layerSection(rows, panel)),
  ];
  return { findings: findings(rows, measure), sections, glossary: glossary(measure) };
}

function layerSection(rows: readonly RowDetail[], panel: string | undefined): ReportSection {
  const title = `Weights remaining in every layer${panel === undefined ? "" : `, ${panel}`}`;
  return { title, html: layerTable(rows.filter((row) => row.panel === panel)) };
}
