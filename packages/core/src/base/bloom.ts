import { createHash } from "node:crypto";

/**
 * A Bloom filter: a set that takes little space because it may report a text that is not in it, about one in 10,000 (B.
 * H. Bloom, 1970: 19.2 bits and 13 positions per text).
 */
export type Bloom = Uint8Array;

const places = 13;

export function create(texts: string[]): Bloom {
  const filter = new Uint8Array(Math.ceil((texts.length * 19.2) / 8));
  for (const text of texts) for (const [byte, bit] of bits(filter, text)) filter[byte] = (filter[byte] ?? 0) | bit;
  return filter;
}

export function has(filter: Bloom, text: string): boolean {
  return bits(filter, text).every(([byte, bit]) => ((filter[byte] ?? 0) & bit) > 0);
}

/** The positions of a text's bits, all from two hashes (A. Kirsch, M. Mitzenmacher, 2006). */
function bits(filter: Bloom, text: string): [byte: number, bit: number][] {
  const digest = createHash("sha256").update(text).digest();
  const [start, step] = [digest.readUIntBE(0, 4), digest.readUIntBE(4, 4) | 1];
  return Array.from({ length: places }, (_, index) => {
    const place = (start + index * (step >>> 0)) % (filter.length * 8);
    return [place >> 3, 1 << (place & 7)];
  });
}
