import { productNow } from "@travel-conductor/core/base/time";
import { Hono } from "hono";
import { limited } from "../limit.ts";
import { operation } from "../operation.ts";
import { knows } from "../tag.ts";

/** How long a reader may show a copy without asking (seconds). */
const lifetime = 300;

/** Feeds and calendars for other programs: the address alone opens them. */
export const feeds = new Hono().get(
  "/:file{[A-Za-z0-9_-]{43}\\.(?:atom|ics)}",
  operation({
    summary: "My alerts as an Atom feed, or my watches as a calendar",
    files: ["application/atom+xml", "text/calendar"],
    problems: { 404: ["feed.missing"], 503: ["service.unavailable", "service.outdated"] },
  }),
  limited("general"),
  async (c) => {
    const Delivery = await import("@travel-conductor/core/delivery");
    const [token = "", form] = c.req.param("file").split(".");
    const { type, body, tag } = await Delivery.feed(token, form as "atom" | "ics", productNow());
    const headers = { "content-type": type, etag: tag, "cache-control": `private, max-age=${lifetime}` };
    return knows(c, tag) ? c.body(null, 304, headers) : c.body(body, 200, headers);
  },
);
