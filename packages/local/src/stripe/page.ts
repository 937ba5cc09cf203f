import { html } from "hono/html";

type Part = ReturnType<typeof html>;

/** The pages' own style, and nothing of another origin. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
export const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": policy,
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

const frame = (title: string, body: Part) => html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title}</title>
    <style>
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 28rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
      label { display: block; margin: 1rem 0 0.25rem; }
      input { font: inherit; width: 100%; box-sizing: border-box; padding: 0.5rem; border: 1px solid #767676; border-radius: 4px; }
      button { font: inherit; margin: 1.5rem 0.5rem 0 0; padding: 0.5rem 1rem; border: 1px solid #0b5cad; border-radius: 4px; background: #0b5cad; color: #fff; cursor: pointer; }
      button.plain { background: #fff; color: #0b5cad; }
      table { border-collapse: collapse; margin-top: 2rem; font-size: 0.875rem; } td { padding: 0.25rem 1rem 0.25rem 0; vertical-align: top; }
      .fault { color: #a4001d; }
    </style>
  </head>
  <body>
    <main>
      <h1>${title}</h1>
      ${body}
    </main>
  </body>
</html>`;

const examples = [
  ["4242 4242 4242 4242", "works"],
  ["4000 0025 0000 3155", "asks for 3-D Secure when it is added"],
  ["4000 0027 6000 3184", "asks for 3-D Secure at every payment too"],
  ["4000 0000 0000 0341", "is added, and declined at each payment"],
  ["4000 0000 0000 0002", "is declined at once"],
  ["4000 0000 0000 5126", "a refund to it fails after a minute"],
] as const;

/** The page that takes a card, in place of Stripe's element. */
export function cardPage(query: string, fault?: string): Part {
  return frame(
    "Add a card (test)",
    html`<p>This page plays Stripe's part on this machine. No card of a real person belongs here, and nothing is sent on.</p>
      ${fault ? html`<p class="fault" role="alert">${fault}</p>` : ""}
      <form method="post" action="/pay/card?${query}">
        <label for="number">Card number</label>
        <input id="number" name="number" inputmode="numeric" autocomplete="off" required value="4242 4242 4242 4242" />
        <label for="expiry">Expiry (MM/YY)</label>
        <input id="expiry" name="expiry" autocomplete="off" required placeholder="12/34" value="12/34" />
        <label for="cvc">Security code</label>
        <input id="cvc" name="cvc" inputmode="numeric" autocomplete="off" required value="123" />
        <button>Save card</button>
      </form>
      <table>
        <caption>Cards to try</caption>
        <tbody>
          ${examples.map(([number, effect]) => html`<tr><td>${number}</td><td>${effect}</td></tr>`)}
        </tbody>
      </table>`,
  );
}

/** The page of a bank that asks who pays. */
export function challengePage(query: string): Part {
  return frame(
    "3-D Secure (test)",
    html`<p>This page plays the bank's part: it asks whether it is really you that pays.</p>
      <form method="post" action="/pay/challenge?${query}">
        <button name="answer" value="yes">Complete</button>
        <button class="plain" name="answer" value="no">Fail</button>
      </form>`,
  );
}

export function deadPage(): Part {
  return frame(
    "Nothing to do here",
    html`<p>This card or payment is not waiting for anything. Go back and begin again.</p>`,
  );
}
