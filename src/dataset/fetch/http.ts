/** Downloads over HTTP that go on where an earlier attempt stopped. */

import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";

/** How much may come, and who is told. */
interface Receiving {
  /** Bytes of the largest file that could be meant: a server that sends more is stopped. */
  readonly most: number;
  /** Told how many bytes are there, of how many if the server says. */
  onBytes(received: number, total: number | undefined): void;
}

/**
 * Downloads `address` into the file at `part`, asking only for what it lacks (RFC 9110, section 14). Bytes are written
 * at their places, so that two downloads into one file do not disturb each other.
 * Throws the error of the connection, or on an answer other than the file or longer than `most`; the caller checks what has
 * arrived.
 */
export async function fetchInto(part: string, address: string, { most, onBytes }: Receiving): Promise<void> {
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
    await receive(file, response.body, { begin, total: length && begin + length, most, onBytes });
  } finally {
    await file.close();
  }
}

async function receive(
  file: FileHandle,
  body: AsyncIterable<Uint8Array>,
  { begin, total, most, onBytes }: Receiving & { begin: number; total: number | undefined },
): Promise<void> {
  let at = begin;
  for await (const chunk of body) {
    if (at + chunk.byteLength > most) {
      await file.truncate(0);
      throw new Error(`the server sends more than the ${most} bytes that there can be`);
    }
    await file.write(chunk, 0, chunk.byteLength, at);
    onBytes((at += chunk.byteLength), total);
  }
  if (total !== undefined && at < total) throw new Error(`the connection ended after ${at} of ${total} bytes`);
  await file.truncate(at);
}
