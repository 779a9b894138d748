/** A data set under a task that is brought: its name, that of its files, and which name means what. */
import { expect, test } from "vitest";
import { parseIdentity } from "../identity.ts";
import { loadDataset } from "../load.ts";
import { parseDataName } from "./name.ts";

const folder = `${new URL("../fixtures/data/pictures", import.meta.url).pathname}`;

test("a registered data set says the task behind its constants", async () => {
  const { name, task } = await loadDataset("synthetic?task=own@1&mean=0");
  expect([name, task]).toEqual(["synthetic?mean=0&task=own@1", "own@1"]);
  expect((await loadDataset("synthetic")).task).toBeUndefined();
});

test("files say it in their identity and in their pinned name, and are told apart by it", async () => {
  const [plain, own] = [await loadDataset(`folder:${folder}@8`), await loadDataset(`folder:${folder}@8?task=own@1`)];
  expect(own).toMatchObject({
    task: "own@1",
    name: `${plain.name}?task=own%401`,
    source: `${plain.source}?task=own@1`,
  });
  const means = (source: string, name: string) => {
    const parsed = parseDataName(source);
    return parsed.source.means(parsed, parseIdentity(name)!);
  };
  const names = [plain, own].flatMap(({ source }) => [plain, own].map(({ name }) => means(source!, name)));
  expect(names).toEqual([true, false, false, true]);
});
