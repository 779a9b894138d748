/** Loading the WebAssembly kernels: relaxed SIMD (fused multiply-adds) where the host has it, plain SIMD elsewhere. */
import { lackingKernel } from "../../program/kernels.ts";

/** What the module exports; all pointers are byte addresses in its memory. */
export interface WasmExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  /** First address that the host may use. */
  heap(): number;
  /** The address of a kernel's signature; 0 behind the last kernel's. */
  kernel_signature(code: number): number;
  run(arena: number, columns: number, code: number, calls: number, scratch: number): void;
}

/** A compiled module, and whether its multiply-adds are fused. */
export interface WasmModule {
  readonly relaxed: boolean;
  /** A fresh memory with the kernels in it. */
  instantiate(): WasmExports;
}

/** The part of the WebAssembly namespace that is used here, as every host offers it. */
interface WebAssemblyHost {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

/** Reads one of the package's files; the browser's host gives another. */
export type ReadFile = (name: string) => Promise<Uint8Array>;

const host = (globalThis as unknown as { WebAssembly?: WebAssemblyHost }).WebAssembly;

/** The best module that this host runs; throws an Error that says why where none does. */
export async function loadWasm(read: ReadFile): Promise<WasmModule> {
  if (!host) throw new Error("this host has no WebAssembly");
  for (const relaxed of [true, false]) {
    const bytes = await read(relaxed ? "tombola-relaxed.wasm" : "tombola.wasm");
    if (host.validate(bytes)) return compiled(host, bytes, relaxed);
  }
  throw new Error("this host has no WebAssembly SIMD");
}

function compiled({ Module, Instance }: WebAssemblyHost, bytes: Uint8Array, relaxed: boolean): WasmModule {
  const module = new Module(bytes);
  const instantiate = () => new Instance(module).exports as WasmExports;
  const lacking = lackingKernel(kernelsOf(instantiate()));
  if (lacking) throw new Error(`it lacks the kernel ${lacking}; run \`npm run build\``);
  return { relaxed, instantiate };
}

/** Signatures of the module's kernels in the order of their codes. */
function kernelsOf(exports: WasmExports): string[] {
  const bytes = new Uint8Array(exports.memory.buffer);
  const found: string[] = [];
  for (let start: number; (start = exports.kernel_signature(found.length)); )
    found.push(new TextDecoder().decode(bytes.subarray(start, bytes.indexOf(0, start))));
  return found;
}
