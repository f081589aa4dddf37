/** GraphiQL in the session of an open tab of the platform; without one people sign in here. */
import { lazy, Suspense, useEffect, useState } from "react";
import { borrow } from "../../api/lending";
import { session } from "../../api/session";
import { useStore } from "../../api/store";
import { Skeleton } from "../../parts/skeleton/Skeleton";
import { texts } from "../../texts/en";
import { SignInForm } from "../sign_in/SignInForm";

const Explorer = lazy(async () => ({ default: (await import("./Explorer")).Explorer }));

export function ExplorerPage() {
  const isSignedIn = useStore(session) !== undefined;
  const [isLent, setLent] = useState<boolean>();
  useEffect(() => {
    void borrow().then((bearer) => { setLent("authorization" in bearer); });
  }, []);
  if (!isSignedIn && isLent === undefined) return <Skeleton rows={8} />;
  if (!isSignedIn && isLent === false) return <SignInForm lead={texts.explorer.signInWhy} onSignedIn={() => undefined} />;
  return <Suspense fallback={<Skeleton rows={8} />}><Explorer /></Suspense>;
}
