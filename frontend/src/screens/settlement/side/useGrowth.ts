/** Whether the ledger's log has only grown since this browser last looked: what a witness watches for. */
import { useEffect, useState } from "react";
import { useClient } from "urql";
import { useStore } from "../../../api/store";
import type { Growth } from "../../../proofs/inclusion/growth";
import { checkGrowth } from "../../../proofs/inclusion/growth";
import { rememberCheckpoint, seenCheckpoint, trustedKey } from "../proof/trusted";
import type { TransparencyLog } from "../queries";
import { ConsistencyDocument } from "../queries";

interface Checked {
  readonly growth: Growth;
  readonly isTrusted: boolean;
  readonly of: string;
}

export type ShownGrowth = Pick<Checked, "growth" | "isTrusted">;

export function useGrowth(log: TransparencyLog | undefined): ShownGrowth | undefined {
  const client = useClient();
  const trusted = useStore(trustedKey);
  const [checked, setChecked] = useState<Checked>();
  const note = log?.newest.note;
  const key = trusted ?? log?.newest.verifierKey;
  useEffect(() => {
    if (note === undefined || key === undefined) return undefined;
    let isOver = false;
    const ask = async (from: number, to: number): Promise<readonly string[] | undefined> => {
      const { data } = await client.query(ConsistencyDocument, { from, to }).toPromise();
      return data?.transparencyLogs[0]?.consistency;
    };
    void checkGrowth(seenCheckpoint(), note, key, ask).then((growth) => {
      if (isOver) return;
      if (growth.kind === "first" || growth.kind === "grown") rememberCheckpoint(note);
      setChecked({ growth, isTrusted: key === trusted, of: `${key} ${note}` });
    });
    return () => { isOver = true; };
  }, [client, note, key, trusted]);
  return checked?.of === `${key ?? ""} ${note ?? ""}` ? checked : undefined;
}
