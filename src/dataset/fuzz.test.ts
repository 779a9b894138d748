/**
 * Whatever is done to the bytes of a data file, its reader gives a data set that keeps the rules, or an error of ours that
 * names the file. `TOMBOLA_FUZZ` is how many mutated inputs each reader is given; without it two thousand.
 */

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import fc from "fast-check";
import { create } from "tar";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { TombolaError } from "../base/errors.ts";
import { readArrays } from "./arrays/dataset.ts";
import { readIdxArray } from "./arrays/idx.ts";
import { readNpy } from "./arrays/npy.ts";
import { readNpz } from "./arrays/npz.ts";
import { checkDataset } from "./check.ts";
import { readCsv } from "./csv/dataset.ts";
import { archivePlace } from "./fetch/archive.ts";
import { dataFile } from "./fixtures/known.ts";
import { batches, writeBatches } from "./fixtures/tiny-cifar.ts";
import { decodePictures, readableFormats } from "./folder/decode.ts";
import { inspect } from "./folder/pictures.ts";
import { loadDataset } from "./load.ts";
import { glueRows } from "./text/glue/rows.ts";
import { readSquad } from "./text/squad/read.ts";
import { readTextTable } from "./text/table/read.ts";
import { createTokenizer } from "./text/tokenizer/tokenizer.ts";
import { readVocabulary } from "./text/tokenizer/vocabulary.ts";

const RUNS = Number(process.env.TOMBOLA_FUZZ ?? 2000);
/** A hang is what no number of inputs explains. */
const LIMIT = 60_000 + 50 * RUNS;

const ROWS = { file: "rows.tsv", texts: ["first"], target: "same" };

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tombola-fuzz-"));
  vi.stubEnv("XDG_CACHE_HOME", root);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

/** Bytes changed, cut, repeated or put in: what bad disks, bad copies and bad people do. */
type Edit = (bytes: Uint8Array) => Uint8Array;

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const interesting = fc.constantFrom(0, 1, 0x7f, 0x80, 0xff);
const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(place, fc.oneof(interesting, fc.nat(255))).map(
    ([at, value]): Edit =>
      (bytes) => {
        const changed = bytes.slice();
        if (changed.length > 0) changed[Math.floor(at * changed.length)] = value;
        return changed;
      },
  ),
  place.map(
    (at): Edit =>
      (bytes) =>
        bytes.slice(0, Math.floor(at * bytes.length)),
  ),
  fc.tuple(place, fc.uint8Array({ maxLength: 12 })).map(
    ([at, more]): Edit =>
      (bytes) => {
        const middle = Math.floor(at * bytes.length);
        return Uint8Array.from([...bytes.subarray(0, middle), ...more, ...bytes.subarray(middle)]);
      },
  ),
  fc.tuple(place, place).map(
    ([from, to]): Edit =>
      (bytes) => {
        const [a, b] = [from, to].map((at) => Math.floor(at * bytes.length)).sort((x, y) => x - y) as [number, number];
        return Uint8Array.from([...bytes.subarray(0, a), ...bytes.subarray(b)]);
      },
  ),
  fc.tuple(place, fc.constantFrom("NaN", "-1", "1e999", '"', ",", "\n", "99999999999", "()", "'", "\0")).map(
    ([at, text]): Edit =>
      (bytes) => {
        const changed = bytes.slice();
        const from = Math.floor(at * changed.length);
        for (const [i, char] of [...text].entries())
          if (from + i < changed.length) changed[from + i] = char.charCodeAt(0);
        return changed;
      },
  ),
);

