import * as a from "./client.ts";

type Request = a.Sent & { path: string };

/** Requests about cards that their operations answer as promised. */
export const forPayments: Record<string, () => Request | Promise<Request>> = {
  "GET /v1/payment-methods": async () => ({ path: "/v1/payment-methods?limit=1", token: (await a.user()).token }),
  "POST /v1/payment-methods/setup": async () => ({
    path: "/v1/payment-methods/setup",
    token: (await a.proven()).token,
  }),
  "POST /v1/payment-methods/setup/{id}/finish": async () => {
    const { token } = await a.proven();
    return { path: `/v1/payment-methods/setup/${await a.cardSetup(token)}/finish`, token };
  },
  "GET /v1/payment-methods/{id}": () => myCard(),
  "PATCH /v1/payment-methods/{id}": () => myCard({ isDefault: true }),
  "DELETE /v1/payment-methods/{id}": () => myCard(),
  "POST /v1/webhooks/stripe": async () => ({ path: "/v1/webhooks/stripe", ...a.fromStripe() }),
};

async function myCard(body?: unknown): Promise<Request> {
  const { token } = await a.proven();
  const { id } = await a.card(token);
  return { path: `/v1/payment-methods/${id}`, token, ...(body === undefined ? {} : { body }) };
}
