#!/usr/bin/env python3
"""A BERT folder fine-tuned on MRPC or CoLA by PyTorch and transformers: the peer of training `bert:FOLDER` on `glue:TASK`.

AdamW 5e-5 (eps 1e-8, no decay), gradients' norm cut at 1, no warm-up, linear to 0 over 3 epochs, batches of 32 in random order,
texts cut at 128 tokens, dropout as config.json says on embeddings, attention probabilities and both outputs of a layer, a fresh
head normal(0, 0.02), float32. Prints a JSON line for each seed, with the measures on the development set.
Needs torch, transformers and scikit-learn.
Run: python3 finetune_torch.py --model FOLDER --data FOLDER_OF_GLUE --task mrpc|cola [--seeds 6] [--threads 2]
"""
import argparse, gzip, json, pathlib, time
import torch
from sklearn.metrics import accuracy_score, f1_score, matthews_corrcoef
from transformers import AutoModelForSequenceClassification, AutoTokenizer

parser = argparse.ArgumentParser()
for name in ("model", "data"): parser.add_argument(f"--{name}", required=True, type=pathlib.Path)
parser.add_argument("--task", required=True, choices=("mrpc", "cola"))
for name, default in (("seeds", 6), ("threads", 2), ("epochs", 3), ("batch", 32), ("length", 128)):
    parser.add_argument(f"--{name}", type=int, default=default)
args = parser.parse_args()
torch.set_num_threads(args.threads)

def lines(split):
    folder = args.data / {"mrpc": "MRPC", "cola": "CoLA"}[args.task]
    plain, packed = folder / f"{split}.tsv", folder / f"{split}.tsv.gz"
    text = plain.read_text("utf-8") if plain.exists() else gzip.decompress(packed.read_bytes()).decode("utf-8")
    rows = [line.rstrip("\r").split("\t") for line in text.removeprefix("\ufeff").split("\n") if line]
    return [(int(r[0]), (r[3], r[4])) for r in rows[1:]] if args.task == "mrpc" else [(int(r[1]), (r[3],)) for r in rows]

tokenizer = AutoTokenizer.from_pretrained(args.model)

def batch(rows):
    texts = list(zip(*(text for _, text in rows)))
    ids = tokenizer(*map(list, texts), truncation=True, max_length=args.length, padding=True, return_tensors="pt")
    return ids, torch.tensor([label for label, _ in rows])

def measures(net, rows):
    net.eval(); told, wanted = [], []
    with torch.no_grad():
        for start in range(0, len(rows), args.batch):
            ids, labels = batch(rows[start:start + args.batch])
            told += net(**ids).logits.argmax(1).tolist(); wanted += labels.tolist()
    return {"accuracy": accuracy_score(wanted, told), "f1": f1_score(wanted, told), "matthews": matthews_corrcoef(wanted, told)}

train, dev = lines("train"), lines("dev")
for seed in range(args.seeds):
    torch.manual_seed(seed)
    net = AutoModelForSequenceClassification.from_pretrained(args.model, num_labels=2, dtype=torch.float32)
    torch.nn.init.normal_(net.classifier.weight, std=0.02); torch.nn.init.zeros_(net.classifier.bias)
    optimizer = torch.optim.AdamW(net.parameters(), lr=5e-5, eps=1e-8, weight_decay=0)
    steps = args.epochs * -(-len(train) // args.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
    begun = time.perf_counter()
    for _ in range(args.epochs):
        net.train()
        for rows in torch.randperm(len(train)).split(args.batch):
            ids, labels = batch([train[i] for i in rows])
            optimizer.zero_grad()
            net(**ids, labels=labels).loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step(); schedule.step()
    told = measures(net, dev)
    print(json.dumps({"task": args.task, "seed": seed, **told, "seconds": round(time.perf_counter() - begun, 1)}), flush=True)
