import { useState } from 'react';
import type { PrecosDaSerieHttp, RecorrenciaHttp } from '@plataforma/contracts';
import { PAGINAS } from '@plataforma/contracts/paginas';
import {
  Aviso,
  Botao,
  Campo,
  classeDeBotao,
  consultas,
  dataCurta,
  diasDepois,
  dinheiro,
  duracao,
  Escolha,
  Falha,
  hora as dizerHora,
  instanteDe,
  minutosDepois,
  periodo,
  useEnvio,
  useIdioma,
} from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation, useNavigate, useSearch } from '@tanstack/react-router';
import { api } from '../api.js';
import { FiltroDeCidade, FiltroDePessoas, FiltroDeTipo } from '../componentes/filtros.js';
import { CampoDeDia, foraDe } from '../componentes/campo-de-dia.js';
import type { Recorrencia as Pedido } from '../endereco.js';
import { catalogo, FUSO_DA_CASA, hojeEm } from '../espacos.js';
import { comChaves } from '../pedido.js';
import { useSessao } from '../sessao.js';
import { useTextos } from '../textos/index.js';
import estilo from './telas.module.css';

type Achado = RecorrenciaHttp['itens'][number];
type Serie = NonNullable<Achado['pedido']>;

const DURACOES = [30, 60, 90, 120, 180, 240];
const DIAS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/** @returns the body that looks for it; the hour is that on the walls of the city */
function buscaDe({ dia, hora, minutos, vezes, cadaSemanas, cidade, tipo, pessoas }: Required<Pedido>, fuso: string) {
  const inicio = instanteDe(dia ?? '', hora ?? '', fuso);
  const semana = DIAS[new Date(`${dia}T12:00:00Z`).getUTCDay()];
  return {
    inicio,
    fim: minutosDepois(inicio, minutos ?? 60),
    regra: `FREQ=WEEKLY;INTERVAL=${cadaSemanas};BYDAY=${semana};COUNT=${vezes}`,
    ...(cidade !== undefined && { cidade }),
    ...(tipo !== undefined && { tipo }),
    ...(pessoas !== undefined && { capacidade: pessoas }),
  };
}

