import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import type { LinhaDoTempoHttp } from '@plataforma/contracts';
import { Botao, dataCurta, hora, useIdioma } from '@plataforma/kit';
import estilo from './grade.module.css';
import comum from './painel.module.css';
import type { Trecho } from './ocupar.js';
import { useTextos } from '../textos/index.js';

type Linha = LinhaDoTempoHttp['itens'][number];
type Ocupacao = Linha['ocupacoes'][number];
type DeReserva = Ocupacao & { readonly reservaId: string };

const PASSO_MS = 30 * 60_000;
/** A finger that rests so long draws or drags; one that moves before it scrolls. */
const TOQUE_MS = 400;

/** Where the keyboard is: which row, from when on, for how long. */
interface Cursor {
  readonly linha: number;
  readonly de: number;
  readonly ate: number;
}

/** Drawn or dragged by a pointer: where it began, and where it is. */
interface Arrasto {
  readonly linha: number;
  readonly de: number;
  readonly ate: number;
  readonly reserva?: DeReserva;
}

interface DaGrade {
  readonly linhas: readonly Linha[];
  readonly de: number;
  readonly ate: number;
  readonly dias: number;
  readonly fuso: string;
  readonly agora: number;
  readonly titulo: string;
  readonly criar: (trecho: Trecho) => void;
  readonly mudar: (trecho: Trecho & { reservaId: string }) => void;
  readonly abrir: (reservaId: string) => void;
}

/** Several units are taken at the same time: what overlaps is drawn one below the other, each in the first lane that is free. */
function emFaixas(ocupacoes: readonly Ocupacao[]) {
  const fins: number[] = [];
  const postas = ocupacoes
    .toSorted((a, b) => a.inicio.localeCompare(b.inicio))
    .map((ocupacao) => {
      const inicio = Date.parse(ocupacao.inicio);
      const livre = fins.findIndex((fim) => fim <= inicio);
      const faixa = livre < 0 ? fins.length : livre;
      fins[faixa] = Date.parse(ocupacao.fim);
      return { ocupacao, faixa };
    });
  return postas.map((posta) => ({ ...posta, faixas: fins.length }));
}
const naFaixa = (faixa: number, faixas: number) =>
  faixas < 2 ? {} : { top: `${(faixa / faixas) * 100}%`, bottom: `${(1 - (faixa + 1) / faixas) * 100}%` };

/**
 * A finger on the grid: it scrolls, unless it rests first; then what it does is drawing or dragging, and nothing scrolls.
 */
function useToque(grade: RefObject<HTMLDivElement | null>) {
  const pousado = useRef<{ readonly inicio: Arrasto; readonly espera: ReturnType<typeof setTimeout> }>(undefined);
  const pegou = useRef(false);
  useEffect(() => {
    const caixa = grade.current;
    const segurar = (evento: TouchEvent): void => {
      if (pegou.current) evento.preventDefault();
    };
    // Only one that is not passive may keep the page from scrolling.
    caixa?.addEventListener('touchmove', segurar, { passive: false });
    return () => {
      clearTimeout(pousado.current?.espera);
      caixa?.removeEventListener('touchmove', segurar);
    };
  }, [grade]);
  return {
    pousar(inicio: Arrasto, pegar: () => void): void {
      clearTimeout(pousado.current?.espera);
      pousado.current = {
        inicio,
        espera: setTimeout(() => {
          pegou.current = true;
          pegar();
        }, TOQUE_MS),
      };
    },
    /** @returns where it was, when it did not rest for long: a tap */
    levantar(): Arrasto | undefined {
      const tocado = pegou.current ? undefined : pousado.current?.inicio;
      clearTimeout(pousado.current?.espera);
      pousado.current = undefined;
      pegou.current = false;
      return tocado;
    },
    emCurso: (): boolean => pousado.current !== undefined,
  };
}

