/**
 * A closed interpreter of pickles: the opcodes that dictionaries of tensors are written with (protocols 2 to 5), and no
 * other. A pickle names functions and calls them; here a name is looked up in a table of this project's own functions, and
 * one that is not in it ends the reading before anything is called. Nothing in a file can run.
 */
import { fail } from "../base/errors.ts";
import { printable } from "../base/printable.ts";

/** A Python tuple. */
export class Tuple {
  readonly items: readonly unknown[];
  constructor(items: readonly unknown[]) {
    this.items = items;
  }
}

/** What stands for a global of Python: a function of ours, or a type that is only named. */
export class Known {
  readonly name: string;
  readonly call: ((args: readonly unknown[]) => unknown) | undefined;
  constructor(name: string, call?: (args: readonly unknown[]) => unknown) {
    this.name = name;
    this.call = call;
  }
}

/** What a pickle may name, and what its persistent identifiers stand for. */
export interface PickleHost {
  /** By `module.name`. */
  readonly globals: ReadonlyMap<string, Known>;
  persistent?(id: unknown): unknown;
}

/** What a pickle holds, and where in the bytes it ends. */
export interface Unpickled {
  /** Numbers, texts, null, arrays for lists, {@link Tuple}s, Maps for dictionaries, and what the host gives. */
  readonly value: unknown;
  readonly end: number;
}

const MARK = Symbol("mark");

/** Whole numbers of this many bytes are read; longer ones are no sizes. */
const LONGEST = 16;

/** Reads the pickle that begins at byte `start`; `data` error for what is cut, damaged or outside the table. */
export function unpickle(bytes: Uint8Array, host: PickleHost, where: string, start = 0): Unpickled {
  const machine = createMachine(bytes, host, { where, start });
  for (;;) {
    const at = machine.at();
    const code = machine.take(1)[0]!;
    if (code === STOP) return { value: machine.pop(), end: machine.at() };
    const run = OPCODES.get(code) ?? failOpcode(code, at, where);
    run(machine);
  }
}

/** Whether bytes begin as a pickle of these protocols does, and not as safetensors whose header has a length of these digits. */
export function looksPickled(bytes: Uint8Array): boolean {
  const isHeader = bytes[8] === BRACE && bytes.subarray(4, 8).every((byte) => byte === 0);
  return bytes[0] === PROTO && bytes[1]! >= 2 && bytes[1]! <= 5 && !isHeader;
}

/** What the header of safetensors begins with, behind its length of 8 bytes. */
const BRACE = 0x7b;

const PROTO = 0x80;
const STOP = 0x2e;

/** The opcodes that make or change objects of any class, by their names in Python, and those of protocols 0 and 1. */
const REFUSED: ReadonlyMap<number, string> = new Map([
  ...([
    [0x81, "NEWOBJ"],
    [0x92, "NEWOBJ_EX"],
    [0x69, "INST"],
    [0x6f, "OBJ"],
    [0x50, "PERSID"],
  ] as const),
  ...([
    [0x82, "EXT1"],
    [0x83, "EXT2"],
    [0x84, "EXT4"],
    [0x97, "NEXT_BUFFER"],
    [0x98, "READONLY_BUFFER"],
  ] as const),
  ...([
    [0x8f, "EMPTY_SET"],
    [0x90, "ADDITEMS"],
    [0x91, "FROZENSET"],
    [0x8b, "LONG4"],
    [0x96, "BYTEARRAY8"],
  ] as const),
  ...([
    [0x49, "INT"],
    [0x4c, "LONG"],
    [0x46, "FLOAT"],
    [0x53, "STRING"],
    [0x56, "UNICODE"],
    [0x67, "GET"],
  ] as const),
]);

function failOpcode(code: number, at: number, where: string): never {
  const name = REFUSED.get(code);
  const shown = `0x${code.toString(16).padStart(2, "0")}${name ? ` (${name})` : ""}`;
  return fail("data", where, {
    rule: `its pickle must be of the few opcodes that tensors need, and byte ${at} is none of them`,
    got: shown,
    remedy: SAVE,
  });
}

/** How to write what can be read. */
export const SAVE = 'Write the tensors alone: torch.save(model.state_dict(), "weights.pt")';

