import { Link } from "@tanstack/react-router";
import { Notice } from "../parts/notice/Notice";
import { texts } from "../texts/en";

export function NoPage() {
  return (
    <Notice title={texts.faults.noPage} action={<Link to="/">{texts.faults.toNetwork}</Link>}>
      {texts.faults.noPageWhy}
    </Notice>
  );
}
