import { Botao, dinheiro, Escolha, Etiqueta, useIdioma } from '@plataforma/kit';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { usePode } from '../acesso.js';
import { api } from '../api.js';
import estilo from '../componentes/painel.module.css';
import { Lista } from '../componentes/tabela.js';
import { useTextos } from '../textos/index.js';

const SITUACOES = ['PUBLICADO', 'RASCUNHO', 'ARQUIVADO'] as const;
export const TONS_DO_ESPACO = { PUBLICADO: 'livre', RASCUNHO: 'retido', ARQUIVADO: 'suave' } as const;

/** All spaces, by state. */
export function Espacos() {
  const t = useTextos();
  const idioma = useIdioma();
  const pode = usePode();
  const navegar = useNavigate();
  const busca = useSearch({ strict: false });
  const situacao = SITUACOES.find((uma) => uma === busca.situacao) ?? 'PUBLICADO';
  return (
    <div className={estilo['tela']}>
      <div className={estilo['linha']}>
        <h1>{t('titulos.espacos')}</h1>
        {pode('espacos.administrar') && (
          <Botao onClick={() => void navegar({ to: '/espacos/$id', params: { id: 'novo' } })}>
            {t('espacos.criar')}
          </Botao>
        )}
      </div>
      <div className={estilo['filtros']}>
        <Escolha
          rotulo={t('sagas.situacao')}
          value={situacao}
          onChange={({ target }) => void navegar({ to: '/espacos', search: { situacao: target.value } })}
        >
          {SITUACOES.map((uma) => (
            <option key={uma} value={uma}>
              {t(`espacos.${uma}`)}
            </option>
          ))}
        </Escolha>
      </div>
      <Lista
        titulo={t('titulos.espacos')}
        consulta={['espacos', situacao]}
        pedir={async (cursor) => (await api('GET /v1/espacos', { consulta: { situacao, cursor, limite: 50 } })).body}
        vazio={t('espacos.nenhum')}
        chave={({ id }) => id}
        colunas={[
          {
            nome: t('pessoas.nome'),
            titulo: true,
            celula: ({ id, nome }) => (
              <Link to="/espacos/$id" params={{ id }}>
                {nome}
              </Link>
            ),
          },
          { nome: t('mortas.tipo'), celula: ({ tipo }) => t(`tipos.${tipo}`) },
          { nome: t('espacos.cidade'), celula: ({ cidade }) => cidade },
          { nome: t('espacos.capacidade'), numero: true, celula: ({ capacidade }) => capacidade },
          { nome: t('espacos.unidades'), numero: true, celula: ({ unidades }) => unidades },
          {
            nome: t('espacos.preco'),
            numero: true,
            celula: ({ precoHoraCentavos }) => dinheiro(precoHoraCentavos, idioma),
          },
          {
            nome: t('sagas.situacao'),
            celula: (espaco) => (
              <Etiqueta tom={TONS_DO_ESPACO[espaco.situacao]}>{t(`espacos.${espaco.situacao}`)}</Etiqueta>
            ),
          },
        ]}
      />
    </div>
  );
}