interface Machine {
  readonly where: string;
  readonly host: PickleHost;
  readonly memo: Map<number, unknown>;
  at(): number;
  take(count: number): Uint8Array;
  /** A little-endian whole number of so many bytes. */
  unsigned(bytes: number): number;
  line(): string;
  push(value: unknown): void;
  pop(): unknown;
  top(): unknown;
  /** The values above the last mark, which goes. */
  popToMark(): unknown[];
  fail(rule: string, got?: unknown): never;
}

function createMachine(
  bytes: Uint8Array,
  host: PickleHost,
  { where, start }: { readonly where: string; readonly start: number },
): Machine {
  let position = start;
  const stack: unknown[] = [];
  const damaged = (rule: string, got?: unknown): never =>
    fail("data", where, {
      rule: `its pickle is damaged at byte ${position}: ${rule}`,
      ...(got !== undefined && { got }),
    });
  const pop = () => {
    if (stack.length === 0 || stack.at(-1) === MARK) damaged("a value is missing");
    return stack.pop();
  };
  const take = (count: number) => {
    if (!(count <= bytes.length - position)) damaged("it ends too early");
    position += count;
    return bytes.subarray(position - count, position);
  };
  return {
    ...{ where, host, take, pop },
    memo: new Map(),
    fail: damaged,
    at: () => position,
    unsigned: (count) => take(count).reduceRight((value, byte) => value * 256 + byte, 0),
    line() {
      const end = bytes.indexOf(10, position);
      if (end < 0) damaged("it ends too early");
      const text = utf8(take(end - position));
      position++;
      return text;
    },
    push: (value) => void stack.push(value),
    top() {
      const value = pop();
      stack.push(value);
      return value;
    },
    popToMark() {
      const mark = stack.lastIndexOf(MARK);
      if (mark < 0) damaged("a mark is missing");
      const values = stack.splice(mark + 1);
      stack.pop();
      return values;
    },
  };
}

const utf8 = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Two's complement, little-endian; what no double holds exactly stays a bigint. */
function signed(bytes: Uint8Array): number | bigint {
  const unsigned = bytes.reduceRight((value, byte) => value * 256n + BigInt(byte), 0n);
  const value = BigInt.asIntN(8 * bytes.length, unsigned);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

type Opcode = (machine: Machine) => void;

const pushed =
  (read: (machine: Machine) => unknown): Opcode =>
  (machine) =>
    machine.push(read(machine));
const tuple = (count: number): Opcode =>
  pushed((machine) => {
    const items = Array.from({ length: count }, machine.pop);
    return new Tuple(items.reverse());
  });
const put =
  (index: (machine: Machine) => number): Opcode =>
  (machine) =>
    void machine.memo.set(index(machine), machine.top());
const get = (bytes: number): Opcode =>
  pushed((machine) => {
    const index = machine.unsigned(bytes);
    return machine.memo.has(index) ? machine.memo.get(index) : machine.fail("it recalls what it never noted", index);
  });
const text = (bytes: number): Opcode => pushed((machine) => utf8(machine.take(machine.unsigned(bytes))));
const raw = (bytes: number): Opcode => pushed((machine) => machine.take(machine.unsigned(bytes)).slice());

const OPCODES: ReadonlyMap<number, Opcode> = new Map<number, Opcode>([
  [PROTO, protocol],
  [0x95, (machine) => void machine.unsigned(8)], // FRAME
  [0x28, (machine) => machine.push(MARK)],
  [0x30, (machine) => void machine.pop()],
  [0x4e, pushed(() => null)],
  [0x88, pushed(() => true)],
  [0x89, pushed(() => false)],
  [0x4a, pushed((machine) => signed(machine.take(4)))],
  [0x4b, pushed((machine) => machine.unsigned(1))],
  [0x4d, pushed((machine) => machine.unsigned(2))],
  [0x8a, pushed(long)],
  [0x47, pushed(float)],
  [0x58, text(4)],
  [0x8c, text(1)],
  [0x8d, text(8)],
  [0x54, text(4)], // BINSTRING and SHORT_BINSTRING, the texts of Python 2
  [0x55, text(1)],
  [0x42, raw(4)],
  [0x43, raw(1)],
  [0x8e, raw(8)],
  [0x5d, pushed(() => [])],
  [0x7d, pushed(() => new Map())],
  [0x29, tuple(0)],
  [0x85, tuple(1)],
  [0x86, tuple(2)],
  [0x87, tuple(3)],
  [0x74, pushed((machine) => new Tuple(machine.popToMark()))],
  [0x71, put((machine) => machine.unsigned(1))],
  [0x72, put((machine) => machine.unsigned(4))],
  [0x94, put((machine) => machine.memo.size)],
  [0x68, get(1)],
  [0x6a, get(4)],
  [0x61, (machine) => append(machine, [machine.pop()])],
  [0x65, (machine) => append(machine, machine.popToMark())],
  [0x73, setItem],
  [0x75, (machine) => setItems(machine, machine.popToMark())],
  [0x63, (machine) => global(machine, machine.line(), machine.line())],
  [0x93, stackGlobal],
  [0x52, reduce],
  [0x62, build],
  [0x51, persistent],
]);

function protocol(machine: Machine): void {
  const number = machine.unsigned(1);
  if (number < 2 || number > 5)
    fail("data", machine.where, { rule: "its pickle must be of protocol 2 to 5", got: number, remedy: SAVE });
}

function long(machine: Machine): number | bigint {
  const length = machine.unsigned(1);
  return length <= LONGEST ? signed(machine.take(length)) : machine.fail("a number is too long", `${length} bytes`);
}

function float(machine: Machine): number {
  const bytes = machine.take(8);
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0);
}

