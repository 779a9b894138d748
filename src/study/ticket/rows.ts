/** Rows of the study `ticket`: which of them repeats the training that its file is of, and whether with the same bits. */
import { hashJson } from "../../base/hash.ts";
import { sha256OfTensors } from "../../model/identity.ts";
import type { ArtifactStore } from "../../store/store.ts";
import type { NetworkPlace, Row } from "../networks/row.ts";
import { networkRows } from "../networks/rows.ts";
import type { Artifacts, Planned } from "../plan.ts";
import type { TicketSpec } from "./spec.ts";

/** A trained network; one that repeats a training of which the file says how it ends has that. */
export interface TicketRow extends Row {
  readonly repeats?: Pick<TicketSpec["from"], "name" | "trained" | "arithmetic">;
}

/** The rows in the order of arms and replicates. */
export async function ticketRows(
  { arms, from }: TicketSpec,
  finished: readonly Planned<NetworkPlace>[],
  artifacts: Artifacts,
): Promise<TicketRow[]> {
  const { name, trained, arithmetic } = from;
  const same = finished.filter(({ request }) => hashJson(request.params) === from.training);
  const keys = same.flatMap(({ request, rows = [] }) =>
    rows.some(({ arm }) => arm === "ticket") ? artifacts.key(request) : [],
  );
  const rows = await networkRows(finished, artifacts, { arms });
  return rows.map((row) => (keys.includes(row.artifact) ? { ...row, repeats: { name, trained, arithmetic } } : row));
}

/** Of every row that repeats the file's training, whether it ended with its bits. */
export async function remarks(rows: readonly TicketRow[], store: ArtifactStore): Promise<string[]> {
  const said = rows.map(async ({ repeats, artifact, diverged }) => {
    if (!repeats || diverged !== undefined) return [];
    const { tensors, meta } = await store.read(artifact);
    const found = sha256OfTensors(tensors);
    const { name, trained, arithmetic } = repeats;
    if (found === trained) return [`This is the training of ${name}, with the same bits: SHA-256 ${found}.`];
    const by =
      meta.arithmetic === arithmetic
        ? ""
        : `, for it was trained by ${arithmetic} arithmetic and this by ${meta.arithmetic}`;
    return [`This is the training of ${name}, with other bits: SHA-256 ${found} where the file has ${trained}${by}.`];
  });
  return (await Promise.all(said)).flat();
}
