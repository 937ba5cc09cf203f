/** Of each version from 1: the blocks of error correction M, and the codewords of correction in each. */
const corrections = [
  ...[
    [1, 10],
    [1, 16],
    [1, 26],
    [2, 18],
    [2, 24],
    [4, 16],
    [4, 18],
    [4, 22],
  ],
  ...[
    [5, 22],
    [5, 26],
    [5, 30],
    [8, 22],
    [9, 22],
    [9, 24],
    [10, 24],
  ],
] as [blocks: number, each: number][];

/**
 * The modules of a QR code (ISO/IEC 18004) that holds the text in UTF-8, row by row; true is dark. Versions 1 to 15 with
 * error correction M, and always mask 0: readers take any. Four light modules must be left around it.
 * @returns null for a text of more than 412 bytes
 */
export function qrOf(text: string): boolean[][] | null {
  const bytes = [...new TextEncoder().encode(text)];
  const version = 1 + corrections.findIndex((_, index) => bytes.length <= dataSize(index + 1) - (index < 9 ? 2 : 3));
  if (version === 0) return null;
  const size = version * 4 + 17;
  const dark = Array.from({ length: size }, () => new Array<boolean>(size).fill(false));
  const isFixed = Array.from({ length: size }, () => new Array<boolean>(size).fill(false));
  const fix = (x: number, y: number, isDark: boolean) => {
    if (!dark[y] || !isFixed[y] || x < 0 || x >= size) return;
    dark[y][x] = isDark;
    isFixed[y][x] = true;
  };
  drawPatterns(version, size, fix);
  drawData(interleaved(bytes, version), dark, isFixed);
  return dark;
}

/** All codewords that fit into a version. */
function rawSize(version: number): number {
  const aligned = version < 2 ? 0 : Math.floor(version / 7) + 2;
  const patterns = aligned === 0 ? 0 : (25 * aligned - 10) * aligned - 55;
  return Math.floor(((16 * version + 128) * version + 64 - patterns - (version >= 7 ? 36 : 0)) / 8);
}

function dataSize(version: number): number {
  const [blocks, each] = corrections[version - 1]!;
  return rawSize(version) - blocks * each;
}

function drawPatterns(version: number, size: number, fix: (x: number, y: number, isDark: boolean) => void): void {
  for (let at = 0; at < size; at++) {
    fix(6, at, at % 2 === 0);
    fix(at, 6, at % 2 === 0);
  }
  const square = (x: number, y: number, radius: number, isDark: (distance: number) => boolean) => {
    for (let dy = -radius; dy <= radius; dy++)
      for (let dx = -radius; dx <= radius; dx++) fix(x + dx, y + dy, isDark(Math.max(Math.abs(dx), Math.abs(dy))));
  };
  const finder = (x: number, y: number) => square(x, y, 4, (distance) => distance !== 2 && distance !== 4);
  const places = alignments(version, size);
  const last = places.length - 1;
  for (const [i, x] of places.entries())
    for (const [j, y] of places.entries()) {
      const isCorner = (i === 0 && (j === 0 || j === last)) || (i === last && j === 0);
      if (!isCorner) square(x, y, 2, (distance) => distance !== 1);
    }
  finder(3, 3);
  finder(size - 4, 3);
  finder(3, size - 4);
  drawFormat(size, fix);
  if (version < 7) return;
  const bits = (version << 12) | remainder(version, 12, 0x1f25);
  for (let i = 0; i < 18; i++) {
    const [a, b] = [size - 11 + (i % 3), Math.floor(i / 3)];
    fix(a, b, bitOf(bits, i));
    fix(b, a, bitOf(bits, i));
  }
}

