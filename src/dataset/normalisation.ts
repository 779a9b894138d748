/**
 * What the pixels of a data set of images are normalised by, where that is not what is published of it: `mnist?mean=0&std=1`
 * is MNIST with pixels from 0 to 1, as Zhou et al. 2019 train on it. It is part of the name and of the identity, and stands
 * there only where it differs, so that no data set has two names.
 */

import { fail } from "../base/errors.ts";
import type { DatasetDescription, Statistics } from "./dataset.ts";
import { formatIdentity, type Identity, type IdentityOptions, parseIdentity } from "./identity.ts";

/** Of pixels scaled to 0..1, or of floats as they are: a number for all channels, or one for each; what is absent is as published. */
export interface Normalisation {
  readonly mean?: readonly number[] | undefined;
  readonly std?: readonly number[] | undefined;
}

/** Beyond it 32-bit floats have no room for the squares of normalised pixels. */
const MOST = 1e10;
const RANGES = { mean: [-MOST, MOST], std: [1 / MOST, MOST] } as const;

/**
 * Reads numbers separated by commas: `0`, or of three channels `0.5,0.5,0.4`. Throws `usage` on what is none, and on a mean
 * beyond 1e10 and a deviation that is not from 1e-10 to 1e10.
 */
export function numbersOf(where: "mean" | "std", text: string): number[] {
  const values = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  const [least, most] = RANGES[where];
  if (values.every((value) => value >= least && value <= most)) return values;
  const rule = `must be a number from ${least} to ${most}, or one for each channel`;
  return fail("usage", where, { rule, got: text, remedy: "It is of pixels scaled to 0..1, or of floats as they are" });
}

/** As a name says it, in one spelling: one number where all are the same. */
export function normalisationText(by: Normalisation): Partial<Record<"mean" | "std", string>> {
  return Object.fromEntries(Object.entries(optionsOf(by)).map(([option, values]) => [option, values.join(",")]));
}

/**
 * A data set of images, or what is known of one, normalised by other numbers than its own, which its name says.
 * What is the same as before is left out; throws `usage` on numbers for another count of channels, and for a data set of features.
 */
export function normalised<D extends DatasetDescription>(dataset: D, { mean, std }: Normalisation): D {
  if (mean === undefined && std === undefined) return dataset;
  const { name } = dataset;
  const own = ownOf(dataset, { mean, std });
  const [channels] = dataset.shape as [number];
  const by = Object.fromEntries(
    Object.entries({ mean, std }).flatMap(([option, values]) => {
      if (values === undefined) return [];
      const each = perChannel(values, { channels, where: option, name });
      return each.every((value, c) => value === own[option as "mean" | "std"][c]) ? [] : [[option, each]];
    }),
  ) as { mean?: number[]; std?: number[] };
  return Object.keys(by).length === 0 ? dataset : { ...dataset, ...by, name: named(name, by) };
}

/** The constants that are in use, in a sentence; of a data set without images nothing. */
export function normalisationSentence({ mean, std, pixels }: Partial<Statistics> & Pick<DatasetDescription, "pixels">) {
  if (!mean || !std) return "";
  const what = pixels === "floats" ? "Pixels, as they are," : "Pixels, scaled to 0..1,";
  const said = (values: readonly number[]) => short(values).map((value) => String(Number(value.toPrecision(6))));
  return `${what} are normalised by mean ${said(mean).join(", ")} and deviation ${said(std).join(", ")}`;
}

function ownOf({ mean, std, name }: DatasetDescription, by: Normalisation): Statistics {
  if (mean && std) return { mean, std };
  const [where, values] = Object.entries(by).find(([, values]) => values !== undefined)!;
  const rule = "does nothing for features, which are standardised by the rows trained on";
  return fail("usage", where, {
    rule,
    got: `${values.join(",")} for ${name}`,
    remedy: "Leave it out",
    fields: ["data"],
  });
}

/** One number where all are the same. */
function short(values: readonly number[]): readonly number[] {
  return values.every((value) => value === values[0]) ? values.slice(0, 1) : values;
}

/** The identity of files has options; a registered name is followed by them. */
function named(name: string, by: Normalisation): string {
  const identity = parseIdentity(name);
  return identity
    ? formatIdentity({ ...identity, options: { ...identity.options, ...optionsOf(by) } })
    : `${name}?${Object.entries(normalisationText(by))
        .map(([option, text]) => `${option}=${text}`)
        .join("&")}`;
}

/** The normalisation as options of an identity. */
export function optionsOf(by: Normalisation): IdentityOptions {
  const options = (["mean", "std"] as const).flatMap((option) => {
    const values = by[option];
    return values === undefined ? [] : [[option, short(values).map(String)] as const];
  });
  return Object.fromEntries(options);
}

/** What the options of an identity, or of a name, say of it; throws as {@link numbersOf}. */
export function normalisationOf({ options: { mean, std } }: Pick<Identity, "options">): Normalisation {
  return { ...(mean && { mean: numbersOf("mean", mean.join()) }), ...(std && { std: numbersOf("std", std.join()) }) };
}

function perChannel(
  values: readonly number[],
  { channels, where, name }: { channels: number; where: string; name: string },
): readonly number[] {
  if (values.length === 1) return Array.from({ length: channels }, () => values[0]!);
  if (values.length === channels) return values;
  const rule = `must be one number, or one for each of the ${channels} channels of ${name}`;
  return fail("usage", where, { rule, got: values.join(",") });
}
