import { planted } from "./canaries.ts";

/** Persons to book for, in tests and benchmarks. The telephone number is one of those that are kept for fiction. */
export const ada = {
  givenName: "Ada",
  familyName: "Ling",
  bornOn: "1990-05-04",
  gender: "f",
  title: "ms",
  email: "ada@example.com",
  phone: planted.telephone,
} as const;

/** As on the specimens of German passports. */
export const erika = {
  givenName: "Erika",
  familyName: planted.familyName,
  bornOn: "1964-08-12",
  gender: "f",
  title: "ms",
} as const;