function append(machine: Machine, values: readonly unknown[]): void {
  const list = machine.top();
  if (!Array.isArray(list)) machine.fail("only lists are appended to");
  for (const value of values) list.push(value);
}

function setItem(machine: Machine): void {
  const value = machine.pop();
  setItems(machine, [machine.pop(), value]);
}

function setItems(machine: Machine, pairs: readonly unknown[]): void {
  const map = machine.top();
  if (!(map instanceof Map) || pairs.length % 2 !== 0) machine.fail("only dictionaries take pairs");
  for (let i = 0; i < pairs.length; i += 2) map.set(pairs[i], pairs[i + 1]);
}

/** Tensors that PyTorch writes in a way of their own, and how to write them as others. */
const OTHER_TENSORS: readonly (readonly [names: RegExp, remedy: string])[] = [
  [/_sparse_/, "Save dense tensors: tensor.to_dense()"],
  [/_rebuild_tensor_v3$|[Ff]loat8/, "Save them as 32-bit floats: tensor.float()"],
  [/Complex|complex/, "Weights are real numbers: save tensor.real where that is what is meant"],
  [/_meta_/, "Its tensors are on the device meta and have no values: load them before they are saved"],
  [/qint|_qtensor|quantiz/, "Save the network from before it was quantised"],
];

function global(machine: Machine, module: string, name: string): void {
  const full = `${module}.${name}`;
  const known = machine.host.globals.get(full);
  if (!known) {
    const rule = `its pickle must name nothing but what tensors are made with, and asks for ${printable(full)}`;
    const remedy = OTHER_TENSORS.find(([names]) => names.test(full))?.[1] ?? SAVE;
    fail("data", machine.where, { rule, remedy: `It was not called. ${remedy}` });
  }
  machine.push(known);
}

function stackGlobal(machine: Machine): void {
  const [name, module] = [machine.pop(), machine.pop()];
  if (typeof name !== "string" || typeof module !== "string") machine.fail("a global's name must be text");
  global(machine, module, name);
}

function reduce(machine: Machine): void {
  const [args, callee] = [machine.pop(), machine.pop()];
  if (!(callee instanceof Known) || !callee.call || !(args instanceof Tuple))
    machine.fail("only functions that tensors are made with are called");
  machine.push(callee.call(args.items));
}

/** The attributes of an OrderedDict, such as PyTorch's `_metadata`, are of no use here. */
function build(machine: Machine): void {
  machine.pop();
  if (!(machine.top() instanceof Map)) machine.fail("only dictionaries have attributes");
}

function persistent(machine: Machine): void {
  const { host } = machine;
  machine.push(host.persistent?.(machine.pop()) ?? machine.fail("it refers to something outside"));
}
