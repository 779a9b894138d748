/** Loading the WebAssembly kernels: relaxed SIMD (fused multiply-adds) where the host has it, plain SIMD elsewhere. */
import { KERNEL_NAMES } from "../../program/kernels.ts";

/** What the module exports; all pointers are byte addresses in its memory. */
export interface WasmExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  /** First address that the host may use. */
  heap(): number;
  kernel_name(code: number): number;
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
  checkKernels(instantiate());
  return { relaxed, instantiate };
}

function checkKernels(exports: WasmExports): void {
  const bytes = new Uint8Array(exports.memory.buffer);
  KERNEL_NAMES.forEach((name, code) => {
    const start = exports.kernel_name(code);
    const found = new TextDecoder().decode(bytes.subarray(start, bytes.indexOf(0, start)));
    if (found !== name) throw new Error(`it has the kernel ${found} in place of ${name}; run \`npm run build\``);
  });
}
