/** The WebAssembly engine from addresses, as a page loads it: compiled while it streams in, groups when they are needed. */
import { TombolaError } from "../../base/errors.ts";
import { KERNEL_GROUPS, type KernelGroup } from "../../program/kernels.ts";
import type { Engine } from "../engine.ts";
import { createModule, hasRelaxedSimd, webAssembly } from "./module.ts";
import { createWasm, groupsOf } from "./wasm.ts";

/** Where the modules of a group of kernels are: addresses, or their bytes. */
export interface WasmUrls {
  /** `tombola-lab/wasm/GROUP-relaxed.wasm`, taken where the host has relaxed SIMD: it gives the bits of the native engine. */
  readonly relaxed: string | URL | Uint8Array;
  /** `tombola-lab/wasm/GROUP.wasm`, taken elsewhere. */
  readonly plain: string | URL | Uint8Array;
}

/** The modules of the group `core`, and of the groups that are loaded when a program first calls for them. */
export interface WasmSources extends WasmUrls {
  /** Weights that are computed in the forward pass: learned masks, variational dropout, L0. */
  readonly computed?: WasmUrls;
  /** Sequences: LSTMs and transformers. */
  readonly sequence?: WasmUrls;
}

/**
 * Opens the WebAssembly engine on modules from addresses: `core` now, other groups when a program first calls for them,
 * which makes its opening wait. One of the two variants is fetched. Throws `engine` where the host has no WebAssembly SIMD,
 * where a module cannot be fetched or is of another version, and on opening a program of a group that has no address.
 */
export async function openWasm({ relaxed, plain, ...groups }: WasmSources): Promise<Engine> {
  const sources: Partial<Record<KernelGroup, WasmUrls>> = { core: { relaxed, plain }, ...groups };
  const module = await explained("core", async () => createModule(hasRelaxedSimd()));
  const loading = new Map<KernelGroup, Promise<void>>();
  const fetched = (group: KernelGroup): Promise<void> =>
    explained(group, async () => {
      const urls = sources[group];
      if (!urls) throw new Error("a program calls for these kernels: give openWasm the addresses of the group");
      module.add(group, await compile(module.relaxed ? urls.relaxed : urls.plain));
    });
  const load = (group: KernelGroup): Promise<void> => {
    const before = loading.get(group);
    const now = before ?? fetched(group);
    loading.set(group, now);
    // What failed may be tried again.
    if (!before) now.catch(() => loading.delete(group));
    return now;
  };
  await load("core");
  const engine = createWasm(module);
  return {
    ...engine,
    open(program) {
      const missing = groupsOf(program).filter((group) => !module.has(group));
      if (missing.length === 0) return engine.open(program);
      return Promise.all(missing.map(load)).then(() => engine.open(program));
    },
  };
}

/** The addresses of all groups in one folder, such as a copy of the package's `dist/wasm` that a server offers. */
export function wasmIn(folder: string | URL): WasmSources {
  const place = String(folder).replace(/\/?$/, "/");
  const urls = (group: KernelGroup) => ({ relaxed: `${place}${group}-relaxed.wasm`, plain: `${place}${group}.wasm` });
  const { core, ...rest } = Object.fromEntries(KERNEL_GROUPS.map((group) => [group, urls(group)])) as Record<
    KernelGroup,
    WasmUrls
  >;
  return { ...core, ...rest };
}

async function compile(source: WasmUrls["plain"]): Promise<object> {
  const host = webAssembly();
  if (source instanceof Uint8Array) return host.compile(source);
  const response = await fetch(source);
  if (!response.ok) throw new Error(`${source} answers ${response.status} ${response.statusText}`.trimEnd());
  const isWasm = response.headers.get("content-type")?.startsWith("application/wasm");
  // Servers that do not know the type are common, and only that type may be compiled while it streams.
  if (isWasm && host.compileStreaming) return host.compileStreaming(Promise.resolve(response));
  return host.compile(new Uint8Array(await response.arrayBuffer()));
}

async function explained<T>(group: KernelGroup, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const message = `WebAssembly engine, group ${group}: ${(cause as Error).message}`;
    throw new TombolaError("engine", message, { where: "WebAssembly engine", cause });
  }
}
