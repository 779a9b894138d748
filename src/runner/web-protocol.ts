/** Messages between a page and its workers, beside those of every runner: the store is the page's. */
import type { Dataset } from "../dataset/dataset.ts";
import type { WasmSources } from "../engine/wasm/urls.ts";
import type { ArtifactStore } from "../store/store.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";

type Failure = Pick<Extract<FromWorker, { kind: "failed" }>, "code" | "message" | "place">;

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
      readonly method: keyof ArtifactStore;
      readonly args: readonly unknown[];
    };
