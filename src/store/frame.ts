/** A checksummed frame around the state of an unfinished step: magic, 64-bit length, SHA-256, payload. */

import { createHash } from "node:crypto";

const MAGIC = new TextEncoder().encode("TOMBOLA1");
const HASH_AT = 16;
const PAYLOAD_AT = 48;

/** Wraps `payload`. */
export function encodeFrame(payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(PAYLOAD_AT + payload.length);
  frame.set(MAGIC);
  new DataView(frame.buffer).setBigUint64(8, BigInt(payload.length), true);
  frame.set(digest(payload), HASH_AT);
  frame.set(payload, PAYLOAD_AT);
  return frame;
}

/** The payload of a frame; null unless every byte is as it was written. */
export function decodeFrame(frame: Uint8Array): Uint8Array | null {
  if (frame.length < PAYLOAD_AT || !equal(frame.subarray(0, MAGIC.length), MAGIC)) return null;
  const payload = frame.subarray(PAYLOAD_AT);
  const length = new DataView(frame.buffer, frame.byteOffset).getBigUint64(8, true);
  if (length !== BigInt(payload.length)) return null;
  return equal(frame.subarray(HASH_AT, PAYLOAD_AT), digest(payload)) ? payload : null;
}

function digest(payload: Uint8Array): Uint8Array {
  return createHash("sha256").update(payload).digest();
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, i) => byte === b[i]);
}
