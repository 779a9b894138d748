/** Proves what of CSV files becomes features, classes, numbers, labels and test rows, and which files are refused. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkDataset } from "../check.ts";
import type { TaskName } from "../rows/targets.ts";
import type { CsvSource } from "./columns.ts";
import { type CsvOptions, readCsv } from "./dataset.ts";

const source = (text: string, where = "rows.csv"): CsvSource => ({ where, chunks: [new TextEncoder().encode(text)] });

interface Reading extends Partial<CsvOptions> {
  readonly test?: string;
}

/** The data set of a file's text, by default a regression of column `y`. */
function read(text: string, { test: tested, ...options }: Reading = {}) {
  const scored = tested === undefined ? undefined : source(tested, "test.csv");
  return readCsv(source(text), scored, { target: ["y"], task: "regression", ...options });
}

/** A file of features a and b and of the given targets, its own rows being its test rows. */
function withTargets(task: TaskName, ...targets: string[]) {
  const text = `a,y,b\n${targets.map((cell, i) => `${i},${cell},${-i}`).join("\n")}\n`;
  return read(text, { task, test: text });
}

const rows = "a,y\n1,2\n3,4\n";

describe("a bad file", () => {
  test.each<[string, string, string]>([
    ["nothing", "", 'rows.csv: must hold a header and rows, got "nothing". Put the names'],
    ["a header alone", "a,y\n", 'rows.csv: must hold a header and rows, got "no row"'],
    ["one column", "y\n1\n", 'rows.csv, header: must name two columns or more, got "y". Separate columns with'],
    [
      "no header",
      "1,2\n3,4\n",
      'rows.csv, header: must be names, not numbers, got "1,2". Put the names of the columns in the first line, or write csv:FILE:headerless',
    ],
    [
      "a class behind numbers for a header",
      "5,3,setosa\n4,3,virginica\n",
      "write csv:FILE:headerless where there are none",
    ],
    ["decimals for a header", "setosa,5.1,y\nvirginica,4.9,z\n", 'got "setosa,5.1,y". Put the names'],
    ["a column without a name", ",a,y\n0,1,2\n", "rows.csv, header: column 1 must have a name. Name it or remove it"],
    ["a name twice", "a,y,a\n1,2,3\n", 'rows.csv, header: names must be unique, got "a". Rename one'],
    [
      "a short row",
      "a,b,y\n1,2,3\n\n4,5\n",
      "rows.csv line 4: must have 3 fields as the first line has, got 2. Quote fields",
    ],
    ["a long row", "a,y\n1,2,3\n", "rows.csv line 2: must have 2 fields as the first line has, got 3"],
    [
      "a column of text",
      "colour,y\nred,1\n",
      'rows.csv line 2, column colour: must be a number that float32 can hold, got "red". Encode the column as numbers, or leave it out',
    ],
    [
      "an empty cell",
      "a,y\n1,2\n,4\n",
      'line 3, column a: must be a number that float32 can hold, got "". Fill the cell, or leave its row out',
    ],
    ["a word for no number", "a,y\nNaN,2\n", 'got "NaN". Fill the cell, or leave its row out'],
    [
      "several missing values",
      "a,b,y\n1,NA,2\n,?,4\n",
      'line 2, column b: must be a number that float32 can hold, got "NA". Fill the cell, or leave its row out; 3 values are missing: b 2, a 1',
    ],
    ["an infinite number", "a,y\nInfinity,2\n", 'got "Infinity"'],
    ["a hexadecimal number", "a,y\n0x10,2\n", 'got "0x10"'],
    ["a number beyond float32", "a,y\n3.5e38,2\n", 'got "3.5e38". Scale the column'],
    ["a decimal comma", "a;y\n1,5;2\n", 'got "1,5". Write decimals with a point'],
    [
      "spaces around a number",
      "a, y\n1, 2\n",
      'must be a column of rows.csv, got "y". Did you mean " y"? Its columns are "a", " y"',
    ],
    [
      "spaces before a number",
      "a,y\n1, 2\n",
      'column y: must be a number that float32 can hold, got " 2". Take the spaces away',
    ],
    [
      "a target of text",
      "a,y\n1,red\n",
      'column y: must be a number that float32 can hold, got "red". Text names classes',
    ],
    ["one row", "a,y\n1,2\n", "rows.csv: must hold two rows or more, of which a fifth is the test set, got 1"],
  ])("is told: %s", async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  test("is told with the code data, a wrong target with usage", async () => {
    await expect(read("a,y\nred,1\n")).rejects.toMatchObject({ code: "data" });
    await expect(read(rows, { target: ["z"] })).rejects.toMatchObject({ code: "usage" });
  });

  test.each<[Partial<CsvOptions>, string]>([
    [{ target: [] }, "target: must name a column"],
    [{ target: ["y", "y"] }, 'target: must name a column once, got "y"'],
    [{ target: ["price"] }, 'target: must be a column of rows.csv, got "price". Its columns are "a", "y"'],
    [{ target: ["a", "y"] }, "rows.csv: must have a column beside the target. Learning needs features"],
    [{ target: ["a", "y"], task: "classification" }, 'classification has one target, got "a,y". For several labels'],
    [{ task: "ranking" as TaskName }, 'task: must be one of classification, regression, multi-label, got "ranking"'],
  ])("is not read with %o", async (options, message) => {
    await expect(read(rows, options)).rejects.toThrow(message);
  });

  test.each<[TaskName, string[], string]>([
    ["classification", ["a", ""], 'rows.csv line 3, column y: must name a class, got "". Fill the cell'],
    [
      "classification",
      ["1", "1.5"],
      'column y: classes must be text or integers below 2^53, got "1.5". Choose the task',
    ],
    ["classification", ["1", "12345678901234567890"], "classes must be text or integers below 2^53"],
    ["classification", ["a", "a"], "rows.csv, column y: must hold two classes or more, and holds only one, called a"],
    ["classification", ["1", "01"], "rows.csv, column y: must hold two classes or more, and holds only one, called 1"],
    ["multi-label", ["0", "2"], 'rows.csv line 3, column y: must be 0 or 1, got "2". Write 1 where the label applies'],
    ["multi-label", ["0", ""], 'column y: must be 0 or 1, got ""'],
    ["multi-label", ["0", "yes"], 'column y: must be 0 or 1, got "yes"'],
    ["regression", ["5", "5"], 'rows.csv, column y: a target must vary over the training rows, got "5 in all of them"'],
    ["regression", ["1e9", "1000000001"], "column y: float32 must be able to tell its values apart"],
  ])("has no targets of %s: %s", async (task, targets, message) => {
    await expect(withTargets(task, ...targets)).rejects.toThrow(message);
  });
});

describe("a file without a header", () => {
  const headerless = { isHeaderless: true, target: ["2"] } as const;

  test("has columns that are called by their number, and its first line is a row", async () => {
    const dataset = await read("1,2,3.5\n-4e1,5,+.5\n", { ...headerless, test: "7,8,9\n" });
    expect([...dataset.train.columns.features!.data]).toEqual([1, 3.5, -40, 0.5]);
    expect([...dataset.train.columns.targets!.data]).toEqual([2, 5]);
    expect([...dataset.test.columns.features!.data]).toEqual([7, 9]);
    const classes = await read("5,3,setosa\n4,3.5,virginica\n", {
      ...{ isHeaderless: true, target: undefined, task: "classification", test: "1,2,setosa" },
    });
    expect(classes.target).toMatchObject({ names: ["setosa", "virginica"] });
    expect([...classes.test.columns.labels!.data]).toEqual([0]);
  });

  test.each<[string, Reading, string]>([
    ["", {}, 'rows.csv: must hold rows, got "nothing". Put a row in each line'],
    ["1\n2\n", {}, 'rows.csv line 1: must have two columns or more, got "1". Separate columns with'],
    ["a,y\n1,2\n", {}, 'line 1: must hold numbers, got "a,y". Leave out :headerless where the first line names'],
    ["1,2\n?,3\n", {}, 'line 2, column 1: must be a number that float32 can hold, got "?". Fill the cell'],
    ["1,2\n3\n", {}, "line 2: must have 2 fields as the first line has, got 1"],
    [
      "1,2\n3,4\n",
      { target: ["0"] },
      'target: must be a column of rows.csv, got "0". Did you mean "1"? Its columns are "1", "2"',
    ],
    ["1,2\n3,4\n", { test: "1,2,3\n" }, 'test.csv, line 1: must have the columns of rows.csv, got "also 3"'],
  ])("is refused: %j %o", async (text, options, message) => {
    await expect(read(text, { ...headerless, ...options })).rejects.toThrow(message);
  });
});

describe("features", () => {
  test("are all other columns in the order of the file", async () => {
    const text = "b,y,a\n1,2,3.5\n-4e1,5,+.5\n";
    const dataset = await read(text, { test: text });
    const features = { type: "f32", shape: [2], data: Float32Array.of(1, 3.5, -40, 0.5) };
    const targets = { type: "f32", shape: [1], data: Float32Array.of(2, 5) };
    expect(dataset.train).toEqual({ count: 2, columns: { features, targets } });
    expect(dataset).toMatchObject({ shape: [2], outputs: 1, target: { kind: "numbers", names: ["y"] } });
    expect(dataset.train.columns.features!.data.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(checkDataset({ name: "rows", ...dataset }).test).toEqual(dataset.train);
  });

  test("that are constant over the training rows are left out, and told", async () => {
    const told: string[] = [];
    const onNotice = (text: string) => told.push(text);
    const text = "a,zip,y,id\n1,7,2,0.1\n3,7,5,0.1\n";
    const dataset = await read(text, { test: text.replaceAll("7", "8"), onNotice });
    expect([...dataset.test.columns.features!.data]).toEqual([1, 3]);
    expect(told).toEqual(["rows.csv: columns zip, id are left out, constant over the training rows"]);
    await expect(read("a,y\n1,2\n1,3\n", { test: rows })).rejects.toThrow(
      "rows.csv: must have a column beside the target that varies over the training rows. Add a column",
    );
  });

  test("whose spread float32 cannot resolve are refused with the remedy", async () => {
    const year = (first: number, step: number) => {
      const text = `time,y\n${first - step},0\n${first + step},1\n`;
      return read(text, { test: text });
    };
    await expect(year(2 ** 21, 1)).rejects.toThrow(
      'rows.csv, column time: float32 must be able to tell its values apart, |mean| / std being at most 2^20, got "mean 2097152, std 1". Centre it: subtract 2097152 or so',
    );
    expect([...(await year(2 ** 20, 1)).train.columns.features!.data]).toEqual([2 ** 20 - 1, 2 ** 20 + 1]);
    await expect(year(0, 1e-40)).rejects.toThrow("column time: its std must be from 2^-100 to 2^100, got 1e-40. Scale");
    await expect(year(0, 1e-200)).rejects.toThrow("its std must be from 2^-100 to 2^100, got 0. Scale the column");
  });
});

describe("targets", () => {
  test("of classification are texts in the order of their code points", async () => {
    const { target, train, outputs } = await withTargets("classification", "b", "\u{1f600}", "B", "\uff5e", "ba", "b");
    expect(target).toEqual({ kind: "classes", count: 5, names: ["B", "b", "ba", "\uff5e", "\u{1f600}"] });
    expect(train.columns.labels).toEqual({ type: "u8", shape: [], data: Uint8Array.of(1, 4, 0, 3, 2, 1) });
    expect(outputs).toBe(5);
  });

  test("of classification are integers in the order of numbers", async () => {
    const { target, train } = await withTargets("classification", "10", "-1", "9", "010", "9.0", "-0", "0");
    expect(target).toMatchObject({ names: ["-1", "0", "9", "10"] });
    expect([...train.columns.labels!.data]).toEqual([3, 0, 2, 3, 2, 1, 1]);
  });

  test("of classification are text where one cell is", async () => {
    expect((await withTargets("classification", "10", "9", "x")).target).toMatchObject({ names: ["10", "9", "x"] });
  });

  test("of classification are 32 bits wide beyond 256 classes", async () => {
    const of = (count: number) => withTargets("classification", ...Array.from({ length: count }, (_, i) => String(i)));
    expect((await of(256)).train.columns.labels).toMatchObject({ type: "u8" });
    const { labels } = (await of(257)).train.columns;
    expect(labels!.data).toEqual(Int32Array.from({ length: 257 }, (_, i) => i));
    expect(labels).toMatchObject({ type: "i32" });
  });

  test("of regression and multi-label are in the order of their names", async () => {
    const text = "y,a,z\n1,5,0\n0,6,1\n";
    const options = { target: ["z", "y"], test: text };
    const numbers = await read(text, options);
    expect(numbers.target).toEqual({ kind: "numbers", names: ["z", "y"] });
    expect(numbers.train.columns.targets).toEqual({ type: "f32", shape: [2], data: Float32Array.of(0, 1, 1, 0) });
    const labels = await read(text, { ...options, task: "multi-label" });
    expect(labels.target).toEqual({ kind: "labels", names: ["z", "y"] });
    expect(labels.train.columns.labels).toEqual({ type: "u8", shape: [2], data: Uint8Array.of(0, 1, 1, 0) });
    expect(labels.outputs).toBe(2);
  });
});

describe("test rows", () => {
  test("of a file of their own may have their columns in another order", async () => {
    const dataset = await read("a,b,y\n1,2,3\n4,5,6\n", { test: "y,b,a\n30,20,10\n" });
    expect([...dataset.test.columns.features!.data]).toEqual([10, 20]);
    expect([...dataset.test.columns.targets!.data]).toEqual([30]);
    expect([...dataset.train.columns.targets!.data]).toEqual([3, 6]);
  });

  test.each([
    ["a,x\n1,2\n", 'test.csv, header: must name the columns of rows.csv, got "no y, also x". Add what is missing'],
    ["a,y\n1,red\n", 'test.csv line 2, column y: must be a number that float32 can hold, got "red"'],
    ["a,y\n", "test.csv: must hold a header and rows"],
  ])("are refused: %j", async (tested, message) => {
    await expect(read(rows, { test: tested })).rejects.toThrow(message);
  });

  test("have the classes of the training file, spelt in any way", async () => {
    const options = { task: "classification", test: "a,y\n1,03\n2,1\n" } as const;
    expect([...(await read("a,y\n1,1\n2,3\n3,2\n", options)).test.columns.labels!.data]).toEqual([2, 0]);
    await expect(read("a,y\n1,1\n2,2\n", options)).rejects.toThrow(
      'test.csv line 2, column y: must be a class of the training file, got "03". Leave the row out, or add rows',
    );
    await expect(read("a,y\n1,u\n2,v\n", options)).rejects.toThrow('must be a class of the training file, got "03"');
  });

  test("are otherwise the last fifth of one fixed order", async () => {
    const text = `a,y\n${Array.from({ length: 10 }, (_, i) => `${i},${i}`).join("\n")}`;
    const { train, test: held } = await read(text);
    expect([...train.columns.targets!.data]).toEqual([6, 4, 5, 9, 3, 2, 0, 1]);
    expect([...held.columns.targets!.data]).toEqual([7, 8]);
  });

  test("and training rows are together all rows, each once", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 3, max: 300 }), async (count) => {
        const every = Array.from({ length: count }, (_, i) => i);
        const { train, test: held } = await read(`a,y\n${every.map((i) => `${i},${2 * i}`).join("\n")}`);
        expect(held.count).toBe(Math.max(1, Math.round(count / 5)));
        const [a, y] = [train, held].map(({ columns }) => [...columns.features!.data]);
        expect([...a!, ...y!].sort((i, j) => i - j)).toEqual(every);
        for (const { columns } of [train, held]) {
          expect(columns.targets!.data).toEqual(columns.features!.data.map((value) => 2 * value));
        }
      }),
    );
  });
});
