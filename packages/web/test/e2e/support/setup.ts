import { direct } from "@travel-conductor/local/testing";
import { chromiumArguments, findChromium } from "@travel-conductor/local/testing/chromium";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, vi } from "vitest";
import { type Product, startProduct } from "./product.ts";
import { type Options, type Visitor, visit } from "./visitor.ts";

const executablePath = findChromium();

/** The tests of a file that need a browser: skipped where none is found, which is said at the start of the run. */
export const withBrowser = describe.skipIf(!executablePath);

/** Journeys that were written but not yet seen to pass: each is to be run, and then moved to `withBrowser`. */
export const notYetSeen = describe.skip;

/** Starts the product on this file's database, and a browser. Call it in `withBrowser`. */
export function useProduct(): { url: () => string; visit: (options?: Options) => Promise<Visitor> } {
  // Alone it takes a quarter of this.
  vi.setConfig({ testTimeout: 120_000 });
  let product: Product | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    [product, browser] = await Promise.all([
      startProduct({ DATABASE_URL: direct.postgres }),
      chromium.launch({ executablePath: executablePath ?? "", args: chromiumArguments }),
    ]);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });
  return {
    url: () => product!.url,
    visit: (options) => visit(browser!, product!.url, options),
  };
}
