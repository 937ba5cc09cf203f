import type { Column, Fault, Line } from "@travel-conductor/core/replay";
import { CsvError, parse } from "csv-parse/sync";

const columns = [
  "timestamp_utc",
  "origin",
  "destination",
  "departure_date",
  "price",
  "currency",
] as const satisfies Column[];

const delimiters: Record<string, string> = { ",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe" };

type Row = { number: number; fields: string[] };

/**
 * Reads the text of a file of recorded fares: UTF-8, with or without a byte order mark, lines that end in LF, CRLF or
 * CR, and fields in quotes where they need them. The delimiter is the one of comma, semicolon, tab and pipe that
 * separates most of the wanted columns of the first line. Names of columns may be in any case and order. A line with
 * another number of fields than the first is a fault.
 * @throws Error with one sentence that says what the file lacks
 */
export function parseFile(bytes: Uint8Array): { lines: Line[]; faults: Fault[]; delimiter: string } {
  const text = decode(bytes);
  const [delimiter, head] = findDelimiter(text);
  const places = placesOf(head);
  const [, ...rows] = split(text, delimiter);
  const faults: Fault[] = [];
  const lines: Line[] = [];
  for (const { number, fields } of rows) {
    const extra = fields.slice(head.length).some((field) => field.trim() !== "");
    if (fields.length < head.length || extra) {
      const reason = `has ${fields.length} fields, and the first line has ${head.length}`;
      faults.push({ number, of: "line", reason });
    } else {
      const values = Object.fromEntries(columns.map((name) => [name, fields[places[name]] ?? ""])) as Omit<
        Line,
        "number"
      >;
      lines.push({ ...values, number });
    }
  }
  if (rows.length === 0) throw new Error("the file has no line after its first one, which names the columns");
  return { lines, faults, delimiter: delimiters[delimiter] ?? delimiter };
}

function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (isUtf16) throw new Error("the file is UTF-16; it is read as UTF-8, so please save it as that");
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error("the file is not UTF-8 text; please save it as that");
  }
  if (text.includes("\0")) throw new Error("the file is not a text: it has bytes that are zero");
  if (text.trim() === "") throw new Error("the file is empty");
  // Counted as one line each, also within quotes.
  return text.replace(/\r\n?/g, "\n");
}

function findDelimiter(text: string): [delimiter: string, head: string[]] {
  const line = /^.*\S.*/m.exec(text)?.[0] ?? "";
  const found = Object.keys(delimiters).map((delimiter): [string, string[], number] => {
    const head = (split(line, delimiter)[0]?.fields ?? []).map((name) => name.trim().toLowerCase());
    return [delimiter, head, columns.filter((name) => head.includes(name)).length];
  });
  const [delimiter, head] = found.reduce((best, other) => (other[2] > best[2] ? other : best));
  return [delimiter, head];
}

/** @throws Error that names the missing and the repeated columns */
function placesOf(head: string[]): Record<Column, number> {
  const missing = columns.filter((name) => !head.includes(name));
  const repeated = columns.filter((name) => head.indexOf(name) !== head.lastIndexOf(name));
  if (missing.length > 0) {
    const found = head.length > 12 ? [...head.slice(0, 12), "…"] : head;
    throw new Error(`the first line lacks ${nameAll(missing)}; it has ${found.join(", ").slice(0, 300)}`);
  }
  if (repeated.length > 0) throw new Error(`the first line has ${nameAll(repeated)} more than once`);
  return Object.fromEntries(columns.map((name) => [name, head.indexOf(name)])) as ReturnType<typeof placesOf>;
}

const nameAll = (names: string[]) => `the column${names.length > 1 ? "s" : ""} ${names.join(", ")}`;

function split(text: string, delimiter: string): Row[] {
  try {
    const rows = parse(text, {
      delimiter,
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      record_delimiter: "\n",
    }) as unknown as { info: { lines: number }; record: string[] }[];
    return rows
      .map(({ info, record }) => ({ number: info.lines - breaksIn(record), fields: record }))
      .filter(({ fields }) => fields.some((field) => field.trim() !== ""));
  } catch (error) {
    if (error instanceof CsvError && error.code === "CSV_QUOTE_NOT_CLOSED") {
      throw new Error("the file has a quotation mark that opens a field and none that closes it");
    }
    throw error;
  }
}

/** The line breaks within the fields of a row, whose number is that of its last line. */
const breaksIn = (record: string[]) => record.join().match(/\n/g)?.length ?? 0;
