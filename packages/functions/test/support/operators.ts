import * as a from "./client.ts";

/** The good requests of the routes for operators. */
export const forOperators: Record<string, () => Promise<a.Sent & { path: string }>> = {
  "GET /v1/admin/deliveries": async () => ({
    path: "/v1/admin/deliveries?status=pending&kind=verify&channel=email&limit=2",
    token: (await a.operator()).token,
  }),
  "POST /v1/admin/deliveries/{id}/replay": async () => ({
    path: `/v1/admin/deliveries/${await a.failedMessage()}/replay`,
    token: (await a.operator()).token,
  }),
  "GET /v1/admin/imports": async () => ({ path: "/v1/admin/imports?limit=1", token: (await a.operator()).token }),
  "GET /v1/admin/providers": async () => ({ path: "/v1/admin/providers", token: (await a.operator()).token }),
  "GET /v1/admin/conversion": async () => ({
    path: "/v1/admin/conversion?day=2026-03-09&origin=stn&destination=BGY",
    token: (await a.operator()).token,
  }),
  "GET /v1/admin/searches": async () => {
    const { token } = await a.operator();
    await a.search(token);
    return { path: "/v1/admin/searches?days=2", token };
  },
  "PATCH /v1/admin/providers/{name}": async () => ({
    path: "/v1/admin/providers/simulator",
    token: (await a.operator()).token,
    body: { enabled: true },
  }),
};
