/** CSV files of this machine as a data set, named by their bytes. */

import { createHash } from "node:crypto";
import { resolve } from "node:path";
import type { Dataset } from "../dataset.ts";
import { openRegular } from "../files/regular.ts";
import { formatIdentity } from "../identity.ts";
import type { TaskName } from "../rows/targets.ts";
import { decoded, formatDataName, parseDataName, pinned } from "../source/name.ts";
import type { DataName, LoadOptions } from "../source/source.ts";
import { type CsvOptions, readCsvFiles } from "./dataset.ts";

/** Where the rows are and what is learnt from them. */
export interface LoadCsvOptions extends CsvOptions {
  readonly path: string;
  /** The path of a file of test rows; default the last fifth of the rows in one fixed random order. */
  readonly test?: string;
  /** The first digits of the SHA-256 that the file at `path` must have, and those of the test rows' file. */
  readonly digest?: string;
  readonly testDigest?: string;
}

/** The path of test rows, and the beginning of their SHA-256 where it is pinned. */
const TEST_FORM = /^(.+?)(?:#([0-9a-f]{12}))?$/s;

/** The data set of a name such as `csv:PATH?target=price&task=regression&test=PATH`; errors as those of {@link loadCsv}. */
export function loadCsvNamed({ place, digest, words, options }: DataName, { onNotice }: LoadOptions): Promise<Dataset> {
  const { target, task, test } = options;
  const [, tested, testDigest] = TEST_FORM.exec(decoded(test ?? "")) ?? [];
  return loadCsv({
    path: place,
    ...(target !== undefined && { target: target.split(",").map(decoded) }),
    task: decoded(task ?? "classification") as TaskName,
    ...(tested && { test: tested }),
    ...(digest && { digest }),
    ...(testDigest && { testDigest }),
    ...(words.includes("headerless") && { isHeaderless: true }),
    ...(onNotice && { onNotice }),
  });
}

/**
 * The data set of the CSV file at `path`: a header line, if there is one, and rows of numbers, its target columns aside. Features are a
 * column `features`, f32; the target is a column `labels` or `targets`. Its name holds the SHA-256 of the bytes, never a path.
 * Throws `data` naming line, column, value and remedy on a file that is not in order; `usage` on a target that is no column.
 */
export async function loadCsv({ path, test, digest, testDigest, ...options }: LoadCsvOptions): Promise<Dataset> {
  const [learnt, scored] = [openCsv(path), test === undefined ? undefined : openCsv(test)];
  const { dataset, told } = await readCsvFiles(learnt, scored, options);
  const { task, isHeaderless = false } = options;
  const found = learnt.digest();
  const tested = scored?.digest();
  const place = { path, isHeaderless, target: told, task, digest: pinned(path, { digest, found }) };
  const source = sourceOf(
    place,
    test === undefined ? undefined : { test, digest: pinned(test, { digest: testDigest, found: tested! }) },
  );
  const identity = {
    kind: "csv",
    digest: found,
    options: {
      target: told,
      task: [task],
      ...(tested && { test: [tested] }),
      ...(isHeaderless && { header: ["none"] }),
    },
  } as const;
  return { name: formatIdentity(identity), source, ...dataset };
}

interface Place extends Required<Pick<LoadCsvOptions, "path" | "isHeaderless" | "task" | "digest">> {
  readonly target: readonly string[];
}

/** How specifications write it. */
function sourceOf(
  { path, isHeaderless, target, task, digest }: Place,
  scored: { test: string; digest: string } | undefined,
): string {
  const options = {
    target: target.map(encodeURIComponent).join(","),
    task,
    ...(scored && { test: encodeURIComponent(`${resolve(scored.test)}#${scored.digest}`) }),
  };
  const words = isHeaderless ? ["headerless"] : [];
  return formatDataName({ ...parseDataName(`csv:${path}`), place: resolve(path), words, digest, options });
}

/** The bytes of the file at `path`, and their SHA-256 once all have been read. */
function openCsv(path: string) {
  const hash = createHash("sha256");
  async function* read(): AsyncGenerator<Uint8Array> {
    const { file } = await openRegular(path);
    for await (const chunk of file.createReadStream({ highWaterMark: 2 ** 18 })) {
      hash.update(chunk);
      yield chunk;
    }
  }
  return { where: path, chunks: read(), digest: () => hash.digest("hex") };
}
