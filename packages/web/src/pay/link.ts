import type { Challenge } from "../data/payments.ts";

/** The page on which a card is added; afterwards it leads to `back`, a path of this site. */
export function cardHref(back: string): string {
  return `/pay/card?back=${encodeURIComponent(back)}`;
}

/**
 * Where a person proves a payment to the bank (3-D Secure); afterwards it leads to `back`, a path of this site. The
 * secret stands behind #, which no server sees.
 */
export function proofHref(
  { clientSecret, publicKey, page }: Challenge,
  back: string,
  { origin } = globalThis.location,
): string {
  if (page !== null) return withReturn(page, new URL(back, origin).href);
  const secret = new URLSearchParams({ secret: clientSecret, key: publicKey });
  return `/pay/proof?back=${encodeURIComponent(back)}#${secret}`;
}

/** The address of a page of the stand-in, which leads back to `url`. */
export function withReturn(page: string, url: string): string {
  const address = new URL(page);
  address.searchParams.set("return_url", url);
  return address.href;
}
