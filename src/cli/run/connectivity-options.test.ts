/** The command line of studies that join copies by lines. */
import { describe, expect, test } from "vitest";
import { chosenNetworks } from "../../study/connectivity/options.ts";
import { networksPresets } from "../../study/connectivity/presets.ts";
import type { NetworksSpec } from "../../study/connectivity/spec.ts";
import { specOf as spec } from "./fixtures/words.ts";

/** What a study that joins copies by lines has of each network. */
const networksOf = (name: string, command = ""): NetworksSpec["networks"] => spec(name, command).networks;

describe("instability", () => {
  test("by default asks two dense copies of LeNet that part at initialisation", () => {
    const { rewind: _, arms: __, ...training } = spec("imp") as Record<string, unknown>;
    const lines = { at: ["0"], copies: 2, points: 31, recompute: true, arms: ["dense"] };
    expect(spec("instability")).toEqual({ ...training, ...lines, study: "instability" });
  });

  test("reads its options", () => {
    const command =
      "--model resnet-20 --at 0,100it,2ep --copies 3 --points 11 --train-images 2000 --no-recompute " +
      "--align activations --arms dense,rewound,shuffle --levels 4";
    expect(spec("instability", command)).toMatchObject({
      ...{ at: ["0", "100it", "2ep"], copies: 3, points: 11, trainImages: 2000, recompute: false },
      ...{ align: "activations", arms: ["dense", "rewound", "shuffle"], levels: 4, data: "cifar10" },
    });
  });

  test("has presets that options override", () => {
    expect(spec("instability", "--preset lenet")).toMatchObject({ steps: "24000it", copies: 3, replicates: 3 });
    expect(spec("instability", "--preset laptop --copies 2 --arms dense")).toMatchObject({
      ...{ model: "resnet-20-4", copies: 2, arms: ["dense"] },
    });
  });
});

describe("figure2 and figure3", () => {
  const FIVE = ["LeNet", "ResNet-20", "VGG-16", "ResNet-50", "Inception-v3"];

  test.each(["figure2", "figure3"])("%s without a preset is its laptop, of the survey's five networks", (name) => {
    expect(spec(name)).toEqual(spec(name, "--preset laptop"));
    expect(networksOf(name).map((network) => network.name)).toEqual(FIVE);
  });

  test("figure2 joins copies from initialisation, which are the first of figure3", () => {
    const later = networksOf("figure3");
    networksOf("figure2").forEach(({ at, ...own }, i) => {
      const { at: all, ...rest } = later[i]!;
      expect([at, all[0], all.length > 1]).toEqual([["0"], "0", true]);
      expect(own).toEqual(rest);
    });
  });

  const studies = ["figure2", "figure3"] as const;
  const several = studies.flatMap((study) => networksPresets(study).map((preset) => ({ ...preset, study })));
  test.each(several)("$study --preset $name is complete: its options hold for all networks", (preset) => {
    const networks = networksOf(preset.study, `--preset ${preset.name}`);
    expect(networks.map(({ model }) => model)).toEqual(preset.networks.map(({ options }) => options.model));
    for (const network of networks) expect(network).toMatchObject({ replicates: preset.options.replicates ?? 1 });
  });

  test("options of one network stand above the preset's, and those given above both", () => {
    const images = (command: string) => networksOf("figure3", command).map(({ trainImages }) => trainImages);
    expect(images("--preset laptop")).toEqual([2000, 2000, 2000, 1000, 1000]);
    expect(images("--preset laptop --train-images 400")).toEqual([400, 400, 400, 400, 400]);
  });

  test("take some of the networks, in the preset's order", () => {
    const names = networksOf("figure2", "--networks VGG-16,LeNet").map(({ name }) => name);
    expect(names).toEqual(["LeNet", "VGG-16"]);
  });
});

test("networks that a preset does not have", () => {
  const all = [{ name: "one" }, { name: "two" }];
  expect(chosenNetworks(all)).toEqual(all);
  expect(chosenNetworks(all, ["two"])).toEqual([{ name: "two" }]);
  expect(() => chosenNetworks(all, ["two", "three"])).toThrow('networks: must be of one, two, got "three"');
});

describe("refused, naming the option", () => {
  test.each([
    ["instability", "--levels 3", "--levels: does nothing without an arm other than dense, got 3"],
    ["instability", "--arms ticket", "--arms: must be one of dense, rewound, random, shuffle, reinit, got"],
    ["instability", "--copies 1", '--copies: must be an integer from 2 to 1000, got "1"'],
    ["instability", "--points 2", '--points: must be an integer from 3 to 10001, got "2"'],
    ["instability", "--align order", '--align: must be one of weights, activations, got "order"'],
    ["figure3", "--networks AlexNet", "--networks: must be of LeNet, ResNet-20, VGG-16, ResNet-50, Inception-v3, got"],
  ])("%s %s", (name, command, message) => {
    expect(() => spec(name, command)).toThrow(message);
    expect(() => spec(name, command)).toThrow(expect.objectContaining({ code: "usage" }));
  });
});

test.each([
  ["instability", "--networks LeNet"],
  ["instability", "--rewind 5it"],
  ["figure2", "--model conv-2"],
  ["figure3", "--data mnist"],
])("%s has no option %s", (name, command) => {
  expect(() => spec(name, command)).toThrow("unknown option");
});
