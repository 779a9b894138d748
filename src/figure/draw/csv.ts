/** Comma-separated values after RFC 4180: CRLF, a header, quotes where needed, numbers in full precision. */

/** A record per line; every record has the keys of the first, which are the header. */
export function toCsv(records: readonly Readonly<Record<string, string | number>>[]): string {
  const header = Object.keys(records[0] ?? {});
  const lines = [header, ...records.map((record) => header.map((key) => String(record[key])))];
  return lines.map((fields) => `${fields.map(quote).join(",")}\r\n`).join("");
}

/** The two tables of a figure: what is drawn, and the replicates' values behind it. */
export function csvOf(
  summaries: readonly object[],
  replicates: readonly object[],
): { csv: string; replicates: string } {
  return { csv: toCsv(summaries.map(record)), replicates: toCsv(replicates.map(record)) };
}

function record(fields: object): Record<string, string | number> {
  return { ...fields };
}

function quote(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
