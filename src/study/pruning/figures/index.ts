/** The figures of a pruning study, in their fixed order. */
import type { FigureKind } from "../../kind.ts";
import type { RowDetail } from "../../networks/row.ts";

export const PRUNING_FIGURES: readonly FigureKind<RowDetail>[] = [
  { name: "accuracy", draw: async (data) => (await import("../../networks/measure.ts")).measureAtEnd(data) },
  {
    name: "accuracy-early-stop",
    draw: async (data) => (await import("../../networks/measure.ts")).measureAtEarlyStop(data),
  },
  { name: "early-stop", draw: async (data) => (await import("./early-stop.ts")).earlyStop(data) },
  { name: "layers", draw: async (data) => (await import("./layers.ts")).layers(data) },
  { name: "curves", draw: async (data) => (await import("./curves.ts")).curves(data) },
];
