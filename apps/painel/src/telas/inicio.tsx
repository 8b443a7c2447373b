import { classeDeBotao, Falha, useIdioma } from '@plataforma/kit';
import type { Direito } from '@plataforma/contracts/politica';
import { useQuery } from '@tanstack/react-query';
import { Link, type LinkProps } from '@tanstack/react-router';
import { usePode } from '../acesso.js';
import { api } from '../api.js';
import estilo from '../componentes/painel.module.css';
import { Tabela } from '../componentes/tabela.js';
import { useTextos } from '../textos/index.js';

const LIMITE = 50;
const A_CADA_MS = 10_000;

/** What waits for somebody of the house, and whether all that it needs answers. */
export function Inicio() {
  const t = useTextos();
  return (
    <div className={estilo['tela']}>
      <h1>{t('titulos.inicio')}</h1>
      <Comeco />
      <section className={estilo['pilha']} aria-labelledby="espera">
        <h2 id="espera">{t('inicio.espera')}</h2>
        <ul className={estilo['colunas']}>
          <Conta
            direito="reservas.aprovar"
            nome={t('inicio.aprovacoes')}
            para={{ to: '/aprovacoes' }}
            pedir={async () =>
              (await api('GET /v1/reservas', { consulta: { status: 'PENDENTE_APROVACAO', limite: LIMITE } })).body.itens
                .length
            }
          />
          <Conta
            direito="sagas.operar"
            nome={t('inicio.sagasParadas')}
            para={{ to: '/sagas', search: { situacao: 'PARADA' } }}
            pedir={async () =>
              (await api('GET /v1/sagas', { consulta: { situacao: 'PARADA', limite: LIMITE } })).body.itens.length
            }
          />
          <Conta
            direito="mensagens-mortas.operar"
            nome={t('titulos.mortas')}
            para={{ to: '/mensagens-mortas' }}
            pedir={async () =>
              (await api('GET /v1/mensagens-mortas', { consulta: { limite: LIMITE } })).body.itens.length
            }
          />
          <Conta
            direito="financas.operar"
            nome={t('inicio.estornos')}
            para={{ to: '/conciliacao' }}
            pedir={async () =>
              (await api('GET /v1/pagamentos/estornos', { consulta: { limite: LIMITE } })).body.itens.length
            }
          />
          <Conta
            direito="financas.operar"
            nome={t('inicio.webhooks')}
            para={{ to: '/conciliacao' }}
            pedir={async () =>
              (await api('GET /v1/pagamentos/webhooks', { consulta: { limite: LIMITE } })).body.itens.length
            }
          />
        </ul>
      </section>
      <Saude />
    </div>
  );
}

/** In an empty house: the way to something that can be booked. Nothing once there is. */
function Comeco() {
  const t = useTextos();
  const pode = usePode();
  const administra = pode('espacos.administrar');
  const espacos = async (situacao: 'PUBLICADO' | 'RASCUNHO') =>
    (await api('GET /v1/espacos', { consulta: { situacao, limite: LIMITE } })).body.itens.length;
  const { data: publicados } = useQuery({
    queryKey: ['espacos', 'ha'],
    queryFn: () => espacos('PUBLICADO'),
    enabled: administra,
  });
  const { data: rascunhos } = useQuery({
    queryKey: ['espacos', 'por-publicar'],
    queryFn: () => espacos('RASCUNHO'),
    enabled: publicados === 0,
  });
  if (publicados !== 0) return null;
  return (
    <section className={estilo['folha']} aria-labelledby="comece">
      <h2 id="comece">{t('inicio.comece')}</h2>
      <p>{t('inicio.semEspacos')}</p>
      <div className={estilo['linha']}>
        <Link className={classeDeBotao()} to="/espacos/$id" params={{ id: 'novo' }}>
          {t('inicio.primeiroEspaco')}
        </Link>
        <Link to="/planilhas">{t('inicio.ouPlanilha')}</Link>
      </div>
      {rascunhos !== undefined && rascunhos > 0 && (
        <p>
          {t('inicio.rascunhos', { quantos: rascunhos })}{' '}
          <Link to="/espacos" search={{ situacao: 'RASCUNHO' }}>
            {t('inicio.verRascunhos')}
          </Link>
        </p>
      )}
    </section>
  );
}

