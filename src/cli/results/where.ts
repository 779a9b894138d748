/** `--where NAME=VALUE`: options of studies by their names on the command line. */

import { fail } from "../../base/errors.ts";
import { nearest } from "../../base/suggest.ts";
import { type Option, type Values, wordOf } from "../../study/option.ts";
import { studyKinds } from "../../study/registry.ts";

/** Values by field; throws `usage` for a text that is no `NAME=VALUE`, and a name that no study has. */
export function readWhere(texts: readonly string[]): Values {
  const options = studyKinds().flatMap((kind) => kind.options);
  return Object.fromEntries(
    texts.map((text) => [optionIn(options, text, "where").name, assigned(text, "where").value]),
  );
}

/** The two sides of `NAME=VALUE`; throws `usage` for another text, or an empty side. */
export function assigned(text: string, where: string): { readonly name: string; readonly value: string } {
  const at = text.indexOf("=");
  const [name, value] = [text.slice(0, at).replace(/^--/, ""), text.slice(at + 1)];
  if (at < 0 || name === "" || value === "")
    fail("usage", where, {
      rule: "must be NAME=VALUE, NAME an option of the study",
      got: text,
      remedy: "Write it like lr=0.01",
    });
  return { name, value };
}

/** The option that `NAME=VALUE` names; throws `usage` where there is none of the name. */
export function optionIn(options: readonly Option[], text: string, where: string): Option {
  const { name } = assigned(text, where);
  const found = options.find((option) => wordOf(option.name) === name);
  if (found) return found;
  const words = [...new Set(options.map((option) => wordOf(option.name)))];
  const meant = nearest(name, words);
  const remedy = meant ? `Did you mean ${meant}?` : `It has ${words.join(", ")}`;
  return fail("usage", where, { rule: "must name an option of the study", got: name, remedy });
}
