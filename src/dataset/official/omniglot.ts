/**
 * Omniglot (Lake, Salakhutdinov, Tenenbaum 2015): folders of alphabets, folders of characters, and of each character twenty
 * pictures, one by each drawer, whose number is the last part of the file's name. A class is a character; the first fifteen
 * drawers are trained on and the last five are the test set.
 */

import { fail } from "../../base/errors.ts";
import { classes, type Dataset } from "../dataset.ts";
import { atOnce } from "../folder/pictures.ts";
import { channelStatistics } from "../statistics.ts";
import { imageTable, labelColumn, sharedBytes, type Table } from "../table.ts";
import type { Tree } from "./tree.ts";

const SIDE = 105;
/** Drawers that are trained on, of twenty. */
const LEARNT = 15;
const FILE = /([^/]+)\/([^/]+)\/\d+_(\d{2})\.png$/;

interface Drawing {
  readonly path: string;
  readonly character: string;
  readonly drawer: number;
}

/** The data set of a tree of drawings, grey, 105 x 105; rows go by drawer, then by character. */
export async function readOmniglot(where: string, tree: Tree): Promise<Omit<Dataset, "name">> {
  const drawings = tree.paths.flatMap((path): Drawing[] => {
    const [, alphabet, character, drawer] = FILE.exec(path) ?? [];
    return drawer === undefined ? [] : [{ path, character: `${alphabet}/${character}`, drawer: Number(drawer) }];
  });
  const names = [...new Set(drawings.map(({ character }) => character))].sort();
  const numbers = new Map(names.map((name, i) => [name, i]));
  const number = ({ character }: Drawing) => numbers.get(character)!;
  const sorted = drawings.toSorted((a, b) => a.drawer - b.drawer || number(a) - number(b));
  const part = async (of: readonly Drawing[]): Promise<Table> => {
    if (of.length === 0 || names.length < 2)
      fail("data", where, {
        rule: "must hold ALPHABET/character/NUMBER_DRAWER.png of drawers 1 to 20",
        got: names.join(", "),
      });
    const images = sharedBytes(of.length * SIDE * SIDE);
    await atOnce(of, async ({ path }, i) =>
      images.set(await pixelsOf(`${where}: ${path}`, await tree.read(path)), i * SIDE * SIDE),
    );
    const labels = labelColumn(of.length, names.length).data as Uint8Array | Int32Array;
    labels.set(of.map(number));
    return imageTable(images, labels, [1, SIDE, SIDE]);
  };
  const train = await part(sorted.filter(({ drawer }) => drawer <= LEARNT));
  const test = await part(sorted.filter(({ drawer }) => drawer > LEARNT));
  const shape = [1, SIDE, SIDE] as const;
  const by = channelStatistics(train.columns.images!.data, shape);
  return { shape, ...classes(names.length, names), ...by, train, test };
}

async function pixelsOf(where: string, bytes: Uint8Array): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  const decoded = sharp(bytes).toColourspace("b-w").removeAlpha().raw({ depth: "uchar" });
  const { data, info } = await decoded
    .toBuffer({ resolveWithObject: true })
    .catch((cause) => fail("data", where, { rule: `is damaged or no PNG (${cause.message.trim()})` }));
  if (info.width === SIDE && info.height === SIDE && info.channels === 1) return data;
  return fail("data", where, {
    rule: `must be a grey picture of ${SIDE} x ${SIDE} pixels`,
    got: `${info.width} x ${info.height} with ${info.channels} channels`,
  });
}
