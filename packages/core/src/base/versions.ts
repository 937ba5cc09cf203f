/**
 * The versions of a secret, one a line: the first signs and seals, and all are accepted. `before` is a variable of its
 * own for older versions. A change writes one variable, so no process ever reads a half-made one.
 */
export function versionsOf(secret: string | undefined, before?: string): string[] {
  return [secret, before].flatMap((text) => text?.split("\n").filter(Boolean) ?? []);
}
