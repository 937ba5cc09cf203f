import { fileURLToPath } from "node:url";

/** Where `npm start` keeps its data: DATA_DIR, or `.data/` in the clone. */
export const dataFolder = () => process.env.DATA_DIR ?? fileURLToPath(new URL("../../../.data", import.meta.url));
