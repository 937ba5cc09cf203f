import { tmpdir } from "node:os";
import { join } from "node:path";
import { direct } from "@travel-conductor/local/testing";
import { chromiumArguments, findChromium } from "@travel-conductor/local/testing/chromium";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, onTestFailed, vi } from "vitest";
import { type Product, startProduct } from "./product.ts";
import { type Options, type Visitor, visit } from "./visitor.ts";

const executablePath = findChromium();

/** The tests of a file that need a browser: skipped where none is found, which is said at the start of the run. */
export const withBrowser = describe.skipIf(!executablePath);

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
    visit: async (options) => {
      const visitor = await visit(browser!, product!.url, options);
      onTestFailed(() => tell(visitor));
      return visitor;
    },
  };
}

/** Says where a journey that failed had come to, and what was seen there. */
async function tell({ page }: Visitor): Promise<void> {
  if (page.isClosed()) return;
  const path = join(tmpdir(), `failed-${Date.now()}.png`);
  await page.screenshot({ path }).catch(() => undefined);
  const seen = await page.locator("body").textContent({ timeout: 5_000 }).catch(String);
  console.error(`At ${page.url()}, picture ${path}:\n${seen}`);
}
