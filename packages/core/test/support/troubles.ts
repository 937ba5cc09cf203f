// Parts of domains in trouble, for the tests of alarms, which may not import them.
export { findUnknown } from "../../src/booking/find.ts";
export { steps } from "../../src/booking/steps.ts";
export { persistCounts } from "../../src/flight/chain/admin.ts";
export { holdToQuestion } from "../../src/flight/chain/question.ts";
