import type { Readable } from "node:stream";
import { Refused } from "../command.ts";
import { letGo } from "./collect.ts";
import { type Frames, longestFrame, tagBytes } from "./frame.ts";
import { framesOf, type Header, longestHeader, parseHeader } from "./header.ts";
import { parseRecord, type Record } from "./record.ts";

const cut = () => new Refused("This backup is cut: it ends before its last frame. Take another one.");

/** Reads the header, and gives the records that follow, each when it is asked for. */
export async function read(input: Readable, identities: string[]): Promise<{ header: Header; records: Records }> {
  const bytes = new Bytes(input);
  const header = parseHeader(await bytes.line(), await bytes.line());
  return { header, records: recordsOf(bytes, await framesOf(header, identities)) };
}

export type Records = AsyncGenerator<Record, void>;

/**
 * Gives each record whose frame opens as the next one of this backup.
 * @throws Refused where one does not, and where the file is cut or goes on after its last frame
 */
async function* recordsOf(bytes: Bytes, frames: Frames): Records {
  for (let number = 0; ; number++) {
    const length = (await bytes.take(4))?.readUInt32BE();
    if (length === undefined) throw cut();
    const damaged = new Refused(`This backup is damaged: frame ${number} is not as it was written. Take another one.`);
    if (length <= tagBytes || length > longestFrame) throw damaged;
    const frame = await bytes.take(length);
    if (!frame) throw cut();
    const isLast = await bytes.isAtEnd();
    const text = open(frames, frame, number, isLast);
    // Whole, but not the last one: what follows it is missing.
    if (!text && isLast && open(frames, frame, number, false)) throw cut();
    if (!text) throw damaged;
    const record = parseRecord(text);
    if (isLast !== (record.kind === "end")) throw damaged;
    yield record;
    if (isLast) return;
  }
}

function open(frames: Frames, ...frame: Parameters<Frames["open"]>): Buffer | undefined {
  try {
    return frames.open(...frame);
  } catch {
    return undefined;
  }
}

/** The bytes of a stream, in the portions that are asked for. */
class Bytes {
  private readonly chunks: AsyncIterator<Buffer>;
  private held: Buffer[] = [];
  private length = 0;

  constructor(input: Readable) {
    this.chunks = input[Symbol.asyncIterator]();
  }

  /** The next `count` bytes, or undefined where the stream ends before. */
  async take(count: number): Promise<Buffer | undefined> {
    while (this.length < count) if (!(await this.pull())) return undefined;
    if (count === 0) return Buffer.alloc(0);
    const first = this.held[0]!;
    if (first.length > count) {
      this.held[0] = first.subarray(count);
      this.length -= count;
      return first.subarray(0, count);
    }
    const all = this.held.length === 1 ? first : Buffer.concat(this.held);
    const rest = all.subarray(count);
    this.held = rest.length > 0 ? [rest] : [];
    this.length = rest.length;
    return all.subarray(0, count);
  }

  async isAtEnd(): Promise<boolean> {
    return this.length === 0 && !(await this.pull());
  }

  /** A line of the header, without its newline; what is read is returned where no line ends in time. */
  async line(): Promise<string> {
    for (;;) {
      const all = Buffer.concat(this.held);
      const end = all.indexOf("\n");
      if (end === -1 && all.length < longestHeader && (await this.pull())) continue;
      const line = (await this.take(end === -1 ? all.length : end + 1)) ?? all;
      return line.toString("latin1", 0, end === -1 ? line.length : end);
    }
  }

  private async pull(): Promise<boolean> {
    const { value, done } = await this.chunks.next();
    if (done) return false;
    letGo(value.length);
    if (value.length > 0) this.held.push(value);
    this.length += value.length;
    return true;
  }
}
