import { realNow } from "@travel-conductor/core/base/time";
import * as Factor from "@travel-conductor/core/factor";
import { Hono } from "hono";
import { clientOf } from "../caller.ts";
import { limited } from "../limit.ts";
import { operation } from "../operation.ts";
import type { SignedIn } from "../session.ts";

const guarded = ["factor.required", "session.unproven", "user.unproven"];
const missing = ["passkey.missing"];
const id = ":id{psk_[0-9a-z]{26}}";
const credential = {
  id: "YQ",
  rawId: "YQ",
  type: "public-key",
  response: { clientDataJSON: "e30", attestationObject: "oA", transports: ["internal"] },
};

/** Mounted below /v1/me, which requires a session. */
export const factors = new Hono<SignedIn>()
  .get("/", operation({ summary: "What signs me in beside the password", answer: Factor.Info }), async (c) =>
    c.json(await Factor.get(c.var.userId)),
  )
  .patch(
    "/",
    operation({
      summary: "Say whether bookings, travelers, cards and exports require a second factor",
      body: Factor.Change,
      example: { required: true },
      answer: Factor.Info,
      problems: { 403: guarded, 409: ["factor.none"], 503: ["session.unavailable"] },
    }),
    async (c) => {
      const { userId, sessionId } = c.var;
      await Factor.setRequired(userId, sessionId, c.req.valid("json"), realNow(), clientOf(c));
      return c.json(await Factor.get(userId));
    },
  )
  .post(
    "/passkeys/options",
    operation({
      summary: "Ask for a challenge, to add a passkey",
      answer: Factor.AddOptions,
      problems: { 403: guarded },
    }),
    async (c) => c.json(await Factor.optionsToAdd(c.var.userId, c.var.sessionId, realNow())),
  )
  .post(
    "/passkeys",
    operation({
      summary: "Add a passkey",
      body: Factor.AddPasskey,
      example: { name: "My telephone", credential },
      status: 201,
      answer: Factor.Passkey,
      problems: { 403: guarded, 409: ["passkey.duplicate", "passkey.limit"], 422: ["passkey.invalid"] },
    }),
    async (c) => {
      const { userId, sessionId } = c.var;
      const made = await Factor.addPasskey(userId, sessionId, c.req.valid("json"), realNow(), clientOf(c));
      c.header("location", `${c.req.path}/${made.id}`);
      return c.json(made, 201);
    },
  )
  .patch(
    `/passkeys/${id}`,
    operation({
      summary: "Name a passkey",
      body: Factor.Rename,
      example: { name: "My old telephone" },
      answer: Factor.Passkey,
      problems: { 404: missing },
    }),
    async (c) => c.json(await Factor.renamePasskey(c.var.userId, c.req.param("id"), c.req.valid("json"))),
  )
  .delete(
    `/passkeys/${id}`,
    operation({
      summary: "Remove a passkey, and sign out where it signed in",
      status: 204,
      problems: { 403: guarded, 404: missing, 503: ["session.unavailable"] },
    }),
    async (c) => {
      const { userId, sessionId } = c.var;
      await Factor.removePasskey(userId, sessionId, c.req.param("id"), realNow(), clientOf(c));
      return c.body(null, 204);
    },
  )
  .post(
    "/totp",
    operation({
      summary: "Get a secret for an app that shows codes; a first code switches them on",
      answer: Factor.Setup,
      problems: { 403: guarded, 409: ["factor.on"], 503: ["factor.unavailable"] },
    }),
    async (c) => c.json(await Factor.setUpApp(c.var.userId, c.var.sessionId, realNow())),
  )
  .post(
    "/totp/confirm",
    operation({
      summary: "Switch the codes on by the first one, sign out everywhere else, and get recovery codes",
      body: Factor.Confirm,
      example: { code: "123456" },
      answer: Factor.RecoveryCodes,
      problems: {
        401: ["factor.code"],
        403: guarded,
        409: ["factor.on", "factor.off"],
        503: ["factor.unavailable", "session.unavailable"],
      },
    }),
    limited("login"),
    async (c) => {
      const { userId, sessionId } = c.var;
      return c.json(await Factor.confirmApp(userId, sessionId, c.req.valid("json"), realNow(), clientOf(c)));
    },
  )
  .delete(
    "/totp",
    operation({
      summary: "Switch the codes off",
      status: 204,
      problems: { 403: guarded, 503: ["session.unavailable"] },
    }),
    async (c) => {
      await Factor.removeApp(c.var.userId, c.var.sessionId, realNow(), clientOf(c));
      return c.body(null, 204);
    },
  )
  .post(
    "/recovery-codes",
    operation({
      summary: "Get new recovery codes in place of all the old ones",
      answer: Factor.RecoveryCodes,
      problems: { 403: guarded, 409: ["factor.off"] },
    }),
    async (c) => c.json(await Factor.renewCodes(c.var.userId, c.var.sessionId, realNow(), clientOf(c))),
  );
