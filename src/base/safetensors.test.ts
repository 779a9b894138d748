import fc from "fast-check";
import { expect, test } from "vitest";
import { TombolaError } from "./errors.ts";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "./safetensors.ts";

const shapes = fc.array(fc.nat(5), { maxLength: 3 });
const arrays = { F32: Float32Array, I32: Int32Array, U8: Uint8Array };
const tensor: fc.Arbitrary<Tensor> = fc
  .tuple(fc.constantFrom("F32", "I32", "U8"), shapes, fc.infiniteStream(fc.float()))
  .map(([dtype, shape, values]) => {
    const length = shape.reduce((a, b) => a * b, 1);
    return { dtype, shape, data: arrays[dtype].from(values.take(length)) } as Tensor;
  });
// JSON objects move integer-like keys to the front, which shows only in empty tensors; "a." keeps clear of them.
const tensors = fc
  .dictionary(
    fc.string({ unit: "binary" }).map((name) => `a.${name}`),
    tensor,
  )
  .map((o) => new Map(Object.entries(o)));
const metadata = fc.dictionary(fc.string(), fc.string());

test("what is encoded is decoded, in order and bit for bit", () => {
  fc.assert(
    fc.property(tensors, metadata, (tensors, metadata) => {
      const bytes = encodeSafetensors(tensors, metadata);
      const back = decodeSafetensors(bytes);
      expect([...back.tensors]).toEqual([...tensors]);
      expect(back.metadata).toEqual(metadata);
      expect(encodeSafetensors(back.tensors, back.metadata)).toEqual(bytes);
      expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0);
    }),
  );
});

test("names that look like numbers keep their order", () => {
  const data = Uint8Array.of(1);
  const names = ["10", "b", "2", "__proto__"];
  const bytes = encodeSafetensors(new Map(names.map((name) => [name, { dtype: "U8", shape: [1], data }])));
  expect([...decodeSafetensors(bytes).tensors.keys()]).toEqual(names);
});

test("the layout is the published one", () => {
  const bytes = encodeSafetensors(new Map([["w", { dtype: "F32", shape: [1], data: Float32Array.of(1) }]]));
  const header = '{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}  ';
  expect(bytes).toEqual(Uint8Array.of(56, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode(header), 0, 0, 0x80, 0x3f));
});

test("a tensor is a copy, wherever it lay", () => {
  const file = encodeSafetensors(
    new Map<string, Tensor>([
      ["odd", { dtype: "U8", shape: [1], data: Uint8Array.of(7) }],
      ["w", { dtype: "F32", shape: [1], data: Float32Array.of(2.5) }],
    ]),
  );
  const buffer = Buffer.concat([Buffer.of(0), file]).subarray(1);
  const { tensors } = decodeSafetensors(buffer);
  buffer.fill(0);
  expect(tensors.get("w")!.data).toEqual(Float32Array.of(2.5));
  expect(tensors.get("w")!.data.buffer.byteLength).toBe(4);
});

/** A file with one tensor `x` in a format that is only read. */
function foreign(dtype: string, data: ArrayBufferView, elements: number): Uint8Array {
  return raw({ x: { dtype, shape: [elements], data_offsets: [0, data.byteLength] } }, data);
}

function raw(header: unknown, data: ArrayBufferView = new Uint8Array(0)): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.byteLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 8 + text.length);
  return bytes;
}

const halves = [0, 0x8000, 0x3c00, 0xc000, 0x7bff, 1, 0x03ff, 0x0400, 0x7c00, 0xfc00, 0x7e00];
const halfValues = [0, -0, 1, -2, 65504, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, Infinity, -Infinity, NaN];

test.each([
  ["F64", Float64Array.of(0.1, -0, 1e300), Float32Array.of(0.1, -0, Infinity)],
  ["F16", Uint16Array.from(halves), Float32Array.from(halfValues)],
  ["BF16", Uint16Array.of(0x3f80, 0xc049, 0x7f80), Float32Array.of(1, -3.140625, Infinity)],
  ["I64", BigInt64Array.of(-5n, 2147483647n), Int32Array.of(-5, 2147483647)],
  ["BOOL", Uint8Array.of(0, 1), Uint8Array.of(0, 1)],
])("%s is converted", (dtype, data, expected) => {
  const { tensors } = decodeSafetensors(foreign(dtype, data, data.length));
  expect(tensors.get("x")!.data).toEqual(expected);
});

