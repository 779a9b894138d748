/** The tables of docs/benchmarks.md, each between a marker of its name and the next end. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const target = fileURLToPath(new URL("../docs/benchmarks.md", import.meta.url));

/** Writes bodies by marker; empty ones leave what is there. Throws where docs/benchmarks.md lacks a marker. */
export function fillBenchmarks(parts) {
  const filled = Object.entries(parts).filter(([, body]) => body !== "");
  writeFileSync(target, filled.reduce(fill, readFileSync(target, "utf8")));
}

function fill(text, [name, body]) {
  const marked = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- end -->)`);
  if (!marked.test(text)) throw new Error(`docs/benchmarks.md: no place is marked <!-- ${name} -->`);
  return text.replace(marked, (_, start, end) => `${start}\n${body}\n\n${end}`);
}
