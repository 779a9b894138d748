/** Types of what the tests use of toolchain.mjs. */
export declare const root: string;
export declare const commonFlags: string[];
export declare const isaFlags: () => Record<string, string[]>;
export declare const findCompiler: () => Promise<{ command: string; version: string } | undefined>;
export declare const execute: (
  command: string,
  args: string[],
) => Promise<{ ok: boolean; code: number; stdout: string; stderr: string }>;
