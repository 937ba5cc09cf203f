import { type Context, Hono } from "hono";
import { html } from "hono/html";
import type { App } from "./door.ts";
import { type Part, page, policy, style } from "./outbox/page.ts";
import type { Mail } from "./ses.ts";

export const isOutboxPath = (path: string) => path.split("/")[1] === "outbox";

/** Returns an app that serves `api`, and the mailbox under `/outbox`. Links in its messages lead to the web client. */
export function withOutbox(api: App, mailbox: Mail[]): App {
  const pages = outbox(mailbox);
  return {
    fetch: (request, environment) => {
      const { pathname } = new URL(request.url);
      return (isOutboxPath(pathname) ? pages : api).fetch(request, environment);
    },
  };
}

/**
 * Only for a browser on this machine: another name in Host can belong to another site that resolves to this address.
 */
function outbox(mailbox: Mail[]) {
  const app = new Hono().use(async (c, next) => {
    if (!["localhost", "127.0.0.1", "[::1]"].includes(new URL(c.req.url).hostname)) {
      return c.text("The outbox is open to this machine alone.\n", 403);
    }
    await next();
    c.header("cache-control", "no-store");
    c.header("referrer-policy", "no-referrer");
    c.header("x-content-type-options", "nosniff");
  });
  return app
    .get("/outbox", (c) => show(c, list(mailbox)))
    .get("/outbox/style.css", (c) => c.body(style, 200, { "content-type": "text/css; charset=utf-8" }))
    .get("/outbox/:id", (c) => {
      const mail = mailbox.find(({ id }) => id === c.req.param("id"));
      return mail ? show(c, message(mail)) : show(c, gone(), 404);
    })
    .get("/outbox/:id/html", (c) => {
      const mail = mailbox.find(({ id }) => id === c.req.param("id"));
      if (!mail) return show(c, gone(), 404);
      c.header(
        "content-security-policy",
        `${policy.replace("style-src 'self'", "style-src 'unsafe-inline'")}; frame-ancestors 'self'`,
      );
      // Its links open in the page around the frame; the message cannot change this.
      return c.html(mail.html.replace("<head>", '<head><base target="_top">'));
    })
    .notFound((c) => show(c, gone(), 404));
}

function show(c: Context, body: Part, status: 200 | 404 = 200) {
  c.status(status);
  c.header("content-security-policy", `${policy}; frame-ancestors 'none'`);
  return c.html(body);
}

function list(mailbox: Mail[]): Part {
  if (mailbox.length === 0) {
    return page(
      "Outbox",
      html`<p>No messages yet. What the product sends by e-mail is shown here, and goes nowhere else.</p>`,
    );
  }
  const rows = mailbox.map(
    ({ id, subject, to, at }) => html`<tr>
              <td><a href="/outbox/${id}">${subject}</a></td>
              <td>${to.join(", ")}</td>
              <td>${time(at)}</td>
            </tr>`,
  );
  return page(
    "Outbox",
    html`<table>
          <caption>Messages since the start, newest first. Nothing leaves this machine.</caption>
          <thead><tr><th scope="col">Subject</th><th scope="col">To</th><th scope="col">Sent</th></tr></thead>
          <tbody>
            ${rows}
          </tbody>
        </table>`,
  );
}

function message({ id, subject, from, to, at, text }: Mail): Part {
  const lines = text
    .split(/(https?:\/\/\S+)/)
    .map((part, index) => (index % 2 ? html`<a href="${part}">${part}</a>` : part));
  return page(
    subject,
    html`<dl>
          <dt>From</dt><dd>${from}</dd>
          <dt>To</dt><dd>${to.join(", ")}</dd>
          <dt>Sent</dt><dd>${time(at)}</dd>
        </dl>
        <h2>As HTML</h2>
        <iframe title="The message as HTML" src="/outbox/${id}/html" sandbox="allow-top-navigation-by-user-activation"></iframe>
        <h2>As plain text</h2>
        <pre>${lines}</pre>`,
  );
}

function gone(): Part {
  return page("There is no such message", html`<p>The outbox forgets its messages when the product stops.</p>`);
}

function time(at: string): Part {
  return html`<time datetime="${at}">${at.slice(0, 19).replace("T", " ")} UTC</time>`;
}
