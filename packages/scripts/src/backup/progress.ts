const everyMs = 2_000;

/** Says every two seconds how many rows and bytes there are until now, and how many came in a second. */
export class Progress {
  private readonly beganAt = performance.now();
  private saidAt = this.beganAt;
  private rows = 0;
  private bytes = 0;
  private bytesSaid = 0;
  private table = "";
  private number = 0;

  private readonly tables: number;
  private readonly say: (line: string) => void;

  constructor(tables: number, say: (line: string) => void) {
    this.tables = tables;
    this.say = say;
  }

  begin(table: string): void {
    this.table = table;
    this.number++;
  }

  add(rows: number, bytes: number): void {
    this.rows += rows;
    this.bytes += bytes;
    const now = performance.now();
    const passed = now - this.saidAt;
    if (passed < everyMs) return;
    const rate = (this.bytes - this.bytesSaid) / passed / 1_000;
    this.say(`${this.table} (${this.number} of ${this.tables}): ${this.sum()}, ${rate.toFixed(1)} MB/s`);
    this.saidAt = now;
    this.bytesSaid = this.bytes;
  }

  /** All that there was, how long it took, and the most memory of this process. */
  total(): string {
    const seconds = (performance.now() - this.beganAt) / 1_000;
    const rate = this.bytes / 1e6 / seconds;
    const peak = Math.round(process.resourceUsage().maxRSS / 1_000);
    return `${this.sum()} in ${seconds.toFixed(2)} s, ${rate.toFixed(1)} MB/s, ${peak} MB of memory at most`;
  }

  private sum(): string {
    return `${this.rows.toLocaleString("en")} rows, ${(this.bytes / 1e6).toFixed(1)} MB`;
  }
}
