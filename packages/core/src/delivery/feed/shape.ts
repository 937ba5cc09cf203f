/** The channel of a feed or a calendar, with the language of its owner (BCP 47). */
export type FeedChannel = { id: string; name: string | null; language: string | null; createdAt: string };
