/**
 * CSV text as records (RFC 4180), strictly: what another reader might take otherwise is refused, line and rule named.
 * Text is UTF-8, a byte order mark aside; lines end in LF or CRLF; empty lines hold no record. A record is whole where
 * its quotes are even in number, since a quote within a quoted field is written twice.
 */

import { fail } from "../../base/errors.ts";

/** One record, and the line of the file that it begins in, counted from 1. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

/** Bytes of a file, piece by piece. */
export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const SEPARATORS = [",", ";", "\t"] as const;
/** Characters of a record: beyond them a quote was not closed. */
const LONGEST = 2 ** 22;

/**
 * Hands every record of the file called `where` to `onRecord`, the header first, whose most frequent separator of comma,
 * semicolon and tab outside quotes is that of the file. Throws `data` on text that is no UTF-8 or no CSV.
 */
export async function readRecords(where: string, chunks: Chunks, onRecord: (record: CsvRecord) => void): Promise<void> {
  let fieldsOf: ((line: number, text: string) => string[]) | undefined;
  const joiner = joinLines(where, (line, text) => {
    if (text === "") return;
    fieldsOf ??= fieldReader(where, separatorOf(text));
    onRecord({ line, fields: fieldsOf(line, text) });
  });
  let rest = "";
  for await (const piece of decodedText(where, chunks)) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop()!;
    for (const line of lines) joiner.push(line);
    // A file without line ends would be joined anew for every piece.
    if (rest.length > LONGEST) fail("data", where, { rule: `a line must not be longer than ${LONGEST} characters` });
  }
  if (rest !== "") joiner.push(rest);
  joiner.end();
}

/** The text of bytes in UTF-8, piece by piece, a byte order mark aside; throws `data` naming `where` on other bytes. */
export async function* decodedText(where: string, chunks: Chunks): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (chunk?: Uint8Array) => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch {
      return fail("data", where, { rule: "must be text in UTF-8", remedy: "Save it in that encoding" });
    }
  };
  for await (const chunk of chunks) yield decode(chunk);
  yield decode();
}

/** Puts lines together that a quoted field spans, and takes the carriage return off the end of a record. */
function joinLines(where: string, onText: (line: number, text: string) => void) {
  let [line, start, length, open] = [0, 1, 0, false];
  let lines: string[] = [];
  const place = () => `${where} line ${start}`;
  const push = (text: string) => {
    line++;
    if (lines.length === 0) [start, length] = [line, 0];
    lines.push(text);
    length += text.length + 1;
    if (quotesIn(text) % 2 === 1) open = !open;
    if (open && length > LONGEST) unclosed(place());
    if (open) return;
    const record = lines.length === 1 ? text : lines.join("\n");
    lines = [];
    onText(start, record.endsWith("\r") ? record.slice(0, -1) : record);
  };
  return { push, end: () => open && unclosed(place()) };
}

function quotesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count++;
  return count;
}

function unclosed(where: string): never {
  return fail("data", where, {
    rule: "a quote is opened and not closed",
    remedy: 'Close it; write " in a field as ""',
  });
}

function separatorOf(header: string): string {
  const bare = header.replace(/"[^"]*"/g, "");
  const counts = SEPARATORS.map((separator) => bare.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))]!;
}

/** Takes the record that begins in a line apart; most hold no quote and are merely cut. */
function fieldReader(where: string, separator: string): (line: number, text: string) => string[] {
  const field = new RegExp(`(?:"([^"]*(?:""[^"]*)*)"|([^"\\r\\n${separator}]*))(${separator}|$)`, "y");
  return (line, text) => {
    if (!text.includes('"') && !text.includes("\r")) return text.split(separator);
    const fields: string[] = [];
    field.lastIndex = 0;
    for (;;) {
      const match = field.exec(text) ?? malformed(`${where} line ${line}`, fields.length + 1);
      fields.push(match[1]?.replaceAll('""', '"') ?? match[2]!);
      if (match[3] === "") return fields;
    }
  };
}

function malformed(where: string, field: number): never {
  return fail("data", `${where}, field ${field}`, {
    rule: "a field with quotes must be quoted as a whole, and lines must end in LF or CRLF",
    remedy: 'Write it like "5"" pipe"',
  });
}
