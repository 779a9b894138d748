/** `--from FILE` of a study: the network in the file that trainings begin with, and the options that say which one it is. */

import { basename } from "node:path";
import { fail } from "../../base/errors.ts";
import { UNREAD } from "../../model/identity.ts";
import type { Network } from "../../model/tensors.ts";
import { countKept } from "../../prune/prune.ts";
import { sha256Of } from "../../step/given.ts";
import type { StudyKind } from "../../study/kind.ts";
import { weightsAt } from "../talk/weights.ts";
import type { AskedOptions } from "./study-options.ts";
import { type Asked, found, type Machine, readAs, withTrained } from "./trained.ts";

/** The specification that options make, with the network of a file that is written into the study's store where they name one. */
export function withWeights(kind: StudyKind, words: AskedOptions, machine: Machine): Promise<Asked> {
  return (words.given.from === undefined ? withTrained : withStart)(kind, words, machine);
}

async function withStart(kind: StudyKind, { given, named }: AskedOptions, machine: Machine): Promise<Asked> {
  const { from: path, mask, ...rest } = given;
  if (rest.trained !== undefined)
    fail("usage", "from", {
      rule: "begins trainings, and a network of others at level 0 is not trained",
      fields: ["trained"],
    });
  const file = await weightsAt(String(path));
  const masks = mask === undefined ? undefined : (await weightsAt(String(mask))).tensors;
  const start = { name: basename(String(path)), metadata: file.metadata };
  const specOf = (model: unknown, own: object) =>
    kind.specOf({ ...rest, ...(model !== undefined && { model }), from: { ...start, ...own } }, named);
  const model = given.model ?? file.metadata.model;
  const read =
    model === undefined
      ? await found({ file, masks }, rest, machine)
      : await readAs({ file, masks }, specOf(model, { sha256: UNREAD }), machine);
  const sha256 = sha256Of(read.network, read.model);
  const own = { sha256, ...(isPruned(read.network) && { masked: true }) };
  return { asked: specOf(read.model.name, own), trained: read };
}

function isPruned({ mask }: Network): boolean {
  return mask !== null && [...mask.values()].some((bits) => countKept(bits) < bits.length);
}
