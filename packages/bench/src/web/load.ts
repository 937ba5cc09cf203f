import type { Browser, BrowserContext, CDPSession, Page } from "playwright-core";

/** A phone: its processor, its connection (ms, bytes a second) and its screen. */
const phone = {
  slower: 4,
  connection: { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 },
};

export type State = Awaited<ReturnType<BrowserContext["storageState"]>>;

/** A new browser's tab: nothing is kept of earlier ones but `state`, the cookies and storage of a person. */
export async function openPhone(browser: Browser, state?: State): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    locale: "en-GB",
    timezoneId: "Europe/London",
    reducedMotion: "reduce",
    ...(state ? { storageState: state } : {}),
  });
  // The compiler names functions by it, also those that are sent into a page.
  await context.addInitScript("globalThis.__name = (named) => named");
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  return page;
}

/** Makes the page as slow as on a phone. */
export async function slowDown(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", phone.connection);
  await session.send("Emulation.setCPUThrottlingRate", { rate: phone.slower });
  return session;
}

/**
 * What a cold load showed: `lcp` in ms after the navigation began, and the element it was of; `script` in bytes as they
 * came, until a second after it; `requests` the paths of the API that were asked until the page was idle.
 */
export type Load = { lcp: number; of: string; cls: number; script: number; requests: string[] };

/** Opens an address on the phone and waits until nothing loads any more. */
export async function load(page: Page, url: string): Promise<Load> {
  const session = await slowDown(page);
  const requests: string[] = [];
  const scripts = new Map<string, { end: number; bytes: number }>();
  let began = Number.POSITIVE_INFINITY;
  let open = 0;
  let changedAt = performance.now();
  session.on("Network.requestWillBeSent", ({ requestId, request, type, timestamp }) => {
    began = Math.min(began, timestamp);
    if (type === "Script") scripts.set(requestId, { end: Number.POSITIVE_INFINITY, bytes: 0 });
    const { pathname, search } = new URL(request.url);
    if (pathname.startsWith("/v1/")) requests.push(pathname + search);
    open++;
    changedAt = performance.now();
  });
  const end = () => {
    open--;
    changedAt = performance.now();
  };
  session.on("Network.loadingFailed", end);
  session.on("Network.dataReceived", ({ requestId, encodedDataLength }) => {
    const script = scripts.get(requestId);
    if (script) script.bytes += encodedDataLength;
  });
  session.on("Network.loadingFinished", ({ requestId, timestamp }) => {
    const script = scripts.get(requestId);
    if (script) script.end = timestamp;
    end();
  });
  await page.goto(url, { waitUntil: "load" });
  const isLoading = async () => (await page.locator("[class*=skeletons]").count()) > 0;
  while (open > 0 || performance.now() - changedAt < 2_500 || (await isLoading())) await page.waitForTimeout(100);
  const { lcp, of, cls } = await page.evaluate(shown);
  const script = [...scripts.values()]
    .filter((each) => (each.end - began) * 1_000 <= lcp + 1_000)
    .reduce((sum, { bytes }) => sum + bytes, 0);
  return { lcp, of, cls, script, requests };
}

type Paint = PerformanceEntry & { element: Element | null; size: number };
type Shift = PerformanceEntry & { value: number; hadRecentInput: boolean };

/** Runs in the page. */
async function shown(): Promise<{ lcp: number; of: string; cls: number }> {
  const entries = (type: string) =>
    new Promise<PerformanceEntry[]>((resolve) => {
      const observer = new PerformanceObserver((list) => resolve(list.getEntries()));
      observer.observe({ type, buffered: true });
      setTimeout(() => resolve([]), 500);
    });
  const last = (await entries("largest-contentful-paint")).at(-1) as Paint | undefined;
  let [cls, sum, first, latest] = [0, 0, 0, 0];
  for (const { startTime, value, hadRecentInput } of (await entries("layout-shift")) as Shift[]) {
    if (hadRecentInput) continue;
    if (startTime - latest > 1_000 || startTime - first > 5_000) [sum, first] = [0, startTime];
    latest = startTime;
    sum += value;
    cls = Math.max(cls, sum);
  }
  const { element } = last ?? {};
  const of = element ? `${element.tagName.toLowerCase()} "${element.textContent?.trim().slice(0, 40)}"` : "nothing";
  return { lcp: last?.startTime ?? Number.NaN, of, cls };
}
