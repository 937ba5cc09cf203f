import { notification } from "./event.ts";
import type { Services } from "./services.ts";

/**
 * Does the work of the topic between SES and its handler: hands over each event of the configuration set. `stop` waits
 * for the handlers that run.
 */
export function startReports(
  ses: Services["ses"],
  handler: (event: ReturnType<typeof notification>) => Promise<unknown>,
): { stop: () => Promise<void> } {
  const running = new Set<Promise<unknown>>();
  ses.listen((event) => {
    const work: Promise<unknown> = handler(notification(event))
      .catch((error) => console.error("The handler of mail reports failed:", error))
      .finally(() => running.delete(work));
    running.add(work);
  });
  return {
    stop: async () => {
      await Promise.all(running);
    },
  };
}
