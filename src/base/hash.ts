/** SHA-256 of bytes and of plain data; the keys of artifacts are made of these. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { fail } from "./errors.ts";

/** SHA-256 of `bytes` as 64 lower-case hexadecimal digits. */
export function sha256Hex(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}

/**
 * SHA-256 of the canonical JSON of plain data, as 64 hexadecimal digits.
 * Equal data have equal hashes: keys are sorted, members that are `undefined` do not count, -0 is 0.
 * Throws `usage` on what JSON cannot carry: NaN, infinities, functions, class instances, `undefined` in an array.
 */
export function hashJson(value: unknown): string {
  return sha256Hex(new TextEncoder().encode(canonical(value, "value")));
}

function canonical(value: unknown, path: string): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${Array.from(value, (each, i) => canonical(each, `${path}[${i}]`)).join(",")}]`;
  if (isPlain(value)) return `{${members(value, path).join(",")}}`;
  return fail("usage", path, { rule: "a hashed value must be plain JSON data with finite numbers", got: value });
}

function members(value: Record<string, unknown>, path: string): string[] {
  return Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key], `${path}.${key}`)}`);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
