/** Publishing a network where the caller runs none yet. */
import { session } from "../../../api/session";
import { useStore } from "../../../api/store";
import { Notice } from "../../../parts/notice/Notice";
import { operatorTexts } from "../../../texts/operator";
import { ImportPart } from "./ImportPart";

export function ImportScreen() {
  const mayPublish = useStore(session)?.viewer.scopes.includes("OPERATE") === true;
  if (!mayPublish) return <Notice title={operatorTexts.imports.forbidden}>{operatorTexts.imports.forbiddenWhy}</Notice>;
  return <ImportPart />;
}
