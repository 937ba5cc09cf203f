import { html } from "hono/html";
import type { App } from "../door.ts";
import { type Part, page } from "./page.ts";

type Form = { title: string; button: string; password?: true; path: string; done: string };

/**
 * The forms that links in messages lead to, by the path of the web client's page that they stand in for, each with the
 * path of the API that it sends the token to. A link only shows a form: opening it changes nothing.
 */
const forms: Record<string, Form> = {
  "/verify": {
    title: "Confirm your e-mail address",
    button: "Confirm this address",
    path: "/v1/auth/verify",
    done: "Your e-mail address is confirmed.",
  },
  "/reset": {
    title: "Choose a new password",
    button: "Set this password",
    password: true,
    path: "/v1/auth/reset/confirm",
    done: "You have a new password. Everybody was signed out.",
  },
  "/email": {
    title: "Confirm the change of your e-mail address",
    button: "Confirm the change",
    path: "/v1/auth/email/confirm",
    done: "This side is confirmed. Your address changes when both sides are.",
  },
};
const exported = /^\/account\/export\/(exp_\w+)$/;

/** Fills the form with what stands behind # in the address, which no server gets, and removes it from the address. */
export const script = `
const { elements } = document.forms[0];
const sent = new URLSearchParams(location.hash.slice(1));
for (const name of ["token", "format"]) {
  const [field, value] = [elements.namedItem(name), sent.get(name)];
  if (field && value !== null) Object.assign(field, { value, disabled: false });
}
history.replaceState(null, "", location.pathname);
`;

/** The form at this path of a link, if there is one. */
export function form(pathname: string): Part | undefined {
  const id = exported.exec(pathname)?.[1];
  if (id !== undefined) {
    return filled(
      "Your data is ready",
      html`<p>Your data is sent only to a browser that is signed in to your account.</p>
        <form action="/v1/me/export/${id}">
          <input type="hidden" name="token">
          <input type="hidden" name="format" disabled>
          <button>Fetch my data</button>
        </form>`,
    );
  }
  const known = Object.hasOwn(forms, pathname) ? forms[pathname] : undefined;
  if (!known) return undefined;
  const passwordField = html`<p>
            <label for="password">New password</label>
            <input id="password" name="password" type="password" autocomplete="new-password" minlength="8" required>
          </p>`;
  return filled(
    known.title,
    html`<form method="post" action="/outbox/confirm">
          <input type="hidden" name="page" value="${pathname}">
          <input type="hidden" name="token">
          ${known.password ? passwordField : ""}
          <button>${known.button}</button>
        </form>`,
  );
}

function filled(title: string, body: Part): Part {
  return page(title, html`${body}<script type="module" src="/outbox/form.js"></script>`);
}

/** Sends the fields of a form to the API, as the web client would, and shows the result. */
export async function confirmed(
  api: App,
  request: Request,
  environment: object,
): Promise<{ status: number; body: Part }> {
  const { page: from = "", ...fields } = Object.fromEntries(new URLSearchParams(await request.text()));
  const known = Object.hasOwn(forms, from) ? forms[from] : undefined;
  if (!known) return { status: 404, body: page("There is no such form", html``) };
  const answer = await api.fetch(
    new Request(new URL(known.path, request.url), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(fields),
    }),
    environment,
  );
  if (answer.ok) return { status: 200, body: page("Done", html`<p role="status">${known.done}</p>`) };
  const { title, detail } = (await answer.json()) as { title: string; detail?: string };
  return { status: answer.status, body: page("That did not work", html`<p role="alert">${detail ?? title}</p>`) };
}
