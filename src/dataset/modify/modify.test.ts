/** Proves what modifiers make of a data set, in which order, and that those that do nothing are refused. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkDataset } from "../check.ts";
import { classes, type Dataset } from "../dataset.ts";
import { parseIdentity } from "../identity.ts";
import { asNamed } from "../source/learnt.ts";
import { formatDataName, parseDataName } from "../source/name.ts";
import { splitTrain, trainedImages } from "../split.ts";
import { imageTable } from "../table.ts";
import { readClasses } from "./modifiers.ts";

/** Two by two pixels, the first of which is the number of the row, and labels from 0 to 4. */
function small(rows: number, step = 1): Dataset {
  const part = (count: number) => {
    const images = Uint8Array.from({ length: 4 * count }, (_, i) => (i % 4 === 0 ? i / 4 : 7));
    return imageTable(
      images,
      Uint8Array.from({ length: count }, (_, i) => (i * step) % 5),
      [1, 2, 2],
    );
  };
  const names = ["a", "b", "c", "d", "e"];
  return {
    name: "small",
    shape: [1, 2, 2],
    ...classes(5, names),
    mean: [0.5],
    std: [2],
    train: part(rows),
    test: part(10),
  };
}

const as = (said: string, dataset = small(50)) => checkDataset(asNamed(dataset, parseDataName(`small${said}`)));
const rows = ({ columns }: Dataset["train"]) => [...columns.images!.data].filter((_, i) => i % 4 === 0);
const labels = ({ columns }: Dataset["train"]) => [...columns.labels!.data];

describe("classes", () => {
  test("are numbered anew, in the training and in the test part", () => {
    const { train, test: scored, target, outputs, name } = as(":classes=1,3-4");
    expect(name).toBe("small:classes=1,3-4");
    expect({ target, outputs }).toEqual(classes(3, ["b", "d", "e"]));
    expect(rows(train).map((row) => row % 5)).toEqual(Array.from({ length: 10 }, () => [1, 3, 4]).flat());
    expect(labels(train)).toEqual(Array.from({ length: 10 }, () => [0, 1, 2]).flat());
    expect(rows(scored)).toEqual([1, 3, 4, 6, 8, 9]);
    expect(labels(scored)).toEqual([0, 1, 2, 0, 1, 2]);
  });

  test("have one spelling", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(30), { minLength: 2 }), (chosen) => {
        const sorted = chosen.toSorted((a, b) => a - b);
        const { modifiers } = parseDataName(`small:classes=${sorted.join(",")}`);
        expect(readClasses(modifiers.classes!)).toEqual(sorted);
        expect(parseDataName(`small:classes=${modifiers.classes}`).modifiers).toEqual(modifiers);
      }),
    );
    expect(parseDataName("small:classes=0,1,2,5").modifiers.classes).toBe("0-2,5");
    expect(parseDataName("small:classes=0-1,2").modifiers.classes).toBe("0-2");
  });
});

test("halves take alternate images of every class of the training part, share nothing and miss nothing", () => {
  const whole = small(50);
  const [a, b] = [as(":half=a", whole), as(":half=b", whole)];
  expect(rows(a.train).slice(0, 10)).toEqual([0, 1, 2, 3, 4, 10, 11, 12, 13, 14]);
  expect([...rows(a.train), ...rows(b.train)].toSorted((x, y) => x - y)).toEqual(rows(small(50).train));
  expect([a.test, b.test]).toEqual([whole.test, whole.test]);
  // Where classes stand in another order than rows, too.
  expect(rows(as(":half=b", small(50, 3)).train)).toEqual(rows(b.train));
});

describe("size", () => {
  test("is how many images are trained on, balanced, beside the validation set", () => {
    const made = as(":size=20");
    const { train, validation } = splitTrain(made, 10);
    expect(train.length).toBe(20);
    expect([0, 1, 2, 3, 4].map((each) => [...train].filter((row) => row % 5 === each).length)).toEqual([4, 4, 4, 4, 4]);
    expect(validation).toEqual(splitTrain(small(50), 10).validation);
    expect(train).toEqual(splitTrain(small(50), 10, 20).train);
  });

  test("holds smaller subsets, and no larger ones", () => {
    expect(splitTrain(as(":size=20"), 10, 5).train).toEqual(splitTrain(small(50), 10, 5).train);
    expect(() => splitTrain(as(":size=20"), 10, 25)).toThrow("trainSize: must be an integer from 1 to 20, got 25");
    expect(() => splitTrain(as(":size=45"), 10)).toThrow("trainSize: must be an integer from 1 to 40, got 45");
    expect(trainedImages(as(":size=20"), { validation: 10 })).toHaveLength(20);
    expect(() => trainedImages(as(":size=20"), { validation: 10 }, 30)).toThrow(
      "train images: must be an integer from 1 to 20",
    );
  });
});

