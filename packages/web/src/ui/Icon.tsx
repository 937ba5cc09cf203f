const paths = {
  logo: "M3 17h4v-4h5v4h4V8h5",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM20 20l-4.9-4.9",
  watch: "M3 17l5-6 4 3 8-9M15 5h5v5",
  bell: "M6 10a6 6 0 1 1 12 0c0 6 2 7 2 7H4s2-1 2-7ZM10 20.5h4",
  trip: "M4 8h16v11H4zM9 8V5h6v3M4 13h16",
  swap: "M7 4v15M7 4 4 7m3-3 3 3M17 20V5m0 15 3-3m-3 3-3-3",
  next: "M9 5l7 7-7 7",
  previous: "M15 5l-7 7 7 7",
} as const;
export type IconName = keyof typeof paths;

/** Decoration: the words beside it say what it means. */
export function Icon({ name, size = 22 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={2}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}
