import type { ReservaHttp } from '@plataforma/contracts';
import { Etiqueta, fusoDaqui, useIdioma } from '@plataforma/kit';
import { Link } from '@tanstack/react-router';
import { useTextos } from '../textos/index.js';
import estilo from './painel.module.css';

const TONS = {
  PENDENTE_APROVACAO: 'retido',
  PENDENTE_PAGAMENTO: 'retido',
  CONFIRMADA: 'livre',
  CONCLUIDA: 'suave',
  NAO_COMPARECEU: 'perigo',
  CANCELADA: 'perigo',
} as const;

export function Situacao({ status }: Pick<ReservaHttp, 'status'>) {
  const t = useTextos();
  return <Etiqueta tom={TONS[status]}>{t(`status.${status}`)}</Etiqueta>;
}

/** A moment to the second, where one compares logs; in the reader's own zone unless another is said. */
export function Instante({ em, fuso = fusoDaqui(), ms = false }: { em: string; fuso?: string; ms?: boolean }) {
  const idioma = useIdioma();
  const formato = new Intl.DateTimeFormat(idioma, {
    timeZone: fuso,
    day: '2-digit',
    month: '2-digit',
    year: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    ...(ms && { fractionalSecondDigits: 3 }),
  });
  return <time dateTime={em}>{formato.format(new Date(em))}</time>;
}

/** Whether this is an id, and not the beginning of one. */
export const ehId = (dito: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(dito);

/** What people tell each other of a booking. */
export const referencia = (id: string): string =>
  id
    .slice(-8)
    .toUpperCase()
    .replace(/^(.{4})/, '$1-');

export const DaReserva = ({ id }: { id: string }) => (
  <Link to="/reservas/$id" params={{ id }}>
    {referencia(id)}
  </Link>
);

export function Pares({ pares }: { pares: readonly (readonly [nome: string, valor: React.ReactNode])[] }) {
  return (
    <dl className={estilo['pares']}>
      {pares.map(([nome, valor]) => (
        <div key={nome}>
          <dt>{nome}</dt>
          <dd>{valor}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Data of a record, as programs have it: read, and copied to somebody. */
export const Dados = ({ dados }: { dados: unknown }) => (
  <pre className={estilo['codigo']}>{JSON.stringify(dados, null, 1)}</pre>
);
