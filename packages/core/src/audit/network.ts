import { isIP } from "node:net";

/**
 * The network of an address, "203.0.113.0/24" or "2001:db8:0:1::/64": one household or office, coarse enough to store.
 * An IPv4 address written as IPv6 counts as IPv4. Null for anything that is no address.
 */
export function networkOf(address: string | undefined): string | null {
  const [plain = ""] = address?.split("%") ?? [];
  if (isIP(plain) === 4) return plain.replace(/\d+$/, "0/24");
  if (isIP(plain) !== 6) return null;
  // The URL parser writes every form of an address in hexadecimal groups.
  const [left = [], right = []] = new URL(`http://[${plain}]`).hostname
    .slice(1, -1)
    .split("::")
    .map((half) => half.split(":").filter(Boolean));
  const groups = [...left, ...Array(8 - left.length - right.length).fill("0"), ...right].map((group) =>
    Number.parseInt(group, 16),
  );
  const [high = 0] = groups.slice(6);
  if (groups.slice(0, 6).join() === "0,0,0,0,0,65535")
    return `${high >> 8}.${high & 255}.${(groups[7] ?? 0) >> 8}.0/24`;
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`;
}
