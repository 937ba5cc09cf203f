import { writeFileSync } from "node:fs";
import { dump } from "./backup/dump.ts";
import { parse, Refused, run } from "./command.ts";

const usage = `Use: npm run backup -- <file | s3://bucket/key>
     npm run --silent backup -- - | …
     npm run backup -- --new-key <file>

  DATABASE_URL          the direct address of the Postgres, without a pooler
  BACKUP_RECIPIENTS     the public keys (age1…) that the backup is encrypted for, separated by commas
  --without-encryption  writes clear text, for a disk that is encrypted itself
  --new-key <file>      writes a new private key to a file, and prints its public key

Ends with 0 when the backup is whole, with 2 when there is none.`;

const options = {
  "new-key": { type: "string" },
  "without-encryption": { type: "boolean" },
  help: { type: "boolean" },
} as const;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parse(args, options, usage);
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (values["new-key"]) return newKey(values["new-key"]);
  const [place] = positionals;
  if (!place || positionals.length > 1) throw new Refused(usage);
  // npm writes what it runs to the standard output, unless it is silent.
  const { npm_lifecycle_event: script, npm_config_loglevel: level } = process.env;
  if (place === "-" && script !== undefined && level !== "silent") {
    throw new Refused(
      "npm has written a line before the backup, which could not be restored. Use: npm run --silent backup -- -",
    );
  }
  const { DATABASE_URL: databaseUrl, BACKUP_RECIPIENTS: given = "" } = process.env;
  if (!databaseUrl) throw new Refused("DATABASE_URL is not set: where is the Postgres to back up?");
  const recipients = given.split(/[\s,]+/).filter((each) => each !== "");
  const isClear = values["without-encryption"] === true;
  if (recipients.length === 0 && !isClear) {
    throw new Refused("BACKUP_RECIPIENTS is not set: npm run backup -- --new-key <file> makes a key and prints it.");
  }
  if (recipients.length > 0 && isClear) throw new Refused("BACKUP_RECIPIENTS and --without-encryption: which one?");
  // The standard output may be the backup.
  console.error(await dump({ databaseUrl, place, recipients, say: console.error }));
  return 0;
}

async function newKey(file: string): Promise<number> {
  const { generateIdentity, identityToRecipient } = await import("age-encryption");
  const identity = await generateIdentity();
  const recipient = await identityToRecipient(identity);
  try {
    writeFileSync(file, `# public key: ${recipient}\n${identity}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    throw new Refused(`${file} cannot be written: ${(error as Error).message}`);
  }
  console.log(recipient);
  return 0;
}

await run(main);
