/** A language of forty words, so that language models can be tried without a download: what follows a word is one of four. */
import { randomStream } from "../../../base/random.ts";

const WORDS = 40;
const WORDS_OF_A_LINE = 12;

/** What is added to three times a word to give the next: half of the times 1, a quarter 2, an eighth each 5 and 11. */
const STEPS = [1, 1, 1, 1, 2, 2, 5, 11];

/** Lines of the language, the same every time; a model that knows it has 1.2 nats a word to tell, one that knows nothing 3.7. */
export function syntheticLines(count: number): string[] {
  const random = randomStream({ seed: 1, stream: "noise", replicate: 0, step: 0, item: 0 });
  return Array.from({ length: count }, () => {
    let word = random.below(WORDS);
    return Array.from({ length: WORDS_OF_A_LINE }, () => {
      word = (3 * word + STEPS[random.below(STEPS.length)]!) % WORDS;
      return `w${word}`;
    }).join(" ");
  });
}
