import { scene } from "./scene.ts";

/** A worker process: performs the acts it is sent and reports each when done. It may be killed at any moment. */
const [one = "", other = ""] = process.argv.slice(2);
const acts = scene(one, other);
process.once("message", async ({ from, to }: { from: number; to: number }) => {
  for (let index = from; index < to; index++) {
    await acts[index]!();
    process.send!({ done: index });
  }
  process.disconnect();
});
process.send!("ready");
