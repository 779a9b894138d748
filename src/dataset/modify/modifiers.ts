/**
 * What a data set's name says is made of its images and classes, behind the place: `cifar10@16:classes=0-4:half=a:size=5000`.
 * One order, in which they also take effect: size of pictures, `:rgb`, classes, half, and how many images are trained on.
 */

import { checkOneOf } from "../../base/checks.ts";
import { fail } from "../../base/errors.ts";
import type { IdentityOptions } from "../identity.ts";

/** Modifiers that have a value, in the order of names. */
export const MODIFIERS = ["classes", "half", "size"] as const;

/** Their values in the spelling of names. */
export type Modifiers = Readonly<Partial<Record<(typeof MODIFIERS)[number], string>>>;

/** All that is made of a data set. */
export interface Modification {
  /** Height and width that pictures are brought to, in pixels. */
  readonly resize?: number | undefined;
  /** Whether grey becomes three equal channels. */
  readonly rgb?: boolean;
  readonly modifiers: Modifiers;
}

/** Classes are at most so many; a longer list is a slip. */
const MOST_CLASSES = 1_000_000;

/**
 * Reads the values of modifiers, `["classes", "0-4"]` and so on, in any order, each once. Throws `usage` with the rule of a
 * value that is none.
 */
export function readModifiers(given: readonly (readonly [string, string])[], name: string): Modifiers {
  const twice = given.find(([key], i) => given.findIndex(([other]) => other === key) < i);
  if (twice) fail("usage", "data set", { rule: `:${twice[0]}= may stand once`, got: name });
  const values = Object.fromEntries(given) as Modifiers;
  const { classes, half, size } = values;
  return {
    ...(classes !== undefined && { classes: spellClasses(readClasses(classes)) }),
    ...(half !== undefined && { half: checkOneOf("half", half, ["a", "b"]) }),
    ...(size !== undefined && { size: readSize(size) }),
  };
}

/** As they stand in a name. */
export function spellModifiers(modifiers: Modifiers): string {
  return MODIFIERS.map((key) => (modifiers[key] === undefined ? "" : `:${key}=${modifiers[key]}`)).join("");
}

/** As an identity has them. */
export function modificationOptions({ resize, rgb, modifiers }: Modification): IdentityOptions {
  const { classes, ...rest } = modifiers;
  const said = {
    ...(resize !== undefined && { resize: String(resize) }),
    ...(rgb && { channels: "rgb" }),
    ...(classes !== undefined && { classes }),
    ...rest,
  };
  return Object.fromEntries(Object.entries(said).map(([key, value]) => [key, value.split(",")]));
}

/** Those of an identity's options that say what is made of its images. */
export function modificationOf(options: IdentityOptions): IdentityOptions {
  const own = ["resize", "channels", ...MODIFIERS];
  return Object.fromEntries(Object.entries(options).filter(([key]) => own.includes(key)));
}

/** In words, for titles. */
export function modificationWords({ resize, rgb, modifiers: { classes, half, size } }: Modification): string[] {
  return [
    ...(resize === undefined ? [] : [`at ${resize} x ${resize}`]),
    ...(rgb ? ["as RGB"] : []),
    ...(classes === undefined ? [] : [`classes ${classes.replaceAll(",", ", ")}`]),
    ...(half === undefined ? [] : [`half ${half}`]),
    ...(size === undefined ? [] : [`${Number(size).toLocaleString("en-US")} images trained on`]),
  ];
}

/** The classes that a list names, ascending: `0-2,5` is 0, 1, 2, 5. Throws `usage` on another form and on fewer than two. */
export function readClasses(text: string): readonly number[] {
  const wrong = (rule: string): never =>
    fail("usage", "classes", { rule, got: text, remedy: "Write them like classes=0-4 or classes=0,2,7" });
  const ranges = text.split(",").map((part) => {
    const [, first, last = first] =
      /^(\d{1,7})(?:-(\d{1,7}))?$/.exec(part) ?? wrong("must be numbers and ranges of them");
    return [Number(first), Number(last)] as const;
  });
  const isRising = ranges.every(([first, last], i) => first <= last && (i === 0 || first > ranges[i - 1]![1]));
  if (!isRising) wrong("must rise, each class once");
  if (ranges.at(-1)![1] >= MOST_CLASSES) wrong(`must be below ${MOST_CLASSES}`);
  const classes = ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
  return classes.length < 2 ? wrong("must be two or more") : classes;
}

/** The one spelling: neighbours as ranges. */
function spellClasses(classes: readonly number[]): string {
  const starts = classes.filter((each, i) => i === 0 || each !== classes[i - 1]! + 1);
  return starts
    .map((first, i) => {
      const last = classes[(i + 1 < starts.length ? classes.indexOf(starts[i + 1]!) : classes.length) - 1]!;
      return first === last ? `${first}` : `${first}-${last}`;
    })
    .join(",");
}

function readSize(text: string): string {
  if (/^[1-9]\d{0,9}$/.test(text)) return text;
  return fail("usage", "size", { rule: "must be how many images are trained on, from 1", got: text });
}
