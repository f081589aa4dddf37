/** Sends a file and has it imported: published whole, or refused with every fault. */
import { useState } from "react";
import type { Client } from "urql";
import { useClient } from "urql";
import type { InputFault } from "../common/useCommand";
import { unanswered } from "../common/useCommand";
import { isText } from "./places";
import type { ImportInput, Published } from "./queries";
import { ImportNetworkDocument, PublishRevisionDocument } from "./queries";
import { upload } from "./upload";

export interface Refused {
  readonly state: "refused";
  readonly file: string;
  readonly message: string;
  readonly faults: readonly InputFault[];
  /** The lines of the file, where it is a text. */
  readonly lines: readonly string[];
}

export type ImportOutcome =
  | Refused
  | { readonly state: "none" }
  | { readonly state: "published"; readonly network: Published }
  | { readonly state: "sending"; readonly step: "checking" | "uploading" };

/** As a network of its own with its terms, or as the next revision of one. */
export type Aim =
  | { readonly as: "network"; readonly terms: Omit<ImportInput, "file"> }
  | { readonly as: "revision"; readonly network: string };

export interface Importing {
  readonly outcome: ImportOutcome;
  readonly start: (file: File, aim: Aim) => void;
}

export function useImport(): Importing {
  const client = useClient();
  const [outcome, setOutcome] = useState<ImportOutcome>({ state: "none" });

  const run = async (file: File, aim: Aim): Promise<ImportOutcome> => {
    const uploaded = await upload(file);
    if ("refusal" in uploaded) return refused(file.name, uploaded.refusal, [], []);
    setOutcome({ state: "sending", step: "checking" });
    const input = { name: file.name, upload: uploaded.id };
    const { answer, error } = await imported(client, input, aim);
    if (answer === undefined) return refused(file.name, unanswered(error).message, [], []);
    if (answer.__typename === "NetworkPayload") return { state: "published", network: answer.network };
    const faults = answer.__typename === "InvalidInputProblem" ? answer.faults : [];
    const lines = isText(file.name) ? (await file.text()).split("\n") : [];
    return refused(file.name, answer.message, faults, lines);
  };
  return {
    outcome,
    start: (file, aim) => {
      setOutcome({ state: "sending", step: "uploading" });
      void run(file, aim).then(setOutcome);
    },
  };
}

async function imported(client: Client, file: ImportInput["file"], aim: Aim) {
  if (aim.as === "network") {
    const { data, error } = await client.mutation(ImportNetworkDocument, { input: { ...aim.terms, file } });
    return { answer: data?.importNetwork, error };
  }
  const { data, error } = await client.mutation(PublishRevisionDocument, { input: { network: aim.network, file } });
  return { answer: data?.publishRevision, error };
}

const refused = (file: string, message: string, faults: readonly InputFault[], lines: readonly string[]): Refused =>
  ({ state: "refused", file, message, faults, lines });
