import { Problem } from "../base/error.ts";
import { currentTerms } from "./terms.ts";

/** What cannot be booked as it was asked, at the field that says so. */
export const fault = (code: string, pointer: string, detail: string) =>
  new Problem("input", code, "This cannot be booked as asked.", { errors: [{ pointer, detail }] });

/** @throws Problem `booking.terms` where other terms hold now */
export function requireTerms(terms: string): void {
  if (terms === currentTerms) return;
  throw fault("booking.terms", "/terms", `must be ${currentTerms}, the version of the terms that holds now`);
}
