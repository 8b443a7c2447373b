import type { ReactNode } from 'react';
import estilo from './planta.module.css';

const L = 480;
const A = 320;
/** The walls, and what is inside of them. */
const SALA = { x: 28, y: 24, l: 424, a: 224 };

type Tipo = 'SALA' | 'MESA' | 'QUADRA' | 'AUDITORIO' | 'ESTUDIO';

export interface DadosDaPlanta {
  readonly id: string;
  readonly nome: string;
  readonly tipo: Tipo;
  readonly capacidade: number;
  readonly unidades?: number;
}

/** The same number for the same words, 0 to 1: a space is drawn alike every time. */
function sorte(texto: string): number {
  let resumo = 0x811c9dc5;
  for (const letra of texto) resumo = Math.imul(resumo ^ letra.charCodeAt(0), 0x01000193) >>> 0;
  return resumo / 2 ** 32;
}

const Lugar = ({ x, y, r = 7 }: { x: number; y: number; r?: number }) => (
  <circle className={estilo['lugar']} cx={x} cy={y} r={r} />
);
const meioX = SALA.x + SALA.l / 2;
const meioY = SALA.y + SALA.a / 2;

/** A table with its seats around it. */
function mesaDeReuniao(lugares: number): ReactNode {
  const vistos = Math.min(Math.max(lugares, 2), 24);
  const cada = Math.ceil((vistos - 2) / 2);
  const l = Math.min(300, 70 + cada * 30);
  const a = 74;
  return (
    <>
      <rect className={estilo['movel']} x={meioX - l / 2} y={meioY - a / 2} width={l} height={a} rx="6" />
      {Array.from({ length: vistos }, (_, i) => {
        if (i < 2) return <Lugar key={i} x={meioX + (i === 0 ? -1 : 1) * (l / 2 + 14)} y={meioY} />;
        const j = Math.floor((i - 2) / 2);
        const x = meioX - l / 2 + ((j + 0.5) * l) / cada;
        return <Lugar key={i} x={x} y={meioY + (i % 2 === 0 ? -1 : 1) * (a / 2 + 14)} />;
      })}
    </>
  );
}

function mesas(unidades: number): ReactNode {
  const vistas = Math.min(Math.max(unidades, 1), 18);
  const colunas = Math.ceil(Math.sqrt(vistas * 1.8));
  const linhas = Math.ceil(vistas / colunas);
  return Array.from({ length: vistas }, (_, i) => {
    const x = SALA.x + ((i % colunas) + 0.5) * (SALA.l / colunas);
    const y = SALA.y + (Math.floor(i / colunas) + 0.5) * (SALA.a / linhas);
    return (
      <g key={i}>
        <rect className={estilo['movel']} x={x - 24} y={y - 14} width="48" height="22" />
        <Lugar x={x} y={y + 18} />
      </g>
    );
  });
}

/** Rows of seats in front of a stage, one drawn for as many as there is no room for. */
function plateia(lugares: number): ReactNode {
  const vistos = Math.min(lugares, 112);
  const fila = Math.min(16, Math.ceil(Math.sqrt(vistos * 2)));
  const filas = Math.ceil(vistos / fila);
  return (
    <>
      <path className={estilo['movel']} d={`M${meioX - 110} ${SALA.y + 8} h220 v26 q-110 26 -220 0 z`} />
      {Array.from({ length: vistos }, (_, i) => {
        const linha = Math.floor(i / fila);
        const coluna = (i % fila) - (Math.min(fila, vistos - linha * fila) - 1) / 2;
        const passo = Math.min(24, (SALA.a - 84) / filas);
        return (
          <Lugar
            key={i}
            r={Math.min(6, passo / 2 - 1)}
            x={meioX + coluna * 23}
            y={SALA.y + 70 + linha * passo - (coluna / fila) ** 2 * 26 + 6}
          />
        );
      })}
    </>
  );
}

