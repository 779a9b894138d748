/** The table of sources: every kind of data set that can be named, one row each. A new kind is a row and its reader. */

import { loadBrought } from "../brought.ts";
import { type Identity, isSameOptions } from "../identity.ts";
import { modificationOf, modificationOptions } from "../modify/modifiers.ts";
import { normalisationOf, optionsOf } from "../normalisation.ts";
import { isPictureFolder, officialSet } from "../official/sets.ts";
import { broughtDataset, datasetInfo, describe } from "../registry.ts";
import { broughtTask, decoded, modificationOfName, normalisationOfName } from "./name.ts";
import type { DataName, DataOption, DataSource, LoadOptions } from "./source.ts";

/** Data sets that have names: those that everybody knows, and those that are brought. */
export const REGISTERED: DataSource = {
  prefix: "",
  form: "the name of a registered data set",
  holds: "images",
  size: { most: 1024 },
  words: ["rgb"],
  isModified: true,
  options: ["mean", "std", "task"],
  title: ({ place }) => place,
  means: () => false,
  async load({ place }, options) {
    const brought = broughtDataset(place);
    return brought ? loadBrought(brought, place) : (await import("../fetch/load.ts")).loadRegistered(place, options);
  },
  describe: ({ place }) => (broughtDataset(place) ? undefined : describe(datasetInfo(place))),
};

const CSV: DataSource = {
  prefix: "csv",
  form: "csv:PATH for a table, or csv:PATH:headerless",
  holds: "rows",
  words: ["headerless"],
  options: ["target", "task", "test"],
  readsTask: true,
  saysTask: true,
  title({ place, words, options: { target } }) {
    const told = target?.split(",").map(decoded).join(", ");
    return `${told ? `${words.length > 0 ? "column " : ""}${told} of ` : ""}${lastOf(place)}`;
  },
  means({ digest, words, options }, identity) {
    const { target = [], task = [], test = [], header } = identity.options;
    const isSame =
      (options.target ?? "").split(",").map(decoded).join() === target.join() && options.task === task.join();
    const isTested = test.join("").slice(0, 12) === pinOf(options.test);
    const isAlike = isSame && isTested && words.includes("headerless") === (header !== undefined);
    return identity.kind === "csv" && isPinned(digest, identity) && isAlike;
  },
  load: async (name, options) => (await import("../csv/load.ts")).loadCsvNamed(name, options),
};

const FOLDER: DataSource = {
  prefix: "folder",
  form: "folder:PATH@SIZE for a folder of images, or folder:PATH@SIZE:grey",
  holds: "images",
  size: { usual: 32, most: 1024 },
  words: ["grey", "allow-missing"],
  isModified: true,
  options: ["mean", "std", "task"],
  title: ({ place, size }) => `${lastOf(place)} at ${size} x ${size}`,
  means: (name, identity) => identity.kind === "folder" && name.size === identity.size && isPictures(name, identity),
  load: async (name, options) => (await import("../folder/load.ts")).loadFolder(name, options),
};

/** Files of arrays, whose names differ in where the arrays are found alone. */
function arrays(
  { prefix, form, words, holds = "either" }: Pick<DataSource, "prefix" | "form" | "words"> & Partial<DataSource>,
  options: DataSource["options"],
): DataSource {
  return {
    ...{ prefix, form, words: [...words, "rgb"], holds, options, size: { most: 1024 }, isModified: true },
    ...(holds === "either" && { readsTask: true }),
    title: ({ place }) => place.split(",").map(lastOf).join(", "),
    means: (name, identity) => identity.kind === "arrays" && isPictures(name, identity),
    load: async (name, options) => (await import("../arrays/load.ts")).loadArrays(name, options),
  };
}

const GLUE: DataSource = {
  prefix: "glue",
  form: "glue:TASK?vocab=FOLDER for a task of GLUE",
  holds: "texts",
  words: ["test"],
  options: ["vocab", "length"],
  title: ({ place, words }) => [`GLUE ${place}`, ...words].join(" "),
  means: (name, identity) => isTexts(name, identity, `glue:${name.place}`),
  load: async (name, options) => (await import("../text/load/glue.ts")).loadGlue(name, options),
};

const TEXTS: DataSource = {
  prefix: "texts",
  form: "texts:FILE?text=COLUMN&target=COLUMN&vocab=FOLDER for a table of texts",
  holds: "texts",
  words: [],
  options: ["text", "target", "task", "test", "vocab", "length"],
  readsTask: true,
  saysTask: true,
  title: ({ place, options: { target = "" } }) => `${target.split(",").map(decoded).join(", ")} of ${lastOf(place)}`,
  means(name, identity) {
    const { text = [], target = [], task = [], test = [] } = identity.options;
    const said = [name.options.text, name.options.target].map((columns = "") => columns.split(",").map(decoded).join());
    const isSame = said.join("\0") === [text.join(), target.join()].join("\0") && name.options.task === task.join();
    return isTexts(name, identity, "texts") && isSame && pinOf(name.options.test) === test.join("").slice(0, 12);
  },
  load: async (name) => (await import("../text/load/table.ts")).loadTextTable(name),
};

const CORPUS: DataSource = {
  prefix: "corpus",
  form: "corpus:wikitext-2 for a language model, or corpus:PATH for your own text",
  holds: "texts",
  words: [],
  options: ["vocabulary", "tokens", "length"],
  title: ({ place }) => lastOf(place),
  means({ digest, options }, identity) {
    const { set = [], vocabulary = [], tokens = [], length = [], scored = [] } = identity.options;
    const isSame =
      options.vocabulary === vocabulary[0] &&
      options.tokens === tokens[0] &&
      options.length === length[0] &&
      scored[0] === "16";
    return identity.kind === "text" && set[0] === "corpus" && isPinned(digest, identity) && isSame;
  },
  load: async (name, options) => (await import("../text/load/stream.ts")).loadStream(name, options),
};

