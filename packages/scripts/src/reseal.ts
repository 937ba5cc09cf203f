import { reseal } from "@travel-conductor/core/base/reseal";
import { realNow } from "@travel-conductor/core/base/time";

/**
 * Seals with a new data key what lies sealed with older ones. The environment names the database, KMS_KEY and the AWS
 * account, as the product's does. Ends with 1 where a row does not open: the log names it.
 */
const { version, outcomes } = await reseal(realNow(), { say: console.log });
const total = (name: "changed" | "unreadable") => outcomes.reduce((sum, outcome) => sum + outcome[name], 0);
if (total("changed") > 0) console.log(`${total("changed")} rows changed meanwhile: run it again.`);
console.log(`Run it again in five minutes: until then others may not know data key ${version} yet.`);
if (total("unreadable") > 0) process.exitCode = 1;
