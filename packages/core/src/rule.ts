export { type Band, bandOf, isNear, leastNear, neverWakes } from "./rule/band.ts";
export {
  boundsOf,
  type Check,
  type Decision,
  decide,
  doubtful,
  dropLimit,
  type Fired,
  type History,
  initialState,
  leastStep,
  type Mode,
  type RuleName,
  type Rules,
  ruleNames,
  type State,
  startEpoch,
} from "./rule/decide.ts";
export { holds } from "./rule/holds.ts";
export { decisionInfo, type FiredInfo } from "./rule/info.ts";
export { columns, modeOf, pack, type Row, rulesOf, unpack } from "./rule/state.ts";
