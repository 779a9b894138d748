/** The file of an artifact: safetensors whose metadata hold the meta as JSON, a checksum of it and one of everything. */

import type { Hash } from "node:crypto";
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
import { openToRead } from "./files.ts";
import { fromJson, toJson } from "./json.ts";
import { beginSeal, FORMATS, type StoredFile } from "./seal.ts";
import type { Artifact, ArtifactMeta } from "./store.ts";

type Metadata = Readonly<Record<string, string>>;
type Tensors = Artifact["tensors"];

/** How a version of the store tells that an artifact is whole and at its place; both throw `data` where it is not. */
export interface ArtifactCheck {
  meta(metadata: Metadata, key: string): void;
  contents(metadata: Metadata, key: string, tensors: Tensors): void;
}

const record = z.record(z.string(), z.unknown());
const META = z.object({
  step: z.string(),
  version: z.number(),
  params: record,
  inputs: z.record(z.string(), z.string()),
  arithmetic: z.string().exactOptional(),
  result: record,
  made: record.exactOptional(),
});

/** The bytes of the file of an artifact with this key; `curve` is the SHA-256 of its learning curve's file, if it has one. */
export function encodeArtifact({ meta, tensors }: Artifact, key: string, curve?: string): Uint8Array {
  const text = toJson(meta);
  const sums = { metaSha256: metaSum(text, key, curve), sha256: contentsSum(text, key, tensors) };
  const own = { tombola: text, format: String(FORMATS.artifact), key, ...(curve && { curve }) };
  return encodeSafetensors(tensors, { ...own, ...sums });
}

/** Of the files that are written now. */
export const artifactCheck: ArtifactCheck = {
  meta({ tombola = "", format = "1", key: own = "", curve, metaSha256 }, key) {
    if (format !== String(FORMATS.artifact))
      fail("data", "format", { rule: `must be ${FORMATS.artifact}`, got: format });
    if (own !== key) fail("data", "key", { rule: `must be that of the file's name`, got: own });
    if (metaSha256 !== metaSum(tombola, key, curve)) fail("data", "metaSha256", { rule: "metadata must match" });
  },
  contents({ tombola = "", sha256 }, key, tensors) {
    if (sha256 !== contentsSum(tombola, key, tensors)) fail("data", "sha256", { rule: "contents must match" });
  },
};

/** Reads an artifact's file; `store` error naming it if a single byte has changed or it is another artifact's. */
export function decodeArtifact(bytes: Uint8Array, { key, path }: StoredFile, check: ArtifactCheck): Artifact {
  return orDamaged(path, () => {
    const { tensors, metadata } = decodeSafetensors(bytes, "file");
    check.meta(metadata, key);
    check.contents(metadata, key, tensors);
    return { meta: parseMeta(metadata), tensors };
  });
}

/** What stands at the beginning of an artifact's file. */
export interface ArtifactHead {
  readonly meta: ArtifactMeta;
  /** The SHA-256 of its learning curve's file; absent where it has none, and of files from before it was noted. */
  readonly curve?: string;
}

/** Reads the beginning of an artifact's file, without its tensors; errors as {@link decodeArtifact}. */
export async function readArtifactHead({ key, path }: StoredFile, check: ArtifactCheck): Promise<ArtifactHead> {
  const file = await openToRead(path);
  try {
    const { size } = await file.stat();
    const bytes = async (length: number, at: number) => (await file.read(new Uint8Array(length), 0, length, at)).buffer;
    const prefix = await bytes(Math.min(PREFIX_BYTES, size), 0);
    const length = orDamaged(path, () => headerLength(prefix, size, "file"));
    const header = await bytes(length, PREFIX_BYTES);
    return orDamaged(path, () => {
      const { metadata } = parseHeader(header, size - PREFIX_BYTES - length, "file");
      check.meta(metadata, key);
      const { curve } = metadata;
      return { meta: parseMeta(metadata), ...(curve !== undefined && { curve }) };
    });
  } finally {
    await file.close();
  }
}

/** Adds to a hash the meta and, of every tensor, name, type, shape and bytes. */
export function hashContents(hash: Hash, meta: string, tensors: ReadonlyMap<string, Tensor>): Hash {
  hash.update(meta);
  for (const [name, { dtype, shape, data }] of tensors) hash.update(JSON.stringify([name, dtype, shape])).update(data);
  return hash;
}

function parseMeta({ tombola }: Metadata): ArtifactMeta {
  const { success, data } = META.safeParse(fromJson(tombola ?? "null", "tombola", ""));
  return success ? data : fail("data", "tombola", { rule: "metadata must describe an artifact" });
}

function metaSum(meta: string, key: string, curve = ""): string {
  return beginSeal({ kind: "artifact", key }).update(meta).update(curve).digest("hex");
}

function contentsSum(meta: string, key: string, tensors: Tensors): string {
  return hashContents(beginSeal({ kind: "artifact", key }), meta, tensors).digest("hex");
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
