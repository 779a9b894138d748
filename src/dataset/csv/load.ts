/** CSV files of this machine as a data set, named by their bytes. */

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { fail } from "../../base/errors.ts";
import type { Dataset } from "../dataset.ts";
import { formatIdentity } from "../identity.ts";
import { csvName, pinned } from "../names.ts";
import { type CsvOptions, readCsv } from "./dataset.ts";

/** Where the rows are and what is learnt from them. */
export interface LoadCsvOptions extends CsvOptions {
  readonly path: string;
  /** The path of a file of test rows; default the last fifth of the rows in one fixed random order. */
  readonly test?: string;
  /** The first digits of the SHA-256 that the file at `path` must have, and those of the test rows' file. */
  readonly digest?: string;
  readonly testDigest?: string;
}

/**
 * The data set of the CSV file at `path`: a header line and rows of numbers, its target columns aside. Features are a
 * column `features`, f32; the target is a column `labels` or `targets`. Its name holds the SHA-256 of the bytes, never a path.
 * Throws `data` naming line, column, value and remedy on a file that is not in order; `usage` on a target that is no column.
 */
export async function loadCsv({ path, test, digest, testDigest, ...options }: LoadCsvOptions): Promise<Dataset> {
  const [learnt, scored] = [openCsv(path), test === undefined ? undefined : openCsv(test)];
  const dataset = await readCsv(learnt, scored, options);
  const { target, task } = options;
  const found = learnt.digest();
  const tested = scored?.digest();
  const part = test !== undefined && {
    test: resolve(test),
    testDigest: pinned(test, { digest: testDigest, found: tested! }),
  };
  const source = csvName({ path: resolve(path), target, task, digest: pinned(path, { digest, found }), ...part });
  const identity = {
    kind: "csv",
    digest: found,
    options: { target, task: [task], ...(tested && { test: [tested] }) },
  } as const;
  return { name: formatIdentity(identity), source, ...dataset };
}

/** The bytes of the file at `path`, and their SHA-256 once all have been read. */
function openCsv(path: string) {
  const hash = createHash("sha256");
  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 18 })) {
        hash.update(chunk);
        yield chunk;
      }
    } catch (cause) {
      fail("data", path, { rule: `cannot be read (${(cause as Error).message})`, remedy: "Check its path" });
    }
  }
  return { where: path, chunks: read(), digest: () => hash.digest("hex") };
}
