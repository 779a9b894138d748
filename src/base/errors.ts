/** One error class for everything a user can cause or meet, worded `where: rule, got value. Remedy.` */

/** What a caller may react to; the command line maps `usage` to exit code 2 and the rest to 1. */
export type ErrorCode = "usage" | "data" | "store" | "engine" | "diverged" | "interrupted";

/** What an error is about beside its words, for callers whose users write fields in another form, such as flags. */
export interface ErrorPlace {
  /** The field, file or operation that was wrong, with which the message begins. */
  readonly where?: string | undefined;
  /** Other fields that the message names. */
  readonly fields?: readonly string[] | undefined;
}

/** An error with a message for a person and a stable {@link ErrorCode} for a program. */
export class TombolaError extends Error implements ErrorPlace {
  readonly code: ErrorCode;
  readonly where: string | undefined;
  readonly fields: readonly string[];
  constructor(code: ErrorCode, message: string, { where, fields = [], ...options }: ErrorOptions & ErrorPlace = {}) {
    super(message, options);
    this.name = "TombolaError";
    this.code = code;
    this.where = where;
    this.fields = fields;
  }
}

/** What is wrong: the rule that was broken, the value, what to write instead, and the fields that these words name. */
interface Detail {
  readonly rule: string;
  readonly got?: unknown;
  readonly remedy?: string;
  readonly fields?: readonly string[];
}

/**
 * Throws a {@link TombolaError} worded `where: rule, got value. Remedy.`
 * @param where the field, file or operation that was wrong
 */
export function fail(code: ErrorCode, where: string, detail: Detail): never {
  const got = "got" in detail ? `, got ${show(detail.got)}` : "";
  const remedy = detail.remedy ? `. ${detail.remedy}` : "";
  throw new TombolaError(code, `${where}: ${detail.rule}${got}${remedy}`, { where, fields: detail.fields });
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
