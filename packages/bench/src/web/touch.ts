import type { Locator, Page } from "playwright-core";
import { slowDown } from "./load.ts";

/** The longest time (ms) from an event of a person to the next picture, for each thing that a person does. */
export type Delays = Record<
  "type an airport" | "open dates" | "choose a day" | "move the target" | "move along the plot",
  number
>;

type Seen = { seen: number[] };

/**
 * Runs in the page before all else. Chromium reports keys and taps from 16 ms on, but no moves of a pointer: the time
 * from a move to the end of the next picture is measured by hand.
 */
function watchEvents(): void {
  const { seen } = Object.assign(globalThis, { seen: [] as number[] });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if ((entry as PerformanceEntry & { interactionId: number }).interactionId > 0) seen.push(entry.duration);
    }
  }).observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
  let isDue = false;
  addEventListener(
    "pointermove",
    ({ timeStamp }) => {
      if (isDue) return;
      isDue = true;
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          isDue = false;
          seen.push(performance.now() - timeStamp);
        };
        port2.postMessage(0);
      });
    },
    { capture: true },
  );
}

async function worst(page: Page, act: () => Promise<void>): Promise<number> {
  await page.evaluate(() => (globalThis as unknown as Seen).seen.splice(0));
  await act();
  await page.waitForTimeout(500);
  return page.evaluate(() => Math.max(8, ...(globalThis as unknown as Seen).seen));
}

/** Fills in a search by hand, then moves the target and along the plot of a watch. */
export async function touch(page: Page, home: string, watch: string): Promise<Delays> {
  await page.addInitScript(watchEvents);
  await slowDown(page);
  await page.goto(home);
  await page.waitForTimeout(2_000);
  const typed = await worst(page, async () => {
    await choose(page, "From", "london", "LON");
    await choose(page, "To", "barcelo", "BCN");
  });
  const dialog = page.getByRole("dialog");
  const opened = await worst(page, async () => {
    await page.getByRole("button", { name: /^Dates/ }).tap();
    await dialog.getByText(/days have a known price/).waitFor();
  });
  await dialog.getByRole("button", { name: "Next month" }).tap();
  await dialog.getByText(/days have a known price/).waitFor();
  const chosen = await worst(page, async () => {
    for (const day of ["12", "20"]) await dialog.locator(`[data-day$="-${day}"] button`).tap();
  });

  await page.goto(watch);
  const plot = page.getByRole("slider", { name: "Price history" });
  await plot.waitFor();
  await page.getByRole("slider", { name: "Price", exact: true }).waitFor();
  await page.waitForTimeout(2_000);
  const target = page.getByRole("slider", { name: "Price", exact: true });
  const moved = await worst(page, () => slide(page, target));
  const along = await worst(page, () => slide(page, plot));
  return {
    "type an airport": typed,
    "open dates": opened,
    "choose a day": chosen,
    "move the target": moved,
    "move along the plot": along,
  };
}

async function choose(page: Page, label: string, text: string, code: string): Promise<void> {
  await page.getByRole("combobox", { name: label }).tap();
  await page.keyboard.type(text, { delay: 100 });
  await page.getByRole("option", { name: code }).first().tap();
}

/** By the keys, then by a pointer. */
async function slide(page: Page, slider: Locator): Promise<void> {
  await slider.focus();
  for (let presses = 0; presses < 8; presses++) {
    await page.keyboard.press(presses < 5 ? "ArrowLeft" : "ArrowRight");
    await page.waitForTimeout(60);
  }
  const { x, y, width, height } = (await slider.boundingBox())!;
  await page.mouse.move(x + width * 0.5, y + height / 2);
  await page.mouse.down();
  for (let step = 0; step < 12; step++) {
    await page.mouse.move(x + width * (0.5 + 0.03 * step), y + height / 2);
    await page.waitForTimeout(40);
  }
  await page.mouse.up();
}
