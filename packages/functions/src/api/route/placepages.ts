import { Problem } from "@travel-conductor/core/base/error";
import { productNow } from "@travel-conductor/core/base/time";
import * as Destination from "@travel-conductor/core/destination";
import { type Context, Hono } from "hono";
import { ValiError } from "valibot";
import { lastingAnHour } from "../lasting.ts";
import { limited } from "../limit.ts";

/** Loaded when a page is asked for: the API starts without it. */
const maker = () => import("../placepage/page.ts");

/**
 * Pages about places that are whole without scripts, and what search engines ask for first. The client takes a page over;
 * what lies below a place's path only the client shows.
 */
export const placePages = new Hono()
  .get("/places/:code{[A-Z]{3}}", limited("insight"), lastingAnHour, async (c) => {
    const { placePage, clientPage } = await maker();
    const { path } = c.req;
    const language = c.req.query("language") === "de" ? "de" : "en";
    const query = queryOf(c);
    try {
      return c.html(placePage(await Destination.get(c.req.param("code"), query, productNow()), language, path));
    } catch (error) {
      if (error instanceof Problem && error.kind === "missing") return c.html(clientPage(path), 404);
      // A page with a fault in its address says what it can without it.
      if (!(error instanceof ValiError) && !(error instanceof Problem && error.kind === "input")) throw error;
      return c.html(clientPage(path), 422);
    }
  })
  .get("/places/*", limited("general"), async (c) => c.html((await maker()).clientPage(c.req.path)))
  .get("/robots.txt", limited("general"), async (c) => {
    const { addressOf } = await maker();
    const lines = ["User-agent: *", "Disallow: /v1/", "Allow: /", `Sitemap: ${addressOf("/sitemap.xml")}`];
    return c.text(`${lines.join("\n")}\n`, 200, { "cache-control": "public, max-age=86400" });
  })
  .get("/sitemap.xml", limited("general"), lastingAnHour, async (c) => {
    const { addressOf } = await maker();
    const pages = (await Destination.all()).map((code) => `<url><loc>${addressOf(`/places/${code}`)}</loc></url>`);
    const xml = `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${pages.join("\n")}
</urlset>
`;
    return c.body(xml, 200, { "content-type": "application/xml; charset=utf-8" });
  });

/** What the address of a page says about the reader; the rest of it is the client's. */
function queryOf(c: Context): Destination.Query {
  const { from, currency, cabin, trip, language } = c.req.query();
  const given = { from: from?.toUpperCase(), currency, cabin, trip, language };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value)) as Destination.Query;
}
