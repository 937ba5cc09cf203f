import { AwsV4Signer } from "aws4fetch";
import { aws } from "./env.ts";

/** A request without a stream as its body. */
type Init = { method: string; headers?: Record<string, string>; body?: string; signal: AbortSignal };

/**
 * Returns a fetch that signs each request to one service of AWS. The signing library has one too, but makes a Request
 * whose body is read as a stream, which takes longer for a short one.
 */
export function signedFetch(service: string): (url: string, init: Init) => Promise<Response> {
  const client = aws(service, 0);
  return async (to, init) => {
    const { url, ...signed } = await new AwsV4Signer({ ...client, ...init, url: to }).sign();
    return fetch(url, { ...init, ...signed } as RequestInit);
  };
}
