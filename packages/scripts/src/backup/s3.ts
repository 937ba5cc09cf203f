import { PassThrough, type Readable } from "node:stream";
import { GetObjectCommand, HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { Refused } from "../command.ts";
import type { Output } from "./writer.ts";

/** S3 takes 10,000 parts of an upload at most; some are left for what grows meanwhile. */
const mostParts = 5_000;
const leastPart = 5 * 1024 * 1024;
/** Parts of an upload that are under way at once: with the one that is being filled, three are in memory. */
const partsAtOnce = 2;

/** Region, credentials and, for other stores that speak S3, AWS_ENDPOINT_URL_S3 are read from the environment. */
const client = () => new S3Client({ forcePathStyle: process.env.AWS_ENDPOINT_URL_S3 !== undefined });

/**
 * Uploads an object in parts. It exists once all of them are there: an upload that is cut leaves no object, only parts,
 * which a rule of the bucket should remove. An object of this name is not replaced.
 */
export async function openObject(place: string, bytes: number): Promise<Output> {
  const { Bucket, Key } = parse(place);
  const s3 = client();
  const found = await s3.send(new HeadObjectCommand({ Bucket, Key })).catch((error) => {
    if (error.$metadata?.httpStatusCode === 404) return undefined;
    throw new Refused(`${place} cannot be reached: ${error.name}: ${error.message}`);
  });
  if (found) throw new Refused(`${place} exists already: a backup is written over nothing.`);
  const stream = new PassThrough({ highWaterMark: 1024 * 1024 });
  const upload = new Upload({
    client: s3,
    params: { Bucket, Key, Body: stream, IfNoneMatch: "*" },
    partSize: Math.max(leastPart, Math.ceil(bytes / mostParts)),
    queueSize: partsAtOnce,
  });
  const done = upload.done();
  // A failed upload ends the stream, so that the writer stops.
  done.catch((error: Error) => stream.destroy(error));
  return {
    stream,
    keep: async () => {
      await done;
      s3.destroy();
    },
    drop: async () => {
      // Unlike abort(), this waits until the store has forgotten the parts.
      stream.destroy(new Error("The backup was cut."));
      await done.catch(() => undefined);
      s3.destroy();
    },
  };
}

export async function readObject(place: string): Promise<Readable> {
  const { Bucket, Key } = parse(place);
  const answer = await client()
    .send(new GetObjectCommand({ Bucket, Key }))
    .catch((error) => {
      throw new Refused(`${place} cannot be read: ${error.name}: ${error.message}`);
    });
  return answer.Body as Readable;
}

function parse(place: string): { Bucket: string; Key: string } {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(place) ?? [];
  if (!Bucket || !Key) throw new Refused(`${place} names no object: s3://bucket/key does.`);
  return { Bucket, Key };
}
