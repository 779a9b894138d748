/** One error class for everything a user can cause or meet, worded `where: rule, got value. Remedy.` */

/** What a caller may react to; the command line maps `usage` to exit code 2 and the rest to 1. */
export type ErrorCode = "usage" | "data" | "store" | "engine" | "diverged" | "interrupted";

/** An error with a message for a person and a stable {@link ErrorCode} for a program. */
export class TombolaError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "TombolaError";
    this.code = code;
  }
}

/**
 * Throws a {@link TombolaError} worded `where: rule, got value. Remedy.`
 * @param where the option, file or operation that was wrong
 * @param detail `rule` that was broken, the value `got`, and the `remedy` to write instead
 */
export function fail(code: ErrorCode, where: string, detail: { rule: string; got?: unknown; remedy?: string }): never {
  const got = "got" in detail ? `, got ${show(detail.got)}` : "";
  const remedy = detail.remedy ? `. ${detail.remedy}` : "";
  throw new TombolaError(code, `${where}: ${detail.rule}${got}${remedy}`);
}

function show(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
