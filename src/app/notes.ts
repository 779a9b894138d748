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

/** Characters of a name or a tag, and of a note, at most: tables show them. */
const [LONGEST_NAME, LONGEST_NOTE] = [120, 4000];

/** Refuses what is too long for a table, and tags that lists of tags could not be told apart by; throws `usage` before anything is written. */
export function checkNote({ name = "", note = "", tag = [] }: NoteChanges): void {
  checkLength("name", [name], LONGEST_NAME);
  checkLength("note", [note], LONGEST_NOTE);
  checkLength("tag", tag, LONGEST_NAME);
  const wrong = tag.find((each) => each.includes(",") || each.trim() === "");
  if (wrong === undefined) return;
  fail("usage", "tag", { rule: "must be a word or more, without a comma", got: wrong, remedy: "Give --tag for each" });
}

function checkLength(where: string, texts: readonly string[], most: number): void {
  const length = Math.max(0, ...texts.map((text) => text.length));
  if (length > most) fail("usage", where, { rule: `must have at most ${most} characters`, got: length });
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
