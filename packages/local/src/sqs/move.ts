import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Queue } from "./queue.ts";

/** A task that moves the messages of a dead-letter queue back, as SQS describes it. */
export type Move = {
  handle: string;
  status: "RUNNING" | "COMPLETED";
  source: Queue;
  destination: Queue;
  rate: number | undefined;
  moved: number;
  toMove: number;
  startedAt: number;
};

/** Moves the visible messages at `rate` per second, without a rate as fast as possible. */
export function startMove(source: Queue, destination: Queue, rate?: number): Move {
  const { visible: toMove } = source.counts();
  const startedAt = Date.now();
  const move: Move = {
    handle: randomUUID(),
    status: "RUNNING",
    source,
    destination,
    rate,
    moved: 0,
    toMove,
    startedAt,
  };
  const run = async () => {
    while (source.move(destination)) {
      move.moved++;
      await wait(rate === undefined ? 0 : 1000 / rate, undefined, { ref: false });
    }
    move.status = "COMPLETED";
  };
  run();
  return move;
}
