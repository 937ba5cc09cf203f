import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { columnsOf, type Row, type Source, sources } from "./file.ts";
import { shown } from "./person.ts";

export const fates = ["imported", "merged", "unchanged", "kept", "left", "rejected"] as const;
export type Fate = (typeof fates)[number];

/** What became of one old row. `lost` are values by column that did not arrive, `here` what stands here in place of them. */
export type Outcome = {
  id: string | null;
  fate: Fate;
  why: string[];
  row: Row;
  lost?: Record<string, string | null>;
  here?: Record<string, unknown>;
};

export type Counts = Partial<Record<Fate, number>> & { read: number };
export type Reasons = Record<string, number>;

/** Old rows that a column's content is never shown of. */
const secret = new Set(["password_hash", "token_hash"]);

/**
 * Collects what became of each row; writes it row by row, so that its memory stays the same, to a file that only this user
 * can read. The file gets its name when it is whole.
 */
export class Report {
  readonly counts = Object.fromEntries(sources.map((source) => [source, { read: 0 }])) as Record<Source, Counts>;
  readonly reasons = Object.fromEntries(sources.map((source) => [source, {}])) as Record<Source, Reasons>;
  private lines: string[] = [];
  private file: FileHandle | undefined;
  private isFirst = true;
  private readonly path: string | undefined;

  private constructor(path: string | undefined) {
    this.path = path;
  }

  static async start(path: string | undefined, head: Record<string, unknown>): Promise<Report> {
    const report = new Report(path);
    if (path !== undefined) {
      report.file = await open(`${path}.part`, "w", 0o600);
      await report.file.chmod(0o600);
      await report.file.write(`${JSON.stringify(head).slice(0, -1)},"rows":[`);
    }
    return report;
  }

  add(source: Source, { id, fate, why, row, lost, here }: Outcome): void {
    const counts = this.counts[source];
    counts.read++;
    counts[fate] = (counts[fate] ?? 0) + 1;
    const reasons = this.reasons[source];
    for (const code of why) reasons[code] = (reasons[code] ?? 0) + 1;
    if (!this.file || fate === "unchanged" || (fate === "imported" && why.length === 0)) return;
    const content =
      fate === "imported"
        ? undefined
        : Object.fromEntries(columnsOf[source].flatMap((n) => (secret.has(n) ? [] : [[n, shown(row[n])]])));
    this.lines.push(JSON.stringify({ table: source, id, fate, why, lost, here, content }));
  }

  /** Writes what was added since. */
  async flush(): Promise<void> {
    if (!this.file || this.lines.length === 0) return;
    const text = `${this.isFirst ? "" : ","}\n${this.lines.join(",\n")}`;
    this.isFirst = false;
    this.lines = [];
    await this.file.write(text);
  }

  async end(more: Record<string, unknown>): Promise<void> {
    await this.flush();
    if (!this.file || this.path === undefined) return;
    const tail = { tables: this.counts, reasons: this.reasons, ...more };
    await this.file.write(`\n],${JSON.stringify(tail).slice(1)}\n`);
    await this.file.close();
    await rename(`${this.path}.part`, this.path);
  }

  async abandon(): Promise<void> {
    await this.file?.close();
    if (this.path !== undefined) await rm(`${this.path}.part`, { force: true });
  }

  /** 1 where something was rejected or kept. */
  get exitCode(): 0 | 1 {
    return sources.some((source) => (this.counts[source].rejected ?? 0) + (this.counts[source].kept ?? 0) > 0) ? 1 : 0;
  }
}
