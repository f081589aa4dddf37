import css from "./SecondFactor.module.css";
import { qrCode } from "./qr_code";

const QUIET = 4;

/** A text as a QR code; nothing where it is too long for one. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const modules = qrCode(text);
  if (modules === undefined) return null;
  const size = modules.length + 2 * QUIET;
  const dark = modules.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${String(x + QUIET)} ${String(y + QUIET)}h1v1h-1z`] : [])));
  return (
    <svg className={css.picture} viewBox={`0 0 ${String(size)} ${String(size)}`} shapeRendering="crispEdges" role="img" aria-label={label}>
      <path d={dark.join("")} />
    </svg>
  );
}