/** How many of something there are, and the way there. */
function Conta({
  direito,
  nome,
  para,
  pedir,
}: {
  direito: Direito;
  nome: string;
  para: Pick<LinkProps, 'to' | 'search'>;
  pedir: () => Promise<number>;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  const pode = usePode();
  const { data, error } = useQuery({
    queryKey: ['conta', nome],
    queryFn: pedir,
    refetchInterval: A_CADA_MS,
    enabled: pode(direito),
  });
  if (!pode(direito)) return null;
  const quantos =
    data === undefined ? '…' : data >= LIMITE ? t('inicio.ouMais', { quantos: LIMITE }) : data.toLocaleString(idioma);
  return (
    <li className={estilo['folha']}>
      <Link {...para}>{nome}</Link>
      <strong>{error ? t('inicio.naoSeSabe') : quantos}</strong>
    </li>
  );
}

/** Every dependency, every queue. */
function Saude() {
  const t = useTextos();
  const { data, error, refetch } = useQuery({
    queryKey: ['situacao'],
    queryFn: async () => (await api('GET /v1/situacao')).body,
    refetchInterval: A_CADA_MS,
    staleTime: 0,
  });
  if (!data)
    return error ? <Falha erro={error} deNovo={() => void refetch()} /> : <p role="status">{t('lista.lendo')}</p>;
  const { dependencias, filas, outbox, graficosUrl, rastrosUrl } = data;
  const notaveis = filas?.filter(({ mensagens, consumidores }) => mensagens > 0 || consumidores === 0) ?? [];
  return (
    <section className={estilo['pilha']} aria-labelledby="saude">
      <h2 id="saude">{t('inicio.saude')}</h2>
      <ul className={estilo['linha']}>
        {dependencias.map(({ nome, responde, essencial }) => (
          <li key={nome}>
            <span aria-hidden="true" className={`${estilo['selo']} ${estilo[responde ? 'certo' : 'errado']}`} />
            {nome}: {t(responde ? 'inicio.responde' : essencial ? 'inicio.naoResponde' : 'inicio.emParte')}
          </li>
        ))}
      </ul>
      <h2>{t('inicio.filas')}</h2>
      {filas === null ? (
        <p>{t('inicio.semFilas')}</p>
      ) : notaveis.length === 0 ? (
        <p>{t('inicio.filasVazias', { quantas: filas.length })}</p>
      ) : (
        <Tabela
          titulo={t('inicio.filas')}
          itens={notaveis}
          chave={({ nome }) => nome}
          colunas={[
            { nome: t('inicio.fila'), titulo: true, celula: ({ nome }) => nome },
            { nome: t('inicio.mensagens'), numero: true, celula: ({ mensagens }) => mensagens },
            { nome: t('inicio.consumidores'), numero: true, celula: ({ consumidores }) => consumidores ?? '—' },
          ]}
        />
      )}
      <h2>{t('inicio.porPublicar')}</h2>
      <ul className={estilo['linha']}>
        {outbox.map(({ servico, atrasoSegundos }) => (
          <li key={servico}>
            {servico}:{' '}
            {atrasoSegundos === null
              ? t('inicio.naoSeSabe')
              : atrasoSegundos < 1
                ? t('inicio.emDia')
                : t('inicio.atraso', { segundos: Math.round(atrasoSegundos) })}
          </li>
        ))}
      </ul>
      <p className={estilo['linha']}>
        {graficosUrl !== null && <a href={graficosUrl}>{t('inicio.graficos')}</a>}
        {rastrosUrl !== null && <a href={rastrosUrl}>{t('inicio.rastros')}</a>}
      </p>
    </section>
  );
}
