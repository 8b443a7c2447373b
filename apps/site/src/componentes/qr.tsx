import { useMemo } from 'react';
import qrcode from 'qrcode/lib/core/qrcode.js';

/** A QR code (ISO/IEC 18004) as one path, dark on light in every theme: cameras want it so. */
export function Qr({ texto, rotulo }: { texto: string; rotulo: string }) {
  const { lado, traco } = useMemo(() => {
    const { modules } = qrcode.create(texto, { errorCorrectionLevel: 'M' });
    const { size, data } = modules;
    const feito = Array.from(data, (escuro, i) =>
      escuro ? `M${(i % size) + 2} ${Math.floor(i / size) + 2}h1v1h-1z` : '',
    ).join('');
    return { lado: size + 4, traco: feito };
  }, [texto]);
  return (
    <svg
      viewBox={`0 0 ${lado} ${lado}`}
      width="240"
      height="240"
      role="img"
      aria-label={rotulo}
      shapeRendering="crispEdges"
    >
      <rect width={lado} height={lado} fill="#fff" />
      <path d={traco} fill="#000" />
    </svg>
  );
}
