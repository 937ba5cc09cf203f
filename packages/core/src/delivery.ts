export { deliver, type Options } from "./delivery/deliver.ts";
