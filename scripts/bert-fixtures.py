"""Writes a small BERT folder and what transformers computes with it, for the tests.

    python scripts/bert-fixtures.py

src/plugin/fixtures/bert: a classifier of three classes, cased, with GELU by tanh. Its `pytorch_model.bin` is in half precision,
with the names `gamma` and `beta` and the buffer `position_ids`, as the first releases saved them.
src/plugin/fixtures/bert.json: texts and pairs, and their logits, pooled first tokens and means over tokens, of unit length.
Needs torch and transformers.
"""

import json
import pathlib
import shutil

import torch
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

ROOT = pathlib.Path(__file__).parent.parent / "src"
FOLDER = ROOT / "plugin" / "fixtures" / "bert"
VOCABULARY = json.loads((ROOT / "dataset" / "text" / "fixtures" / "tokenizer.json").read_text())["vocabulary"]
TEXTS = [("The winning tickets", None), ("the New naïve ticket", "a lottery"), ("", None), ("win " * 30, "the a " * 9), ("東京", "don't")]

shutil.rmtree(FOLDER, ignore_errors=True)
FOLDER.mkdir(parents=True)
torch.manual_seed(7)
labels = dict(enumerate(["CONTRADICTION", "ENTAILMENT", "NEUTRAL"]))
config = BertConfig(
    vocab_size=len(VOCABULARY) + 6, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24,
    max_position_embeddings=24, hidden_act="gelu_new", hidden_dropout_prob=0.2, attention_probs_dropout_prob=0.3,
    classifier_dropout=0.4, layer_norm_eps=1e-6, id2label=labels, label2id={name: place for place, name in labels.items()},
)
model = BertForSequenceClassification(config).eval()
for parameter in model.parameters():
    parameter.data = (parameter.data + 0.2 * torch.randn(parameter.shape)).half().float()
old = {
    name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): tensor.half()
    for name, tensor in model.state_dict().items()
}
torch.save({**old, "bert.embeddings.position_ids": torch.arange(24)[None]}, FOLDER / "pytorch_model.bin")
written = {**config.to_dict(), "architectures": ["BertForSequenceClassification"]}
(FOLDER / "config.json").write_text(json.dumps({k: v for k, v in sorted(written.items()) if v is not None}, indent=1) + "\n")
(FOLDER / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n")
(FOLDER / "tokenizer_config.json").write_text('{"do_lower_case": false, "tokenizer_class": "BertTokenizer"}\n')

tokenizer = BertTokenizerFast.from_pretrained(FOLDER)
outputs = []
for text, pair in TEXTS:
    encoded = tokenizer(text, pair, truncation=True, max_length=20, return_tensors="pt")
    with torch.no_grad():
        whole = model(**encoded, output_hidden_states=True)
        pooled = model.bert(**encoded).pooler_output
    mean = torch.nn.functional.normalize(whole.hidden_states[-1][0].mean(0), dim=0)
    outputs.append({
        "text": text, "pair": pair, "ids": encoded["input_ids"][0].tolist(),
        "logits": whole.logits[0].tolist(), "pooler": pooled[0].tolist(), "mean": mean.tolist(),
    })
(ROOT / "plugin" / "fixtures" / "bert.json").write_text(json.dumps(outputs, ensure_ascii=False) + "\n")
