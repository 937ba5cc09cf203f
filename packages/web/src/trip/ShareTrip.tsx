import { useShare, useUnshare } from "../data/bookings.ts";
import { Action } from "../ui/Button.tsx";
import { Copy } from "../ui/Copy.tsx";
import { FaultOf } from "../ui/faults.tsx";
import { useTripTexts } from "../words/trips.ts";

/** A link that shows the flights alone. */
export function ShareTrip({ id }: { id: string }) {
  const words = useTripTexts();
  const share = useShare(id);
  const unshare = useUnshare(id);
  const link = share.data && !unshare.isSuccess ? new URL(share.data.path, location.origin).href : null;
  return (
    <div>
      <h3>{words.share}</h3>
      <p>{words.shareNote}</p>
      {link && <Copy text={link} label={words.linkLabel} />}
      <p>
        <Action
          busy={share.isPending}
          onClick={() => {
            unshare.reset();
            share.mutate();
          }}
        >
          {words.makeLink}
        </Action>{" "}
        <Action busy={unshare.isPending} onClick={() => unshare.mutate()}>
          {words.endLink}
        </Action>
      </p>
      <p role="status">{unshare.isSuccess && words.linkEnded}</p>
      <FaultOf error={share.error ?? unshare.error} />
    </div>
  );
}
