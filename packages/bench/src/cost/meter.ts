import { AwsV4Signer } from "aws4fetch";
import { type Amounts, type Asked, add, gbSeconds, gigabyte, type Item } from "./bill.ts";
import { now, signingTime } from "./moment.ts";
import { type Command, counted, uncounted } from "./script.ts";

/** How long a call takes in the cloud (ms), beside what it computes: the way there and back, within a region or out of it. */
const latencies = { postgres: 8, redis: 3, queue: 12, call: 20, mail: 60, keys: 10, provider: 2_500, other: 100 };
type Service = keyof typeof latencies;

/** Bytes of a log that Lambda itself writes about one event, and of one line that API Gateway writes, with overhead. */
const linesOfEvent = 360;
const lineOfRequest = 290;

/** A group of calls that ran at once: how many of each service there were, and the most at a time. */
type Wave = Record<string, { calls: number; open: number; most: number }>;

/**
 * Counts what is billed, by action, at the only doors that the product has to the outside: `fetch`, and standard output.
 * One event runs at a time.
 */
export function createMeter(
  places: Record<Exclude<Service, "provider" | "other">, string>,
  queues: { answer: (target: string, body: never) => object; call: (url: string, body: string) => void },
) {
  const byAction = new Map<string, Amounts>();
  const asked: Asked[] = [];
  /** Searches of the provider, by action. */
  const searches = new Map<string, number>();

  /** Metrics of our own by name and dimensions, and the hours in which each was written. */
  const metricHours = new Map<string, Set<number>>();
  let action = "setup";
  let open = 0;
  let wave: Wave = {};
  let waited = 0;

  const count = (item: Item, amount: number) => {
    const amounts = byAction.get(action) ?? {};
    amounts[item] = (amounts[item] ?? 0) + amount;
    byAction.set(action, amounts);
  };

  /** Runs a call to a service, whose time in the cloud counts as waiting: once for calls that run at once. */
  async function waiting<T>(service: Service, call: () => Promise<T>): Promise<T> {
    wave[service] ??= { calls: 0, open: 0, most: 0 };
    const own = wave[service]!;
    open++;
    own.calls++;
    own.most = Math.max(own.most, ++own.open);
    try {
      return await call();
    } finally {
      own.open--;
      if (--open === 0) {
        const times = Object.entries(wave).map(
          ([name, { calls, most }]) => Math.ceil(calls / most) * latencies[name as Service],
        );
        waited += Math.max(...times);
        wave = {};
      }
    }
  }

  const real = globalThis.fetch;
  const serviceOf = (url: string) =>
    (Object.entries(places).find(([, place]) => url.startsWith(place))?.[0] ?? "other") as Service;
  globalThis.fetch = async (input, init) => {
    const url = String(input);
    const service = serviceOf(url);
    const body = String(init?.body ?? "");
    if (service === "postgres") asked.push({ at: now(), action });
    return waiting(service, async () => {
      if (service === "redis") return askRedis(url, body, init);
      if (service === "queue") {
        const target = String(new Headers(init?.headers).get("x-amz-target"));
        const isFifo = /\.fifo/.test(body);
        count(isFifo ? "fifoRequests" : "queueRequests", 1);
        return Response.json(queues.answer(target, JSON.parse(body) as never));
      }
      if (service === "call") {
        queues.call(url, body);
        return new Response("", { status: 202 });
      }
      const response = await real(input, init);
      const bytes = Number(response.headers.get("content-length") ?? 0);
      if (service === "postgres") count("postgresEgressGb", bytes / gigabyte);
      if (service === "keys") count("keyRequests", 1);
      if (service === "mail" && /outbound-emails/.test(url)) {
        count("mails", 1);
        count("mailGb", body.length / gigabyte);
      }
      return response;
    });
  };

  async function askRedis(url: string, body: string, init: RequestInit | undefined): Promise<Response> {
    const parsed = JSON.parse(body) as Command | Command[];
    const isMany = Array.isArray(parsed[0]);
    const sent = (isMany ? (parsed as Command[]) : [parsed as Command]).map((command) => counted(command, now()));
    const commands = sent.map((each) => each.sent);
    const response = await real(url, { ...init, body: JSON.stringify(isMany ? commands : commands[0]) });
    const text = await response.text();
    type Reply = { result?: unknown; error?: string };
    const read = JSON.parse(text) as Reply | Reply[];
    let calls = sent.length;
    const replies = (Array.isArray(read) ? read : [read]).map((reply, index) => {
      if (!sent[index]?.isCounted || reply.error !== undefined) return reply;
      const { result, calls: inside } = uncounted(reply.result);
      calls += inside;
      return { result };
    });
    count("redisCommands", calls);
    count("redisGb", (body.length + text.length) / gigabyte);
    return Response.json(Array.isArray(read) ? replies : replies[0], { status: response.status });
  }

  // The gateways compare the time of a signature with the machine's clock.
  const { sign } = AwsV4Signer.prototype;
  AwsV4Signer.prototype.sign = function () {
    return sign.call(new AwsV4Signer({ ...this, url: this.url.href, datetime: signingTime() }));
  };

  const write = process.stdout.write.bind(process.stdout);
  let isListening = false;
  let isMuted = false;
  process.stdout.write = ((...given: Parameters<typeof write>) => {
    if (!isListening) return isMuted && String(given[0]).startsWith("{") ? true : write(...given);
    const text = String(given[0]);
    count("logGb", (Buffer.byteLength(text) + 26) / gigabyte);
    for (const line of text.split("\n")) if (line.includes('"_aws"')) noteMetrics(JSON.parse(line));
    if (/"level":"ERROR"/.test(text)) faults.push(text.slice(0, 600));
    return true;
  }) as typeof write;
  const faults: string[] = [];

  // biome-ignore lint/suspicious/noExplicitAny: a line of the log.
  function noteMetrics(line: any): void {
    const [{ Dimensions, Metrics }] = line._aws.CloudWatchMetrics;
    const by = Dimensions[0].map((name: string) => `${name}=${line[name]}`);
    for (const { Name } of Metrics) {
      const key = [Name, ...by].join(" ");
      const hours = metricHours.get(key) ?? new Set();
      metricHours.set(key, hours.add(Math.floor(now() / 3_600_000)));
    }
  }

  return {
    byAction,
    asked,
    searches,
    metricHours,
    faults,
    count,
    /** Runs a search of the provider. */
    search<T>(call: () => Promise<T>): Promise<T> {
      searches.set(action, (searches.get(action) ?? 0) + 1);
      return waiting("provider", call);
    },
    /** A fetch that nothing counts. */
    uncounted: real,
    /** Runs an event of a Lambda with this memory (MB) for an action, and counts what it takes. */
    async event<T>(name: string, memory: number, run: () => Promise<T>, isRequest = false): Promise<T> {
      action = name;
      waited = 0;
      isListening = true;
      const before = process.cpuUsage();
      try {
        return await run();
      } finally {
        const { user, system } = process.cpuUsage(before);
        isListening = false;
        count("lambdaRequests", 1);
        count("lambdaGbSeconds", gbSeconds(memory, (user + system) / 1_000, waited));
        count("logGb", (linesOfEvent + (isRequest ? lineOfRequest : 0)) / gigabyte);
        if (isRequest) count("gatewayRequests", 1);
      }
    },
    /** Sets the action that what happens now counts for. */
    during(name: string) {
      action = name;
    },
    /** Keeps the log of what follows out of the output, or lets it through again. */
    quiet(isQuiet: boolean) {
      isMuted = isQuiet;
    },
    /** Forgets what was counted. */
    clear() {
      byAction.clear();
      searches.clear();
      metricHours.clear();
      asked.length = faults.length = 0;
    },
    sum: () => [...byAction.values()].reduce<Amounts>((all, each) => add(all, each), {}),
  };
}
export type Meter = ReturnType<typeof createMeter>;
