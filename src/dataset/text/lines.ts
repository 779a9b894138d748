/** Lines of text files: UTF-8, ended by LF or CRLF, the last one by nothing as well. Other characters end no line. */

import { type Chunks, decodedText } from "../csv/records.ts";

/** The lines of the file called `where`, one by one as they arrive; throws `data` on text that is no UTF-8. */
export async function* streamLines(where: string, chunks: Chunks): AsyncGenerator<string> {
  let rest = "";
  for await (const piece of decodedText(where, chunks)) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop()!;
    yield* lines.map(bare);
  }
  if (rest !== "") yield bare(rest);
}

/** The lines of a text. */
export function linesOf(text: string): string[] {
  const lines = text.split("\n").map(bare);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

const bare = (line: string) => (line.endsWith("\r") ? line.slice(0, -1) : line);

/** Stretches of white space as Python's `str.split` sees them: a byte order mark is none, and some control characters are. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: Python takes four separators among them for white space
export const SPACES = /(?:[^\S\ufeff]|[\u001c-\u001f\u0085])+/;
