import { scene } from "./scene.ts";

/** A worker of its own: does the acts it is told to, and says which are done. Whoever started it may end it at any moment. */
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
