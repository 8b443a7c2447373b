import { Botao, dinheiro, Escolha, Etiqueta, Falha, useEnvio, useIdioma } from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { api } from '../api.js';
import { entregar } from '../entregar.js';
import { DaReserva, Instante, Pares } from '../componentes/ditos.js';
import estilo from '../componentes/painel.module.css';
import { Lista } from '../componentes/tabela.js';
import { useTextos } from '../textos/index.js';

const SITUACOES = ['ABERTA', 'GANHA', 'PERDIDA'] as const;
const TONS = { ABERTA: 'retido', GANHA: 'livre', PERDIDA: 'perigo' } as const;

/** What banks ask back, the newest first. */
export function Disputas() {
  const t = useTextos();
  const idioma = useIdioma();
  const navegar = useNavigate();
  const busca = useSearch({ strict: false });
  const situacao = SITUACOES.find((uma) => uma === busca.tipo);
  return (
    <div className={estilo['tela']}>
      <h1>{t('titulos.disputas')}</h1>
      <div className={estilo['filtros']}>
        <Escolha
          rotulo={t('sagas.situacao')}
          value={situacao ?? ''}
          onChange={({ target }) => void navegar({ to: '/disputas', search: { ...busca, tipo: target.value } })}
        >
          <option value="">{t('lista.todos')}</option>
          {SITUACOES.map((uma) => (
            <option key={uma} value={uma}>
              {t(`disputas.${uma}`)}
            </option>
          ))}
        </Escolha>
      </div>
      <Lista
        titulo={t('titulos.disputas')}
        consulta={['disputas', situacao]}
        pedir={async (cursor) =>
          (await api('GET /v1/pagamentos/disputas', { consulta: { cursor, situacao, limite: 50 } })).body
        }
        vazio={t('disputas.nenhuma')}
        chave={({ id }) => id}
        colunas={[
          {
            nome: t('disputas.aberta'),
            titulo: true,
            celula: ({ id, abertaEm }) => (
              <Link to="/disputas/$id" params={{ id }}>
                <Instante em={abertaEm} />
              </Link>
            ),
          },
          {
            nome: t('sagas.situacao'),
            celula: (uma) => <Etiqueta tom={TONS[uma.situacao]}>{t(`disputas.${uma.situacao}`)}</Etiqueta>,
          },
          { nome: t('titulos.reserva'), celula: ({ reservaId }) => <DaReserva id={reservaId} /> },
          {
            nome: t('disputas.valor'),
            numero: true,
            celula: ({ valorCentavos }) => dinheiro(valorCentavos, idioma),
          },
          {
            nome: t('disputas.responder'),
            celula: ({ responderAte }) => (responderAte === null ? '—' : <Instante em={responderAte} />),
          },
        ]}
      />
    </div>
  );
}

/** One dispute, and what the platform can say in the house's favour. */
export function Disputa() {
  const t = useTextos();
  const idioma = useIdioma();
  const { id = '' } = useParams({ strict: false });
  const { data, error, refetch } = useQuery({
    queryKey: ['disputa', id],
    queryFn: async () => (await api('GET /v1/pagamentos/disputas/:id', { parametros: { id } })).body,
  });
  const evidencias = useEnvio(async () => {
    const { body } = await api('GET /v1/pagamentos/disputas/:id/evidencias', { parametros: { id } });
    entregar(body, `disputa-${id}.zip`);
  });
  if (!data)
    return error ? <Falha erro={error} deNovo={() => void refetch()} /> : <p role="status">{t('lista.lendo')}</p>;
  const { situacao, motivo, consulta, reservaId, valorCentavos, retidoCentavos } = data;
  const { estornavel, provedorId, abertaEm, responderAte, encerradaEm } = data;
  return (
    <div className={estilo['tela']}>
      <div className={estilo['linha']}>
        <h1>{t('disputas.de', { valor: dinheiro(valorCentavos, idioma) })}</h1>
        <Etiqueta tom={TONS[situacao]}>{t(`disputas.${situacao}`)}</Etiqueta>
      </div>
      {consulta && <p>{t('disputas.consulta')}</p>}
      <div className={estilo['folha']}>
        <Pares
          pares={[
            [t('titulos.reserva'), <DaReserva key="reserva" id={reservaId} />],
            [t('conciliacao.porque'), motivo],
            [t('disputas.retido'), dinheiro(retidoCentavos, idioma)],
            [t('disputas.estornavel'), t(estornavel ? 'disputas.sim' : 'disputas.nao')],
            [t('disputas.aberta'), <Instante key="aberta" em={abertaEm} />],
            [t('disputas.responder'), responderAte === null ? '—' : <Instante key="responder" em={responderAte} />],
            [t('disputas.encerrada'), encerradaEm === null ? '—' : <Instante key="encerrada" em={encerradaEm} />],
            [t('disputas.noProvedor'), provedorId],
          ]}
        />
      </div>
      {evidencias.falha && <Falha erro={evidencias.falha} />}
      <p>{t('disputas.oQueTraz')}</p>
      <div>
        <Botao ocupado={evidencias.ocupado} onClick={() => evidencias.enviar(undefined)}>
          {t('disputas.evidencias')}
        </Botao>
      </div>
    </div>
  );
}
