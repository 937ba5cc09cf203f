import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { direct } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import { check } from "../../src/backup/load.ts";

const cwd = fileURLToPath(new URL("../../../..", import.meta.url));

/** Runs `npm run … backup -- -` as an operator does, also where npm runs the tests. */
function backup(...flags: string[]) {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("npm_"));
  const env = { ...Object.fromEntries(kept), DATABASE_URL: direct.postgres, BACKUP_RECIPIENTS: "" };
  const args = ["run", ...flags, "backup", "--", "-", "--without-encryption"];
  return spawnSync("npm", args, { cwd, env, maxBuffer: 1e9 });
}

test("is piped by npm without a line of npm's own, or not at all", async () => {
  const refused = backup();
  expect([refused.status, String(refused.stderr)]).toEqual([
    2,
    expect.stringContaining("npm run --silent backup -- -"),
  ]);
  expect(String(refused.stdout)).not.toContain("travel-conductor backup ");

  const { stdout } = backup("--silent");
  const folder = mkdtempSync(join(tmpdir(), "pipe-"));
  try {
    const place = join(folder, "piped.backup");
    writeFileSync(place, stdout);
    expect(await check({ place, identities: [] })).toContain("is whole");
  } finally {
    rmSync(folder, { recursive: true });
  }
  // It starts two processes.
}, 60_000);
