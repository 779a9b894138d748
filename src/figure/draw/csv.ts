/** Comma-separated values after RFC 4180: CRLF, a header, quotes where needed, numbers in full precision. */

/** A record per line; every record has the keys of the first, which are the header. */
export function toCsv(records: readonly Readonly<Record<string, string | number>>[]): string {
  const header = Object.keys(records[0] ?? {});
  const lines = [header, ...records.map((record) => header.map((key) => String(record[key])))];
  return lines.map((fields) => `${fields.map(quote).join(",")}\r\n`).join("");
}

function quote(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
