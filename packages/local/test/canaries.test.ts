import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "@travel-conductor/core/base/env";
import { logger } from "@travel-conductor/core/base/log";
import { emit } from "@travel-conductor/core/base/metric";
import { afterEach, expect, inject, test, vi } from "vitest";
import { planted, reportOf, search } from "../src/testing/canaries.ts";
import { keepLog } from "../src/testing/output.ts";

const folder = mkdtempSync(join(tmpdir(), "canaries-"));
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** What a run says that wrote these lines in one test. */
function found(...lines: string[]) {
  const one = mkdtempSync(join(tmpdir(), "canaries-"));
  writeFileSync(join(one, `${encodeURIComponent("packages/one/test/a.test.ts")}.log`), lines.join("\n"));
  const result = search(one);
  rmSync(one, { recursive: true });
  return result;
}

const line = (text: string) => `{"level":"ERROR","service":"travel-conductor","message":"failed","told":"${text}"}`;

test.each([
  ["an e-mail address", "mail to ada.k+1@example.com failed"],
  ["an e-mail address", "/v1/users?email=usr_1%40mail.example.org"],
  ["a password", planted.password],
  ["a password", "password=nine+small%20green+boats"],
  ["the number of a document", "document C01X00T47"],
  ["a traveler's name", "MUSTERMANN/ERIKA"],
  ["a telephone number", "tel=%2B442079460000"],
  ["the number of a card", "4242 4242 4242 4242"],
  ["a viewer's address", "2001:db8:0:1::1"],
  ["a viewer's address", "198.51.100.7"],
  ["a key for programs", `tck_${"a".repeat(49)}`],
  ["a secret of Stripe", "whsec_abc"],
  ["a password of Postgres", "postgresql://me:secret@localhost/one"],
  ["a recovery code", "ab12-cd34-ef56-gh78-jk90-mn12"],
  ["a session or a link", "https://app.example.com/do#token=abc"],
  ["a token", "the token iZ0x8Jt5CZKx2Vw1m7q9Yp3Ls6Nf4Rb8Hd0Gk2Tj5Uo is known"],
])("finds %s: %s", (what, text) => {
  const { lines, findings } = found(line("nothing"), line(text));
  expect(lines).toBe(2);
  expect(findings).toEqual([expect.objectContaining({ test: "packages/one/test/a.test.ts", line: 2, what })]);
  // The report is kept by whoever runs the tests, so it does not show what was found.
  const report = reportOf({ lines, findings });
  expect(report).toContain(`packages/one/test/a.test.ts, line 2: ${what}`);
  expect(report).not.toContain(text);
});

test("finds nothing in what a log may hold", () => {
  const ids = "usr_06h1qfs3pkqfysk68xdjqbksqm 06h1qfs3-pkqf-ysk6-8xdj-qbksqm000000 ord_bfa9f928ec06ab35f9866234";
  const frame = "at advance (/srv/travel-conductor/packages/core/src/booking/run.ts:55:12)";
  const hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
  const search = '{"message":"flight.refresh not queued","key":"dILIdigk8gxdsP51AC9munXHUACeZzNTMJ1yOugKPwg"}';
  const result = found(line(ids), line(frame), line(hash), search, line("https://app.example.com/v1/links 127.0.0.1"));
  expect(result).toEqual({ lines: 5, findings: [] });
  expect(reportOf(result)).toBeUndefined();
});

test("keeps every line of the logger and the metrics, also those that a test hides", async () => {
  const file = join(inject("output"), `${encodeURIComponent("packages/local/test/canaries.test.ts")}.log`);
  const kept = () => readFileSync(file, "utf8");
  logger.error("written", { id: "one" });
  for (const method of ["warn", "error"] as const) {
    const spy = vi.spyOn(logger, method).mockImplementation(() => undefined);
    logger[method]("hidden", { error: new Error(`the cause of ${method}`) });
    expect(spy).toHaveBeenCalledOnce();
  }
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  env.SST_STAGE = "test";
  emit({ Kept: [1, "Count"] });
  delete env.SST_STAGE;
  keepLog('up at http://127.0.0.1\n{"message":"of a child"}\n');
  expect(kept().split("\n")).toEqual([
    expect.stringContaining('"message":"written"'),
    expect.stringContaining("the cause of warn"),
    expect.stringContaining("the cause of error"),
    expect.stringContaining('"Kept":1'),
    '{"message":"of a child"}',
    "",
  ]);
});
