import { once } from "node:events";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { type Frames, frameBytes } from "./frame.ts";
import { recordOf, rowsHead, writeRowsHead } from "./record.ts";

/** Where a backup is written: `keep` gives it its name when it is whole, `drop` removes what there is of it. */
export type Output = { stream: Writable; keep: () => Promise<void>; drop: () => Promise<void> };

/** Writes records as frames. The memory that it takes does not depend on how much is written. */
export class Writer {
  bytes = 0;
  private readonly frame = Buffer.allocUnsafe(frameBytes);
  private filled = rowsHead;
  private rows = 0;
  private number = 0;
  private readonly ended: Promise<void>;

  private readonly output: Writable;
  private readonly frames: Frames;

  constructor(output: Writable, frames: Frames) {
    this.output = output;
    this.frames = frames;
    this.ended = finished(output);
    // Waited for by each write, too.
    this.ended.catch(() => undefined);
  }

  /** Writes the header, before any record. */
  async writeHeader(header: Buffer): Promise<void> {
    await this.send([header]);
  }

  async write(kind: Parameters<typeof recordOf>[0], value: unknown): Promise<void> {
    await this.flush();
    await this.send(this.frames.seal(recordOf(kind, value), this.number++, false));
  }

  /** Collects text of rows, of which `rows` end in it, and writes each frame that is full. */
  async writeRows(text: Buffer, rows: number): Promise<void> {
    this.rows += rows;
    for (let from = 0; from < text.length; ) {
      const copied = text.copy(this.frame, this.filled, from);
      from += copied;
      this.filled += copied;
      if (this.filled === frameBytes) await this.flush();
    }
  }

  /** Writes the last record. A file without it is known to be cut. Waits until the output has everything. */
  async end(value: unknown): Promise<void> {
    await this.flush();
    await this.send(this.frames.seal(recordOf("end", value), this.number++, true));
    this.output.end();
    await this.ended;
  }

  private async flush(): Promise<void> {
    if (this.filled === rowsHead) return;
    writeRowsHead(this.frame, this.rows);
    const parts = this.frames.seal(this.frame.subarray(0, this.filled), this.number++, false);
    this.filled = rowsHead;
    this.rows = 0;
    await this.send(parts);
  }

  private async send(parts: Buffer[]): Promise<void> {
    let isFree = true;
    for (const part of parts) {
      this.bytes += part.length;
      isFree = this.output.write(part);
    }
    if (this.output.destroyed) await this.ended;
    else if (!isFree) await once(this.output, "drain");
  }
}
