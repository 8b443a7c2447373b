import { useEffect, useRef, useState } from 'react';
import type { DisponibilidadeHttp, EspacoHttp } from '@plataforma/contracts';
import {
  Botao,
  Campo,
  classeDeBotao,
  data,
  dataCurta,
  dataDoDia,
  diaDe,
  diasDepois,
  duracao,
  Escolha,
  Etiqueta,
  Falha,
  fusoDaqui,
  hora,
  instanteDe,
  mesmaHora,
  minutosDepois,
  minutosDoDia,
  nomeDoFuso,
  periodo as dizerPeriodo,
  useIdioma,
} from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { FotoOuPlanta, precoDe, ReguaDoDia } from '../componentes/cartao-de-espaco.js';
import { api } from '../api.js';
import { CampoDeDia } from '../componentes/campo-de-dia.js';
import { EntrarNaFila } from '../componentes/entrar-na-fila.js';
import { Guardar } from '../componentes/guardar.js';
import { PrecoDoPedido } from '../componentes/preco-do-pedido.js';
import { ReguaDeReembolso } from '../componentes/regua-de-reembolso.js';
import { SuaRetencao } from '../componentes/sua-retencao.js';
import type { Periodo } from '../endereco.js';
import { duracaoPadrao, duracoes, hojeEm, livresDe, umEspaco } from '../espacos.js';
import { nomeDoRecurso } from '../recursos.js';
import { useTextos } from '../textos/index.js';
import estilo from './espaco.module.css';

const AQUI = '/espacos/$id';
/** Four weeks, as a calendar on a wall. */
const JANELA = 28;

/** One space, and when one wants it; the day, the length and the start are in the address. */
export function Espaco() {
  const t = useTextos();
  const idioma = useIdioma();
  const { id } = useParams({ from: AQUI });
  const { data: espaco, error, refetch } = useQuery(umEspaco(id));
  if (error) return <Falha erro={error} deNovo={() => void refetch()} />;
  if (!espaco) return <p role="status">{t('espaco.carregando')}</p>;
  return (
    <article>
      <div className={estilo['topo']}>
        <h1>{espaco.nome}</h1>
        <p>
          {t(`tipos.${espaco.tipo}`)} · {t('busca.lugares', { quantos: espaco.capacidade })} · {espaco.endereco},{' '}
          {espaco.cidade}
        </p>
        <p>
          <strong>{precoDe(espaco, t, idioma)}</strong>
        </p>
        <Guardar espacoId={espaco.id} />
      </div>
      <div className={estilo['colunas']}>
        <div className={estilo['texto']}>
          <Sobre espaco={espaco} />
        </div>
        <div className={estilo['painel']}>
          <SuaRetencao espacoId={espaco.id} />
          <Quando espaco={espaco} />
        </div>
      </div>
    </article>
  );
}

