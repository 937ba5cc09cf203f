import * as Destination from "@travel-conductor/core/destination";
import { counted } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import { app } from "../src/api/index.ts";
import * as a from "./support/client.ts";

const page = async (path: string) => {
  const response = await app.request(path, {}, a.gateway(a.somewhere()));
  return { status: response.status, html: await response.text(), headers: response.headers };
};

/** A place with a text that tries to become markup. */
async function written(code: string, source: string): Promise<void> {
  const { userId } = await a.operator();
  const draft = {
    section: "overview",
    language: "en",
    title: "</h2><script>1</script>",
    checkedOn: "2026-11-01",
    source,
  };
  const { id } = await Destination.write(userId, code, draft, new Date());
  await Destination.publish(userId, id, { revision: 1 }, new Date());
}

test("the page of a place is whole without scripts, and says what search engines ask for", async () => {
  const { status, html, headers } = await page("/places/BCN");
  expect(status).toBe(200);
  expect(headers.get("content-type")).toContain("text/html");
  expect(html).toContain("<title>Barcelona (BCN): flights, costs and facts · Travel Conductor</title>");
  expect(html).toMatch(/<link rel="canonical" href="[^"]+\/places\/BCN">/);
  expect(html).not.toContain("noindex");
  expect(html).toContain("Euro (EUR)");
  const [, data = ""] = /<script type="application\/ld\+json">(.*?)<\/script>/.exec(html) ?? [];
  expect(JSON.parse(data)).toMatchObject({ "@type": "Airport", iataCode: "BCN", geo: { latitude: 41.2971 } });
  expect((await page("/places/BCN?language=de")).html).toContain('<html lang="de">');
});

test("no search engine keeps a page with a figure of the simulated market", async () => {
  expect((await page("/places/BCN?from=LON")).html).toContain('<meta name="robots" content="noindex">');
});

test("a page and its answer cost one request to Redis and one to Postgres", async () => {
  for (const path of ["/places/BCN?from=LON", "/v1/places/BCN?from=LON"]) {
    await page(path);
    expect(await counted(() => page(path))).toMatchObject({ postgres: 1, redis: 1 });
  }
});

test("no text of an operator becomes markup", async () => {
  await written("REU", 'a</script><script>alert(1)</script> <img src=x onerror=y> [x](javascript:z) "quote" **b**');
  const { html } = await page("/places/REU");
  expect(html.match(/<script(?! type="application\/(?:ld\+)?json")/g)).toHaveLength(1);
  expect(html).not.toMatch(/<img|<[^>]+\s(?:on\w+|style)=|href="javascript/);
  expect(html).toContain("&lt;/h2&gt;&lt;script&gt;1");
  expect(html).toContain("<strong>b</strong>");
  const [, brought = ""] = /id="guide">(.*?)<\/script>/.exec(html) ?? [];
  expect(JSON.parse(brought).guide[0].title).toBe("</h2><script>1</script>");
});

test.each([
  ["/places/QQQ", 404],
  ["/places/BCN?from=xx", 422],
  ["/places/BCN?from=%3Cscript%3E", 422],
  ["/places/BCN?currency=ZZZ", 422],
  ["/places/BCN/people", 200],
  ["/places/%3Cscript%3Ealert(1)%3C%2Fscript%3E", 200],
])("%s is answered %i with a page that the client takes over", async (path, status) => {
  const found = await page(path);
  expect(found.status).toBe(status);
  expect(found.html).toContain('src="/client.js"');
  expect(found.html).toContain("noindex");
  expect(found.html).not.toContain("<script>");
});

test("the sitemap names the 300 busiest places, and robots are told where it is", async () => {
  const { html: xml, headers } = await page("/sitemap.xml");
  expect(headers.get("content-type")).toContain("xml");
  expect(xml.match(/<loc>[^<]+\/places\/[A-Z]{3}<\/loc>/g)?.length).toBeGreaterThanOrEqual(300);
  expect((await page("/robots.txt")).html).toMatch(
    /^User-agent: \*\nDisallow: \/v1\/\nAllow: \/\nSitemap: .+\/sitemap\.xml\n$/,
  );
});

test("places with a guide are listed page by page, busiest first", async () => {
  const first = await a.read(await a.call("GET", "/v1/places?limit=2"), 200);
  expect(first.items.map(({ code }: { code: string }) => code)).toEqual(["NYC", "LON"]);
  const next = await a.read(await a.call("GET", `/v1/places?limit=2&cursor=${first.nextCursor}`), 200);
  expect(next.items).toMatchObject([{ code: "CHI" }, { code: "ATL" }]);
});
