import { useState } from "react";
import { instant } from "../../../format/instants";
import { FormField } from "../../../parts/form/FormField";
import { useCommand } from "../../../parts/form/useCommand";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { texts } from "../../../texts/en";
import { administrationTexts } from "../../../texts/administration";
import { Act } from "../Act";
import css from "../AdministrationScreen.module.css";
import { namesOf } from "../members";
import { hasEnded, KeyState } from "./KeysTable";
import type { Issued, Key } from "./queries";
import { RevokeApiKeyDocument, RotateApiKeyDocument } from "./queries";

const OVERLAP_DAYS_MAX = 30;

interface Props {
  readonly apiKey: Key;
  /** With the successor. */
  readonly onRotated: (issued: Issued) => void;
}

export function KeyPanel({ apiKey, onRotated }: Props) {
  return (
    <>
      <PanelHead title={apiKey.name} />
      <dl className={css.facts}>
        <dt>{administrationTexts.keys.prefix}</dt>
        <dd>{apiKey.prefix}</dd>
        <dt>{texts.account.roles}</dt>
        <dd>{namesOf(apiKey.roles)}</dd>
        <dt>{administrationTexts.keys.scopes}</dt>
        <dd>{apiKey.scopes.map((scope) => administrationTexts.scopes[scope]).join(", ")}</dd>
        <dt>{administrationTexts.people.state}</dt>
        <dd><KeyState apiKey={apiKey} /></dd>
        <dt>{administrationTexts.people.added}</dt>
        <dd>{instant(apiKey.createdAt)}</dd>
        <dt>{administrationTexts.keys.used}</dt>
        <dd>{apiKey.lastUsedAt === null ? administrationTexts.people.never : instant(apiKey.lastUsedAt)}</dd>
      </dl>
      {hasEnded(apiKey) ? null : <KeyActs keyId={apiKey.id} onRotated={onRotated} />}
    </>
  );
}

function KeyActs({ keyId, onRotated }: { readonly keyId: string; readonly onRotated: Props["onRotated"] }) {
  const rotating = useCommand(RotateApiKeyDocument);
  const revoking = useCommand(RevokeApiKeyDocument);
  const [overlapDays, setOverlap] = useState(1);
  return (
    <>
      <Act
        name={administrationTexts.keys.rotate}
        why={administrationTexts.keys.rotateWhy}
        command={rotating}
        onAct={async () => {
          const issued = await rotating.run({ keyId, overlapDays });
          if (issued !== undefined) onRotated(issued);
        }}
      >
        <FormField
          label={administrationTexts.keys.overlap}
          type="number"
          min={0}
          max={OVERLAP_DAYS_MAX}
          step={1}
          required
          value={Number.isNaN(overlapDays) ? "" : overlapDays}
          onChange={({ target }) => { setOverlap(target.valueAsNumber); }}
        />
      </Act>
      <Act name={administrationTexts.keys.revoke} why={administrationTexts.keys.revokeWhy} command={revoking} onAct={async () => { await revoking.run({ keyId }); }} />
    </>
  );
}