/** Where something that comes again every week fits, what stands in the way, and the ways out. */
export function Recorrencia() {
  const t = useTextos();
  const idioma = useIdioma();
  const escrito = useSearch({ from: PAGINAS.recorrencia });
  const navegar = useNavigate({ from: PAGINAS.recorrencia });
  /** As it is being written: "1" is on its way to "12". */
  const [vezes, setVezes] = useState<string>();
  const { data: todos = [] } = useQuery(catalogo);
  const fuso = todos.find(({ cidade }) => cidade === escrito.cidade)?.fuso ?? FUSO_DA_CASA;
  const hoje = hojeEm(fuso);
  const amanha = diasDepois(hoje, 1);
  const dia = escrito.dia ?? amanha;
  const pedido = {
    hora: '10:00',
    minutos: 60,
    vezes: 8,
    cadaSemanas: 1,
    cidade: undefined,
    tipo: undefined,
    pessoas: undefined,
    ...escrito,
    dia,
  };
  const fora = foraDe(dia, hoje);
  const corpo = buscaDe(pedido, fuso);
  const {
    data: achado,
    error,
    isFetching,
    refetch,
  } = useQuery({
    queryKey: ['recorrencia', corpo],
    enabled: !fora,
    queryFn: async () => (await api('POST /v1/buscas/recorrencia', { corpo })).body,
  });
  const mudar = (novo: Partial<Pedido>): void =>
    void navegar({ search: (antes: Pedido) => ({ ...antes, ...novo }), replace: true, resetScroll: false });
  const itens = fora
    ? []
    : [...(achado?.itens ?? [])].sort((a, b) => b.livres / b.ocorrencias - a.livres / a.ocorrencias);
  return (
    <div className={estilo['coluna']}>
      <h1>{t('titulos.recorrencia')}</h1>
      <p>{t('recorrencia.detalhe')}</p>
      <form className={estilo['lado']} aria-label={t('busca.filtros')} onSubmit={(evento) => evento.preventDefault()}>
        <CampoDeDia
          rotulo={t('recorrencia.primeira')}
          required
          min={hoje}
          valor={dia}
          mudar={(novo) => novo !== '' && mudar({ dia: novo })}
        />
        <Campo
          rotulo={t('recorrencia.hora')}
          type="time"
          required
          step={900}
          value={pedido.hora}
          onChange={({ target }) => target.value !== '' && mudar({ hora: target.value })}
        />
        <Escolha
          rotulo={t('espaco.duracao')}
          value={pedido.minutos}
          onChange={({ target }) => mudar({ minutos: Number(target.value) })}
        >
          {DURACOES.map((minutos) => (
            <option key={minutos} value={minutos}>
              {duracao(minutos, idioma)}
            </option>
          ))}
        </Escolha>
        <Escolha
          rotulo={t('recorrencia.cada')}
          value={pedido.cadaSemanas}
          onChange={({ target }) => mudar({ cadaSemanas: Number(target.value) })}
        >
          {[1, 2, 4].map((semanas) => (
            <option key={semanas} value={semanas}>
              {t('recorrencia.semanas', { semanas })}
            </option>
          ))}
        </Escolha>
        <Campo
          rotulo={t('recorrencia.vezes')}
          type="number"
          inputMode="numeric"
          min={2}
          max={52}
          value={vezes ?? pedido.vezes}
          onChange={({ target }) => {
            setVezes(target.value);
            if (target.value !== '' && target.validity.valid) mudar({ vezes: Number(target.value) });
          }}
          onBlur={() => setVezes(undefined)}
        />
        <FiltroDeCidade espacos={todos} valor={pedido.cidade} mudar={(cidade) => mudar({ cidade })} />
        <FiltroDeTipo valor={pedido.tipo} mudar={(tipo) => mudar({ tipo })} />
        <FiltroDePessoas valor={pedido.pessoas} mudar={(pessoas) => mudar({ pessoas })} />
      </form>
      {error && !fora && <Falha erro={error} deNovo={() => void refetch()} />}
      <p role="status">
        {isFetching
          ? t('busca.procurando')
          : itens.length === 0 && !error && !fora
            ? t('recorrencia.nada')
            : achado?.haMais === true && t('recorrencia.haMais', { quantos: achado.examinados })}
      </p>
      {itens.map((um) => (
        <EspacoAchado key={um.espaco.id} achado={um} />
      ))}
    </div>
  );
}

function EspacoAchado({ achado: { espaco, ocorrencias, livres, impedidas, pedido, saidas } }: { achado: Achado }) {
  const t = useTextos();
  const idioma = useIdioma();
  return (
    <section className={estilo['folha']}>
      <h2>
        <Link to="/espacos/$id" params={{ id: espaco.id }}>
          {espaco.nome}
        </Link>
      </h2>
      <p className={estilo['suave']}>
        {espaco.cidade} · {t('busca.lugares', { quantos: espaco.capacidade })} ·{' '}
        {t('busca.porHora', { valor: dinheiro(espaco.precoHoraCentavos, idioma) })}
      </p>
      <p>
        <strong>{t('recorrencia.livres', { livres, quantas: ocorrencias })}</strong>
      </p>
      {impedidas.length > 0 && (
        <details>
          <summary>{t('recorrencia.impedidas', { quantas: impedidas.length })}</summary>
          <ul>
            {impedidas.map(({ inicio, motivo }) => (
              <li key={inicio}>
                {dataCurta(inicio, espaco.fuso, idioma)}, {dizerHora(inicio, espaco.fuso, idioma)}: {motivo}
              </li>
            ))}
          </ul>
        </details>
      )}
      {pedido && (
        <ReservarSerie pedidos={[pedido]} rotulo={t('recorrencia.todas')} nome={espaco.nome} fuso={espaco.fuso} />
      )}
      {saidas.map(({ descricao, pedidos }) => (
        <ReservarSerie key={descricao} pedidos={pedidos} rotulo={descricao} nome={espaco.nome} fuso={espaco.fuso} />
      ))}
    </section>
  );
}

