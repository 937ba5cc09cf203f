import { vi } from "vitest";
import { keep } from "./output.ts";

type Work = (...given: unknown[]) => unknown;

/**
 * Keeps what the product writes to standard output and standard error, and what tests hide from there by a spy on the
 * logger or on these streams. Returns what ends it.
 */
export function keepOutput(): () => void {
  const { spyOn: original } = vi;
  const ends = [process.stdout, process.stderr].map((stream) => {
    const { write } = stream;
    stream.write = ((...given: unknown[]) => {
      if (isLine(given[0])) keep(String(given[0]));
      return (write as Work).apply(stream, given);
    }) as typeof stream.write;
    return () => {
      stream.write = write;
    };
  });
  const spyOn = original as unknown as (object: object, method: string, ...more: unknown[]) => Spy;
  vi.spyOn = ((object: object, method: string, ...more: unknown[]) => {
    const spy = spyOn(object, method, ...more);
    return isOutput(object) ? keeping(spy) : spy;
  }) as unknown as typeof vi.spyOn;
  return () => {
    vi.spyOn = original;
    for (const end of ends) end();
  };
}

type Spy = { mockImplementation: (work: Work) => Spy; mockReturnValue: (value: unknown) => Spy };

/** Makes a spy that does something else than to write keep what it is given. */
function keeping(spy: Spy): Spy {
  const { mockImplementation } = spy;
  spy.mockImplementation = (work) =>
    mockImplementation.call(spy, function (this: unknown, ...given) {
      keep(given.map((each) => (typeof each === "string" ? each : JSON.stringify(each, withErrors))).join(" "));
      return work.apply(this, given);
    });
  spy.mockReturnValue = (value) => spy.mockImplementation(() => value);
  return spy;
}

/** The logger is found by its form: it is loaded anew by tests that load the product anew. */
const isOutput = (object: object) =>
  object === process.stdout || object === process.stderr || object.constructor?.name === "Logger";

/** A line of the log or a metric: the runner's own lines, which show values of failed tests, are none. */
const isLine = (text: unknown) => typeof text === "string" && text.startsWith("{");

/** An error as the logger would write it: with its message, its stack and its cause. */
const withErrors = (_: string, value: unknown) =>
  value instanceof Error ? { ...value, name: value.name, message: value.message, cause: value.cause } : value;
