/** Returns the quantile of the times at `share` (0.5 for the median). */
export function quantile(times: number[], share: number): number {
  return times.toSorted((one, other) => one - other)[Math.floor(times.length * share)] ?? Number.NaN;
}

export function ratio(one = Number.NaN, other = Number.NaN): number {
  return Math.round((one / other) * 1000) / 1000;
}

export function ms(time = Number.NaN): string {
  return `${time.toFixed(2)} ms`;
}
