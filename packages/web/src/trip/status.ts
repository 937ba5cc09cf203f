import type { Booking } from "../data/bookings.ts";

type Tone = "plain" | "low" | "typical" | "high" | "accent";

const tones: Partial<Record<Booking["status"], Tone>> = {
  confirmed: "low",
  held: "typical",
  action_required: "typical",
  unknown: "typical",
  changing: "typical",
  failed: "high",
  cancelled: "plain",
  expired: "plain",
};

/** How good or bad a state is, beside its word. */
export const toneOf = (status: Booking["status"]): Tone => tones[status] ?? "accent";

/** Where a trip goes; of one that was kept before it had a journey, by its flights. Empty where that is not known. */
export const destinationOf = ({ journey, slices }: Pick<Booking, "slices"> & Partial<Pick<Booking, "journey">>) =>
  slices[0]?.destination ?? journey?.destination ?? "";
