/** What the operator must put right before anything can be verified. */
export class Refused extends Error {}
