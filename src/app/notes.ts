/** What people write beside runs: rules, and how it is changed. */

import { fail } from "../base/errors.ts";
import type { RunNote, Store } from "../store/store.ts";

/** Changes to what is written beside a run; an empty name or note takes it away. */
export interface NoteChanges {
  readonly name?: string | undefined;
  readonly note?: string | undefined;
  /** Tags to add. */
  readonly tag?: readonly string[] | undefined;
  /** Tags to take away. */
  readonly untag?: readonly string[] | undefined;
}

/** Refuses tags that lists of tags could not be told apart by; throws `usage` before anything is written. */
export function checkNote({ tag = [] }: NoteChanges): void {
  const wrong = tag.find((each) => each.includes(",") || each.trim() === "");
  if (wrong === undefined) return;
  fail("usage", "tag", { rule: "must be a word or more, without a comma", got: wrong, remedy: "Give --tag for each" });
}

/** Changes what is written beside a run; resolves to what is there then. Nothing is written where nothing changes. */
export async function changeNote(store: Store, id: string, changes: NoteChanges): Promise<RunNote> {
  checkNote(changes);
  const before = await store.readNote(id);
  const { name = before.name, note = before.note, tag = [], untag = [] } = changes;
  const tags = [...new Set([...before.tags, ...tag])].filter((each) => !untag.includes(each));
  const after: RunNote = { ...(name && { name }), tags, ...(note && { note }) };
  if (JSON.stringify(after) !== JSON.stringify(before)) await store.writeNote(id, after);
  return after;
}
