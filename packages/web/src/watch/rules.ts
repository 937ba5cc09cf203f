import type { GivenRules, Rules } from "../data/watches.ts";

/** The rules while they are edited: texts as typed. */
export type Draft = {
  target: string;
  useTarget: boolean;
  drop: number;
  useDrop: boolean;
  newLow: boolean;
  routeLow: boolean;
};

export function draftOf(rules: Rules | null, suggestion: string): Draft {
  if (!rules) return { target: suggestion, useTarget: false, drop: 10, useDrop: true, newLow: false, routeLow: false };
  return {
    target: rules.target?.amount ?? suggestion,
    useTarget: rules.target !== null,
    drop: rules.drop === null ? 10 : Math.round(Number(rules.drop) * 100),
    useDrop: rules.drop !== null,
    newLow: rules.newLow,
    routeLow: rules.routeLow,
  };
}

export function rulesOf({ target, useTarget, drop, useDrop, newLow, routeLow }: Draft): GivenRules {
  return {
    target: useTarget && target.trim() !== "" ? target.trim() : null,
    drop: useDrop ? (drop / 100).toFixed(2) : null,
    newLow,
    routeLow,
  };
}

/** Whether both tell of the same prices: `25` and `25.00` are one target. */
export function isSame(one: GivenRules, other: GivenRules): boolean {
  const textOf = ({ target, ...rules }: GivenRules) => JSON.stringify([target === null ? null : Number(target), rules]);
  return textOf(one) === textOf(other);
}

export const isAnyOn = ({ target, useTarget, useDrop, newLow, routeLow }: Draft) =>
  (useTarget && target.trim() !== "") || useDrop || newLow || routeLow;

/**
 * An amount as the API takes it: a point before the decimals, nothing between thousands. The last point or comma of a
 * text stands before the decimals, unless it is there twice. Arabic digits count as ours.
 */
export function readAmount(text: string): string {
  const typed = text
    .replaceAll(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String((digit.codePointAt(0)! - 0x660) % 0x90))
    .replaceAll("\u066b", ",")
    .replaceAll(/[^\d.,]/g, "");
  const end = Math.max(typed.lastIndexOf("."), typed.lastIndexOf(","));
  const isTwice = end >= 0 && typed.indexOf(typed[end]!) !== end;
  const [whole, decimals] = end < 0 || isTwice ? [typed, null] : [typed.slice(0, end), typed.slice(end + 1)];
  return whole.replaceAll(/\D/g, "") + (decimals === null ? "" : `.${decimals}`);
}
