import { useRouter, useSearch } from "@tanstack/react-router";
import { SignInForm } from "./SignInForm";

export function SignInScreen() {
  const { next } = useSearch({ from: "/sign-in" });
  const router = useRouter();
  return <SignInForm onSignedIn={() => { router.history.replace(next ?? router.buildLocation({ to: "/" }).publicHref); }} />;
}
