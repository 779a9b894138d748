/** What is told of a file whose tensors are not those of a model: names that are missing or unexpected, and sure hints alone. */
import { fail } from "../base/errors.ts";
import { listed, printable } from "../base/printable.ts";

/** A tensor by name and shape. */
export interface Named {
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * Throws `data` naming what is missing and what is unexpected, of each at most ten names. A hint is given where one
 * unexpected tensor, and no other, ends in the same word as one missing parameter and has its shape; never by shape alone.
 */
export function failNames(
  where: string,
  { missing, unexpected }: { readonly missing: readonly Named[]; readonly unexpected: readonly Named[] },
): never {
  const parts = Object.entries({ missing, unexpected }).flatMap(([what, named]) =>
    named.length > 0 ? `${what} ${listed(named.map(({ name }) => name))}` : [],
  );
  const hints = hintsOf(missing, unexpected).map(([wrong, right]) => `"${right}" where it says "${printable(wrong)}"`);
  fail("data", where, {
    rule: `tensors must be those of the model; ${parts.join("; ")}`,
    remedy: hints.length > 0 ? `Did you mean ${hints.join(", ")}?` : "Name the model that the file is of",
  });
}

/** Hints beyond which there are too many to be a slip of the pen. */
const MOST = 3;

function hintsOf(missing: readonly Named[], unexpected: readonly Named[]): [wrong: string, right: string][] {
  const others = alike(unexpected);
  const hints = [...alike(missing)].flatMap(([key, rights]): [string, string][] => {
    const wrongs = others.get(key) ?? [];
    return rights.length === 1 && wrongs.length === 1 ? [[wrongs[0]!.name, rights[0]!.name]] : [];
  });
  return hints.length <= MOST ? hints : [];
}

/** Those that end in one word and have one shape together; a mask is never taken for a weight. */
function alike(tensors: readonly Named[]): Map<string, Named[]> {
  const groups = new Map<string, Named[]>();
  for (const tensor of tensors) {
    if (/mask/i.test(tensor.name)) continue;
    const key = `${tensor.name.slice(tensor.name.lastIndexOf(".") + 1)} [${tensor.shape}]`;
    groups.set(key, [...(groups.get(key) ?? []), tensor]);
  }
  return groups;
}
