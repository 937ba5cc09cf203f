export { asleep, type Band, bandOf, isNear, leastNear } from "./rule/band.ts";
export {
  anewIn,
  begin,
  boundsOf,
  type Check,
  type Decision,
  decide,
  doubtful,
  dropLimit,
  type Fired,
  type History,
  leastStep,
  type Mode,
  type RuleName,
  type Rules,
  ruleNames,
  type State,
} from "./rule/decide.ts";
export { columns, modeOf, pack, type Row, rulesOf, unpack } from "./rule/state.ts";
