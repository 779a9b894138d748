/** Which model a file is of: what it says, the only one, the one that scores best, or none that the data tell. */
import { expect, test } from "vitest";
import { encodeSafetensors } from "../base/safetensors.ts";
import { syntheticDataset } from "../dataset/synthetic.ts";
import { createReference } from "../engine/reference/reference.ts";
import { openWeights } from "../foreign/open.ts";
import { initialise } from "../model/initialise.ts";
import { parseModel } from "../model/registry.ts";
import { networkToTensors } from "../model/tensors.ts";
import { memoryStore, tinyRunner } from "../step/fixtures/steps.ts";
import { givenStep, keepGiven, sha256Of } from "../step/given.ts";
import { keyOf, request } from "../step/request.ts";
import { findNetwork, foundText } from "./found-model.ts";

const dataset = syntheticDataset({ train: 40, test: 10 });
const engine = createReference();
const model = parseModel("mlp-6", dataset);
const network = { weights: initialise(model, "glorot-normal", { seed: 1, replicate: 0, draw: 0 }), mask: null };
const file = (metadata: Record<string, string> = {}) =>
  openWeights(encodeSafetensors(networkToTensors(network, model.parameters), metadata), "file");

test("what a file or a user says is not looked for", async () => {
  const said = await findNetwork(await file({ model: "mlp-6-elu" }), { dataset, engine });
  expect([said.model.name, said.candidates]).toEqual(["mlp-6-elu", [{ model: "mlp-6-elu", loss: null }]]);
  const asked = await findNetwork(await file({ model: "mlp-6-elu" }), { dataset, engine, model: "mlp-6" });
  expect(asked.model.name).toBe("mlp-6");
  expect(asked.network).toEqual(network);
});

test("models that the images do not tell apart are named with their losses", async () => {
  const found = findNetwork(await file(), { dataset, engine });
  const message =
    /^model: several models have the tensors of file, .*: mlp-6\S* \(loss [\d.]+\), mlp-6\S* \(loss [\d.]+\)\. Name the model/;
  await expect(found).rejects.toThrow(
    expect.objectContaining({ code: "usage", message: expect.stringMatching(message) }),
  );
});

test("a sentence tells the losses of several", async () => {
  const one = { model: "a", loss: null };
  expect(foundText(await file(), [one])).toBe("file has the tensors of a");
  expect(
    foundText(await file(), [
      { model: "a", loss: 0.5 },
      { model: "b", loss: null },
    ]),
  ).toBe("file has the tensors of 2 models, of which a scores best: a (loss 0.5000), b (loss not finite)");
});

test("a network is kept by the SHA-256 of its tensors, and is asked for by nothing else", async () => {
  const store = memoryStore();
  const key = await keepGiven(store, network, { model });
  expect(await keepGiven(store, { ...network }, { model })).toBe(key);
  const given = (sha256: string) => request(givenStep, { model: "mlp-6", sha256 });
  expect(keyOf(given(sha256Of(network, model)), "fused")).toBe(key);
  const runner = tinyRunner(store);
  expect(await runner.run(given(sha256Of(network, model)))).toBe(key);
  await expect(runner.run(given("0".repeat(64)))).rejects.toThrow(
    /^mlp-6: tensors with the SHA-256 0+ must be in the store/,
  );
  const other = new Map(network.weights).set("fc1.bias", new Float32Array(6).fill(1));
  expect(sha256Of({ weights: other, mask: null }, model)).not.toBe(sha256Of(network, model));
});
