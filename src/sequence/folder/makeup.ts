/** The make-up of a BERT model by its name: that of its folder, or what `bert-LxH` says and its parameters show. */
import { fail } from "../../base/errors.ts";
import type { Model } from "../../model/model.ts";
import { USUAL } from "../bert.ts";
import type { FolderConfig } from "./config.ts";
import { folderOf } from "./family.ts";

/** Throws `usage` for a model that is no BERT. */
export function makeupOf({ name, parameters }: Pick<Model, "name" | "parameters">): FolderConfig["encoder"] {
  const folder = folderOf(name);
  if (folder) return folder.config.encoder;
  const [, layers, width, heads = Number(width) / 64] = /^bert-(\d+)x(\d+)(?:x(\d+))?$/.exec(name) ?? [];
  if (layers === undefined) {
    const remedy = "Write other models as safetensors or ONNX";
    return fail("usage", "model", { rule: "must be a BERT to become a folder", got: name, remedy });
  }
  const rows = (what: string) => parameters.find((each) => each.name.endsWith(what))!.shape[0]!;
  return {
    ...USUAL,
    ...{ layers: Number(layers), width: Number(width), heads: Number(heads) },
    ...{ attentionDropout: USUAL.dropout, classifierDropout: USUAL.dropout },
    ...{ inner: rows("intermediate.dense.weight"), vocabulary: rows("word_embeddings.weight") },
    ...{ positions: rows("position_embeddings.weight"), segments: rows("token_type_embeddings.weight") },
  };
}