function alignments(version: number, size: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.floor((version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2;
  return [6, ...Array.from({ length: count - 1 }, (_, index) => size - 7 - index * step).reverse()];
}

/** Error correction M and mask 0 are the number 0, twice. */
function drawFormat(size: number, fix: (x: number, y: number, isDark: boolean) => void): void {
  const bits = remainder(0, 10, 0x537) ^ 0x5412;
  for (let i = 0; i < 15; i++) {
    if (i < 8) fix(8, i < 6 ? i : i + 1, bitOf(bits, i));
    else fix(i === 8 ? 7 : 14 - i, 8, bitOf(bits, i));
    if (i < 8) fix(size - 1 - i, 8, bitOf(bits, i));
    else fix(8, size - 15 + i, bitOf(bits, i));
  }
  fix(8, size - 8, true);
}

function remainder(value: number, bits: number, divisor: number): number {
  let rest = value;
  for (let i = 0; i < bits; i++) rest = (rest << 1) ^ ((rest >>> (bits - 1)) * divisor);
  return rest;
}

const bitOf = (value: number, index: number) => ((value >>> index) & 1) === 1;

/** The codewords of the bytes and of their correction, in the order in which they are drawn. */
function interleaved(bytes: number[], version: number): number[] {
  const [count, each] = corrections[version - 1]!;
  const capacity = dataSize(version);
  const bits = [
    ...bitsOf(4, 4),
    ...bitsOf(bytes.length, version < 10 ? 8 : 16),
    ...bytes.flatMap((byte) => bitsOf(byte, 8)),
  ];
  bits.push(...new Array<number>(Math.min(4, capacity * 8 - bits.length)).fill(0));
  bits.push(...new Array<number>(-bits.length & 7).fill(0));
  const words = Array.from({ length: bits.length / 8 }, (_, index) =>
    Number.parseInt(bits.slice(index * 8, index * 8 + 8).join(""), 2),
  );
  for (let pad = 0xec; words.length < capacity; pad ^= 0xec ^ 0x11) words.push(pad);
  const short = Math.floor(capacity / count);
  const firstLong = count - (capacity % count);
  const generator = generatorOf(each);
  let from = 0;
  const blocks = Array.from({ length: count }, (_, index) => {
    const data = words.slice(from, from + short + (index < firstLong ? 0 : 1));
    from += data.length;
    return { data, correction: correctionOf(data, generator) };
  });
  const column = (name: "data" | "correction", index: number) => blocks.flatMap((block) => block[name][index] ?? []);
  return [
    ...Array.from({ length: short + 1 }, (_, index) => column("data", index)).flat(),
    ...Array.from({ length: each }, (_, index) => column("correction", index)).flat(),
  ];
}

const bitsOf = (value: number, count: number) =>
  Array.from({ length: count }, (_, index) => (value >>> (count - 1 - index)) & 1);

/** The product in the field of 256 elements by 0x11d. */
function times(one: number, other: number): number {
  let product = 0;
  for (let i = 7; i >= 0; i--) product = (product << 1) ^ ((product >>> 7) * 0x11d) ^ (((other >>> i) & 1) * one);
  return product;
}

/** Reed and Solomon's generator polynomial, without its highest term. */
function generatorOf(degree: number): number[] {
  const result = [...new Array<number>(degree - 1).fill(0), 1];
  let root = 1;
  for (let i = 0; i < degree; i++) {
    for (let j = 0; j < degree; j++) result[j] = times(result[j]!, root) ^ (result[j + 1] ?? 0);
    root = times(root, 2);
  }
  return result;
}

function correctionOf(data: number[], generator: number[]): number[] {
  const rest = generator.map(() => 0);
  for (const word of data) {
    const factor = word ^ rest.shift()!;
    rest.push(0);
    for (const [index, coefficient] of generator.entries()) rest[index]! ^= times(coefficient, factor);
  }
  return rest;
}

/** From the right below, in columns of two, up and down in turn; masked like a chequerboard. */
function drawData(words: number[], dark: boolean[][], isFixed: boolean[][]): void {
  const size = dark.length;
  let bit = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step++) {
      const y = ((right + 1) & 2) === 0 ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (isFixed[y]![x]) continue;
        const word = words[bit >>> 3];
        const isSet = word !== undefined && bitOf(word, 7 - (bit & 7));
        dark[y]![x] = isSet !== ((x + y) % 2 === 0);
        bit++;
      }
    }
  }
}
