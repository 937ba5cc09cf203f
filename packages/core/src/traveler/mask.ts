/** The end of a number by which its owner knows it: of 12 characters or more four, of six or more three, else none. */
export function endOf(number: string): string {
  if (number.length >= 12) return number.slice(-4);
  return number.length >= 6 ? number.slice(-3) : "";
}
