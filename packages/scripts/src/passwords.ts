import { writeFile } from "node:fs/promises";
import { create } from "@travel-conductor/core/base/bloom";
import { dictionary } from "@zxcvbn-ts/language-common";

/** Writes the filter that core ships: the common passwords that are long enough to be accepted. */
const passwords = dictionary["passwords-common"].filter((password) => [...password].length >= 8);
const about =
  `A Bloom filter of ${passwords.length} passwords, in lower case: those of 8 characters or more among the most common ` +
  "of @zxcvbn-ts/language-common 4.1.3 (MIT). Written by `npm run passwords`.";
const filter = Buffer.from(create(passwords)).toString("base64");
await writeFile(
  new URL("../../core/data/passwords.json", import.meta.url),
  `{"about":${JSON.stringify(about)},"filter":"${filter}"}\n`,
);
console.log(`passwords.json: ${passwords.length} passwords, ${Math.round(filter.length / 1024)} KiB`);
