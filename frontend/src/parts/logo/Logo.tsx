export function Logo() {
  return (
    <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
      <path d="M3 4v7.5a3 3 0 0 0 3 3h8" fill="none" stroke="var(--fg-0)" strokeWidth="3" strokeLinecap="round" />
      <circle cx="14.2" cy="5" r="2.6" fill="var(--accent)" />
    </svg>
  );
}
