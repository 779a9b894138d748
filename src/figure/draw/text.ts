/** Words and numbers as figures and reports write them. */

/** Text as character data, or as an attribute value in double quotes, of XML and HTML. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** A share of weights in % without needless digits: 100, 51.2, 1.8, 0.35. */
export function shortPercent(percent: number): string {
  return String(Number(percent < 1 ? percent.toPrecision(2) : percent.toFixed(1)));
}

/** The text with a capital first letter. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Two decimals, in which accuracies in % count single images of MNIST. */
export function twoDecimals(value: number): string {
  return Number.isFinite(value) ? value.toFixed(2) : "–";
}

/** A whole number with thousands separated: 266,200. */
export function grouped(count: number): string {
  return Number.isFinite(count) ? Math.round(count).toLocaleString("en-US") : "NaN";
}

/** An axis tick for iterations: 0, 500, 10k. */
export function thousands(count: number): string {
  return count !== 0 && count % 100 === 0 && count >= 1000 ? `${count / 1000}k` : String(count);
}

/** Ties numbers to their units and signs, so that no line breaks inside "5 %" or "n = 3". */
export function tie(text: string): string {
  return text.replaceAll(" %", "\u00a0%").replaceAll("n = ", "n\u00a0=\u00a0");
}

/** Splits text between words into lines of at most `width` characters; a longer word gets a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/[ \n]+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
