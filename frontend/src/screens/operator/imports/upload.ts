/** Sends a file as the body of a request of its own (docs/guide/http.md); an import then names it by its id. */
import { GRAPHQL_URL } from "../../../api/place";
import { send } from "../../../api/refreshing";
import { texts } from "../../../texts/en";
import { operatorTexts } from "../../../texts/operator";

export type Uploaded = { readonly id: string } | { readonly refusal: string };

export async function upload(file: File): Promise<Uploaded> {
  try {
    const response = await send(`${GRAPHQL_URL}/uploads`, { method: "POST", body: file });
    return readAnswer(await response.json());
  } catch {
    return { refusal: operatorTexts.form.unanswered };
  }
}

/** The id of an upload, or why it was refused. */
export function readAnswer(answer: unknown): Uploaded {
  if (!isObject(answer)) return { refusal: texts.faults.refused };
  if (typeof answer.upload === "string") return { id: answer.upload };
  const messages = Array.isArray(answer.errors) ? answer.errors.map((error: unknown) => (isObject(error) ? error.message : undefined)) : [];
  return { refusal: messages.filter((message) => typeof message === "string").join("; ") || texts.faults.refused };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;
