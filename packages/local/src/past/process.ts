import { constants, setPriority } from "node:os";
import { fill, type Progress } from "./fill.ts";

// A run in a process of its own, so that the product answers meanwhile. It gives way to all others on this machine, and
// ends with its parent, however that ends.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
const gone = new AbortController();
process.once("disconnect", () => process.exit(1));

const send = (message: Progress | { nextAt: string; checks: number }) =>
  new Promise<void>((resolve) => process.send?.(message, () => resolve()));
const { nextAt, checks } = await fill(
  new Date(process.argv[2] ?? Number.NaN),
  (done, wanted) => void send({ done, wanted }),
  gone.signal,
);
await send({ nextAt: nextAt.toISOString(), checks });
process.disconnect();