/** One charge for all that one request brings; where one sees what came about, and pays it. */
function ReservarSerie({
  pedidos,
  rotulo,
  nome,
  fuso,
}: {
  pedidos: readonly Serie[];
  rotulo: string;
  nome: string;
  fuso: string;
}) {
  const t = useTextos();
  const { href } = useLocation();
  const { estado } = useSessao();
  const navegar = useNavigate();
  const [certeza, setCerteza] = useState(false);
  const precos = useQuery({
    queryKey: ['precos', pedidos],
    enabled: certeza,
    queryFn: async () => {
      const lidos: PrecosDaSerieHttp[] = [];
      for (const { espacoId, inicio, fim, regra, excecoes = [] } of pedidos)
        lidos.push((await api('POST /v1/series/precos', { corpo: { espacoId, inicio, fim, regra, excecoes } })).body);
      return lidos;
    },
    staleTime: 0,
  });
  const { ocupado, falha, enviar } = useEnvio(
    () =>
      comChaves(
        pedidos.map((pedido) => ({ o: { serie: pedido }, corpo: { ...pedido, cobranca: 'SERIE' as const } })),
        async (dito) => (await api('POST /v1/series', dito)).body.serie,
      ),
    async (feitas) => {
      for (const lido of ['reservas', 'livres', 'recorrencia']) await consultas.invalidateQueries({ queryKey: [lido] });
      const id = feitas.length === 1 ? feitas[0]?.id : undefined;
      await (id === undefined ? navegar({ to: PAGINAS.reservas }) : navegar({ to: '/series/$id', params: { id } }));
    },
  );
  const total = pedidos.reduce(
    (soma, { regra, excecoes = [] }) => soma + Number(/COUNT=(\d+)/.exec(regra)?.[1] ?? 0) - excecoes.length,
    0,
  );
  if (estado !== 'ABERTA')
    return (
      <p>
        {rotulo}.{' '}
        <Link to={PAGINAS.entrar} search={{ volta: href }} className={classeDeBotao('secundario')}>
          {t('recorrencia.entrar')}
        </Link>
      </p>
    );
  return (
    <div className={estilo['pilha']}>
      {falha !== undefined && <Falha erro={falha} />}
      {certeza ? (
        <Aviso tom="espera" titulo={rotulo}>
          <p>{t('recorrencia.certeza', { nome, quantas: total })}</p>
          {precos.error && <Falha erro={precos.error} deNovo={() => void precos.refetch()} />}
          {precos.data ? (
            <Precos precos={precos.data} fuso={fuso} />
          ) : (
            !precos.error && <p role="status">{t('recorrencia.calculando')}</p>
          )}
          <div className={estilo['linha']}>
            <Botao ocupado={ocupado || !precos.data} onClick={() => enviar(undefined)}>
              {t('conferir.reservar')}
            </Botao>
            <Botao forma="leve" onClick={() => setCerteza(false)}>
              {t('confirmacao.desistir')}
            </Botao>
          </div>
        </Aviso>
      ) : (
        <div>
          <Botao forma="secundario" aria-label={`${rotulo}: ${nome}`} onClick={() => setCerteza(true)}>
            {rotulo}
          </Botao>
        </div>
      )}
    </div>
  );
}

/** What each time costs, and all of them. */
function Precos({ precos, fuso }: { precos: readonly PrecosDaSerieHttp[]; fuso: string }) {
  const t = useTextos();
  const idioma = useIdioma();
  const total = precos.reduce((soma, { totalCentavos }) => soma + totalCentavos, 0);
  return (
    <ul className={estilo['itens']}>
      {precos
        .flatMap(({ ocorrencias }) => ocorrencias)
        .map(({ inicio, fim, valorCentavos }) => (
          <li key={inicio}>
            <span>{periodo(inicio, fim, fuso, idioma)}</span>
            <span className={estilo['valor']}>{dinheiro(valorCentavos, idioma)}</span>
          </li>
        ))}
      <li>
        <strong>{t('preco.total')}</strong>
        <span className={`${estilo['valor']} ${estilo['total']}`}>{dinheiro(total, idioma)}</span>
      </li>
    </ul>
  );
}
