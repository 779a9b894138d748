/** Messages between a page and its workers, beside those of every runner: the store is the page's. */
import type { Dataset } from "../dataset/dataset.ts";
import type { WasmSources } from "../engine/wasm/urls.ts";
import type { ArtifactStore } from "../store/store.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";

type Failure = Pick<Extract<FromWorker, { kind: "failed" }>, "code" | "message" | "place">;

/** What a worker asks of the page's store. */
export type AskedMethod = Exclude<keyof ArtifactStore, "lease">;

export type ToWeb =
  | ToWorker
  | { readonly kind: "start"; readonly datasets: readonly Dataset[]; readonly wasm: WasmSources }
  | { readonly kind: "answer"; readonly call: number; readonly value: unknown }
  | ({ readonly kind: "refusal"; readonly call: number } & Failure);

export type FromWeb =
  | FromWorker
  | { readonly kind: "ready"; readonly arithmetic: string }
  | ({ readonly kind: "unready" } & Failure)
  | {
      readonly kind: "store";
      readonly call: number;
      readonly method: AskedMethod;
      readonly args: readonly unknown[];
    };
