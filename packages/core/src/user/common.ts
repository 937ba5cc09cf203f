import passwords from "../../data/passwords.json";
import { type Bloom, has } from "../base/bloom.ts";

const filter: Bloom = Buffer.from(passwords.filter, "base64");

/** Returns whether a password, in lower case, is among the most common ones; see data/passwords.json. */
export function isCommon(password: string): boolean {
  return has(filter, password);
}
