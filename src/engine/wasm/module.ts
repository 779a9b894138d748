/**
 * The WebAssembly kernels: a module for each group of them, with relaxed SIMD (fused multiply-adds) where the host has it,
 * with plain SIMD elsewhere.
 */
import { KERNEL_GROUPS, type KernelGroup, kernelsIn, lackingKernel } from "../../program/kernels.ts";

/** What a module exports; all pointers are byte addresses in its memory, which the modules of an instance share. */
export interface WasmExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  /** First address behind the module's own data. */
  heap(): number;
  /** The address of a kernel's signature by its code in the group; 0 behind the last kernel's. */
  kernel_signature(code: number): number;
  run(arena: number, columns: number, code: number, calls: number, scratch: number): void;
}

/** A fresh memory with the kernels of some groups in it; `core` is always among them. */
export type WasmKernels = ReadonlyMap<KernelGroup, WasmExports>;

/** The compiled groups of one variant. */
export interface WasmModule {
  /** Whether multiply-adds are fused where the CPU does. */
  readonly relaxed: boolean;
  has(group: KernelGroup): boolean;
  /** Takes in the compiled module of a group, `core` first; throws an Error that names a kernel which it lacks. */
  add(group: KernelGroup, compiled: object): void;
  instantiate(groups: Iterable<KernelGroup>): WasmKernels;
}

/** The part of the WebAssembly namespace that is used here, as every host offers it. */
export interface WebAssemblyHost {
  validate(bytes: Uint8Array): boolean;
  compile(bytes: Uint8Array): Promise<object>;
  compileStreaming?(response: Promise<Response>): Promise<object>;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

/** Reads one of the package's files, such as `core-relaxed.wasm`. */
export type ReadFile = (name: string) => Promise<Uint8Array>;

/** The module of a group, in a variant. */
export function fileOf(group: KernelGroup, relaxed: boolean): string {
  return relaxed ? `${group}-relaxed.wasm` : `${group}.wasm`;
}

/** The host's WebAssembly; throws an Error where there is none. */
export function webAssembly(): WebAssemblyHost {
  const { WebAssembly } = globalThis as unknown as { WebAssembly?: WebAssemblyHost };
  if (!WebAssembly) throw new Error("this host has no WebAssembly");
  return WebAssembly;
}

/** A module of one function without parameters that returns a vector, `body` being its instructions. */
function probe(body: readonly number[]): Uint8Array {
  const header = [...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], ...[1, 5, 1, 0x60, 0, 1, 0x7b], ...[3, 2, 1, 0]];
  return Uint8Array.from([...header, 10, body.length + 4, 1, body.length + 2, 0, ...body, 0x0b]);
}

/** i32.const 0, i8x16.splat. */
const VECTOR = [0x41, 0, 0xfd, 0x0f];
/** Ends with f32x4.relaxed_madd. */
const RELAXED = probe([...VECTOR, ...VECTOR, ...VECTOR, 0xfd, 0x85, 0x02]);
const PLAIN = probe(VECTOR);

/** Whether the host has relaxed SIMD; throws an Error where it has no SIMD at all. */
export function hasRelaxedSimd(): boolean {
  const { validate } = webAssembly();
  if (validate(RELAXED)) return true;
  if (!validate(PLAIN)) throw new Error("this host has no WebAssembly SIMD");
  return false;
}

/** A variant with no group in it yet. */
export function createModule(relaxed: boolean): WasmModule {
  const { Instance } = webAssembly();
  const known = new Map<KernelGroup, object>();
  const instantiate = (groups: Iterable<KernelGroup>): WasmKernels => {
    const core = new Instance(known.get("core")!, {}).exports as WasmExports;
    const { memory } = core;
    // The others import the memory and do not export it.
    const open = (group: KernelGroup) => ({
      ...(new Instance(known.get(group)!, { env: { memory } }).exports as WasmExports),
      memory,
    });
    const rest = [...new Set(groups)].filter((group) => group !== "core");
    return new Map([["core", core], ...rest.map((group) => [group, open(group)] as const)]);
  };
  return {
    relaxed,
    has: (group) => known.has(group),
    add(group, compiled) {
      known.set(group, compiled);
      const lacking = lackingKernel(signaturesOf(instantiate([group]).get(group)!), kernelsIn(group));
      if (lacking === undefined) return;
      known.delete(group);
      throw new Error(`it lacks the kernel ${lacking}; run \`npm run build\``);
    },
    instantiate,
  };
}

/** All groups, from files that are read at once; throws an Error that says why where this host runs none. */
export async function loadWasm(read: ReadFile, { relaxed = hasRelaxedSimd() } = {}): Promise<WasmModule> {
  const { Module } = webAssembly();
  const files = await Promise.all(KERNEL_GROUPS.map((group) => read(fileOf(group, relaxed))));
  const module = createModule(relaxed);
  KERNEL_GROUPS.forEach((group, place) => {
    module.add(group, new Module(files[place]!));
  });
  return module;
}

/** Signatures of a module's kernels in the order of their codes. */
function signaturesOf({ memory, kernel_signature }: WasmExports): string[] {
  const bytes = new Uint8Array(memory.buffer);
  const found: string[] = [];
  for (let start: number; (start = kernel_signature(found.length)); )
    found.push(new TextDecoder().decode(bytes.subarray(start, bytes.indexOf(0, start))));
  return found;
}
