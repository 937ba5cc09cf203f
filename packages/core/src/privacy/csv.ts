import { crc32, deflateRawSync } from "node:zlib";

/**
 * Writes a part of an export as a ZIP of CSV files, one for each list with rows, and `export.csv` with what is said of
 * the part itself.
 */
export function toZip(part: Record<string, unknown>): Uint8Array<ArrayBuffer> {
  const lists = Object.entries(part).filter((entry): entry is [string, object[]] => Array.isArray(entry[1]));
  const said = Object.fromEntries(Object.entries(part).filter(([, value]) => !Array.isArray(value)));
  const files = [["export", [said]] as const, ...lists.filter(([, rows]) => rows.length > 0)];
  return zip(files.map(([name, rows]) => ({ name: `${name}.csv`, bytes: Buffer.from(toCsv(rows)) })));
}

/**
 * CSV by RFC 4180 in UTF-8, with a byte order mark, by which spreadsheets know the encoding. A value with fields of its
 * own is JSON; null is empty.
 */
export function toCsv(rows: readonly object[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = rows.map((row) => columns.map((column) => cell((row as Record<string, unknown>)[column])));
  return `\ufeff${[columns.map(cell), ...lines].map((line) => `${line.join(",")}\r\n`).join("")}`;
}

/**
 * A text that a spreadsheet could take for a formula gets an apostrophe before it: people choose their own names, and
 * others send them text.
 */
function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const safe = /^(\s*[=+\-@＝＋－＠]|[\t\r\n])/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A ZIP file (PKWARE APPNOTE 6.3.3) of deflated files with ASCII names; dated 1980, where the format's time begins. */
function zip(files: { name: string; bytes: Uint8Array }[]): Uint8Array<ArrayBuffer> {
  const local: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  for (const { name, bytes } of files) {
    const packed = deflateRawSync(bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    const entry = Buffer.concat([Buffer.from("PK\x03\x04"), common, Buffer.from(name), packed]);
    central.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, place, Buffer.from(name)]));
    local.push(entry);
    offset += entry.length;
  }
  const size = central.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, ...central, end]);
}