const one = { dtype: "U8", shape: [1], data_offsets: [0, 1] };
const byte = Uint8Array.of(1);
test.each<[string, Uint8Array, RegExp]>([
  ["an empty file", new Uint8Array(0), /got 0$/],
  [
    "a header longer than the file",
    Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255),
    /truncated, or not safetensors/,
  ],
  ["text", new TextEncoder().encode("PK\u0003\u0004 this is an archive"), /truncated, or not safetensors/],
  ["bad JSON", raw("{nope"), /must be a JSON object/],
  ["bad UTF-8", Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe), /must be a JSON object/],
  ["a JSON array", raw("[]"), /must be a JSON object/],
  ["metadata that is no text", raw({ __metadata__: { a: 1 } }), /__metadata__ must map/],
  ["an entry that is null", raw({ x: null }), /x: dtype must be/],
  ["an unknown dtype", foreign("F8_E4M3", byte, 1), /dtype must be one of F32, .*got "F8_E4M3"/],
  ["a dtype of Object", foreign("constructor", byte, 1), /dtype must be/],
  ["a negative size", raw({ x: { ...one, shape: [-1] } }, byte), /shape must be/],
  ["a huge shape", raw({ x: { ...one, shape: [2 ** 40, 2 ** 40] } }, byte), /bytes of U8 .* must be 1.*e\+24, got 1$/],
  ["one offset", raw({ x: { ...one, data_offsets: [0] } }, byte), /\[begin, end\]/],
  ["offsets in reverse", raw({ x: { ...one, data_offsets: [1, 0] } }, byte), /must be 1, got -1$/],
  ["a shape that is not its bytes", raw({ x: { ...one, shape: [2] } }, byte), /bytes of U8 \[2\] must be 2, got 1/],
  ["an offset beyond the file", raw({ x: { ...one, data_offsets: [7, 8] } }, byte), /must start at byte 0/],
  ["overlapping tensors", raw({ x: one, y: one }, byte), /y: tensor must start at byte 1, got 0/],
  ["trailing bytes", raw({ x: one }, Uint8Array.of(1, 2)), /must be 1, got 2$/],
  ["an integer beyond 32 bits", foreign("I64", BigInt64Array.of(1n << 40n), 1), /must fit 32 bits, got 1099511627776/],
])("%s is refused", (_, bytes, message) => {
  expect(() => decodeSafetensors(bytes, "file.safetensors")).toThrow(message);
  expect(() => decodeSafetensors(bytes, "file.safetensors")).toThrow(expect.objectContaining({ code: "data" }));
  expect(() => decodeSafetensors(bytes, "file.safetensors")).toThrow(/^file\.safetensors: /);
});

const sample = encodeSafetensors(
  new Map<string, Tensor>([
    ["fc1.weight", { dtype: "F32", shape: [2, 3], data: new Float32Array(6) }],
    ["mask/fc1.weight", { dtype: "U8", shape: [2, 3], data: new Uint8Array(6) }],
  ]),
  { note: "text" },
);

test("a file cut anywhere is refused", () => {
  for (let length = 0; length < sample.length; length++) {
    expect(() => decodeSafetensors(sample.subarray(0, length)), `${length} bytes`).toThrow(TombolaError);
  }
});

test("any change of the bytes ends in tensors or a TombolaError", () => {
  const change = fc.tuple(fc.nat(sample.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const bytes = sample.slice();
      for (const [at, value] of changes) bytes[at] = value;
      try {
        decodeSafetensors(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(TombolaError);
      }
    }),
    { numRuns: 500 },
  );
});

test("a tensor that cannot be stored is refused", () => {
  const data = Float32Array.of(1);
  expect(() => encodeSafetensors(new Map([["w", { dtype: "F32", shape: [2], data }]]))).toThrow(
    /w: values of shape \[2\] must be 2, got 1/,
  );
  expect(() => encodeSafetensors(new Map([["__metadata__", { dtype: "F32", shape: [1], data }]]))).toThrow(/metadata/);
});
