import { useState } from 'react';
import type { CalendarioSeguidoHttp, EspacoHttp } from '@plataforma/contracts';
import {
  agora,
  Campo,
  chaveDe,
  dataCurta,
  Escolha,
  esquecerChave,
  Etiqueta,
  Falha,
  hora,
  useEnvio,
  useIdioma,
} from '@plataforma/kit';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../api.js';
import { useTextos } from '../textos/index.js';
import { Acao, BotaoDe } from './acao.js';
import { Instante, referencia } from './ditos.js';
import estilo from './painel.module.css';

/** While one waits for a fetch, and otherwise. */
const LOGO_MS = 2_000;
const DEPOIS_MS = 60_000;
const MAXIMO = 5;

const espera = ({ ativo, proximaEm }: CalendarioSeguidoHttp): boolean =>
  ativo && proximaEm !== null && Date.parse(proximaEm) <= agora();

/** Calendars of elsewhere that say when the space is taken: what came of the last fetch, and what is in their way. */
export function CalendariosSeguidos({ espaco }: { espaco: EspacoHttp }) {
  const t = useTextos();
  const consultas = useQueryClient();
  const queryKey = ['seguidos', espaco.id];
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: async () =>
      (await api('GET /v1/espacos/:id/calendarios-seguidos', { parametros: { id: espaco.id } })).body.itens,
    refetchInterval: ({ state }) => (state.data?.some(espera) ? LOGO_MS : DEPOIS_MS),
  });
  const [novo, setNovo] = useState(false);
  const [largado, setLargado] = useState<CalendarioSeguidoHttp>();
  const reler = () => consultas.invalidateQueries({ queryKey });
  return (
    <section className={estilo['pilha']} aria-labelledby="seguidos">
      <h2 id="seguidos">{t('seguidos.titulo')}</h2>
      <p className={estilo['suave']}>{t('seguidos.paraQue')}</p>
      {error && <Falha erro={error} deNovo={() => void refetch()} />}
      {data?.length === 0 && <p>{t('seguidos.nenhum')}</p>}
      <ul className={estilo['pilha']}>
        {data?.map((seguido) => (
          <li key={seguido.id}>
            <Seguido seguido={seguido} fuso={espaco.fuso} reler={reler} largar={() => setLargado(seguido)} />
          </li>
        ))}
      </ul>
      <div>
        <BotaoDe
          direito="espacos.administrar"
          impedido={data !== undefined && data.length >= MAXIMO && t('seguidos.demais', { maximo: MAXIMO })}
          onClick={() => setNovo(true)}
        >
          {t('seguidos.seguir')}
        </BotaoDe>
      </div>
      {novo && <Novo espaco={espaco} feito={reler} fechar={() => setNovo(false)} />}
      {largado && (
        <Acao
          titulo={t('seguidos.largarDe', { nome: largado.nome })}
          rotulo={t('seguidos.largar')}
          perigo
          agir={() =>
            api('DELETE /v1/espacos/:id/calendarios-seguidos/:calendarioId', {
              parametros: { id: espaco.id, calendarioId: largado.id },
            })
          }
          feito={() => void reler()}
          fechar={() => setLargado(undefined)}
        >
          <p>{t('seguidos.efeitoDeLargar', { quantos: largado.bloqueios })}</p>
        </Acao>
      )}
    </section>
  );
}

