/** Lists Tiny-ImageNet as it unpacks: `train/CLASS/images/*`, and `val/images/*` whose classes `val/val_annotations.txt` tells. */

import { join } from "node:path";
import { fail } from "../../base/errors.ts";
import { readRegular } from "../files/regular.ts";
import {
  type CanRead,
  type Failure,
  filesIn,
  listOf,
  type OnFile,
  type PictureList,
  pictureParts,
  subfolders,
} from "../folder/pictures.ts";

/** The pictures of the folder at `path`, as those of any folder are listed; throws `data` on another layout. */
export async function listTinyImagenet(
  path: string,
  canRead: CanRead,
  onFile: OnFile = () => {},
): Promise<PictureList> {
  const classes = await subfolders(join(path, "train"));
  const of = { classes, canRead, onFile };
  const files = await Promise.all(
    classes.map(async (name, label) => {
      const folder = join(path, "train", name, "images");
      return (await filesIn(folder)).map((file) => ({ path: join(folder, file), label }));
    }),
  );
  const told = await annotations(join(path, "val", "val_annotations.txt"), classes);
  const images = join(path, "val", "images");
  const names = await filesIn(images);
  const failures: Failure[] = names
    .filter((name) => !told.has(name))
    .map((name) => ({ path: join(images, name), why: "has no class in val_annotations.txt" }));
  const held = names.flatMap((name) => {
    const label = told.get(name);
    return label === undefined ? [] : [{ path: join(images, name), label }];
  });
  return listOf({ classes, held: "val" }, await pictureParts(files.flat(), of), await pictureParts(held, of, failures));
}

/** Classes by the name of the picture. */
async function annotations(path: string, classes: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const lines = new TextDecoder().decode(await readRegular(path)).split("\n");
  return new Map(
    lines
      .filter((line) => line.trim() !== "")
      .map((line, i): [string, number] => {
        const [name = "", label = ""] = line.split("\t");
        const number = classes.indexOf(label);
        if (number < 0)
          fail("data", `${path}, line ${i + 1}`, {
            rule: "must name a picture and a class of train",
            got: line.slice(0, 60),
          });
        return [name, number];
      }),
  );
}
