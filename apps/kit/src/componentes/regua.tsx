import { useId } from 'react';
import estilo from './regua.module.css';

export interface Trecho {
  /** ms since 1970 */
  readonly de: number;
  readonly ate: number;
}

const LARGURA = 960;
const ALTURA = 18;

/**
 * The ruler of a day: free time plain with a solid edge, what is taken or closed hatched, a tick every hour. Read out it
 * is its `resumo`.
 */
export function Regua({
  de,
  ate,
  livres,
  marcas,
  resumo,
}: Trecho & { livres: readonly Trecho[]; marcas: readonly string[]; resumo: string }) {
  const padrao = useId();
  const x = (momento: number): number => ((Math.min(Math.max(momento, de), ate) - de) / (ate - de)) * LARGURA;
  const horas = Math.round((ate - de) / 3_600_000);
  return (
    <div className={estilo['regua']}>
      <svg
        className={estilo['faixa']}
        viewBox={`0 0 ${LARGURA} ${ALTURA}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={resumo}
      >
        <pattern id={padrao} width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line y2="7" className={estilo['traco']} />
        </pattern>
        <rect className={estilo['fundo']} width={LARGURA} height={ALTURA - 4} />
        <rect fill={`url(#${padrao})`} width={LARGURA} height={ALTURA - 4} />
        {livres
          .filter((trecho) => trecho.ate > de && trecho.de < ate)
          .map((trecho) => (
            <rect
              key={trecho.de}
              className={estilo['livre']}
              x={x(trecho.de)}
              y="0.5"
              width={Math.max(x(trecho.ate) - x(trecho.de), 1)}
              height={ALTURA - 5}
            />
          ))}
        {Array.from({ length: horas + 1 }, (_, hora) => (
          <line
            key={hora}
            className={estilo['traco']}
            x1={(hora * LARGURA) / horas}
            x2={(hora * LARGURA) / horas}
            y1={ALTURA - 4}
            y2={hora % 6 === 0 ? ALTURA : ALTURA - 2}
          />
        ))}
      </svg>
      <div className={estilo['escala']} aria-hidden="true">
        {marcas.map((marca, i) => (
          <span key={i}>{marca}</span>
        ))}
      </div>
    </div>
  );
}
