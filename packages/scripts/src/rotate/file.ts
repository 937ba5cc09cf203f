import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { Refused } from "../command.ts";
import type { Store } from "./store.ts";

/** The secrets in a file of variables, which `npm start` reads. What reads it is restarted by hand. */
export function fileStore(path: string): Store {
  const text = () => (existsSync(path) ? readFileSync(path, "utf8") : "");
  const put = (name: string, line: string | undefined) => {
    const kept = text()
      .split("\n")
      .filter((each) => !new RegExp(`^\\s*(export\\s+)?${name}\\s*=`).test(each));
    while (kept.at(-1) === "") kept.pop();
    // For the owner alone, where it is a new file.
    writeFileSync(path, `${[...kept, ...(line === undefined ? [] : [line])].join("\n")}\n`, { mode: 0o600 });
  };
  return {
    read: async (name) => parseEnv(text())[name] || undefined,
    write: async (name, value) => {
      if (/["\\\r]/.test(value)) throw new Refused(`${name} holds a quote or a backslash: change ${path} by hand.`);
      put(name, `${name}="${value.replaceAll("\n", "\\n")}"`);
    },
    remove: async (name) => put(name, undefined),
    check: async () => undefined,
    restart: async (_, say) => {
      say(`Restart what reads ${path}.`);
      return 0;
    },
  };
}
