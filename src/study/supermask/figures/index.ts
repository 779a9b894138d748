/** The figures of the study, loaded when they are drawn. */
import type { FigureKind } from "../../kind.ts";
import type { SupermaskDetail } from "../row.ts";

export const SUPERMASK_FIGURES: readonly FigureKind<SupermaskDetail>[] = [
  { name: "arms", draw: async (data) => (await import("./arms.ts")).arms(data) },
  { name: "untrained", draw: async (data) => (await import("./untrained.ts")).untrained(data) },
  { name: "masks", draw: async (data) => (await import("./masks.ts")).masks(data) },
];
