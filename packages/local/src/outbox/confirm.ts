import { html } from "hono/html";
import type { App } from "../door.ts";
import { type Part, page } from "./page.ts";

/** The forms that links in messages lead to, by path. A link only shows a form: opening it changes nothing. */
export const forms: Record<string, { title: string; button: string; password?: true; done: string }> = {
  "/v1/auth/verify": {
    title: "Confirm your e-mail address",
    button: "Confirm this address",
    done: "Your e-mail address is confirmed.",
  },
  "/v1/auth/reset/confirm": {
    title: "Choose a new password",
    button: "Set this password",
    password: true,
    done: "You have a new password. Everybody was signed out.",
  },
  "/v1/auth/email/confirm": {
    title: "Confirm the change of your e-mail address",
    button: "Confirm the change",
    done: "This side is confirmed. Your address changes when both sides are.",
  },
};

export function form(path: string, token: string): Part {
  const { title, button, password } = forms[path]!;
  const passwordField = html`<p>
            <label for="password">New password</label>
            <input id="password" name="password" type="password" autocomplete="new-password" minlength="8" required>
          </p>`;
  return page(
    title,
    html`<form method="post" action="/outbox/confirm">
          <input type="hidden" name="path" value="${path}">
          <input type="hidden" name="token" value="${token}">
          ${password ? passwordField : ""}
          <button>${button}</button>
        </form>`,
  );
}

/** Sends the fields of a form to the API, as the web client would, and shows the result. */
export async function confirmed(
  api: App,
  request: Request,
  environment: object,
): Promise<{ status: number; body: Part }> {
  const fields = new URLSearchParams(await request.text());
  const path = fields.get("path") ?? "";
  const known = Object.hasOwn(forms, path) ? forms[path] : undefined;
  if (!known) return { status: 404, body: page("There is no such form", html``) };
  fields.delete("path");
  const answer = await api.fetch(
    new Request(new URL(path, request.url), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(Object.fromEntries(fields)),
    }),
    environment,
  );
  if (answer.ok) return { status: 200, body: page("Done", html`<p role="status">${known.done}</p>`) };
  const { title, detail } = (await answer.json()) as { title: string; detail?: string };
  return { status: answer.status, body: page("That did not work", html`<p role="alert">${detail ?? title}</p>`) };
}
