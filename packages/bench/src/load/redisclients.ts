/** Returns the number of clients that Redis has, as it says itself. */
export async function redisClients(): Promise<number> {
  const { UPSTASH_REDIS_REST_URL: url = "", UPSTASH_REDIS_REST_TOKEN: token = "" } = process.env;
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(["info", "clients"]) });
  const { result } = (await response.json()) as { result?: string };
  return Number(/connected_clients:(\d+)/.exec(result ?? "")?.[1] ?? Number.NaN);
}
