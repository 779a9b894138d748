/** Proves that malformed CSV is refused by line, and that any records come back from their text, however it is cut. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CsvRecord, readRecords } from "./records.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** The records of bytes that come in pieces of `size`. */
async function read(bytes: Uint8Array, size = bytes.length): Promise<CsvRecord[]> {
  const records: CsvRecord[] = [];
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
  await readRecords("rows.csv", pieces, (record) => records.push(record));
  return records;
}

const fieldsOf = async (text: string) => (await read(encode(text))).map(({ fields }) => fields);

describe("malformed CSV", () => {
  test.each([
    ["a quote within a field", 'a,b\n1,5" pipe\n2,6" pipe\n', "rows.csv line 2, field 2: a field with quotes must be"],
    ["text behind a quoted field", 'a,b\n"1"x,2\n', "rows.csv line 2, field 1: a field with quotes must be quoted"],
    ["a space before a quote", 'a,b\n1, "2"\n', "rows.csv line 2, field 2: a field with quotes must be quoted"],
    [
      "a quote that is never closed",
      'a,b\n1,2\n"3,4\n5,6\n',
      "rows.csv line 3: a quote is opened and not closed. Close",
    ],
    ["a quote at the very end", 'a,b\n1,"', "rows.csv line 2: a quote is opened and not closed"],
    [
      "carriage returns alone",
      "a,b\r1,2\r3,4",
      "rows.csv line 1, field 2: a field with quotes must be quoted as a whole",
    ],
    ["a carriage return within a line", "a,b\n1\r,2\n", "and lines must end in LF or CRLF"],
  ])("is told: %s", async (_, text, message) => {
    await expect(read(encode(text))).rejects.toThrow(message);
    await expect(read(encode(text), 1)).rejects.toThrow(message);
    await expect(read(encode(text))).rejects.toMatchObject({ code: "data" });
  });

  test.each([
    ["Latin-1", Uint8Array.of(0x61, 0x2c, 0xe9, 0x0a)],
    ["UTF-16", Uint8Array.of(0xff, 0xfe, 0x61, 0x00)],
    ["cut within a character", encode("a,é").subarray(0, 3)],
  ])("is told: text in %s", async (_, bytes) => {
    await expect(read(bytes)).rejects.toThrow("rows.csv: must be text in UTF-8. Save it in that encoding");
  });

  test("without line ends or closing quotes does not fill the memory", async () => {
    const endless = (function* () {
      for (;;) yield encode("1,".repeat(2 ** 18));
    })();
    await expect(readRecords("rows.csv", endless, () => {})).rejects.toThrow(
      "must not be longer than 4194304 characters",
    );
    const open = (function* () {
      for (yield encode('a,b\n"'); ; ) yield encode("1,2\n".repeat(2 ** 16));
    })();
    await expect(readRecords("rows.csv", open, () => {})).rejects.toThrow("rows.csv line 2: a quote is opened");
  });
});

describe("records", () => {
  test("are cut at commas, semicolons or tabs, as the header is", async () => {
    expect(await fieldsOf("a,b;c\n1,2;3\n")).toEqual([
      ["a", "b;c"],
      ["1", "2;3"],
    ]);
    expect(await fieldsOf('a;"b,c,d";e\n1,5;2;3')).toEqual([
      ["a", "b,c,d", "e"],
      ["1,5", "2", "3"],
    ]);
    expect(await fieldsOf("a\tb\r\n1\t\r\n")).toEqual([
      ["a", "b"],
      ["1", ""],
    ]);
    expect(await fieldsOf("a\n1\n")).toEqual([["a"], ["1"]]);
  });

  test("keep what is quoted: separators, quotes, line ends, spaces", async () => {
    expect(await fieldsOf('a,b\n"x,""y""\r\nz", w \n"",""\n')).toEqual([
      ["a", "b"],
      ['x,"y"\r\nz', " w "],
      ["", ""],
    ]);
  });

  test("know their line, past a byte order mark, empty lines and fields of several lines", async () => {
    const records = await read(encode('\ufeff\r\na,b\n\n"1\n\n2",3\r\n4,5\n\n'), 3);
    expect(records.map(({ line, fields }) => [line, ...fields])).toEqual([
      [2, "a", "b"],
      [4, "1\n\n2", "3"],
      [7, "4", "5"],
    ]);
  });

  test("may hold a long quoted field", async () => {
    const long = "x\n".repeat(2 ** 20);
    expect((await fieldsOf(`a,b\n1,"${long}"\n`))[1]).toEqual(["1", long]);
  });

  test("come back from their text, in pieces of any size", async () => {
    const field = fc.string({
      unit: fc.constantFrom("a", "é", "𝄞", "1", ",", ";", "\t", '"', "\n", "\r", " "),
      maxLength: 6,
    });
    const rows = fc.array(fc.array(field, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 6 });
    const styles = fc.record({ separator: fc.constantFrom(",", ";", "\t"), end: fc.constantFrom("\n", "\r\n") });
    await fc.assert(
      fc.asyncProperty(rows, styles, fc.integer({ min: 1, max: 20 }), async (fields, { separator, end }, size) => {
        const all = [["h1", "h2", "h3"], ...fields];
        const quote = (text: string) => (/^\w+$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`);
        const text = all.map((record) => record.map(quote).join(separator)).join(end);
        expect((await read(encode(text), size)).map(({ fields }) => fields)).toEqual(all);
      }),
    );
  });
});