/** Whether the options of a name are those of an identity, which leaves out what the name leaves out. */
const isSaid = ({ options }: DataName, identity: Identity, names: readonly DataOption[]): boolean =>
  names.every((option) => options[option] === identity.options[option]?.[0]);

const SQUAD: DataSource = {
  prefix: "squad",
  form: "squad:v1.1?vocab=FOLDER for SQuAD, or squad:FOLDER with its files",
  holds: "texts",
  words: [],
  options: ["vocab", "length", "stride", "train", "dev"],
  title: ({ place }) => (place === "v1.1" ? "SQuAD 1.1" : `SQuAD of ${lastOf(place)}`),
  means: (name, identity) => isTexts(name, identity, "squad") && isSaid(name, identity, ["stride", "train", "dev"]),
  load: async (name, options) => (await import("../text/load/answers.ts")).loadAnswers(name, options),
};

const MLM: DataSource = {
  prefix: "mlm",
  form: "mlm:wikitext-2?vocab=FOLDER for masked words, or mlm:PATH of your own text",
  holds: "texts",
  words: [],
  options: ["vocab", "length", "train", "dev"],
  title: ({ place }) => `masked words of ${lastOf(place)}`,
  means: (name, identity) => isTexts(name, identity, "mlm") && isSaid(name, identity, ["train", "dev"]),
  load: async (name, options) => (await import("../text/load/masked.ts")).loadMasked(name, options),
};

/** Sources whose names have a prefix. */
export const SOURCES: readonly DataSource[] = [
  FOLDER,
  CSV,
  arrays({ prefix: "npz", form: "npz:FILE for arrays of NumPy", words: ["nchw"] }, ["task", "mean", "std"]),
  arrays({ prefix: "npy", form: "npy:X.npy,Y.npy for two of its files", words: ["nchw"] }, ["task", "mean", "std"]),
  arrays({ prefix: "idx", form: "idx:FOLDER for files as MNIST has them", words: [], holds: "images" }, [
    "mean",
    "std",
    "task",
  ]),
  TEXTS,
  GLUE,
  CORPUS,
  SQUAD,
  MLM,
];

/** What official sets have in common. */
const PUBLISHED = {
  ...{ prefix: "", form: "the name of a data set of official files", holds: "images", isModified: true },
  options: ["mean", "std", "task"],
  title: ({ place }: DataName) => place,
  load: async (name: DataName, options: LoadOptions) =>
    (await import("../official/load.ts")).loadOfficial(name, options),
} as const satisfies Partial<DataSource>;

/** Data sets that are read from their official files, known by what is learnt from. */
const OFFICIAL: DataSource = {
  ...{ ...PUBLISHED, words: ["rgb"], size: { most: 1024 } },
  means: (name, identity) => identity.kind === "arrays" && isPictures(name, identity),
};

/** The same of folders of pictures, which are brought to a size. */
const OFFICIAL_FOLDER: DataSource = {
  ...{ ...PUBLISHED, words: ["grey", "allow-missing"], size: { usual: 64, most: 1024 } },
  title: ({ place, size }) => `${place} at ${size} x ${size}`,
  means: FOLDER.means,
};

/** The source of an official set's name; undefined for another name, and where something of that name is brought. */
export function officialSource(name: string): DataSource | undefined {
  const [, base = ""] = /^([^:@#?]+)(?:@\d*)?(?:[:#?]|$)/.exec(name) ?? [];
  const set = officialSet(base);
  if (!set || broughtDataset(base)) return undefined;
  return isPictureFolder(set) ? OFFICIAL_FOLDER : OFFICIAL;
}

/** Whether a name of texts means what has this identity: the same set, vocabulary and length. */
function isTexts({ digest, words, options }: DataName, identity: Identity, set: string): boolean {
  const { set: [named] = [], vocab: [vocab = ""] = [], length = [], scored = [] } = identity.options;
  const isSame = named === set && words.join() === scored.join() && options.length === length[0];
  return (
    identity.kind === "text" && isPinned(digest, identity) && isSame && pinOf(options.vocab) === vocab.slice(0, 12)
  );
}

/** The beginning of the SHA-256 that an option's path pins; empty where it pins none. */
function pinOf(option = ""): string {
  return /#([0-9a-f]{12})$/.exec(decoded(option))?.[1] ?? "";
}

function isPinned(digest: string | undefined, identity: Identity): boolean {
  return digest !== undefined && identity.digest.startsWith(digest);
}

/** The same content, modified and normalised in the same way and learnt by the same task, where that is brought. */
function isPictures(name: DataName, identity: Identity): boolean {
  const by = optionsOf(normalisationOfName(name));
  const made = modificationOptions(modificationOfName(name));
  const isTask = broughtTask(name) === (name.source.readsTask ? undefined : identity.options.task?.[0]);
  const isAlike = isSameOptions(made, modificationOf(identity.options));
  return (
    isTask && isAlike && isPinned(name.digest, identity) && isSameOptions(by, optionsOf(normalisationOf(identity)))
  );
}

/** The last part of a path. */
function lastOf(path: string): string {
  return path.split(/[/\\]/).filter(Boolean).at(-1) ?? path;
}
