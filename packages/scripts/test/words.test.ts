import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { check, count } from "../src/words.ts";

const root = await mkdtemp(join(tmpdir(), "words-"));
afterAll(() => rm(root, { recursive: true }));

test("counts comments of every form, and no code or text", () => {
  const text = [
    "/** Tells whoever asks. */",
    "export const nobody = 'whatever'; // so many",
    "const query = `select who",
    "  -- somebody else's row",
    "  from users`;",
    "/* By then",
    "   someone */",
  ].join("\n");
  expect(count("a.ts", text)).toEqual({
    words: 3 + 2 + 3 + 3,
    found: [
      { file: "a.ts", line: 1, word: "whoever" },
      { file: "a.ts", line: 2, word: "so many" },
      { file: "a.ts", line: 4, word: "somebody" },
      { file: "a.ts", line: 6, word: "By then" },
      { file: "a.ts", line: 7, word: "someone" },
    ],
  });
});

test("accepts three vague words in a thousand, and names each of four", async () => {
  await mkdir(join(root, "three/part"), { recursive: true });
  await mkdir(join(root, "four/part"), { recursive: true });
  await writeFile(join(root, "three/a.ts"), `// ${"word ".repeat(997)}\n// who whom\n`);
  await writeFile(join(root, "three/part/b.mjs"), "// whose\n");
  await writeFile(join(root, "four/a.ts"), `// ${"word ".repeat(996)}\n// who whom\n`);
  await writeFile(join(root, "four/part/b.mjs"), "// whose\n// nobody\n");
  expect(await check(root, ["three", "four"])).toEqual({
    lines: [
      "three: 3 vague words in 1000 of comments, 3.0 per 1,000",
      "four: 4 vague words in 1000 of comments, 4.0 per 1,000",
    ],
    faults: ["four/a.ts:2: who", "four/a.ts:2: whom", "four/part/b.mjs:1: whose", "four/part/b.mjs:2: nobody"],
  });
});