/** Runs a reader on mutations of the files: an error must be ours, and in words. */
async function fuzz(files: readonly Uint8Array[], read: (bytes: Uint8Array, index: number) => Promise<unknown>) {
  const input = fc.tuple(fc.nat(files.length - 1), fc.array(edits, { minLength: 1, maxLength: 4 }));
  await fc.assert(
    fc.asyncProperty(input, async ([index, list]) => {
      const bytes = list.reduce((changed, edit) => edit(changed), files[index]!);
      try {
        await read(bytes, index);
      } catch (error) {
        if (!(error instanceof TombolaError)) throw error;
        expect(error.message).toMatch(/^[^:]+:/);
        expect(error.message).not.toMatch(/ at .*\.ts:\d+|undefined|\[object/);
      }
    }),
    { numRuns: RUNS },
  );
}

const filesOf = (...names: string[]) => Promise.all(names.map((name) => readFile(dataFile(name))));

describe("mutated files", () => {
  test("of NPY", { timeout: LIMIT }, async () => {
    const names = (await readdir(dataFile("."))).filter((name) => name.endsWith(".npy"));
    const y = readNpy("y", await readFile(dataFile("y.npy")));
    await fuzz(await filesOf(...names), async (bytes) => {
      const x = readNpy("x", bytes);
      if (x.shape[0] === 10)
        checkDataset({ name: "x", ...readArrays({ train: { x, y } }, { task: "classification", isNchw: false }) });
    });
  });

  test("of NPZ", { timeout: LIMIT }, async () => {
    const path = join(root, "x.npz");
    await fuzz(await filesOf("images.npz", "medical.npz", "pictures.npz", "regression.npz"), async (bytes) => {
      await writeFile(path, bytes);
      await readNpz(path, (names) => names);
      checkDataset(await loadDataset(`npz:${path}`));
    });
  });

  test("of tar archives", { timeout: 2 * LIMIT }, async () => {
    await writeBatches(join(root, "batches"));
    const packed = join(root, "batches.tar");
    const options = { cwd: root, portable: true };
    await create({ ...options, file: packed }, ["batches"]);
    await create({ ...options, file: `${packed}.gz`, gzip: true }, ["batches"]);
    const wanted = new Map([...batches].map(([name, { length }]) => [name, length]));
    const path = join(root, "x.tar");
    await fuzz(await Promise.all([packed, `${packed}.gz`].map((each) => readFile(each))), async (bytes) => {
      await writeFile(path, bytes);
      const place = await archivePlace(path, wanted);
      for (const name of wanted.keys()) expect((await place.read(name))?.length ?? 0).toBeLessThanOrEqual(6146);
    });
  });

  test("of IDX", { timeout: LIMIT }, async () => {
    await fuzz(await filesOf("idx/train-images-idx3-ubyte", "idx/t10k-images-idx3-ubyte"), async (bytes) =>
      readIdxArray("x", bytes),
    );
  });

  test("of CSV", { timeout: LIMIT }, async () => {
    await fuzz(await filesOf("table.csv"), async (bytes) => {
      checkDataset({
        name: "x",
        ...(await readCsv({ where: "x.csv", chunks: [bytes] }, undefined, { task: "classification" })),
      });
    });
  });

  /** Mutated texts, whatever of them is no UTF-8. */
  const fuzzTexts = (texts: readonly string[], read: (text: string, index: number) => unknown) =>
    fuzz(
      texts.map((text) => new TextEncoder().encode(text)),
      async (bytes, index) => read(new TextDecoder().decode(bytes), index),
    );

  test("of vocabularies", { timeout: LIMIT }, async () => {
    const { vocabulary } = JSON.parse(await readFile(new URL("text/fixtures/tokenizer.json", import.meta.url), "utf8"));
    const few: string[] = vocabulary.slice(0, 20);
    const json = {
      model: { type: "WordPiece", vocab: Object.fromEntries(few.map((token, id) => [token, id])) },
      normalizer: { type: "BertNormalizer", lowercase: true },
      pre_tokenizer: { type: "BertPreTokenizer" },
      added_tokens: [{ id: 20, content: "x" }],
    };
    await fuzzTexts([few.join("\n"), JSON.stringify(json)], (text) => {
      const { encode } = createTokenizer(readVocabulary("vocab", text));
      expect(encode("the ticket x").ids.every(Number.isInteger)).toBe(true);
    });
  });

  test("of texts", { timeout: LIMIT }, async () => {
    const rows = "first\tsame\nthe ticket\t1\na win\t0\n";
    const lines = '{"first":"the","same":1}\n{"first":"a","same":0}\n';
    const names = ["rows.tsv", "rows.csv", "rows.jsonl"];
    await fuzzTexts([rows, rows, lines], async (text, index) => {
      const found = await readTextTable(names[index]!, text, ["first", "same"]);
      expect(found.every(({ cells }) => cells.length === 2)).toBe(true);
    });
    await fuzzTexts([rows], (text) => glueRows("rows.tsv", text, { task: { classes: ["0", "1"] }, part: ROWS }));
  });

  test("of SQuAD", { timeout: LIMIT }, async () => {
    const qas = [{ id: "q", question: "win?", answers: [{ text: "ticket", answer_start: 4 }] }];
    const file = JSON.stringify({ data: [{ paragraphs: [{ context: "the ticket \u{1f600}", qas }] }] });
    await fuzzTexts([file], (text) => {
      for (const { context, answers } of readSquad("dev.json", text))
        for (const { text: answer, start } of answers) expect(context.startsWith(answer, start)).toBe(true);
    });
  });

  test("of pictures", { timeout: 4 * LIMIT }, async () => {
    const names = (await readdir(dataFile("pictures"), { recursive: true })).filter((name) =>
      basename(name).includes("."),
    );
    const canRead = await readableFormats();
    await fuzz(await filesOf(...names.map((name) => join("pictures", name))), async (bytes, index) => {
      const path = join(root, basename(names[index]!));
      await writeFile(path, bytes);
      const found = await inspect(path, canRead);
      if ("why" in found) return expect(found.why).not.toBe("");
      const { images, failures } = await decodePictures([{ ...found, label: 0 }], {
        size: 8,
        channels: 3,
        onPicture: () => {},
      });
      expect(images.length).toBe(192);
      for (const { why } of failures.values()) expect(why).toMatch(/\S/);
    });
  });
});
