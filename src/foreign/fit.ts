/** The network of a model in a file that somebody else wrote: by the names of one program, to the letter or not at all. */
import { fail } from "../base/errors.ts";
import { listed, printable } from "../base/printable.ts";
import type { Tensor } from "../base/safetensors.ts";
import { sameShape } from "../graph/types.ts";
import type { Model } from "../model/model.ts";
import type { Parameter } from "../model/network.ts";
import { failNames, type Named } from "../model/tensor-names.ts";
import { isUnread, maskName, type Network, networkFromTensors } from "../model/tensors.ts";
import { type Separated, separate } from "./masks.ts";
import type { WeightsFile } from "./open.ts";
import { NAMING_RULES, type NamingRule } from "./rules.ts";
import type { ForeignTensor, ForeignTensors } from "./tensor.ts";

/** Whether names and shapes in the file are those of the model, by one rule of the table. */
export function fits(file: Pick<WeightsFile, "tensors">, model: Model): boolean {
  const { weights } = separate(file.tensors);
  return readingsOf(weights, model).some(
    ({ missing, unexpected, theirs }) =>
      missing.length === 0 &&
      unexpected.length === 0 &&
      model.parameters.every(({ name, shape }) => sameShape(weights.get(theirs.get(name)!)!.shape, shape)),
  );
}

/**
 * Reads the model's network, masks included, out of a file.
 * @param masks tensors of another file that holds the masks alone
 * @throws `data` for names that are those of no rule, shapes that are not the model's, values that are not finite, and
 *   masks of what is never pruned
 */
export async function networkIn(file: WeightsFile, model: Model, masks?: ForeignTensors): Promise<Network> {
  const separated = separate(file.tensors);
  const { weights } = separated;
  if (masks) refuseTwice(separated, masks, file);
  const [best] = readingsOf(weights, model).sort((a, b) => b.found - a.found || a.missing.length - b.missing.length);
  const { missing, unexpected, theirs } = best!;
  if (missing.length > 0 || unexpected.length > 0) failNames(file.name, { missing, unexpected });
  const own = masks ? new Map([...separated.masks, ...masksAlone(masks)]) : separated.masks;
  const tensors = new Map<string, Tensor>();
  for (const parameter of model.parameters)
    tensors.set(parameter.name, await read(parameter, theirs.get(parameter.name)!, { tensors: weights, file }));
  for (const [name, mask] of await masksOf(own, best!, { model, file })) tensors.set(maskName(name), mask);
  return networkFromTensors(tensors, model.parameters, file.name);
}

/** A file's tensors read by one rule. */
interface Reading {
  readonly rule: NamingRule;
  /** By the model's names. */
  readonly theirs: ReadonlyMap<string, string>;
  readonly found: number;
  readonly missing: readonly Named[];
  readonly unexpected: readonly Named[];
}

function readingsOf(weights: ForeignTensors, model: Model): Reading[] {
  return NAMING_RULES.filter(({ models }) => models.test(model.name)).map((rule) => {
    const named = model.parameters.map((parameter) => [parameter, nameBy(rule, parameter, model)] as const);
    const known = new Set(named.map(([, name]) => name));
    const missing = named.filter(([, name]) => !weights.has(name)).map(([{ shape }, name]) => ({ name, shape }));
    const unexpected = [...weights]
      .filter(([name]) => !known.has(name) && !isUnread(name) && !rule.unread?.test(name))
      .map(([name, { shape }]) => ({ name, shape }));
    const theirs = new Map(named.map(([{ name }, own]) => [name, own]));
    return { rule, theirs, found: named.length - missing.length, missing, unexpected };
  });
}

function nameBy(rule: NamingRule, { name, layer }: Parameter, model: Model): string {
  return rule.layer(layer, model) + name.slice(layer.length);
}

interface Source {
  readonly tensors: ForeignTensors;
  readonly file: WeightsFile;
}

const UNQUANTISED = "Of a quantised network write the one before: model.float().state_dict()";
const FLOATS: readonly string[] = ["F32", "F64", "F16", "BF16"];

async function read({ shape }: Parameter, name: string, { tensors, file }: Source): Promise<Tensor> {
  const tensor = tensors.get(name)!;
  const where = `${file.name}: ${printable(name)}`;
  if (!FLOATS.includes(tensor.dtype))
    fail("data", where, { rule: "weights must be floating-point", got: tensor.dtype, remedy: UNQUANTISED });
  return readShaped(tensor, shape, where);
}

/** The shape first: a tensor that is not wanted is never read. */
function readShaped(tensor: ForeignTensor, shape: readonly number[], where: string): Promise<Tensor> {
  if (sameShape(tensor.shape, shape)) return tensor.read();
  const remedy = `In PyTorch a linear layer's weight is [outputs, inputs]; name another model where the file is not of this one`;
  return fail("data", where, { rule: `shape must be [${shape}]`, got: `[${tensor.shape}]`, remedy });
}

/** Masks by the names of the weights, of a file of masks alone: OpenLTH's `mask.pth`, what NNI exports, or ours. */
function masksAlone(alone: ForeignTensors): ForeignTensors {
  const { weights, masks } = separate(alone);
  return masks.size > 0 ? masks : weights;
}

/** Of two masks of one weight neither is the one that is meant. */
function refuseTwice({ masks: own }: Separated, alone: ForeignTensors, { name }: WeightsFile): void {
  const both = [...masksAlone(alone).keys()].filter((each) => own.has(each));
  if (both.length === 0) return;
  const rule = `has masks of its own, and so has the other file, of ${listed(both)}`;
  fail("data", name, { rule, remedy: "Leave out the mask, or name weights without masks", fields: ["mask"] });
}

/** The masks by the model's names. What is never pruned may have one that keeps all. */
async function masksOf(
  masks: ForeignTensors,
  { theirs, rule }: Reading,
  { model, file }: { readonly model: Model; readonly file: WeightsFile },
): Promise<[string, Tensor][]> {
  const parameters = new Map(model.parameters.map((parameter) => [theirs.get(parameter.name)!, parameter]));
  const found: [string, Tensor][] = [];
  for (const [name, mask] of masks) {
    const where = `${file.name}: mask of ${printable(name)}`;
    const parameter = parameters.get(name);
    if (!parameter) {
      if (rule.unread?.test(name)) continue;
      return fail("data", where, {
        rule: `must be of a parameter of ${model.name}`,
        remedy: `Leave this mask out of the file. It has ${listed([...parameters.keys()])}`,
      });
    }
    const tensor = await readShaped(mask, parameter.shape, where);
    if (parameter.prunable) found.push([parameter.name, tensor]);
    else if (tensor.data.some((bit) => bit !== 1))
      fail("data", where, {
        rule: "must keep all of it: weights of linear layers and convolutions alone are pruned",
        remedy: "Multiply the parameter by its mask, and leave the mask out",
      });
  }
  return found;
}
