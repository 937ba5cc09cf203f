import { crc32, inflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { toCsv, toZip } from "../../src/privacy/csv.ts";

/** The files of a ZIP, read from its directory; their sums must be right. */
function unzip(bytes: Uint8Array): Record<string, string> {
  const file = Buffer.from(bytes);
  const end = file.length - 22;
  expect(file.readUInt32LE(end)).toBe(0x06054b50);
  let at = file.readUInt32LE(end + 16);
  expect(at + file.readUInt32LE(end + 12)).toBe(end);
  const found: Record<string, string> = {};
  for (let count = file.readUInt16LE(end + 10); count > 0; count--) {
    expect(file.readUInt32LE(at)).toBe(0x02014b50);
    const [sum, packed, size] = [16, 20, 24].map((offset) => file.readUInt32LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const length = file.readUInt16LE(at + 28);
    const name = file.toString("latin1", at + 46, at + 46 + length);
    const local = file.readUInt32LE(at + 42);
    expect(file.readUInt32LE(local)).toBe(0x04034b50);
    const begin = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
    const content = inflateRawSync(file.subarray(begin, begin + packed));
    expect([content.length, crc32(content)]).toEqual([size, sum]);
    found[name] = content.toString();
    at += 46 + length;
  }
  return found;
}

test("a part is a ZIP of one CSV file for each list with rows", () => {
  const part = {
    madeAt: "2026-11-26T12:00:00.000Z",
    part: 1,
    parts: 2,
    users: [{ id: "usr_1", firstName: 'Zoë, "Z"', phone: null, isOperator: false }],
    bookings: [],
    prices: Array.from({ length: 5_000 }, (_, price) => ({ price, status: "ok" })),
  };
  const files = unzip(toZip(part));
  expect(Object.keys(files)).toEqual(["export.csv", "users.csv", "prices.csv"]);
  expect(files["export.csv"]).toBe("\ufeffmadeAt,part,parts\r\n2026-11-26T12:00:00.000Z,1,2\r\n");
  expect(files["users.csv"]).toBe('\ufeffid,firstName,phone,isOperator\r\nusr_1,"Zoë, ""Z""",,false\r\n');
  expect(files["prices.csv"]?.split("\r\n")).toHaveLength(5_002);
});

test.each([
  "=1+1",
  "+44 20",
  "-2",
  "@SUM(A1)",
  "\t=1",
  "\r=1",
  "\n=1",
  "  =1",
  "＝1",
  '=HYPERLINK("https://evil.example","x")',
])("the text %j is no formula in a spreadsheet", (name) => {
  const [, ...lines] = toCsv([{ name, before: 'a,"=1"' }]).split("\r\n");
  const cell = lines.join("\r\n").replace(/^"/, "");
  expect(cell.startsWith("'")).toBe(true);
  expect(cell).toContain(name.replaceAll('"', '""'));
});

test("numbers stay numbers, a negative one too, and what has fields is JSON", () => {
  const row = { price: -5, share: 0.1, list: ["a", "b"], what: { from: "=x" }, text: "a\r\nb", day: "2026-11-26" };
  expect(toCsv([row])).toBe(
    '\ufeffprice,share,list,what,text,day\r\n-5,0.1,"[""a"",""b""]","{""from"":""=x""}","a\r\nb",2026-11-26\r\n',
  );
});

test("rows with other columns than the first keep them", () => {
  expect(toCsv([{ a: 1 }, { b: 2 }])).toBe("\ufeffa,b\r\n1,\r\n,2\r\n");
});
