/** Files of arrays of this machine as a data set, named by what is learnt from. */

import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fail } from "../../base/errors.ts";
import type { Dataset } from "../dataset.ts";
import { contentSha256 } from "../files/content.ts";
import { readRegular } from "../files/regular.ts";
import { readUnpacked } from "../files/unpacked.ts";
import { formatIdentity } from "../identity.ts";
import type { TaskName } from "../rows/targets.ts";
import { decoded, formatDataName, pinned } from "../source/name.ts";
import type { DataName, LoadOptions } from "../source/source.ts";
import type { Table } from "../table.ts";
import { type Arrays, readArrays } from "./dataset.ts";
import { readIdxArray } from "./idx.ts";
import { type Layout, layoutOf } from "./layouts.ts";
import { type NpArray, readNpy } from "./npy.ts";
import { readNpz } from "./npz.ts";

/** Finds the arrays of a kind of source. */
type Find = (place: string, options: LoadOptions) => Promise<Arrays>;

const FINDS: Readonly<Record<string, Find>> = { npz: findNpz, npy: findNpy, idx: findIdx };

/**
 * The data set of the arrays that `npz:FILE`, `npy:X.npy,Y.npy` or `idx:FOLDER` name. Its identity is the SHA-256 of what is
 * learnt from, so that it does not depend on the file that the arrays were in. Throws `data` naming file, array, row, column
 * and remedy on files that are not in order.
 */
export async function loadArrays(name: DataName, options: LoadOptions): Promise<Dataset> {
  const { source, place, words, options: said } = name;
  const task = decoded(said.task ?? "classification") as TaskName;
  const arrays = await FINDS[source.prefix]!(place, options);
  const dataset = readArrays(arrays, { task, isNchw: words.includes("nchw") });
  const found = digestOf(dataset);
  const digest = pinned(place, { digest: name.digest, found });
  const { mean: _, std: __, ...rest } = said;
  const where = place.split(",").map((path) => resolve(path));
  const told = formatDataName({ ...name, place: where.join(","), digest, options: rest });
  return { name: formatIdentity({ kind: "arrays", digest: found, options: {} }), source: told, ...dataset };
}

/** Of shapes, types and all that is learnt from; not of what classes are called. */
export function digestOf({ shape, target, outputs, train, test }: Omit<Dataset, "name">): string {
  const columns = ({ columns }: Table) => Object.entries(columns).sort(([a], [b]) => (a < b ? -1 : 1));
  const head = [train, test].map((table) => [
    table.count,
    columns(table).map(([name, { type, shape }]) => [name, type, shape]),
  ]);
  const data = [train, test].flatMap((table) => columns(table).map(([, column]) => column.data));
  return contentSha256([shape, target.kind, outputs, head], data);
}

async function findNpz(path: string, { onNotice }: LoadOptions): Promise<Arrays> {
  let layout: Layout | undefined;
  const arrays = await readNpz(path, (names) => {
    layout = layoutOf(path, names);
    const others = names.filter((name) => !layout!.names.includes(name));
    if (others.length > 0) onNotice?.(`${path}: not used: ${others.slice(0, 20).join(", ")}`);
    return layout.names;
  });
  return layout!.arrays((name) => arrays.get(name)!);
}

async function findNpy(place: string): Promise<Arrays> {
  const paths = place.split(",");
  if (paths.length !== 2 && paths.length !== 4) {
    const rule = "must be npy:X.npy,Y.npy, or npy:X.npy,Y.npy,XTEST.npy,YTEST.npy with test rows of your own";
    fail("usage", "data set", { rule, got: `npy:${place}` });
  }
  const arrays: NpArray[] = [];
  for (const path of paths) arrays.push(readNpy(path, await readRegular(path)));
  const [x, y, testX, testY] = arrays as [NpArray, NpArray, NpArray?, NpArray?];
  return { train: { x, y }, ...(testX && testY && { test: { x: testX, y: testY } }) };
}

/** MNIST's names of a part's images and labels; IDX files are also spelt with a point. */
async function findIdx(folder: string): Promise<Arrays> {
  const names = await readdir(folder).catch((cause) =>
    fail("data", folder, { rule: `is no folder that can be read (${cause.message})`, remedy: IDX_REMEDY }),
  );
  const read = async (part: string, what: "images-idx3" | "labels-idx1") => {
    const name = `${part}-${what}-ubyte`;
    const spelt = [name, name.replace("-idx", ".idx")].flatMap((each) => [each, `${each}.gz`]);
    const found = spelt.find((each) => names.includes(each));
    if (!found) return fail("data", join(folder, name), { rule: "is not there, plain or .gz", remedy: IDX_REMEDY });
    const path = join(folder, found);
    return readIdxArray(path, await readUnpacked(path));
  };
  const pair = async (part: string) => ({ x: await read(part, "images-idx3"), y: await read(part, "labels-idx1") });
  return { train: await pair("train"), test: await pair("t10k") };
}

const IDX_REMEDY =
  "Put train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte there";
