import { type Context, contextFor } from "../context.ts";

/** What a Lambda is called with (core/src/base/hurry.ts). */
export type Event = { message: object; requestId?: string };

/**
 * `atOnce` calls run at the same time (2): its reserved concurrency. Each may take `timeout` ms (60,000). A call older than
 * `maxAge` ms is dropped (60,000).
 */
type Settings = { atOnce?: number; timeout?: number; maxAge?: number };
type Handler = (event: Event, context: Context) => Promise<unknown>;

/**
 * A Lambda that is called without waiting for it. Lambda keeps its calls until they run; a call that fails is not
 * repeated, as the stacks set it.
 */
export class Called {
  readonly name: string;
  readonly #atOnce: number;
  readonly #timeout: number;
  readonly #maxAge: number;
  #waiting: { event: Event; at: number }[] = [];
  #running = new Set<Promise<void>>();
  #handler: Handler | undefined;

  constructor(name: string, { atOnce = 2, timeout = 60_000, maxAge = 60_000 }: Settings = {}) {
    this.name = name;
    this.#atOnce = atOnce;
    this.#timeout = timeout;
    this.#maxAge = maxAge;
  }

  call(event: Event): void {
    this.#waiting.push({ event, at: Date.now() });
    this.#run();
  }

  /** Takes the calls that wait: for tests, in place of a handler. */
  take(): Event[] {
    return this.#waiting.splice(0).map(({ event }) => event);
  }

  /** Runs the handler for each call from now on. `stop` waits for those that run. */
  serve(handler: Handler): { stop: () => Promise<void> } {
    this.#handler = handler;
    this.#run();
    return {
      stop: async () => {
        this.#handler = undefined;
        await Promise.all(this.#running);
      },
    };
  }

  #run(): void {
    while (this.#handler && this.#waiting.length > 0 && this.#running.size < this.#atOnce) {
      const { event, at } = this.#waiting.shift()!;
      if (Date.now() - at > this.#maxAge) continue;
      const handler = this.#handler;
      // A failure is in the product's log.
      const run: Promise<void> = handler(event, contextFor(this.#timeout)).then(
        () => undefined,
        () => undefined,
      );
      this.#running.add(run);
      void run.then(() => {
        this.#running.delete(run);
        this.#run();
      });
    }
  }
}
