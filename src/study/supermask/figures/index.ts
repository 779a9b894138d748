/** The figures of the study, loaded when they are drawn. */
import type { FigureKind } from "../../kind.ts";
import type { SupermaskRow } from "../row.ts";

export const SUPERMASK_FIGURES: readonly FigureKind<SupermaskRow>[] = [
  { name: "arms", draw: async (data) => (await import("./arms.ts")).arms(data) },
  { name: "untrained", draw: async (data) => (await import("./untrained.ts")).untrained(data) },
];
