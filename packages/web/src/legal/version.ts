/** The version of the terms on the page of terms: the day since when they hold. */
export const termsVersion = "2026-11-01";
