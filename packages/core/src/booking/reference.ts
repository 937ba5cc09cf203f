import { randomInt } from "node:crypto";

/** Letters that are not taken for one another when they are read out or written by hand. */
const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ";

/** A new reference of ours: six letters, of which there are 191 million. */
export const newReference = () => Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join("");
