/** The figures of pairs, each drawn of rows that are pairs. */
import type { FigureKind } from "../../kind.ts";
import type { PairRow } from "../pair.ts";

const figure = (
  name: string,
  load: () => Promise<(data: import("../pair.ts").PairData) => Awaited<ReturnType<FigureKind<PairRow>["draw"]>>>,
): FigureKind<PairRow> => ({
  name,
  draw: async ({ rows: pairs, ...data }) => (await load())({ ...data, pairs }),
});

/** Of the analysis of one network. */
export const INSTABILITY_FIGURES = [
  figure("instability", async () => (await import("./instability.ts")).instability),
  figure("path", async () => (await import("./path.ts")).path),
  figure("matching", async () => (await import("./matching.ts")).matching),
  figure("separation", async () => (await import("./separation.ts")).separation),
];

/** Of several networks. */
export const NETWORKS_FIGURES = {
  figure2: figure("figure2", async () => (await import("./figure2.ts")).figure2),
  figure3: figure("figure3", async () => (await import("./figure3.ts")).figure3),
};