function Seguido({
  seguido,
  fuso,
  reler,
  largar,
}: {
  seguido: CalendarioSeguidoHttp;
  fuso: string;
  reler: () => Promise<unknown>;
  largar: () => void;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  const { id, espacoId, nome, origem, ativo, erro, status, buscadoEm, lidoEm, bloqueios, conflitos } = seguido;
  const parametros = { id: espacoId, calendarioId: id };
  const pausar = useEnvio(
    () => api('PATCH /v1/espacos/:id/calendarios-seguidos/:calendarioId', { parametros, corpo: { ativo: !ativo } }),
    reler,
  );
  const buscar = useEnvio(
    () => api('POST /v1/espacos/:id/calendarios-seguidos/:calendarioId/busca', { parametros }),
    reler,
  );
  const falha = pausar.falha ?? buscar.falha;
  return (
    <article className={estilo['folha']} aria-label={nome}>
      <div className={estilo['linha']}>
        <h3>{nome}</h3>
        <Etiqueta tom={!ativo ? 'suave' : erro === null ? 'livre' : 'perigo'}>
          {t(
            !ativo
              ? 'seguidos.pausado'
              : espera(seguido)
                ? 'seguidos.buscando'
                : erro === null
                  ? 'seguidos.emDia'
                  : 'seguidos.falhou',
          )}
        </Etiqueta>
        <span className={estilo['suave']}>{origem}</span>
      </div>
      <p>
        {buscadoEm === null ? (
          t('seguidos.nuncaBuscado')
        ) : (
          <>
            {t('seguidos.buscadoEm')} <Instante em={buscadoEm} />
            {' · '}
            {t('seguidos.toma', { quantos: bloqueios })}
          </>
        )}
      </p>
      {erro !== null && (
        <p role="status">
          {t(`seguidos.erros.${erro}`, { status: status ?? 0 })}{' '}
          {lidoEm === null ? (
            t('seguidos.nuncaLido')
          ) : (
            <>
              {t('seguidos.valeODe')} <Instante em={lidoEm} />
            </>
          )}
        </p>
      )}
      {conflitos.length > 0 && (
        <div role="group" aria-label={t('seguidos.conflitos', { quantos: conflitos.length })}>
          <p>
            <strong>{t('seguidos.conflitos', { quantos: conflitos.length })}</strong> {t('seguidos.ninguemCancela')}
          </p>
          <ul className={estilo['pilha']}>
            {conflitos.map(({ reservaId, inicio, fim }) => (
              <li key={reservaId}>
                <Link to="/reservas/$id" params={{ id: reservaId }}>
                  {referencia(reservaId)}
                </Link>
                {`: ${dataCurta(inicio, fuso, idioma)}, ${hora(inicio, fuso, idioma)}–${hora(fim, fuso, idioma)}`}
              </li>
            ))}
          </ul>
        </div>
      )}
      {falha !== undefined && <Falha erro={falha} />}
      <div className={estilo['linha']}>
        {ativo && (
          <BotaoDe direito="espacos.administrar" onClick={() => buscar.enviar(undefined)}>
            {t('seguidos.buscar')}
          </BotaoDe>
        )}
        <BotaoDe direito="espacos.administrar" onClick={() => pausar.enviar(undefined)}>
          {t(ativo ? 'seguidos.pausar' : 'seguidos.retomar')}
        </BotaoDe>
        <BotaoDe direito="espacos.administrar" forma="perigo" onClick={largar}>
          {t('seguidos.largar')}
        </BotaoDe>
      </div>
    </article>
  );
}

function Novo({ espaco, feito, fechar }: { espaco: EspacoHttp; feito: () => Promise<unknown>; fechar: () => void }) {
  const t = useTextos();
  const [nome, setNome] = useState('');
  const [endereco, setEndereco] = useState('');
  const [unidade, setUnidade] = useState('');
  const { data: unidades = [] } = useQuery({
    queryKey: ['unidades', espaco.id, espaco.versao],
    queryFn: async () => (await api('GET /v1/espacos/:id/unidades', { parametros: { id: espaco.id } })).body.itens,
  });
  const corpo = { nome, endereco, ...(unidade !== '' && { unidades: [unidade] }) };
  return (
    <Acao
      titulo={t('seguidos.seguir')}
      rotulo={t('seguidos.seguir')}
      agir={async () => {
        await api('POST /v1/espacos/:id/calendarios-seguidos', {
          parametros: { id: espaco.id },
          corpo,
          cabecalhos: { 'idempotency-key': chaveDe(corpo) },
        });
        esquecerChave(corpo);
      }}
      feito={() => void feito()}
      fechar={fechar}
    >
      <Campo
        rotulo={t('seguidos.nome')}
        dica={t('seguidos.comoNome')}
        required
        maxLength={80}
        value={nome}
        onChange={({ target }) => setNome(target.value)}
      />
      <Campo
        rotulo={t('seguidos.endereco')}
        dica={t('seguidos.comoEndereco')}
        type="url"
        required
        maxLength={1_000}
        value={endereco}
        onChange={({ target }) => setEndereco(target.value)}
      />
      {unidades.length > 1 && (
        <Escolha rotulo={t('seguidos.unidade')} value={unidade} onChange={({ target }) => setUnidade(target.value)}>
          <option value="">{t('seguidos.todas')}</option>
          {unidades.map((uma) => (
            <option key={uma.id} value={uma.id}>
              {uma.nome}
            </option>
          ))}
        </Escolha>
      )}
    </Acao>
  );
}
