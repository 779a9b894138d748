"""Sets Tombola's scores of answers against torchmetrics' `squad`, on answers made from a development set.

    python scripts/check-squad.py --dev dev-v1.1.json.gz [--answers 2000]

Each question is given one answer: exact, cut, extended, with other articles, punctuation, case or accents, empty, or that of
another question. Both score every answer alone and all together; they must agree to 1e-6. Needs torchmetrics.
"""

import argparse
import gzip
import json
import pathlib
import random
import subprocess
import sys
import unicodedata

from torchmetrics.functional.text import squad

SCORE = """
import { scoreAnswer } from "./dist/task/text/squad-score.js";
import { answerMeasures } from "./dist/task/text/measures.js";
let text = "";
for await (const chunk of process.stdin) text += chunk;
const { told, given } = JSON.parse(text);
const alone = told.map((answer, i) => scoreAnswer(answer, given[i]));
console.log(JSON.stringify({ alone, all: answerMeasures(told, given) }));
"""


def accented(text, rng):
    return "".join(c + "\u0301" if c.isalpha() and rng.random() < 0.3 else c for c in text)


def made(kind, answer, context, start, other, rng):
    words = answer.split()
    end = start + len(answer)
    return {
        "exact": lambda: answer,
        "cut": lambda: " ".join(words[: max(1, len(words) - 1)]) if rng.random() < 0.5 else answer[: max(1, len(answer) - 2)],
        "extended": lambda: context[max(0, start - rng.randrange(20)) : end + rng.randrange(1, 20)],
        "articles": lambda: f"{rng.choice(['the', 'a', 'An', 'THE'])} " + answer.replace(" ", rng.choice([" the ", " a ", "  ", " an\u00a0"])),
        "punctuation": lambda: rng.choice("\"'([-.") + answer.replace(" ", rng.choice([", ", "-", " – ", "'s ", "_"])) + rng.choice(".,!?)]%$"),
        "case": lambda: rng.choice([str.upper, str.lower, str.title, str.swapcase])(answer),
        "accents": lambda: rng.choice([accented(answer, rng), unicodedata.normalize("NFD", answer), "".join(c for c in unicodedata.normalize("NFD", answer) if not unicodedata.combining(c))]),
        "empty": lambda: rng.choice(["", " ", "the", "...", "A \t an"]),
        "other": lambda: other,
    }[kind]()


KINDS = ["exact", "cut", "extended", "articles", "punctuation", "case", "accents", "empty", "other"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dev", type=pathlib.Path, required=True)
    parser.add_argument("--answers", type=int, default=2000)
    options = parser.parse_args()
    opened = gzip.open(options.dev) if options.dev.suffix == ".gz" else open(options.dev, "rb")
    with opened as file:
        data = json.load(file)["data"]
    asked = [(p["context"], q["answers"]) for a in data for p in a["paragraphs"] for q in p["qas"]]
    rng = random.Random(1)
    chosen = rng.sample(asked, options.answers)
    kinds = [KINDS[i % len(KINDS)] for i in range(len(chosen))]
    told = []
    for kind, (context, answers) in zip(kinds, chosen):
        answer = rng.choice(answers)
        told.append(made(kind, answer["text"], context, answer["answer_start"], rng.choice(asked)[1][0]["text"], rng))
    given = [[a["text"] for a in answers] for _, answers in chosen]
    # Answers that normalise to nothing, which SQuAD has none of.
    given[:3] = [["the"], ["an", "Paris"], ["?!"]]
    root = pathlib.Path(__file__).parent.parent
    run = subprocess.run(["node", "--input-type=module", "-e", SCORE], input=json.dumps({"told": told, "given": given}), capture_output=True, text=True, cwd=root)
    if run.returncode:
        sys.exit(run.stderr)
    ours = json.loads(run.stdout)
    preds = [{"prediction_text": t, "id": str(i)} for i, t in enumerate(told)]
    targets = [{"answers": {"answer_start": [0] * len(g), "text": g}, "id": str(i)} for i, g in enumerate(given)]
    wrong = []
    for i, (kind, pred, target) in enumerate(zip(kinds, preds, targets)):
        theirs = squad([pred], [target])
        mine = ours["alone"][i]
        if abs(float(theirs["f1"]) / 100 - mine["f1"]) > 1e-6 or abs(float(theirs["exact_match"]) / 100 - mine["exact"]) > 1e-6:
            wrong.append((kind, told[i], given[i], theirs, mine))
    for each in wrong[:10]:
        print(*map(ascii, each))
    theirs = {k: float(v) / 100 for k, v in squad(preds, targets).items()}
    print(f"{len(told) - len(wrong)} of {len(told)} answers score the same; together {ours['all']}, torchmetrics {theirs}")
    print({kind: round(sum(s["f1"] for k, s in zip(kinds, ours["alone"]) if k == kind) / kinds.count(kind), 3) for kind in KINDS})
    same = abs(theirs["f1"] - ours["all"]["f1"]) < 1e-5 and abs(theirs["exact_match"] - ours["all"]["exact-match"]) < 1e-5
    sys.exit(0 if same and not wrong else 1)


main()