function Sobre({ espaco }: { espaco: EspacoHttp }) {
  const t = useTextos();
  const idioma = useIdioma();
  const { inicio } = useSearch({ from: AQUI });
  const fotos = espaco.fotos.length > 0 ? espaco.fotos.slice(0, 5) : [undefined];
  const regras = [
    t('espaco.regraDuracao', {
      min: duracao(espaco.duracaoMinimaMinutos, idioma),
      max: duracao(espaco.duracaoMaximaMinutos, idioma),
    }),
    espaco.antecedenciaMinimaMinutos > 0 &&
      t('espaco.regraAntecedencia', { quanto: duracao(espaco.antecedenciaMinimaMinutos, idioma) }),
    espaco.horizonteDias !== null && t('espaco.regraHorizonte', { dias: espaco.horizonteDias }),
    espaco.requerAprovacao && t('espaco.regraAprovacao', { horas: espaco.prazoAprovacaoHoras }),
    espaco.sinalPercentual !== null &&
      t('espaco.regraSinal', { percentual: espaco.sinalPercentual, horas: espaco.saldoHorasAntes }),
    espaco.exigeCheckin && t('espaco.regraCheckin', { minutos: espaco.toleranciaMinutos }),
    espaco.cotaReservasAtivas !== null && t('espaco.regraCota', { quantas: espaco.cotaReservasAtivas }),
    ...espaco.regrasDePreco.map(({ descricao, percentual }) =>
      t('espaco.regraPreco', { descricao, percentual: `${percentual > 0 ? '+' : ''}${percentual}` }),
    ),
  ].filter((regra): regra is string => typeof regra === 'string');
  return (
    <>
      <ul className={estilo['fotos']}>
        {fotos.map((foto, i) => (
          <li key={foto ?? i}>
            <FotoOuPlanta espaco={{ ...espaco, fotos: foto === undefined ? [] : [foto] }} prioridade={i === 0} />
          </li>
        ))}
      </ul>
      {espaco.descricao !== '' && <p className={estilo['prosa']}>{espaco.descricao}</p>}
      {espaco.recursos.length > 0 && (
        <section className={estilo['secao']}>
          <h2>{t('espaco.recursos')}</h2>
          <ul className={estilo['recursos']}>
            {espaco.recursos.map((recurso) => (
              <li key={recurso}>
                <Etiqueta>{nomeDoRecurso(recurso)}</Etiqueta>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className={estilo['secao']}>
        <h2>{t('espaco.horarios')}</h2>
        <Horarios espaco={espaco} />
        <p>{t('espaco.fuso', { fuso: nomeDoFuso(espaco.fuso, idioma) })}</p>
      </section>
      <section className={estilo['secao']}>
        <h2>{t('espaco.regras')}</h2>
        <ul>
          {regras.map((regra) => (
            <li key={regra}>{regra}</li>
          ))}
        </ul>
      </section>
      <section className={estilo['secao']}>
        <h2>{t('espaco.cancelamento')}</h2>
        <ReguaDeReembolso politica={espaco.politicaCancelamento} inicio={inicio} fuso={espaco.fuso} />
      </section>
    </>
  );
}

/** The days of the week with the same hours together: `segunda a sexta`. */
function Horarios({ espaco }: { espaco: EspacoHttp }) {
  const t = useTextos();
  const idioma = useIdioma();
  const nome = (dia: number): string =>
    new Intl.DateTimeFormat(idioma, { weekday: 'long', timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, dia)));
  const doDia = (dia: number): string =>
    espaco.horarios
      .filter(({ diaSemana }) => diaSemana === dia)
      .map(({ abre, fecha }) => (abre === fecha ? t('espaco.oDiaTodo') : `${abre}–${fecha}`))
      .join(', ') || t('espaco.fechado');
  const grupos: { de: number; ate: number; horas: string }[] = [];
  for (let dia = 1; dia <= 7; dia++) {
    const ultimo = grupos.at(-1);
    if (ultimo?.horas === doDia(dia)) ultimo.ate = dia;
    else grupos.push({ de: dia, ate: dia, horas: doDia(dia) });
  }
  return (
    <table className={estilo['tabela']}>
      <tbody>
        {grupos.map(({ de, ate, horas }) => (
          <tr key={de}>
            <th scope="row">{de === ate ? nome(de) : t('espaco.deAte', { de: nome(de), ate: nome(ate) })}</th>
            <td>{horas}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Quando({ espaco }: { espaco: EspacoHttp }) {
  const t = useTextos();
  const idioma = useIdioma();
  const pedido = useSearch({ from: AQUI });
  const navegar = useNavigate({ from: AQUI });
  const { fuso } = espaco;
  const hoje = hojeEm(fuso);
  const minutos = duracaoPadrao(espaco, pedido.minutos);
  const dia = pedido.inicio !== undefined ? diaDe(pedido.inicio, fuso) : (pedido.dia ?? hoje);
  const base = dia < diasDepois(hoje, JANELA) ? hoje : dia;
  const livres = useQuery(livresDe(espaco, base, JANELA, minutos));
  const mudar = (novo: Partial<Periodo>): void =>
    void navegar({ search: (antes: Periodo) => ({ ...antes, ...novo }), replace: true, resetScroll: false });
  // Whoever comes for a start that was chosen already sees what comes next, and the others of that day when asked for.
  const [veioPara] = useState(pedido.inicio === undefined ? undefined : dia);
  const doDia = livres.data?.inicios.filter((inicio) => diaDe(inicio, fuso) === dia);
  const inicio =
    pedido.inicio !== undefined && livres.data?.inicios.some((um) => Date.parse(um) === Date.parse(pedido.inicio ?? ''))
      ? pedido.inicio
      : undefined;
  const escolhido = useRef<HTMLDivElement>(null);
  const chegou = useRef(pedido.inicio);
  useEffect(() => {
    if (inicio !== chegou.current) escolhido.current?.scrollIntoView({ block: 'nearest' });
  }, [inicio]);
  const proximo = livres.data?.inicios.find((um) => diaDe(um, fuso) > dia);
  return (
    <section className={estilo['quadro']} aria-labelledby="quando">
      <h2 id="quando">{t('espaco.quando')}</h2>
      <div className={estilo['pedido']}>
        <CampoDeDia
          rotulo={t('espaco.dia')}
          required
          min={hoje}
          max={espaco.horizonteDias === null ? undefined : diasDepois(hoje, espaco.horizonteDias)}
          valor={dia}
          mudar={(novo) => novo !== '' && mudar({ dia: novo, inicio: undefined })}
        />
        <Escolha
          rotulo={t('espaco.duracao')}
          value={minutos}
          onChange={({ target }) => mudar({ minutos: Number(target.value), inicio: undefined, dia })}
        >
          {duracoes(espaco).map((quanto) => (
            <option key={quanto} value={quanto}>
              {duracao(quanto, idioma)}
            </option>
          ))}
        </Escolha>
      </div>
      <details className={estilo['porque']}>
        <summary>{t('espaco.verDias')}</summary>
        <Dias
          {...{ base, dia, fuso }}
          inicios={livres.data?.inicios}
          escolher={(novo) => mudar({ dia: novo, inicio: undefined })}
        />
      </details>
      {livres.error && !livres.data && <Falha erro={livres.error} deNovo={() => void livres.refetch()} />}
      {livres.data && <ReguaDoDia {...{ espaco, dia }} livres={livres.data.livres} />}
      <div aria-busy={livres.isFetching}>
        {doDia === undefined && !livres.error && <p role="status">{t('espaco.procurando')}</p>}
        {doDia && doDia.length > 0 && (
          <details className={estilo['porque']} open={dia !== veioPara}>
            <summary>{t('espaco.iniciosDoDia', { dia: dataDoDia(dia, idioma) })}</summary>
            <Inicios inicios={doDia} {...{ fuso, inicio }} escolher={(novo) => mudar({ inicio: novo, dia, minutos })} />
          </details>
        )}
        {doDia?.length === 0 && (
          <div className={estilo['parte']} role="status">
            <p>{t('espaco.nadaNoDia', { dia: dataDoDia(dia, idioma), duracao: duracao(minutos, idioma) })}</p>
            {proximo !== undefined && (
              <div>
                <Botao forma="secundario" onClick={() => mudar({ dia: diaDe(proximo, fuso), inicio: undefined })}>
                  {t('espaco.proximo', {
                    quando: `${dataCurta(proximo, fuso, idioma)}, ${hora(proximo, fuso, idioma)}`,
                  })}
                </Botao>
              </div>
            )}
          </div>
        )}
      </div>
      <PorQueNao
        {...{ espaco, dia, minutos }}
        escolher={(novo) => mudar({ inicio: novo, dia: diaDe(novo, fuso), minutos })}
      />
      {inicio !== undefined && (
        <div ref={escolhido} className={estilo['escolhido']}>
          <p className={estilo['quando']} role="status">
            {dizerPeriodo(inicio, minutosDepois(inicio, minutos), fuso, idioma)}
          </p>
          <PrecoDoPedido {...{ espaco, inicio, minutos }} />
          <Link
            to="/espacos/$id/conferir"
            params={{ id: espaco.id }}
            search={{ inicio, minutos, pessoas: pedido.pessoas }}
            className={classeDeBotao('primario', true)}
          >
            {t('espaco.continuar')}
          </Link>
        </div>
      )}
    </section>
  );
}

function Dias({
  base,
  dia,
  fuso,
  inicios,
  escolher,
}: {
  base: string;
  dia: string;
  fuso: string;
  inicios: DisponibilidadeHttp['inicios'] | undefined;
  escolher: (dia: string) => void;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  const porDia = new Map<string, number>();
  for (const inicio of inicios ?? []) porDia.set(diaDe(inicio, fuso), (porDia.get(diaDe(inicio, fuso)) ?? 0) + 1);
  const parte = (qual: string, opcoes: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(idioma, { ...opcoes, timeZone: 'UTC' }).format(new Date(`${qual}T12:00:00Z`));
  return (
    <ul className={estilo['dias']}>
      {Array.from({ length: JANELA }, (_, i) => diasDepois(base, i)).map((um) => {
        const quantos = porDia.get(um) ?? 0;
        return (
          <li key={um}>
            <button
              type="button"
              aria-pressed={um === dia}
              className={inicios && quantos === 0 ? estilo['cheio'] : ''}
              aria-label={`${dataDoDia(um, idioma)}${inicios ? `, ${t('espaco.inicios', { quantos })}` : ''}`}
              onClick={() => escolher(um)}
            >
              <span className={estilo['semana']}>{parte(um, { weekday: 'short' })}</span>
              <span className={estilo['numero']}>{parte(um, { day: 'numeric', month: 'numeric' })}</span>
              <span className={estilo['quantos']}>{inicios ? quantos : ' '}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function Inicios({
  inicios,
  fuso,
  inicio,
  escolher,
}: {
  inicios: readonly string[];
  fuso: string;
  inicio: string | undefined;
  escolher: (inicio: string) => void;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  const daqui = fusoDaqui();
  const partes = (['madrugada', 'manha', 'tarde', 'noite'] as const)
    .map((nome, i) => ({
      nome,
      horas: inicios.filter((um) => Math.floor(minutosDoDia(um, fuso) / 360) === i),
    }))
    .filter(({ horas }) => horas.length > 0);
  return (
    <div className={estilo['parte']}>
      {partes.map(({ nome, horas }) => (
        <div key={nome} className={estilo['parte']} role="group" aria-label={t(`partes.${nome}`)}>
          <h3 aria-hidden="true">{t(`partes.${nome}`)}</h3>
          <ul className={estilo['horas']}>
            {horas.map((um) => (
              <li key={um}>
                <button
                  type="button"
                  aria-pressed={inicio !== undefined && Date.parse(um) === Date.parse(inicio)}
                  onClick={() => escolher(um)}
                >
                  {hora(um, fuso, idioma)}
                  {!mesmaHora(um, fuso, daqui) && <small>{t('espaco.aqui', { hora: hora(um, daqui, idioma) })}</small>}
                </button>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}

/** A time that is not in the list is asked for: which rule stands in the way, and what is nearest. */
function PorQueNao({
  espaco,
  dia,
  minutos,
  escolher,
}: {
  espaco: EspacoHttp;
  dia: string;
  minutos: number;
  escolher: (inicio: string) => void;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  const { id, fuso } = espaco;
  const [escrita, setEscrita] = useState('');
  const [perguntada, setPerguntada] = useState<string>();
  const inicio = perguntada === undefined ? undefined : instanteDe(dia, perguntada, fuso);
  const resposta = useQuery({
    queryKey: ['porque', id, inicio, minutos],
    enabled: inicio !== undefined,
    queryFn: async () =>
      (
        await api('GET /v1/espacos/:id/porque', {
          parametros: { id },
          consulta: { inicio: inicio ?? '', fim: minutosDepois(inicio ?? '', minutos) },
        })
      ).body,
  });
  const { livre, impedimento, alternativas } = resposta.data ?? {};
  return (
    <details className={estilo['porque']}>
      <summary>{t('espaco.outroHorario')}</summary>
      <div>
        <form
          className={estilo['parte']}
          onSubmit={(evento) => {
            evento.preventDefault();
            setPerguntada(escrita);
          }}
        >
          <Campo
            rotulo={t('espaco.hora')}
            type="time"
            required
            value={escrita}
            onChange={({ target }) => setEscrita(target.value)}
          />
          <div>
            <Botao type="submit" forma="secundario" ocupado={resposta.isFetching}>
              {t('espaco.verificar')}
            </Botao>
          </div>
        </form>
        {resposta.error && <Falha erro={resposta.error} deNovo={() => void resposta.refetch()} />}
        <div role="status" className={estilo['parte']}>
          {livre === true && inicio !== undefined && (
            <>
              <p>{t('espaco.estaLivre')}</p>
              <div>
                <Botao forma="secundario" onClick={() => escolher(inicio)}>
                  {t('espaco.escolher', { hora: hora(inicio, fuso, idioma) })}
                </Botao>
              </div>
            </>
          )}
          {impedimento && <p>{impedimento.explicacao}.</p>}
          {alternativas?.outrosHorarios.map((outro) => (
            <div key={outro.inicio}>
              <Botao forma="secundario" onClick={() => escolher(outro.inicio)}>
                {data(outro.inicio, fuso, idioma)}, {hora(outro.inicio, fuso, idioma)}–{hora(outro.fim, fuso, idioma)}
              </Botao>
            </div>
          ))}
          {alternativas?.outrosEspacos.map((outro) => (
            <Link key={outro.id} to={AQUI} params={{ id: outro.id }} search={{ dia, minutos, inicio }}>
              {t('espaco.noutro', { nome: outro.nome })}
            </Link>
          ))}
        </div>
        {impedimento?.code === 'reservas.espaco-indisponivel' && inicio !== undefined && (
          <EntrarNaFila espacoId={id} {...{ inicio, minutos }} />
        )}
      </div>
    </details>
  );
}
