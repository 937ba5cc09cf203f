import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/**
 * The network of an address, "203.0.113.0/24" or "2001:db8:0:1::/64": one household or office, coarse enough to store.
 * An IPv4 address written as IPv6 counts as IPv4. Null for anything that is no address.
 */
export function networkOf(address: string | undefined): string | null {
  const parsed = parse(address);
  if (parsed instanceof ipaddr.IPv4) return `${parsed.octets.slice(0, 3).join(".")}.0/24`;
  return parsed === undefined ? null : household(parsed);
}

/** What requests from an address are counted by: an IPv4 address, or the network of an IPv6 address. */
export function addressKey(address: string): string {
  const parsed = parse(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return parsed === undefined ? address : household(parsed);
}

/** The /64 of an address. */
function household({ parts }: ipaddr.IPv6): string {
  const groups = parts.slice(0, 4).map((group) => group.toString(16));
  return `${groups.join(":")}::/64`;
}

function parse(address: string | undefined): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const [plain = ""] = address?.split("%") ?? [];
  return isIP(plain) === 0 ? undefined : ipaddr.process(plain);
}
