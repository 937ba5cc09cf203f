import * as v from "valibot";

/** The ISO 4217 codes in use as of 2026 whose minor unit is not a hundredth, by number of decimals. */
const decimals: Record<number, string> = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
  3: "BHD IQD JOD KWD LYD OMR TND",
};
const hundredths =
  "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP " +
  "CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS " +
  "KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD " +
  "PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP " +
  "TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG";
/** Codes that were replaced since: still read, where something was stored with them, and no longer accepted. */
export const former: readonly string[] = ["ANG", "BGN"];
const exponents = new Map<string, number>(
  [
    ...hundredths.split(" ").map((code) => [code, 2] as const),
    ...Object.entries(decimals).flatMap(([count, codes]) => codes.split(" ").map((code) => [code, +count] as const)),
  ].sort(),
);

/** An ISO 4217 code; lower case is converted. */
export const Currency = v.pipe(
  v.string(),
  v.toUpperCase(),
  v.picklist([...exponents.keys()], "must be an ISO 4217 currency code, such as GBP"),
);

/** Money in the API: a decimal string with the currency's own number of decimals. */
export const Info = v.object({
  amount: v.pipe(v.string(), v.regex(/^\d+(\.\d+)?$/)),
  currency: v.pipe(v.string(), v.length(3)),
});
export type Info = v.InferOutput<typeof Info>;

/** A positive decimal string as the API accepts it: at most 9 digits before the point and 3 after it. */
export const Decimal = v.pipe(
  v.string(),
  v.regex(/^\d{1,9}(\.\d{1,3})?$/, 'must be a decimal string, such as "200.00"'),
);

const example = 'must be money, such as {"amount":"200.00","currency":"GBP"}';
/** Money as the API accepts it; a decimal string alone is in the currency that the request is about. */
export const Given = v.union([v.strictObject({ amount: Decimal, currency: Currency }), Decimal], example);
export type Given = v.InferOutput<typeof Given>;

/** Returns money of a request with its currency, by default `currency`. */
export function given(money: Given, currency: string): Info {
  return typeof money === "string" ? { amount: money, currency } : money;
}

/** The number of decimals of a currency's minor unit: GBP 2, JPY 0, KWD 3. */
export function exponent(currency: string): number {
  const found = former.includes(currency) ? 2 : exponents.get(currency);
  if (found === undefined) throw new Error(`no such currency: ${currency}`);
  return found;
}

/** All currencies in use, by code. */
export function currencies(): { code: string; decimals: number }[] {
  return [...exponents].map(([code, decimals]) => ({ code, decimals }));
}

/** 12345 GBP → {"amount":"123.45","currency":"GBP"}. */
export function toInfo(minor: number, currency: string): Info {
  const places = exponent(currency);
  const digits = String(minor).padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  return { amount: places ? `${whole}.${digits.slice(-places)}` : whole, currency };
}

/** "123.45" GBP → 12345; undefined when it has more decimals than the currency. */
export function toMinor(amount: string, currency: string): number | undefined {
  const [whole = "", fraction = ""] = amount.split(".");
  const places = exponent(currency);
  return fraction.length > places ? undefined : Number(whole + fraction.padEnd(places, "0"));
}

/** Returns whether a decimal string is above zero and has no more decimals than the currency. */
export function isPayable(amount: string, currency: string): boolean {
  return (toMinor(amount, currency) ?? 0) > 0;
}
