/** What a store's artifacts are: as files, to see whether one was written again; as numbers, to see whether any bit differs. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { decodeSafetensors } from "../../src/base/safetensors.ts";
import type { Row } from "../../src/study/networks/row.ts";

/** Inode and time of every finished artifact, by its path in the store. */
export function finishedFiles(store: string): Map<string, string> {
  const folder = join(store, "artifacts");
  const names = existsSync(folder) ? (readdirSync(folder, { recursive: true }) as string[]) : [];
  const whole = names.filter((name) => name.endsWith(".safetensors"));
  return new Map(
    whole.map((name) => {
      const { ino, mtimeMs } = statSync(join(folder, name));
      return [name, `${ino} ${mtimeMs}`];
    }),
  );
}

/** Rows without the seconds, each with a hash of its network's tensors: equal for runs that are equal bit for bit. */
export function bitsOf(stdout: string, store: string): object[] {
  const { rows } = JSON.parse(stdout) as { rows: Row[] };
  return rows.map(({ seconds: _, ...row }) => ({ ...row, tensors: hashTensors(store, row.artifact) }));
}

function hashTensors(store: string, key: string): string {
  const path = join(store, "artifacts", key.slice(0, 2), `${key}.safetensors`);
  const hash = createHash("sha256");
  for (const [name, { data }] of decodeSafetensors(readFileSync(path), path).tensors) hash.update(name).update(data);
  return hash.digest("hex");
}
