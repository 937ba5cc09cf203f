export { deliver, nextDue, type Options } from "./delivery/deliver.ts";
