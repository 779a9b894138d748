/** Data sets that a user brings: named by what brings them and by their content, whatever they call themselves. */

import { fail } from "../base/errors.ts";
import { hashJson, sha256Hex } from "../base/hash.ts";
import type { Entry } from "../base/registry.ts";
import { checkDataset } from "./check.ts";
import type { Dataset } from "./dataset.ts";
import type { BroughtDataset } from "./registry.ts";
import { sharedBytes, type Table } from "./table.ts";

/** Digits of the content's SHA-256 behind the version of what brings it. */
const DIGITS = 16;

/**
 * Makes a data set that is brought and gives it its identity, `NAME@VERSION.CONTENT`, its columns on shared memory; behind that its
 * name says the task, where it has one of its own. Throws
 * `data` where it breaks a rule, and where `asked` pins another content.
 */
export async function loadBrought({ name, version, value }: Entry<BroughtDataset>, asked: string): Promise<Dataset> {
  const made = checkDataset({ ...(await value.make()), name });
  const all = contentOf(made);
  const content = all.slice(0, DIGITS);
  // What a program brings has its content for a version.
  const whole = all === version ? name : `${name}.${content}`;
  const [, pinned] = /\.([0-9a-f]{16})$/.exec(asked) ?? [];
  if (pinned !== undefined && pinned !== content) {
    const rule = `its content has changed: the name pins one whose SHA-256 begins with ${pinned}`;
    fail("data", name, { rule, got: content, remedy: "Bring back the files that it is made of, or begin a new run" });
  }
  const { source: _, ...dataset } = made;
  return { ...dataset, ...shared(made), name: whole };
}

/** SHA-256 of all that a batch may hold: what is told of the data set but for its name, and every column. */
export function contentOf({ name: _, source: __, train, test, ...told }: Dataset): string {
  const columns = [train, test].map((table) =>
    Object.entries(table.columns).map(([column, { data, lengths, ...rest }]) => {
      return [column, rest, hashOf(data), lengths ? hashOf(lengths) : null];
    }),
  );
  return hashJson([told, train.count, test.count, columns]);
}

function hashOf({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return sha256Hex(new Uint8Array(buffer, byteOffset, byteLength));
}

function shared({ train, test }: Dataset): Pick<Dataset, "train" | "test"> {
  return { train: sharedTable(train), test: sharedTable(test) };
}

/** The table with its numbers on shared memory, so that every worker reads one copy. */
function sharedTable({ count, columns }: Table): Table {
  const all = Object.entries(columns).map(([name, column]) => [name, { ...column, data: copied(column.data) }]);
  return { count, columns: Object.fromEntries(all) };
}

function copied<A extends Uint8Array | Int32Array | Float32Array>(data: A): A {
  if (typeof SharedArrayBuffer !== "undefined" && data.buffer instanceof SharedArrayBuffer) return data;
  const array = data.constructor as new (buffer: ArrayBufferLike) => A;
  const copy = new array(sharedBytes(data.byteLength).buffer);
  copy.set(data);
  return copy;
}
