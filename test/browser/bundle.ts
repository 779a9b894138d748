/** What a page would load: the browser entry as a bundler makes it smaller. */
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = resolve(import.meta.dirname, "../..");

/** A bundle's text, the modules in it, and its size behind gzip -9, in bytes. */
export interface Bundle {
  readonly text: string;
  readonly inputs: readonly string[];
  readonly compressed: number;
}

/** Bundles an entry of the sources for a page; throws where it reaches a module that a page cannot load. */
export async function bundle(entry: string, { folder = root, minify = true } = {}): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: entry, resolveDir: folder, loader: "ts" },
    bundle: true,
    minify,
    write: false,
    metafile: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    logLevel: "silent",
  });
  const text = outputFiles[0]!.text;
  // What is bundled but dropped whole is in the list of inputs, but not in the output.
  const [output] = Object.values(metafile.outputs);
  const inputs = Object.entries(output!.inputs).flatMap(([path, { bytesInOutput }]) =>
    bytesInOutput > 0 ? [path] : [],
  );
  return { text, inputs, compressed: gzipSync(text, { level: 9 }).length };
}
