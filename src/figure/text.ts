/** Words and numbers as figures and reports write them. */

/** Text as character data or an attribute value of XML and HTML. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** A share of weights in % without needless digits: 100, 51.2, 1.8, 0.35. */
export function shortPercent(percent: number): string {
  return String(Number(percent < 1 ? percent.toPrecision(2) : percent.toFixed(1)));
}

/** An accuracy in % with the two decimals in which MNIST counts single images. */
export function accuracyText(percent: number): string {
  return Number.isFinite(percent) ? percent.toFixed(2) : "NaN";
}

/** A whole number with thousands separated: 266,200. */
export function grouped(count: number): string {
  return Number.isFinite(count) ? Math.round(count).toLocaleString("en-US") : "NaN";
}

/** An axis tick for iterations: 0, 500, 10k. */
export function thousands(count: number): string {
  return count !== 0 && count % 100 === 0 && count >= 1000 ? `${count / 1000}k` : String(count);
}

/** Splits text between words into lines of at most `width` characters; a longer word gets a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
