import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What tests give to the product and no log may hold: the factories of tests plant these. */
export const planted = {
  password: "correct horse battery staple",
  otherPassword: "nine small green boats",
  document: "C01X00T47",
  familyName: "Mustermann",
  telephone: "+442079460000",
  card: "4242424242424242",
} as const;

/** Writes a text as a pattern that also finds it percent-encoded, or grouped by spaces, `+` or hyphens. */
const literal = (text: string) =>
  new RegExp(
    [...text]
      .map((letter) => (letter === " " ? "(?: |\\+|%20|-)" : letter === "+" ? "(?:\\+|%2B)" : letter))
      .join(/^\d+$/.test(text) ? "[ -]?" : ""),
    "i",
  );

/** What is searched for. Tests use addresses of the domains and networks that are kept for examples, and no others. */
const canaries: Record<string, RegExp> = {
  "an e-mail address": /[^\s"'<>:,/\\]+(?:@|%40)(?:[\w-]+\.)*example\.(?:com|org|net)\b/i,
  "a password": new RegExp(`${literal(planted.password).source}|${literal(planted.otherPassword).source}`, "i"),
  "the number of a document": /\bC01X00T4\d/i,
  "a traveler's name": literal(planted.familyName),
  "a telephone number": literal(planted.telephone),
  "the number of a card": literal(planted.card),
  "a viewer's address": /\b2001:db8:|\b(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d/i,
  "a key for programs": /\btck_[0-9A-Za-z]{20}/,
  "a secret of Stripe": /\b(?:sk|rk)_(?:test|live)_\w|\bwhsec_\w|_secret_\w/,
  "a password of Postgres": /\bpostgres(?:ql)?:\/\/[^\s/"@]*:[^\s/"@]+@/,
  "a recovery code": /\b[0-9a-z]{4}(?:-[0-9a-z]{4}){5}\b(?!-)/,
  "a session or a link": /\b(?:__Host-session=|Bearer )\S|[?#&](?:amp;)?token=\S/,
  // 256 random bits, as tokens have them: ids are shorter, and digests are written in hex, but for the key of a search.
  "a token": /(?<!"key":")(?<![\w./+-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[\w-]{43}(?![\w-])/,
};

/** A line of the product's output that holds what it must not: the test, the number of its line, and what. */
export type Finding = { test: string; line: number; what: string; text: string };

/** Searches the lines that were kept, and counts them. A finding shows the line without what was found. */
export function search(folder: string): { lines: number; findings: Finding[] } {
  const findings: Finding[] = [];
  let lines = 0;
  for (const file of readdirSync(folder).sort()) {
    const test = decodeURIComponent(file.replace(/\.log$/, ""));
    for (const [index, text] of readFileSync(join(folder, file), "utf8").split("\n").entries()) {
      if (text === "") continue;
      lines += 1;
      for (const [what, canary] of Object.entries(canaries))
        if (canary.test(text)) findings.push({ test, line: index + 1, what, text: shown(text, canary, what) });
    }
  }
  return { lines, findings };
}

function shown(text: string, canary: RegExp, what: string): string {
  const { index, 0: found } = canary.exec(text)!;
  return `${text.slice(Math.max(0, index - 80), index)}<${what}>${text.slice(index + found.length).slice(0, 80)}`;
}

/** Says what was found; undefined where nothing was. */
export function reportOf({ lines, findings }: ReturnType<typeof search>): string | undefined {
  if (findings.length === 0) return undefined;
  const list = findings
    .slice(0, 50)
    .map(({ test, line, what, text }) => `  ${test}, line ${line}: ${what}\n    ${text}`);
  const count = `${findings.length} of ${lines} lines`;
  return [`The product's log held what it must not, in ${count} (docs/security.md, Logs):`, ...list].join("\n");
}
