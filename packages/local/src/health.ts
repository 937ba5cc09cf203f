import type { App } from "./door.ts";

/** Returns `app` with further fields in the answer of `/health`, while that is well. */
export function withHealth(app: App, fields: () => object): App {
  return {
    fetch: async (request, environment) => {
      const answer = await app.fetch(request, environment);
      if (request.method !== "GET" || new URL(request.url).pathname !== "/health" || !answer.ok) return answer;
      const headers = new Headers(answer.headers);
      for (const name of ["content-length", "content-type", "etag"]) headers.delete(name);
      return Response.json({ ...((await answer.json()) as object), ...fields() }, { headers });
    },
  };
}