function quadra(): ReactNode {
  const { x, y, l, a } = { x: SALA.x + 22, y: SALA.y + 20, l: SALA.l - 44, a: SALA.a - 40 };
  return (
    <g className={estilo['movel']}>
      <rect x={x} y={y} width={l} height={a} />
      <path d={`M${meioX} ${y} v${a}`} />
      <circle cx={meioX} cy={meioY} r="32" />
      <path d={`M${x} ${meioY - 50} h46 a50 50 0 0 1 0 100 h-46 M${x + l} ${meioY - 50} h-46 a50 50 0 0 0 0 100 h46`} />
    </g>
  );
}

function estudio(lugares: number, id: string): ReactNode {
  const vidro = SALA.x + SALA.l * (0.58 + sorte(id) * 0.1);
  return (
    <>
      <path className={estilo['fio']} d={`M${vidro} ${SALA.y} v${SALA.a} m5 0 v-${SALA.a}`} />
      <rect className={estilo['movel']} x={vidro + 46} y={meioY - 62} width="34" height="124" rx="3" />
      <Lugar x={vidro + 26} y={meioY} />
      <circle className={estilo['movel']} cx={SALA.x + 64} cy={SALA.y + 62} r="30" />
      <circle className={estilo['movel']} cx={SALA.x + 108} cy={SALA.y + 50} r="16" />
      {Array.from({ length: Math.min(lugares, 6) }, (_, i) => (
        <Lugar key={i} x={SALA.x + 60 + (i % 3) * 66} y={meioY + 24 + Math.floor(i / 3) * 46} />
      ))}
    </>
  );
}

function mobilia({ id, tipo, capacidade, unidades = 1 }: DadosDaPlanta): ReactNode {
  switch (tipo) {
    case 'SALA':
      return mesaDeReuniao(capacidade);
    case 'MESA':
      return mesas(unidades);
    case 'AUDITORIO':
      return plateia(capacidade);
    case 'QUADRA':
      return quadra();
    case 'ESTUDIO':
      return estudio(capacidade, id);
  }
}

/**
 * A space without a photo, drawn from what is known of it: walls, a door where its name has it, furniture for its kind,
 * a seat for each person, and a title block. It says nothing that is not written beside it, and is not read out.
 */
export function Planta(dados: DadosDaPlanta & { legenda?: string }) {
  const porta = SALA.x + 40 + sorte(dados.id) * (SALA.l - 130);
  const baixo = SALA.y + SALA.a;
  const nome = dados.nome.length > 34 ? `${dados.nome.slice(0, 33)}…` : dados.nome;
  return (
    <svg className={estilo['planta']} viewBox={`0 0 ${L} ${A}`} width={L} height={A} aria-hidden="true">
      {Array.from({ length: 17 }, (_, i) => (
        <path key={i} className={estilo['grade']} d={`M${SALA.x + (i * SALA.l) / 16} ${SALA.y} v${SALA.a}`} />
      ))}
      {Array.from({ length: 9 }, (_, i) => (
        <path key={i} className={estilo['grade']} d={`M${SALA.x} ${SALA.y + (i * SALA.a) / 8} h${SALA.l}`} />
      ))}
      <rect className={estilo['parede']} x={SALA.x} y={SALA.y} width={SALA.l} height={SALA.a} />
      <path className={estilo['vao']} d={`M${porta} ${baixo} h46`} />
      <path className={estilo['fio']} d={`M${porta} ${baixo} v-46 a46 46 0 0 1 46 46`} />
      {mobilia(dados)}
      <path
        className={estilo['fio']}
        d={`M${SALA.x} ${baixo + 22} h${SALA.l} m0 -5 v10 M${SALA.x} ${baixo + 17} v10`}
      />
      <text className={estilo['legenda']} x={SALA.x} y={A - 22}>
        {nome}
      </text>
      <text className={estilo['cota']} x={SALA.x} y={A - 7}>
        {dados.legenda}
      </text>
    </svg>
  );
}
