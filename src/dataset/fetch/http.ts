/** Downloads over HTTP that go on where an earlier attempt stopped. */

import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";

/** Told how many bytes are there, of how many if the server says. */
type OnBytes = (received: number, total: number | undefined) => void;

/**
 * Downloads `address` into the file at `part`, asking only for what it lacks (RFC 9110, section 14). Bytes are written
 * at their places, so that two downloads into one file do not disturb each other.
 * Throws the error of the connection, or on an answer other than the file; the caller checks what has arrived.
 */
export async function fetchInto(part: string, address: string, onBytes: OnBytes): Promise<void> {
  const size = (await stat(part).catch(() => undefined))?.size ?? 0;
  const range: Record<string, string> = size > 0 ? { range: `bytes=${size}-` } : {};
  const response = await fetch(address, { headers: { "accept-encoding": "identity", ...range } });
  // Nothing is left to send: the attempt before was stopped after its last byte.
  if (size > 0 && response.status === 416) return;
  if (!response.ok || !response.body) throw new Error(`the server answers ${response.status} ${response.statusText}`);
  const begin = response.status === 206 ? size : 0;
  const length = Number(response.headers.get("content-length")) || undefined;
  const file = await open(part, constants.O_RDWR | constants.O_CREAT);
  try {
    await receive(file, response.body, { begin, total: length && begin + length, onBytes });
  } finally {
    await file.close();
  }
}

async function receive(
  file: FileHandle,
  body: AsyncIterable<Uint8Array>,
  { begin, total, onBytes }: { begin: number; total: number | undefined; onBytes: OnBytes },
): Promise<void> {
  let at = begin;
  for await (const chunk of body) {
    await file.write(chunk, 0, chunk.byteLength, at);
    onBytes((at += chunk.byteLength), total);
  }
  if (total !== undefined && at < total) throw new Error(`the connection ended after ${at} of ${total} bytes`);
  await file.truncate(at);
}
