/** The file of an artifact: safetensors whose metadata hold the meta as JSON and a checksum of everything. */

import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { z } from "zod";
import { fail, TombolaError } from "../base/errors.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  headerLength,
  PREFIX_BYTES,
  parseHeader,
  type Tensor,
} from "../base/safetensors.ts";
import { fromJson, toJson } from "./json.ts";
import type { Artifact, ArtifactMeta } from "./store.ts";

const record = z.record(z.string(), z.unknown());
const META = z.object({
  step: z.string(),
  version: z.number(),
  params: record,
  inputs: z.record(z.string(), z.string()),
  result: record,
});

/** The bytes of an artifact's file. */
export function encodeArtifact({ meta, tensors }: Artifact): Uint8Array {
  const text = toJson(meta);
  return encodeSafetensors(tensors, { tombola: text, sha256: checksum(text, tensors) });
}

/** Reads an artifact's file; `store` error naming `path` if a single byte of its contents has changed. */
export function decodeArtifact(bytes: Uint8Array, path: string): Artifact {
  return orDamaged(path, () => {
    const { tensors, metadata } = decodeSafetensors(bytes, "file");
    const meta = parseMeta(metadata);
    if (metadata.sha256 !== checksum(metadata.tombola!, tensors))
      fail("data", "sha256", { rule: "contents must match" });
    return { meta, tensors };
  });
}

/** Reads the meta from the beginning of an artifact's file, without its tensors. */
export async function readArtifactMeta(path: string): Promise<ArtifactMeta> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const bytes = async (length: number, at: number) => (await file.read(new Uint8Array(length), 0, length, at)).buffer;
    const prefix = await bytes(Math.min(PREFIX_BYTES, size), 0);
    const length = orDamaged(path, () => headerLength(prefix, size, "file"));
    const header = await bytes(length, PREFIX_BYTES);
    return orDamaged(path, () => parseMeta(parseHeader(header, size - PREFIX_BYTES - length, "file").metadata));
  } finally {
    await file.close();
  }
}

function parseMeta({ tombola }: Readonly<Record<string, string>>): ArtifactMeta {
  const { success, data } = META.safeParse(fromJson(tombola ?? "null", "tombola", ""));
  return success ? data : fail("data", "tombola", { rule: "metadata must describe an artifact" });
}

/** Over the meta and, of every tensor, name, type, shape and bytes. */
function checksum(meta: string, tensors: ReadonlyMap<string, Tensor>): string {
  const hash = createHash("sha256").update(meta);
  for (const [name, { dtype, shape, data }] of tensors) hash.update(JSON.stringify([name, dtype, shape])).update(data);
  return hash.digest("hex");
}

function orDamaged<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof TombolaError)) throw error;
    const remedy = "Delete the file, then run the command that made it again: it is computed anew";
    return fail("store", path, { rule: `the artifact is damaged (${error.message})`, remedy });
  }
}
