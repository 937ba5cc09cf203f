import { createHash } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** As S3 has it; the last part of an upload may be smaller. */
const leastPart = 5 * 1024 * 1024;

/**
 * Speaks what a backup needs of S3: uploads in parts, objects that are read, and names that are not written over. An
 * object exists once its upload is completed. Signatures are not checked.
 */
export async function startObjects() {
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Map<number, Buffer>>();
  let count = 0;

  async function answer(request: IncomingMessage): Promise<{ status: number; body?: Buffer | string; etag?: string }> {
    const { pathname: key, searchParams } = new URL(request.url ?? "", "http://localhost");
    const uploadId = searchParams.get("uploadId") ?? "";
    const body = await bodyOf(request);
    const isNew = request.headers["if-none-match"] !== "*" || !objects.has(key);
    if (request.method === "POST" && searchParams.has("uploads")) {
      uploads.set(String(++count), new Map());
      return {
        status: 200,
        body: `<InitiateMultipartUploadResult><UploadId>${count}</UploadId></InitiateMultipartUploadResult>`,
      };
    }
    if (request.method === "PUT" && uploadId) {
      uploads.get(uploadId)?.set(Number(searchParams.get("partNumber")), body);
      await store.onPart();
      return { status: 200, etag: etagOf(body) };
    }
    if (request.method === "PUT") {
      if (!isNew) return { status: 412 };
      objects.set(key, body);
      return { status: 200, etag: etagOf(body) };
    }
    if (request.method === "POST") {
      const parts = [...(uploads.get(uploadId) ?? [])].sort(([one], [other]) => one - other).map(([, part]) => part);
      const named = [...body.toString().matchAll(/<ETag>(?:&quot;|")(\w+)/g)].map(([, etag]) => etag);
      const isSame =
        parts.every((part, index) => etagOf(part) === `"${named[index]}"`) && parts.length === named.length;
      if (!isSame || parts.slice(0, -1).some(({ length }) => length < leastPart)) return { status: 400 };
      if (!isNew) return { status: 412 };
      objects.set(key, Buffer.concat(parts));
      uploads.delete(uploadId);
      return { status: 200, body: `<CompleteMultipartUploadResult><ETag>"x"</ETag></CompleteMultipartUploadResult>` };
    }
    if (request.method === "DELETE") return { status: uploads.delete(uploadId) ? 204 : 404 };
    const object = objects.get(key);
    return object ? { status: 200, body: object, etag: etagOf(object) } : { status: 404 };
  }

  const server = createServer(async (request, response) => {
    const { status, body, etag } = await answer(request);
    response.writeHead(status, { ...(etag ? { etag } : {}), "content-length": body ? Buffer.byteLength(body) : 0 });
    response.end(request.method === "HEAD" ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const store = {
    /** Called with each part, before its answer. */
    onPart: async (): Promise<unknown> => undefined,
    url: `http://127.0.0.1:${port}`,
    objects,
    uploads,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return store;
}

const etagOf = (bytes: Buffer) => `"${createHash("md5").update(bytes).digest("hex")}"`;

/** A body, also one that the client sends in chunks of its own with a signature or checksum after them. */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const bytes = await buffer(request);
  if (!request.headers["x-amz-content-sha256"]?.toString().startsWith("STREAMING-")) return bytes;
  const chunks: Buffer[] = [];
  for (let from = 0; ; ) {
    const line = bytes.indexOf("\r\n", from);
    const length = Number.parseInt(bytes.toString("latin1", from, line), 16);
    if (!(length > 0)) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(line + 2, line + 2 + length));
    from = line + 2 + length + 2;
  }
}
