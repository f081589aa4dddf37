/** Whether the portfolio shows rights or credit; the same choice in the head of both. */
import { Segments } from "../../../parts/segments/Segments";
import { creditTexts } from "../../../texts/credit";
import type { PortfolioAddress } from "../address";

interface Props {
  readonly address: PortfolioAddress;
  readonly onGo: (change: PortfolioAddress) => void;
}

export function ViewChoice({ address, onGo }: Props) {
  return (
    <Segments
      label={creditTexts.view}
      options={(["rights", "credit"] as const).map((value) => ({ value, text: creditTexts.views[value] }))}
      value={address.show ?? "rights"}
      onChange={(next) => { onGo({ show: next === "credit" ? next : undefined }); }}
    />
  );
}
