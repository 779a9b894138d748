/** Tells masks from weights in files of pruned networks, by the names that each program gives them. */
import type { ForeignTensor, ForeignTensors } from "./tensor.ts";

/** Weights and masks by the name of the weight, as the network that was pruned has it. */
export interface Separated {
  readonly weights: ForeignTensors;
  readonly masks: ForeignTensors;
}

/** What a tensor of the file is: a weight, a mask, or a copy of a weight that is not read, and of which parameter. */
interface Part {
  readonly kind: "weight" | "mask" | "copy";
  readonly of: string;
}

interface Naming {
  /** Whose it is. */
  readonly source: string;
  /** Names as they are written. */
  readonly example: string;
  /** Reads the names of a file; null where they are not of this kind. */
  reader(names: ReadonlySet<string>): ((name: string) => Part) | null;
}

const OWN = "mask/";
const MASK = "_mask";
const ORIGINAL = "_orig";
const OPENLTH = /^mask_(.+___weight)$/;
const WRAPPER = "._nni_wrapper.";
const weight = (of: string): Part => ({ kind: "weight", of });
const mask = (of: string): Part => ({ kind: "mask", of });
const copy = (of: string): Part => ({ kind: "copy", of });
const layerOf = (name: string) => name.slice(0, Math.max(0, name.lastIndexOf(".")));

/** The parameters that have a mask `NAME_mask`. */
function maskedBy(names: ReadonlySet<string>): Set<string> {
  return new Set([...names].flatMap((name) => (name.endsWith(MASK) ? [name.slice(0, -MASK.length)] : [])));
}

/** The table of rules: a file is read by the first whose names it has. */
export const MASK_NAMINGS: readonly Naming[] = [
  {
    source: "Tombola",
    example: "fc1.weight, mask/fc1.weight",
    reader: (names) =>
      [...names].some((name) => name.startsWith(OWN))
        ? (name) => (name.startsWith(OWN) ? mask(name.slice(OWN.length)) : weight(name))
        : null,
  },
  {
    source: "OpenLTH",
    example: "model.fc.weight, mask_fc___weight",
    reader(names) {
      const dotted = (name: string) => OPENLTH.exec(name)?.[1]?.replaceAll("___", ".");
      if (![...names].some((name) => names.has(`model.${dotted(name)}`))) return null;
      return (name) => {
        const of = dotted(name);
        return of === undefined ? weight(name.replace(/^model\./, "")) : mask(of);
      };
    },
  },
  {
    source: "torch.nn.utils.prune",
    example: "fc1.weight_orig, fc1.weight_mask",
    reader(names) {
      const pruned = new Set([...maskedBy(names)].filter((name) => names.has(name + ORIGINAL)));
      if (pruned.size === 0) return null;
      return (name) => {
        const of = name.replace(/_(?:orig|mask)$/, "");
        if (!pruned.has(of) || of === name) return weight(name);
        return name.endsWith(MASK) ? mask(of) : weight(of);
      };
    },
  },
  {
    // The wrapper lies within the layer and is what is trained; what the layer itself has is the product of the last pass.
    source: "NNI 3",
    example: "fc1._nni_wrapper.weight, fc1._nni_wrapper.weight_mask",
    reader(names) {
      const wrapped = [...names].filter((name) => name.includes(WRAPPER));
      if (!wrapped.some((name) => name.endsWith(MASK))) return null;
      const trained = new Set(wrapped.map((name) => name.replace(WRAPPER, ".")));
      return (name) => {
        if (!name.includes(WRAPPER)) return trained.has(name) ? copy(name) : weight(name);
        const of = name.replace(WRAPPER, ".");
        return of.endsWith(MASK) ? mask(of.slice(0, -MASK.length)) : weight(of);
      };
    },
  },
  {
    source: "NNI 1 and 2",
    example: "fc1.module.weight, fc1.weight_mask",
    reader(names) {
      const masked = maskedBy(names);
      const layers = new Set([...masked].map(layerOf));
      if (![...masked].some((name) => names.has(`${layerOf(name)}.module${name.slice(layerOf(name).length)}`)))
        return null;
      return (name) => {
        if (name.endsWith(MASK)) return mask(name.slice(0, -MASK.length));
        const [, layer, part] = /^(.*)\.module(\.[^.]*)$/s.exec(name) ?? [];
        if (layer === undefined || !layers.has(layer)) return weight(name);
        // In later releases of 2 the wrapper has what is trained, and its module the product of the last pass.
        return names.has(layer + part) ? copy(layer + part) : weight(layer + part);
      };
    },
  },
  {
    source: "masked layers",
    example: "fc1.weight, fc1.weight_mask",
    reader(names) {
      const masked = maskedBy(names);
      if (![...masked].some((name) => names.has(name))) return null;
      return (name) =>
        name.endsWith(MASK) && names.has(name.slice(0, -MASK.length))
          ? mask(name.slice(0, -MASK.length))
          : weight(name);
    },
  },
];

/** The weights and masks of a file; without names of masks, all are weights. */
export function separate(tensors: ForeignTensors): Separated {
  const names = new Set(tensors.keys());
  const part = MASK_NAMINGS.map(({ reader }) => reader(names)).find((each) => each !== null) ?? weight;
  const found = { weight: new Map<string, ForeignTensor>(), mask: new Map<string, ForeignTensor>() };
  for (const [name, tensor] of tensors) {
    const { kind, of } = part(name);
    if (kind === "copy") continue;
    // Of two tensors that would have one name, the second keeps its own and is told as unexpected.
    found[kind].set(found[kind].has(of) ? name : of, tensor);
  }
  return { weights: found.weight, masks: found.mask };
}
