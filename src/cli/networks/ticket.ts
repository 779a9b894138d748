/** `tombola export RUN --ticket`: which network of a run is meant, and the file of its ticket. */
import { ticketOf } from "../../app/ticket.ts";
import { fail } from "../../base/errors.ts";
import { listed } from "../../base/printable.ts";
import { encodeSafetensors } from "../../base/safetensors.ts";
import { sparseTensors } from "../../model/sparse.ts";
import type { RowRecord, Store } from "../../store/store.ts";

/** Which row of a run; a field that is not given is that which all rows left have, an arm `ticket`, a replicate the first. */
export interface TicketPlace {
  readonly arm?: string;
  readonly level?: number;
  readonly replicate?: number;
  readonly panel?: string;
}

/** Whether a name is that of a run, or of its beginning. */
export async function isRun(store: Store, name: string): Promise<boolean> {
  return (await store.listRuns()).some(
    ({ id, study }) => id.startsWith(name) || id.slice(study.length + 1).startsWith(name),
  );
}

/** The key of the network at a place of a run, and what its ticket's file is called; throws `usage` where there is none. */
export async function networkAt(
  store: Store,
  name: string,
  place: TicketPlace,
): Promise<{ readonly key: string; readonly file: string }> {
  const { id } = await store.readRun(name);
  const rows = await store.readRows(id);
  const named = rows.filter(({ artifact, arm }) => typeof artifact === "string" && typeof arm === "string");
  if (named.length === 0) {
    const remedy = "Name a run whose rows are trained networks, with arms";
    fail("usage", "run", { rule: "must have trained networks", got: id, remedy });
  }
  const asked = { ...place, arm: place.arm ?? defaultArm(named) };
  const inArm = chosen(chosen(chosen(named, "panel", asked.panel), "arm", asked.arm), "level", asked.level);
  const first = inArm[0]!.replicate;
  const [row] = chosen(inArm, "replicate", asked.replicate ?? (typeof first === "number" ? first : undefined));
  const words = [id, row!.arm, row!.level, row!.replicate].filter((word) => word !== undefined);
  return { key: String(row!.artifact), file: `${words.join("-")}.safetensors` };
}

/** The file of the ticket of a trained network; `facts` is what else its metadata say. */
export async function ticketFile(
  store: Store,
  key: string,
  facts: Readonly<Record<string, string>>,
): Promise<Uint8Array> {
  const ticket = await ticketOf(store, key);
  const { tensors, metadata } = sparseTensors(ticket.tensors);
  return encodeSafetensors(tensors, { ...facts, ...metadata, ...ticket.metadata });
}

function defaultArm(rows: readonly RowRecord[]): string | undefined {
  return rows.some(({ arm }) => arm === "ticket") ? "ticket" : undefined;
}

/** The rows that have a value; without one, all have the same. */
function chosen(rows: readonly RowRecord[], field: keyof TicketPlace, asked: string | number | undefined): RowRecord[] {
  const values = [...new Set(rows.map((row) => row[field]))];
  const rule = `must be one of ${listed(values.map(String))}`;
  if (asked === undefined && values.length > 1) return fail("usage", field, { rule: `is needed, and ${rule}` });
  const found = asked === undefined ? rows : rows.filter((row) => row[field] === asked);
  return found.length > 0 ? [...found] : fail("usage", field, { rule, got: asked });
}