/**
 * Spaces as rows, time as one cell of each. The keys are those of the help above it: arrows go, Shift and arrow extends,
 * Enter opens or takes, M moves a booking (arrows, then Enter; Escape leaves it where it was).
 */
export function Grade({ linhas, de, ate, dias, fuso, agora, titulo, criar, mudar, abrir }: DaGrade) {
  const t = useTextos();
  const idioma = useIdioma();
  const grade = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState<Cursor>(() => {
    const inicio = de + Math.min(Math.max(Math.ceil((agora - de) / PASSO_MS), 16), dias * 48 - 2) * PASSO_MS;
    return { linha: 0, de: inicio, ate: inicio + 2 * PASSO_MS };
  });
  // A narrow screen begins where the cursor is, and not at midnight.
  const [inicial] = useState(cursor.de);
  useEffect(() => {
    const caixa = grade.current;
    if (caixa) caixa.scrollLeft = ((inicial - de) / (ate - de)) * (caixa.scrollWidth - 176) - 40;
  }, [inicial, de, ate]);
  /** A booking on its way to another time, of the row where the cursor is. */
  const [movida, setMovida] = useState<DeReserva>();
  const [arrasto, setArrasto] = useState<Arrasto>();
  const toque = useToque(grade);
  const marcas = Array.from(
    { length: dias === 1 ? 24 : dias },
    (_, i) => de + (i * (ate - de)) / (dias === 1 ? 24 : dias),
  );
  const pct = (momento: number): number => ((Math.min(Math.max(momento, de), ate) - de) / (ate - de)) * 100;
  const lugar = (inicio: number, fim: number) => ({ left: `${pct(inicio)}%`, width: `${pct(fim) - pct(inicio)}%` });
  const sob = (linha: Linha | undefined, momento: number): Ocupacao | undefined =>
    linha?.ocupacoes.find(({ inicio, fim }) => Date.parse(inicio) <= momento && Date.parse(fim) > momento);
  const dizer = ({ linha, de: inicio, ate: fim }: Cursor): string => {
    const desta = linhas[linha];
    const ocupacao = sob(desta, inicio);
    const oque = movida
      ? t('calendario.movendo')
      : ocupacao
        ? nomeDe(ocupacao)
        : desta?.fechado.some((um) => Date.parse(um.inicio) <= inicio && Date.parse(um.fim) > inicio)
          ? t('espacos.fechado')
          : t('calendario.livre');
    return `${desta?.espaco.nome ?? ''}, ${dataCurta(inicio, fuso, idioma)}, ${hora(inicio, fuso, idioma)}–${hora(fim, fuso, idioma)}, ${oque}`;
  };
  const nomeDe = ({ tipo, reserva }: Ocupacao): string =>
    tipo === 'BLOQUEIO'
      ? t('calendario.bloqueio')
      : `${reserva?.titulo ?? t('titulos.reserva')}${reserva ? ` (${t(`status.${reserva.status}`)})` : ''}`;
  const ehReserva = (ocupacao: Ocupacao | undefined): ocupacao is DeReserva => ocupacao?.reservaId != null;

  function aoTeclar(evento: KeyboardEvent): void {
    const { key, shiftKey } = evento;
    const desta = linhas[cursor.linha];
    const horizontal = key === 'ArrowRight' ? PASSO_MS : key === 'ArrowLeft' ? -PASSO_MS : 0;
    const vertical = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0;
    const ocupacao = sob(desta, cursor.de);
    if (horizontal !== 0) {
      if (shiftKey && !movida)
        setCursor({ ...cursor, ate: Math.min(ate, Math.max(cursor.de + PASSO_MS, cursor.ate + horizontal)) });
      else if (cursor.de + horizontal >= de && cursor.ate + horizontal <= ate)
        setCursor({ ...cursor, de: cursor.de + horizontal, ate: cursor.ate + horizontal });
    } else if (vertical !== 0 && !movida) {
      const linha = Math.min(Math.max(cursor.linha + vertical, 0), linhas.length - 1);
      setCursor({ ...cursor, linha });
      grade.current?.querySelector<HTMLElement>(`[data-linha="${linha}"]`)?.focus();
    } else if (key === 'Enter' && desta) {
      const trecho = { espaco: desta.espaco, de: cursor.de, ate: cursor.ate };
      if (movida) {
        mudar({ ...trecho, reservaId: movida.reservaId });
        setMovida(undefined);
      } else if (ehReserva(ocupacao)) abrir(ocupacao.reservaId);
      else if (!ocupacao) criar(trecho);
    } else if (key.toLowerCase() === 'm' && ehReserva(ocupacao)) {
      setMovida(ocupacao);
      setCursor({ ...cursor, de: Date.parse(ocupacao.inicio), ate: Date.parse(ocupacao.fim) });
    } else if (key === 'Escape' && movida) setMovida(undefined);
    else return;
    evento.preventDefault();
  }

  /** The moment under a pointer, to the half hour. */
  const momentoEm = (evento: PointerEvent<HTMLElement>): number => {
    const caixa = evento.currentTarget.getBoundingClientRect();
    const parte = Math.min(Math.max((evento.clientX - caixa.left) / caixa.width, 0), 1);
    return de + Math.floor((parte * (ate - de)) / PASSO_MS) * PASSO_MS;
  };
  const soltar = (solto: Arrasto | undefined): void => {
    const desta = solto && linhas[solto.linha];
    setArrasto(undefined);
    if (!desta) return;
    const { linha, reserva } = solto;
    const andou = solto.ate - solto.de;
    if (!reserva) {
      const [inicio, fim] = andou >= 0 ? [solto.de, solto.ate] : [solto.ate, solto.de];
      setCursor({ linha, de: inicio, ate: fim + PASSO_MS });
      criar({ espaco: desta.espaco, de: inicio, ate: fim + PASSO_MS });
    } else if (andou === 0) abrir(reserva.reservaId);
    else
      mudar({
        espaco: desta.espaco,
        de: Date.parse(reserva.inicio) + andou,
        ate: Date.parse(reserva.fim) + andou,
        reservaId: reserva.reservaId,
      });
  };

  return (
    <>
      <div
        ref={grade}
        className={estilo['grade']}
        role="grid"
        aria-label={titulo}
        aria-rowcount={linhas.length + 1}
        data-semana={dias > 1 || undefined}
      >
        <div role="row" className={`${estilo['linha']} ${estilo['escala']}`}>
          <span role="columnheader" className={estilo['nome']}>
            {t('reservas.espaco')}
          </span>
          <span role="columnheader" className={estilo['trilho']}>
            {marcas.map((marca) => (
              <span key={marca} className={estilo['marca']} style={{ left: `${pct(marca)}%` }}>
                {dias === 1 ? hora(marca, fuso, 'pt-BR').slice(0, 2) : dataCurta(marca, fuso, idioma)}
              </span>
            ))}
          </span>
        </div>
        {linhas.map(({ espaco, fechado, ocupacoes }, i) => (
          <div key={espaco.id} role="row" aria-rowindex={i + 2} className={estilo['linha']}>
            <span role="rowheader" className={estilo['nome']}>
              {espaco.nome}
              <small>{espaco.cidade}</small>
            </span>
            <div
              role="gridcell"
              data-linha={i}
              tabIndex={cursor.linha === i ? 0 : -1}
              className={estilo['trilho']}
              onFocus={() => cursor.linha !== i && setCursor({ ...cursor, linha: i })}
              onKeyDown={aoTeclar}
              onPointerDown={(evento) => {
                if (evento.button !== 0 || !evento.isPrimary) return;
                const { currentTarget: trilho, pointerId } = evento;
                const momento = momentoEm(evento);
                const caixa = evento.currentTarget.getBoundingClientRect();
                const altura = (evento.clientY - caixa.top) / caixa.height;
                const ocupacao =
                  emFaixas(ocupacoes).find(
                    ({ ocupacao: { inicio, fim }, faixa, faixas }) =>
                      Date.parse(inicio) <= momento + PASSO_MS / 2 &&
                      Date.parse(fim) > momento + PASSO_MS / 2 &&
                      Math.floor(altura * faixas) === faixa,
                  )?.ocupacao ?? sob(linhas[i], momento + PASSO_MS / 2);
                if (ocupacao && !ehReserva(ocupacao)) return;
                const inicio = {
                  linha: i,
                  de: momento,
                  ate: momento,
                  ...(ehReserva(ocupacao) && { reserva: ocupacao }),
                };
                const pegar = (): void => {
                  trilho.setPointerCapture(pointerId);
                  setArrasto(inicio);
                };
                if (evento.pointerType === 'touch') toque.pousar(inicio, pegar);
                else pegar();
              }}
              onPointerMove={(evento) => {
                if (arrasto?.linha === i) setArrasto({ ...arrasto, ate: momentoEm(evento) });
              }}
              onPointerUp={() => soltar(toque.levantar() ?? arrasto)}
              onPointerCancel={() => {
                toque.levantar();
                setArrasto(undefined);
              }}
              // A finger that rests asks for no menu here.
              onContextMenu={(evento) => toque.emCurso() && evento.preventDefault()}
            >
              {cursor.linha === i && <span className="so-para-ouvir">{dizer(cursor)}</span>}
              {fechado.map(({ inicio, fim }) => (
                <span key={inicio} className={estilo['fechado']} style={lugar(Date.parse(inicio), Date.parse(fim))} />
              ))}
              {emFaixas(ocupacoes).map(({ ocupacao, faixa, faixas }) => {
                const [inicio, fim] = [Date.parse(ocupacao.inicio), Date.parse(ocupacao.fim)];
                const antes = inicio - ocupacao.folgaAntesMinutos * 60_000;
                const depois = fim + ocupacao.folgaDepoisMinutos * 60_000;
                const pendente = ocupacao.reserva?.status.startsWith('PENDENTE');
                const andou = arrasto?.reserva === ocupacao ? arrasto.ate - arrasto.de : 0;
                return (
                  <span key={`${ocupacao.inicio} ${ocupacao.reservaId} ${faixa}`}>
                    <span className={estilo['folga']} style={{ ...lugar(antes, depois), ...naFaixa(faixa, faixas) }} />
                    <span
                      title={nomeDe(ocupacao)}
                      className={[
                        estilo['barra'],
                        ocupacao.tipo === 'BLOQUEIO' && estilo['bloqueio'],
                        pendente && estilo['pendente'],
                      ]
                        .filter(Boolean)
                        .join(' ')}
                      style={{ ...lugar(inicio + andou, fim + andou), ...naFaixa(faixa, faixas) }}
                    >
                      {nomeDe(ocupacao)}
                    </span>
                  </span>
                );
              })}
              {arrasto?.linha === i && !arrasto.reserva && (
                <span
                  className={`${estilo['cursor']} ${estilo['desenho']}`}
                  style={lugar(Math.min(arrasto.de, arrasto.ate), Math.max(arrasto.de, arrasto.ate) + PASSO_MS)}
                />
              )}
              {cursor.linha === i && <span className={estilo['cursor']} style={lugar(cursor.de, cursor.ate)} />}
              {agora > de && agora < ate && <span className={estilo['agora']} style={{ left: `${pct(agora)}%` }} />}
            </div>
          </div>
        ))}
      </div>
      <p className="so-para-ouvir" role="status">
        {dizer(cursor)}
      </p>
      <div className={comum['linha']}>
        <Botao
          forma="secundario"
          onClick={() => {
            const desta = linhas[cursor.linha];
            if (desta) criar({ espaco: desta.espaco, de: cursor.de, ate: cursor.ate });
          }}
        >
          {t('calendario.tomar')}
        </Botao>
      </div>
    </>
  );
}
