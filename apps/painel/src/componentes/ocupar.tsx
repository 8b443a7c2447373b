import { useState } from 'react';
import { Recusa } from '@plataforma/contracts/cliente';
import { Campo, chaveDe, diaDe, Escolha, esquecerChave, horaDe, instanteDe } from '@plataforma/kit';
import { api } from '../api.js';
import { useTextos } from '../textos/index.js';
import { Acao } from './acao.js';

/** A time of a space, ms since 1970. */
export interface Trecho {
  readonly espaco: { readonly id: string; readonly nome: string; readonly fuso: string };
  readonly de: number;
  readonly ate: number;
}

/** From when until when, typed or as it was drawn, by the clock of one zone. */
function useTempo({ de, ate }: Trecho, fuso: string) {
  const t = useTextos();
  const [inicio, setInicio] = useState(`${diaDe(de, fuso)}T${horaDe(de, fuso)}`);
  const [fim, setFim] = useState(`${diaDe(ate, fuso)}T${horaDe(ate, fuso)}`);
  const instante = (escrito: string): string => {
    const [dia = '', hora = ''] = escrito.split('T');
    return instanteDe(dia, hora.slice(0, 5), fuso);
  };
  return {
    campos: (
      <>
        <Campo
          rotulo={t('calendario.de')}
          type="datetime-local"
          required
          value={inicio}
          onChange={({ target }) => setInicio(target.value)}
        />
        <Campo
          rotulo={t('calendario.ate')}
          type="datetime-local"
          required
          min={inicio}
          value={fim}
          onChange={({ target }) => setFim(target.value)}
        />
      </>
    ),
    periodo: () => ({ inicio: instante(inicio), fim: instante(fim) }),
  };
}

/** Takes a time of a space away: a blackout, or a booking for somebody. */
export function NovaOcupacao({
  trecho,
  fuso,
  bloqueado,
  feito,
  fechar,
}: {
  trecho: Trecho;
  fuso: string;
  /** It can be undone for a while. */
  bloqueado: (bloqueioId: string) => void;
  feito: () => void;
  fechar: () => void;
}) {
  const t = useTextos();
  const { campos, periodo } = useTempo(trecho, fuso);
  const [que, setQue] = useState<'BLOQUEIO' | 'RESERVA'>('BLOQUEIO');
  const [email, setEmail] = useState('');
  const { id } = trecho.espaco;
  return (
    <Acao
      titulo={t('calendario.tomarDe', { espaco: trecho.espaco.nome })}
      rotulo={t(que === 'BLOQUEIO' ? 'calendario.bloquear' : 'calendario.reservar')}
      {...(que === 'BLOQUEIO' && { motivo: 'exigido' as const })}
      agir={async (motivo) => {
        if (que === 'BLOQUEIO') {
          const corpo = { ...periodo(), motivo };
          const pedido = [id, corpo];
          const { body } = await api('POST /v1/espacos/:id/bloqueios', {
            parametros: { id },
            corpo,
            cabecalhos: { 'idempotency-key': chaveDe(pedido) },
          });
          esquecerChave(pedido);
          return bloqueado(body.id);
        }
        const { body: achadas } = await api('GET /v1/usuarios', { consulta: { email: email.trim(), limite: 1 } });
        const [pessoa] = achadas.itens;
        if (!pessoa) throw new Recusa(422, { code: 'painel.ninguem', title: t('calendario.ninguem') });
        const corpo = { espacoId: id, ...periodo(), paraId: pessoa.id };
        await api('POST /v1/reservas', { corpo, cabecalhos: { 'idempotency-key': chaveDe(corpo) } });
        esquecerChave(corpo);
      }}
      feito={feito}
      fechar={fechar}
    >
      <Escolha
        rotulo={t('calendario.que')}
        value={que}
        onChange={({ target }) => setQue(target.value === 'RESERVA' ? 'RESERVA' : 'BLOQUEIO')}
      >
        <option value="BLOQUEIO">{t('calendario.bloqueio')}</option>
        <option value="RESERVA">{t('titulos.reserva')}</option>
      </Escolha>
      {campos}
      {que === 'RESERVA' && (
        <Campo
          rotulo={t('calendario.paraQuem')}
          type="email"
          required
          value={email}
          onChange={({ target }) => setEmail(target.value)}
        />
      )}
      <p>{t(que === 'BLOQUEIO' ? 'calendario.efeitoDeBloquear' : 'calendario.efeitoDeReservar')}</p>
    </Acao>
  );
}

/** Moves a booking to where it was dragged or to what is typed. */
export function MudarHorario({
  trecho,
  fuso,
  feito,
  fechar,
}: {
  trecho: Trecho & { readonly reservaId: string };
  fuso: string;
  feito: () => void;
  fechar: () => void;
}) {
  const t = useTextos();
  const { campos, periodo } = useTempo(trecho, fuso);
  return (
    <Acao
      titulo={t('calendario.mudar', { espaco: trecho.espaco.nome })}
      rotulo={t('calendario.mudarHorario')}
      agir={() => api('POST /v1/reservas/:id/remarcacao', { parametros: { id: trecho.reservaId }, corpo: periodo() })}
      feito={feito}
      fechar={fechar}
    >
      {campos}
      <p>{t('calendario.efeitoDeMudar')}</p>
    </Acao>
  );
}
