import { readFileSync } from "node:fs";
import { check, load } from "./backup/load.ts";
import { parse, Refused, run } from "./command.ts";

const usage = `Use: npm run restore -- <file | s3://bucket/key | ->

  DATABASE_URL          the direct address, without a pooler, of a database that is empty or is still to be created
  BACKUP_IDENTITY_FILE  the file with the private key (AGE-SECRET-KEY-…)
  --check               reads all of the backup and restores nothing; DATABASE_URL is not needed

A restore that was cut goes on when it is run again with the same backup and database.
Ends with 0 when all is restored and verified, with 2 when it is not.`;

const options = { check: { type: "boolean" }, help: { type: "boolean" } } as const;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parse(args, options, usage);
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const [place] = positionals;
  if (!place || positionals.length > 1) throw new Refused(usage);
  const { DATABASE_URL: databaseUrl, BACKUP_IDENTITY_FILE: file } = process.env;
  const given = { place, identities: file ? identitiesIn(file) : [], say: console.error };
  if (values.check) {
    console.log(await check(given));
    return 0;
  }
  if (!databaseUrl) throw new Refused("DATABASE_URL is not set: which empty database is to be restored into?");
  const { text } = await load({ ...given, databaseUrl });
  console.log(text);
  return 0;
}

/** The keys of a file, without its comments. */
function identitiesIn(file: string): string[] {
  try {
    const lines = readFileSync(file, "utf8").split("\n");
    return lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  } catch (error) {
    throw new Refused(`BACKUP_IDENTITY_FILE cannot be read: ${(error as Error).message}`);
  }
}

await run(main);
