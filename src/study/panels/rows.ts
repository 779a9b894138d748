/** The rows of a study of panels: trained networks, some with the LII to a copy of theirs. */
import { type InterpolateResult, interpolateStep } from "../../step/interpolate.ts";
import type { NetworkPlace } from "../networks/row.ts";
import { networkRows } from "../networks/rows.ts";
import type { Artifacts, Planned } from "../plan.ts";
import type { PanelRow } from "./forgetting.ts";
import type { PanelsSpec } from "./spec.ts";

/** Of a step that scored a line, the row that it adds to. */
const isLine = ({ request: { step } }: Planned<NetworkPlace>) => step === interpolateStep.name;
const placeOf = ({ panel, arm, replicate, level }: NetworkPlace) => JSON.stringify([panel, arm, replicate, level]);

/** The rows of networks, those that were trained twice with the LII between the two. */
export async function panelRows(
  { arms, panels }: PanelsSpec,
  finished: readonly Planned<NetworkPlace>[],
  artifacts: Artifacts,
): Promise<PanelRow[]> {
  const order = { arms, panels: panels.map((panel) => panel.name) };
  const rows = await networkRows(
    finished.filter((planned) => !isLine(planned)),
    artifacts,
    order,
  );
  const lines = finished.filter(isLine).map(async ({ request, rows: [place] = [] }) => {
    const { instability } = (await artifacts.result(request)) as unknown as InterpolateResult;
    return [placeOf(place!), Number.isFinite(instability.testError) ? instability.testError : null] as const;
  });
  const found = new Map(await Promise.all(lines));
  return rows.map((row) => (found.has(placeOf(row)) ? { ...row, lii: found.get(placeOf(row))! } : row));
}
