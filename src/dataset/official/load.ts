/** Loads a data set of official files; it is known by what is learnt from, whichever way its files came. */

import { join } from "node:path";
import { fail } from "../../base/errors.ts";
import { archiveTable, type NamedBytes } from "../archive-table.ts";
import { digestOf } from "../arrays/load.ts";
import { classes, type Dataset } from "../dataset.ts";
import { loadFolder } from "../folder/load.ts";
import { listPictures, subfolders } from "../folder/pictures.ts";
import { formatIdentity } from "../identity.ts";
import { rowsAt } from "../modify/select.ts";
import { holdFifth } from "../rows/held.ts";
import { formatDataName, pinned } from "../source/name.ts";
import type { DataName, LoadOptions } from "../source/source.ts";
import { channelStatistics } from "../statistics.ts";
import { columnOf, imageTable } from "../table.ts";
import { checkSum, exists, foldersOf, officialFolder, readOfficial } from "./files.ts";
import { readMedmnist } from "./medmnist.ts";
import { readOmniglot } from "./omniglot.ts";
import { cifar100, fromOne, type Pictures, stl10, svhn, transposed, usps } from "./planes.ts";
import { isPictureFolder, type OfficialSet, officialSet } from "./sets.ts";
import { listTinyImagenet } from "./tiny-imagenet.ts";
import { folderTree, zipTree } from "./tree.ts";

type Content = Omit<Dataset, "name">;

/** Where a set's files are, and who is told. */
interface Found {
  readonly onNotice: LoadOptions["onNotice"] | undefined;
  readonly set: OfficialSet;
  readonly folder: string;
}

/**
 * The data set of a name: its files are those in the folder that the user names, itself or a subfolder of its name, else in the
 * cache, where they are downloaded; with each whose checksum is not known a note. Throws `data` naming file, row and rule.
 */
export async function loadOfficial(name: DataName, options: LoadOptions): Promise<Dataset> {
  const set = officialSet(name.place)!;
  if (isPictureFolder(set)) return loadPictures(name, set, options);
  const folder = await officialFolder(set, options);
  const content = await officialContent({ set, folder, onNotice: options.onNotice });
  const found = digestOf(content);
  const digest = pinned(name.place, { digest: name.digest, found });
  const { mean: _, std: __, ...rest } = name.options;
  const source = formatDataName({ ...name, digest, options: rest });
  return { name: formatIdentity({ kind: "arrays", digest: found, options: {} }), source, ...content };
}

/** ImageNet and Tiny-ImageNet, unpacked. */
async function loadPictures(name: DataName, set: OfficialSet, options: LoadOptions): Promise<Dataset> {
  const folders = foldersOf(set, options.dataDir);
  const parts = await Promise.all(folders.map((path) => subfolders(path).catch(() => [] as string[])));
  const path = folders.find((_, i) => parts[i]!.includes("train") && parts[i]!.includes("val"));
  if (path === undefined) {
    const remedy = "Unpack its archive there, or name its folder as dataDir";
    const rule = `must be a folder of train and val, and is in none of ${folders.join(", ")}`;
    return fail("data", set.name, { rule, remedy, fields: ["dataDir"] });
  }
  const list = set.layout.kind === "imagenet" ? listPictures : listTinyImagenet;
  return loadFolder(name, options, { path, said: name.place, list });
}

/** What a folder holds of a set, without a name of its own. */
export async function officialContent(found: Found): Promise<Content> {
  const { set, folder, onNotice } = found;
  const { layout } = set;
  if (layout.kind === "omniglot") return omniglotOf(found, layout.archive);
  const files: NamedBytes[] = [];
  for (const file of set.files) files.push(await readOfficial(set, { folder, file, onNotice }));
  if (layout.kind === "medmnist") return readMedmnist(files[0]!.where);
  const [train, test] = await partsOf(set, files);
  const { target, outputs } = classes(set.classes!);
  const { shape } = train;
  const images = columnOf(train.table, "images");
  const by =
    images.type === "f32" ? { mean: [0], std: [1], pixels: "floats" as const } : channelStatistics(images.data, shape);
  return { shape, target, outputs, ...by, train: train.table, test: test.table };
}

/** The training and the test part of sets whose files are bytes or text. */
async function partsOf(
  { layout: { kind }, name }: OfficialSet,
  files: readonly NamedBytes[],
): Promise<[Pictures, Pictures]> {
  const [a, b, c, d] = files as [NamedBytes, NamedBytes, NamedBytes, NamedBytes];
  if (kind === "usps") return [usps(a), usps(b)];
  if (kind === "cifar100" || kind === "coarse")
    return [a, b].map((file) => cifar100(file, kind === "coarse" ? 0 : 1)) as [Pictures, Pictures];
  if (kind === "svhn") return [await svhn(a), await svhn(b)];
  if (kind === "stl10") return [stl10(a, b), stl10(c, d)];
  if (kind === "idx") return [idx(a, b), idx(c, d)];
  if (kind === "emnist") return [emnist(name, a, b), emnist(name, c, d)];
  const { shape, table } = idx(a, b);
  const rows = holdFifth(a.where, table.count);
  return [
    { shape, table: rowsAt(table, rows.train) },
    { shape, table: rowsAt(table, rows.test) },
  ];
}

function idx(imageFile: NamedBytes, labelFile: NamedBytes): Pictures {
  const shape = [1, 28, 28] as const;
  return { shape, table: archiveTable("idx", [imageFile, labelFile], { shape }) };
}

/** EMNIST's pictures lie column by column, and its letters begin at 1. */
function emnist(name: string, imageFile: NamedBytes, labelFile: NamedBytes): Pictures {
  const { shape, table } = idx(imageFile, labelFile);
  const labels = columnOf(table, "labels").data as Uint8Array;
  const own = name === "emnist-letters" ? fromOne({ where: labelFile.where, bytes: labels }) : labels;
  return { shape, table: imageTable(transposed(columnOf(table, "images").data as Uint8Array, 28), own, shape) };
}

/** From the archive, or from the folder that it unpacks to. */
async function omniglotOf({ set, folder, onNotice }: Found, archive: string): Promise<Content> {
  const packed = join(folder, `${archive}.zip`);
  const isPacked = await exists(packed);
  if (isPacked) await checkSum(packed, set.downloads[0]!, onNotice);
  const path = isPacked ? packed : join(folder, archive);
  const tree = await (isPacked ? zipTree : folderTree)(path);
  try {
    return await readOmniglot(path, tree);
  } finally {
    await tree.close();
  }
}
