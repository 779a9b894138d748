/** Plans of the parts of a study. */
import type { Plan } from "../plan.ts";

/** The plan with the panel's name before every label and in every row. */
export function* inPanel<Place extends object>(panel: string, plan: Plan<Place>): Plan<Place & { panel: string }> {
  for (const { label, rows, ...rest } of plan)
    yield { ...rest, label: `${panel}: ${label}`, ...(rows && { rows: rows.map((place) => ({ panel, ...place })) }) };
}
