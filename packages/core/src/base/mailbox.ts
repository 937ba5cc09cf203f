import { domainToASCII, domainToUnicode } from "node:url";

const label = String.raw`[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?`;
const domainPattern = new RegExp(String.raw`^(?:${label}\.)+(?=\p{L})${label}$`, "u");
const part = String.raw`[^\s\p{C}"(),.:;<>@[\\\]]+`;
const localPattern = new RegExp(String.raw`^${part}(?:\.${part})*$`, "u");

/**
 * A text without regard to case and Unicode form: NFKC and lower case, and NFKC again, because lower case may compose
 * anew (J̌ → ǰ).
 */
export function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase().normalize("NFKC").trim();
}

/**
 * The key that identifies one mailbox: two addresses with one key are the same mailbox, and any others are not. Case and
 * Unicode form make no difference, nor does a domain's ASCII form (`xn--bcher-kva.example` is `bücher.example`). A tag
 * (`ann+x@`) and dots before the @ do: what they mean is each provider's own. Text that is no address is only folded.
 */
export function emailKey(email: string): string {
  const folded = fold(email);
  const at = folded.lastIndexOf("@");
  const domain = folded.slice(at + 1);
  if (at < 0 || domain.length > 253 || !domainPattern.test(domain)) return folded;
  return `${folded.slice(0, at)}@${fold(domainToUnicode(domain)) || domain}`;
}

/**
 * Returns whether a letter may be sent there: an address, and not below `.invalid` (RFC 6761), where those are kept that
 * the old application had none for.
 */
export const isReachable = (email: string): boolean => isAddress(email) && !/[.@]invalid$/i.test(email);

/**
 * Returns whether this is an address that mail can reach: a local part without quotes or comments (RFC 5321's Dot-string,
 * also in other scripts, RFC 6531) of at most 64 bytes, and a domain of two labels or more, at most 253 characters in
 * its ASCII form with 63 a label; 254 bytes in all (the path of RFC 5321, without its brackets).
 */
export function isAddress(email: string): boolean {
  const at = email.lastIndexOf("@");
  const [local, domain] = [email.slice(0, Math.max(0, at)), email.slice(at + 1)];
  if (domain.length > 253 || !localPattern.test(local) || !domainPattern.test(domain)) return false;
  const ascii = domainToASCII(domain);
  const localBytes = Buffer.byteLength(local);
  return (
    ascii !== "" &&
    ascii.length <= 253 &&
    ascii.split(".").every((each) => each.length >= 1 && each.length <= 63) &&
    localBytes <= 64 &&
    localBytes + 1 + ascii.length <= 254
  );
}
