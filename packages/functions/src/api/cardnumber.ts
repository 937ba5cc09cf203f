import { holdsCardNumber } from "@travel-conductor/core/base/card";
import type { Fault } from "@travel-conductor/core/base/error";

const detail = "must not hold the number of a payment card";

/** Fields with a form of their own, which a card number has not; ids are known by their form wherever they stand. */
const strict = new Set(["phone", "cursor", "id"]);
const id = /^[a-z]{3}_[0-9a-z]{26}$/;

/**
 * The texts of a body, at any depth, that hold the number of a payment card, each by its pointer; of a name that holds
 * one, the pointer of what it is a name in. Nothing of the request has been stored or logged yet.
 */
export function cardFaultsIn(body: unknown): Fault[] {
  const faults: Fault[] = [];
  // Not by calls of itself: a body of 256 KB can be 100,000 lists deep.
  const left: [value: unknown, pointer: string, name: string][] = [[body, "", ""]];
  for (let next = left.pop(); next; next = left.pop()) {
    const [value, pointer, name] = next;
    if (isCard(value, name)) faults.push({ pointer, detail });
    if (typeof value !== "object" || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      if (holdsCardNumber(key)) faults.push({ pointer, detail });
      else left.push([inner, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, key]);
    }
  }
  return faults.reverse();
}

/** The same for the parameters of a query. */
export function cardFaultsOf(parameters: URLSearchParams): Fault[] {
  return [...parameters].flatMap(([name, value]) => {
    if (holdsCardNumber(name)) return [{ pointer: "#", detail }];
    return isCard(value, name) ? [{ pointer: `#${name}`, detail }] : [];
  });
}

function isCard(value: unknown, name: string): boolean {
  if (strict.has(name)) return false;
  if (typeof value === "number") return Number.isInteger(value) && holdsCardNumber(String(value));
  return typeof value === "string" && !id.test(value) && holdsCardNumber(value);
}
