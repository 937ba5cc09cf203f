import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { chromiumArguments, findChromium } from "@travel-conductor/local/testing/chromium";
import { type Browser, chromium } from "playwright-core";
import { quantile, ratio } from "./figures.ts";
import { run, said } from "./start/run.ts";
import { bareOf } from "./web/bare.ts";
import { type Load, load, openPhone, type State } from "./web/load.ts";
import { startProxy } from "./web/proxy.ts";
import { touch } from "./web/touch.ts";

// Measures the web client in Chromium, as slow as a phone (a quarter of the processor, 150 ms, 1.6 Mbit/s), each time in
// a new browser context: the largest picture of the home, the results and a watch's page, in turn with bare pages of the
// same origin (web/bare.ts); how long after a key or a finger the next picture comes; how far things shift; and the
// script and the API requests of a screen. Medians of nine; `--quick` does each once, without a past.
const isQuick = process.argv.includes("--quick");
const rounds = isQuick ? 1 : 9;
const boot = fileURLToPath(new URL("../../local/boot.mjs", import.meta.url));
const executablePath = findChromium();
if (!executablePath) throw new Error("No Chromium was found: CHROMIUM_PATH says where one is.");

const product = run([boot, "start", ...(isQuick ? ["--bare"] : [])]);
let browser: Browser | undefined;
try {
  const url = (await said(product, /API +(\S+)/)).replace(/\/$/, "");
  await said(product, /Ctrl-C stops everything/);
  if (!isQuick) await said(product, /past of .* is filled/);
  const proxy = await startProxy(url);
  browser = await chromium.launch({ executablePath, args: chromiumArguments });

  const day = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10);
  const { watch, state } = await prepare(browser, proxy.url, day);
  const search = `/search?origin=LON&destination=BCN&departureDate=${day}&currency=GBP`;
  const screens: Record<string, { path: string; state?: State }> = {
    home: { path: "/" },
    results: { path: search },
    watch: { path: `/watches/${watch}`, state },
  };
  const once: Record<string, { path: string; state: State }> = {
    signedIn: { path: "/", state },
    watches: { path: "/watches", state },
  };

  const [real, bare]: Record<string, Load[]>[] = [{}, {}];
  for (const [name, { path, state }] of Object.entries(screens)) {
    const page = await openPhone(browser, state);
    const { requests } = await load(page, proxy.url + path);
    const html = await (await fetch(proxy.url + path, { headers: { accept: "text/html" } })).text();
    proxy.pages.set(`/bare/${name}`, await bareOf(page, html, requests));
    await page.context().close();
    [real![name], bare![name]] = [[], []];
  }
  for (let round = 0; round < rounds; round++) {
    for (const [name, { path, state }] of Object.entries(screens)) {
      real![name]!.push(await visit(path, state));
      bare![name]!.push(await visit(`/bare/${name}`, state));
    }
  }
  for (const [name, { path, state }] of Object.entries(once)) real![name] = [await visit(path, state)];
  const delays: Record<string, number[]> = {};
  for (let round = 0; round < rounds; round++) {
    const page = await openPhone(browser, state);
    const felt = await touch(page, `${proxy.url}/`, `${proxy.url}/watches/${watch}`);
    await page.context().close();
    for (const [what, delay] of Object.entries(felt)) delays[what] = [...(delays[what] ?? []), delay];
  }
  proxy.stop();

  const median = (loads: Load[] = [], of: (load: Load) => number) => quantile(loads.map(of), 0.5);
  for (const [name, loads] of Object.entries(real!)) {
    const { of, requests } = loads.at(-1)!;
    const times = [loads, bare![name]].map((each) => `${median(each, ({ lcp }) => lcp).toFixed(0)} ms`);
    const kb = median(loads, ({ script }) => script / 1_000).toFixed(1);
    const cls = median(loads, (load) => load.cls).toFixed(3);
    console.log(
      `${name}: ${times[0]}, bare ${times[1]}; shifts ${cls}; ${kb} kB of script; ${of}, bare ${bare![name]?.at(-1)?.of}`,
    );
    for (const path of requests) console.log(`  ${path.slice(0, 100)}`);
  }
  const felt = Object.entries(delays).map(([what, each]) => [what, quantile(each, 0.5)] as const);
  console.log(felt.map(([what, delay]) => `${what}: ${delay.toFixed(0)} ms`).join("; "));
  const lcp = (name: string) =>
    ratio(
      median(real![name], (load) => load.lcp),
      median(bare![name], (load) => load.lcp),
    );
  const count = (name: string) => Math.max(...real![name]!.map(({ requests }) => requests.length));
  console.log(
    JSON.stringify({
      first_js_kb: ratio(
        median(real!.home, (load) => load.script),
        1_000,
      ),
      home_lcp_per_bare: lcp("home"),
      results_lcp_per_bare: lcp("results"),
      watch_lcp_per_bare: lcp("watch"),
      inp_ms: ratio(Math.max(...felt.map(([, delay]) => delay)), 1),
      cls: ratio(Math.max(...Object.values(real!).map((loads) => median(loads, (load) => load.cls))), 1),
      home_requests: count("home"),
      home_requests_signed_in: count("signedIn"),
      results_requests: count("results"),
      watches_requests: count("watches"),
      watch_requests: count("watch"),
    }),
  );

  async function visit(path: string, state?: State): Promise<Load> {
    const page = await openPhone(browser!, state);
    const loaded = await load(page, proxy.url + path);
    await page.context().close();
    return loaded;
  }
} finally {
  await browser?.close();
  await product.stop();
}

/** Makes a person with a watch that has been checked, and returns what a browser keeps of being signed in. */
async function prepare(browser: Browser, url: string, departureDate: string): Promise<{ watch: string; state: State }> {
  const page = await openPhone(browser);
  const { request } = page.context();
  const send = async (path: string, data: object) => {
    const answer = await request.post(url + path, { data, headers: { origin: url } });
    if (!answer.ok()) throw new Error(`${path} was answered ${answer.status()}: ${await answer.text()}`);
    return answer.json();
  };
  const person = { email: "ada@example.com", password: "nine small green boats" };
  await send("/v1/auth/signup", { ...person, firstName: "Ada" });
  const journey = { origin: "LON", destination: "BCN", departureDate, currency: "GBP" };
  const { id } = await send("/v1/watches", { ...journey, rules: { target: "20.00", drop: "0.10" } });
  for (;;) {
    const watch = await (await request.get(`${url}/v1/watches/${id}`)).json();
    if (watch.checkedAt) break;
    await wait(500);
  }
  await page.addInitScript(() => localStorage.setItem("signed-in", "yes"));
  await page.goto(url);
  await page.getByRole("link", { name: "Ada" }).waitFor();
  const state = await page.context().storageState();
  await page.context().close();
  return { watch: id, state };
}