describe("pictures", () => {
  test("are resized, then get colour, then rows are chosen", () => {
    const made = as("@4:rgb:classes=0-1:half=b:size=3");
    expect(made.name).toBe("small@4:rgb:classes=0-1:half=b:size=3");
    expect(made).toMatchObject({ shape: [3, 4, 4], mean: [0.5, 0.5, 0.5], std: [2, 2, 2], outputs: 2, trainSize: 3 });
    const images = made.train.columns.images!;
    expect(images.shape).toEqual([3, 4, 4]);
    const planes = [0, 1, 2].map((c) => [...images.data.subarray(16 * c, 16 * (c + 1))]);
    expect(planes[1]).toEqual(planes[0]);
    expect(planes[2]).toEqual(planes[0]);
    expect(labels(made.train)).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    // The first picture of class 0 in half b is row 5: a corner keeps its pixel.
    expect(planes[0]![0]).toBe(5);
  });

  test("floats stay floats", () => {
    const { train, ...rest } = small(5);
    const images = {
      type: "f32",
      shape: [1, 2, 2],
      data: Float32Array.from({ length: 20 }, (_, i) => i / 20 - 0.5),
    } as const;
    const part = { count: 5, columns: { ...train.columns, images } };
    const made = as("@3:rgb", { ...rest, pixels: "floats", train: part, test: part });
    expect(made.train.columns.images!.type).toBe("f32");
    expect(made.train.columns.images!.data[0]).toBeCloseTo(-0.5, 6);
  });
});

test("numbers for another count of channels are seen behind :rgb", () => {
  expect(as(":rgb?mean=0,0.5,1").mean).toEqual([0, 0.5, 1]);
  expect(as(":rgb?mean=0,0.5,1").name).toBe("small:rgb?mean=0,0.5,1");
});

test("a pinned name means the identity with the same modifiers, and no other", () => {
  const digest = "0123456789ab".padEnd(64, "0");
  const means = (name: string, identity: string) => {
    const parsed = parseDataName(name);
    return parsed.source.means(parsed, parseIdentity(identity)!);
  };
  const whole = "usps@28:classes=0,2-4:half=a:size=50#0123456789ab";
  const same = `arrays:${digest}?classes=0,2-4&half=a&resize=28&size=50`;
  expect(means(whole, same)).toBe(true);
  expect(means(whole.replace(":half=a", ""), same)).toBe(false);
  expect(means(whole, same.replace("&half=a", "&half=b"))).toBe(false);
  expect(means("idx:x#0123456789ab", `arrays:${digest}`)).toBe(true);
  expect(means("folder:x@32:half=b#0123456789ab", `folder@32#${digest}?half=b`)).toBe(true);
  expect(means("folder:x@32#0123456789ab", `folder@32#${digest}?half=b`)).toBe(false);
});

test("any order is read, and one is written", () => {
  const name = parseDataName("cifar10:size=100:half=a:classes=0-4");
  expect(formatDataName(name)).toBe("cifar10:classes=0-4:half=a:size=100");
});

test.each([
  [":classes=5-9", "classes: of small are from 0 to 4, got 9"],
  [":classes=0-4", ":classes= does nothing for small: it has 5 classes, and these are all. Leave it out"],
  [":classes=1", "classes: must be two or more"],
  [":classes=2-1", "classes: must rise, each class once"],
  [":classes=0-2,2", "classes: must rise, each class once"],
  [":classes=a", "classes: must be numbers and ranges of them"],
  [":half=c", "half: must be one of a, b"],
  [":half=a:half=b", ":half= may stand once"],
  [":size=0", "size: must be how many images are trained on, from 1"],
  [":size=51", "size: of small must be how many images are trained on, from 1 to 50"],
  ["@2", "@2 does nothing for small: its pictures have 2 x 2 pixels. Leave it out"],
  ["@0", "the size behind @ must be from 1 to 1024 pixels"],
  ["@4:rgb?mean=0,1", "mean: must be one number, or one for each of the 3 channels of small@4:rgb"],
])("%s is refused", (said, message) => {
  expect(() => as(said)).toThrow(message);
  expect(() => as(said)).toThrow(expect.objectContaining({ code: "usage" }));
});

test("what does nothing for the kind of data is refused", () => {
  const features: Dataset = {
    ...{ name: "small", shape: [2], target: { kind: "numbers", names: ["y"] }, outputs: 1 },
    ...{ train: { count: 0, columns: {} }, test: { count: 0, columns: {} } },
  };
  expect(() => as("@4", features)).toThrow("@4 does nothing for small: it has no pictures");
  expect(() => as(":rgb", { ...small(5), shape: [3, 2, 2] })).toThrow("its pictures have 3 channels");
  expect(() => as(":classes=0-1", features)).toThrow("what is learnt of it are numbers");
  expect(() => as(":half=a", features)).toThrow("what is learnt of it are numbers");
});
