/** A checksummed frame around the state of an unfinished step: magic, format digit, 64-bit length, key, SHA-256, payload. */

import { beginSeal, FORMATS } from "./seal.ts";

const MAGIC = new TextEncoder().encode("TOMBOLA");
const FORMAT_AT = MAGIC.length;
/** Format numbers are written as ASCII digits, as in the first format's magic, `TOMBOLA1`. */
const ZERO = 48;
const LENGTH_AT = 8;
const KEY_AT = 16;
const HASH_AT = 48;
const PAYLOAD_AT = 80;

/** Wraps the payload of the step whose artifact will have this key. */
export function encodeFrame(payload: Uint8Array, key: string): Uint8Array {
  const frame = new Uint8Array(PAYLOAD_AT + payload.length);
  frame.set(MAGIC);
  frame[FORMAT_AT] = ZERO + FORMATS.partial;
  new DataView(frame.buffer).setBigUint64(LENGTH_AT, BigInt(payload.length), true);
  frame.set(Buffer.from(key, "hex"), KEY_AT);
  frame.set(digest(payload, key), HASH_AT);
  frame.set(payload, PAYLOAD_AT);
  return frame;
}

/** The payload of a frame; in words, what is wrong unless every byte is as it was written for the step of this key. */
export function decodeFrame(frame: Uint8Array, key: string): Uint8Array | string {
  if (!equal(frame.subarray(0, FORMAT_AT), MAGIC)) return "is damaged";
  const format = (frame[FORMAT_AT] ?? ZERO) - ZERO;
  if (format !== FORMATS.partial) return `is of format ${format}, not ${FORMATS.partial}`;
  if (frame.length < PAYLOAD_AT) return "is damaged";
  const owner = Buffer.from(frame.subarray(KEY_AT, HASH_AT)).toString("hex");
  if (owner !== key) return `belongs to the step ${owner}`;
  const payload = frame.subarray(PAYLOAD_AT);
  const length = new DataView(frame.buffer, frame.byteOffset).getBigUint64(LENGTH_AT, true);
  const whole = length === BigInt(payload.length) && equal(frame.subarray(HASH_AT, PAYLOAD_AT), digest(payload, key));
  return whole ? payload : "is damaged";
}

function digest(payload: Uint8Array, key: string): Uint8Array {
  return beginSeal({ kind: "partial", key }).update(payload).digest();
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
