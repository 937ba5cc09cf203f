import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { versionsOf } from "@travel-conductor/core/base/versions";
import { parse, Refused, run } from "./command.ts";
import { fileStore } from "./rotate/file.ts";
import { type Secret, secrets } from "./rotate/secrets.ts";
import { stageStore } from "./rotate/stage.ts";
import type { Store } from "./rotate/store.ts";

const usage = `Use: npm run rotate -- <name> [--drop [--anyway]] [--stage <name> | --file .env]

Makes a new version of a secret that signs, while the old one is still accepted; --drop ends the old one. A secret
that another service made, or a setting, is read from standard input and replaced.
  ${Object.keys(secrets).join("\n  ")}`;

type Tools = {
  say: (line: string) => void;
  input: () => Promise<string>;
  pause: (seconds: number) => Promise<unknown>;
};

/**
 * Rotates a secret of a stage, or of a file of variables. Each write leaves every process, whichever of the values it
 * has read, with all versions that another one may sign with.
 * @throws Refused where the secret, its state or the account does not allow it; nothing was written then
 */
export async function rotate(args: string[], { say, input, pause }: Tools): Promise<number> {
  const flags = { drop: { type: "boolean" }, anyway: { type: "boolean" } } as const;
  const options = { ...flags, stage: { type: "string" }, file: { type: "string" } } as const;
  const { values, positionals } = parse(args, options, usage);
  const [name = "", ...more] = positionals;
  const secret = secrets[name];
  if (!Object.hasOwn(secrets, name) || !secret || more.length > 0) throw new Refused(usage);
  if (values.stage !== undefined && values.file !== undefined) throw new Refused(usage);
  const store = values.stage === undefined ? fileStore(values.file ?? ".env") : stageStore(values.stage);
  const task = { name, secret, store, say, pause };
  await store.check(name);
  if (values.drop) await drop(task, values.anyway === true);
  else if (secret.kind === "given") await replace(task, await fromInput(input));
  else if (secret.kind === "setting") await replace(task, await fromInput(input, /[\r\n]/));
  else await add(task, async () => secret.make?.() ?? fromInput(input));
  return 0;
}

type Task = { name: string; secret: Secret; store: Store } & Pick<Tools, "say" | "pause">;

async function add({ name, secret, store, say, pause }: Task, make: () => Promise<string>): Promise<void> {
  const held = versionsOf(await store.read(name));
  const before = versionsOf(await store.read(`${name}_BEFORE`));
  const old = held[0];
  const set = async (key: string, value: string) => {
    await store.write(key, value);
    return store.restart(name, say);
  };
  const done = () => say(`Both versions of ${name} are accepted now, and the new one is the first.\n${secret.next}`);
  if (old === undefined) {
    await set(name, await make());
    return say(`${name} is set. It had no version before.`);
  }
  if (!isCut(held, before) && held.length + before.length > 1) {
    // A run that was cut off may have written and not restarted.
    await store.restart(name, say);
    return say(`${name} has several versions already: end the old ones with --drop before you make another.`);
  }
  const made = held[1] ?? (await make());
  if (made === old) throw new Refused(`${name} has this value already.`);
  if (secret.kind === "edge") {
    await set(`${name}_BEFORE`, old);
    await set(name, made);
    return done();
  }
  // Every process accepts the new version before the first one signs with it. Others sign with a shared one.
  if (secret.kind === "own") {
    const seconds = await set(name, [old, made, old].join("\n"));
    if (seconds > 0) say(`Waiting ${seconds} s for what began before`);
    await pause(seconds);
  }
  await set(name, `${made}\n${old}`);
  done();
}

/** Whether a run ended before the new version came first: the one that still signs then also stands last. */
const isCut = (held: string[], before: string[]) =>
  held.length + before.length > 1 && [...held, ...before].at(-1) === held[0];

async function replace({ name, secret, store, say }: Task, value: string): Promise<void> {
  if ((await store.read(name)) === value) throw new Refused(`${name} has this value already.`);
  await store.write(name, value);
  await store.restart(name, say);
  say(`${name} has its new value.\n${secret.next}`);
}

async function drop({ name, secret, store, say }: Task, anyway: boolean): Promise<void> {
  if (secret.kind === "setting") throw new Refused(`${name} has one version: it is replaced at once.`);
  if (secret.kind === "given") throw new Refused(`${name} has one version; the service that made it ends old ones.`);
  const [current, ...others] = versionsOf(await store.read(name));
  const before = await store.read(`${name}_BEFORE`);
  if (current === undefined || (others.length === 0 && before === undefined))
    throw new Refused(`${name} has no old version.`);
  if (isCut([current, ...others], versionsOf(before)))
    throw new Refused(`A run for ${name} was cut off: run it again without --drop first.`);
  if (secret.seals) await reseal({ name, secret, store, say }, anyway);
  if (others.length > 0) await store.write(name, current);
  if (before !== undefined) await store.remove(`${name}_BEFORE`);
  await store.restart(name, say);
  say(`The old version of ${name} is no longer accepted.`);
}

/** Seals anew what lies sealed with the old version. @throws Refused where something would no longer be valid */
async function reseal({ name, secret, store, say }: Omit<Task, "pause">, anyway: boolean): Promise<void> {
  const needed = ["DATABASE_URL", "UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN", name, `${name}_BEFORE`];
  for (const key of needed) {
    const value = await store.read(key);
    if (value !== undefined) process.env[key] = value;
  }
  const door =
    secret.seals === "factor"
      ? await import("@travel-conductor/core/factor")
      : await import("@travel-conductor/core/channel");
  const { renewed, left, unreadable } = await door.reseal();
  say(`${renewed} sealed anew, ${unreadable} open with no version.`);
  if (left === 0) return;
  const fault = `${left} webhooks still have a secret that the old version gave: their owners must rotate them.`;
  if (!anyway) throw new Refused(`${fault} --anyway ends those secrets.`);
  say(fault);
}

async function fromInput(input: () => Promise<string>, refused = /\s/): Promise<string> {
  const value = (await input()).trim();
  if (value === "" || refused.test(value)) throw new Refused("Give the new value on standard input, in one line.");
  return value;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  await run((args) =>
    rotate(args, { say: console.log, input: () => text(process.stdin), pause: (seconds) => wait(seconds * 1000) }),
  );
