/** Files of weights on the command line: read whole, once they are seen to be files. */

import { readdir, stat } from "node:fs/promises";
import { fail } from "../../base/errors.ts";
import { listed } from "../../base/printable.ts";
import { openWeights, type WeightsFile } from "../../foreign/open.ts";
import { failOnFile, readIfThere } from "../../store/files.ts";

/** What files that are read are called in words, for help. */
export const WEIGHTS_WORDS = "safetensors, PyTorch's .pt, .pth or .th, or NumPy's .npz";

const ENDINGS = /\.(?:safetensors|pt|pth|th|npz|bin)$/i;

/** Opens a file of weights; null where there is none. Throws `data` for a folder, a device, and as {@link openWeights}. */
export async function weightsIfThere(path: string): Promise<WeightsFile | null> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) =>
    error.code === "ENOENT" || error.code === "ENAMETOOLONG" ? null : failOnFile(path, error),
  );
  if (!found) return null;
  if (found.isDirectory()) await failFolder(path);
  if (!found.isFile())
    fail("data", path, {
      rule: "must be a file of its own, not a device or a pipe",
      remedy: "Save the weights to a file, and name that",
    });
  const bytes = await readIfThere(path);
  return bytes && openWeights(bytes, path);
}

/** The same of a file that must exist. */
export async function weightsAt(path: string): Promise<WeightsFile> {
  return (await weightsIfThere(path)) ?? fail("data", path, { rule: "the file must exist", remedy: "Check its path" });
}

async function failFolder(path: string): Promise<never> {
  const names = (await readdir(path).catch(() => [])).sort();
  const inside = names.filter((name) => ENDINGS.test(name));
  if (names.includes("saved_model.pb"))
    fail("data", path, {
      rule: "is a SavedModel of TensorFlow",
      remedy:
        "In Python bring its variables into PyTorch's layout, and numpy.savez(path, **arrays) with PyTorch's names",
    });
  const remedy = inside.length > 0 ? `Name one of its files: ${listed(inside)}` : "Name a file of weights";
  return fail("data", path, { rule: "is a folder", remedy });
}
