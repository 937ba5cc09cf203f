let reached = true;
const listeners = new Set<() => void>();

/** Whether the last request was answered. A browser may believe in a connection that leads nowhere. */
export const reach = {
  is: () => reached,
  tell: (answered: boolean) => {
    if (answered === reached) return;
    reached = answered;
    for (const listener of listeners) listener();
  },
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
