import { useState } from 'react';
import type { UsuariosHttp } from '@plataforma/contracts';
import { Botao, Campo, Escolha, Etiqueta } from '@plataforma/kit';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api } from '../api.js';
import { Acao, BotaoDe } from '../componentes/acao.js';
import { Instante } from '../componentes/ditos.js';
import estilo from '../componentes/painel.module.css';
import { Lista } from '../componentes/tabela.js';
import { useSessao } from '../sessao.js';
import { useTextos } from '../textos/index.js';

type Conta = UsuariosHttp['itens'][number];
const PAPEIS = ['CLIENTE', 'ADMIN', 'OPERADOR'] as const;
type Papel = (typeof PAPEIS)[number];

/** Accounts: who is what, and who may come in. */
export function Pessoas() {
  const t = useTextos();
  const navegar = useNavigate();
  const consultas = useQueryClient();
  const { usuario } = useSessao();
  const busca = useSearch({ strict: false });
  const papel = PAPEIS.find((um) => um === busca.papel);
  const [email, setEmail] = useState(busca.texto ?? '');
  const [mudada, setMudada] = useState<Conta>();
  const [travada, setTravada] = useState<Conta>();
  const reler = () => void consultas.invalidateQueries({ queryKey: ['pessoas'] });
  return (
    <div className={estilo['tela']}>
      <h1>{t('titulos.pessoas')}</h1>
      <form
        role="search"
        className={estilo['filtros']}
        onSubmit={(evento) => {
          evento.preventDefault();
          void navegar({ to: '/pessoas', search: { ...busca, texto: email.trim() } });
        }}
      >
        <Campo
          rotulo={t('entrar.email')}
          type="email"
          value={email}
          onChange={({ target }) => setEmail(target.value)}
        />
        <Escolha
          rotulo={t('pessoas.papel')}
          value={papel ?? ''}
          onChange={({ target }) => void navegar({ to: '/pessoas', search: { ...busca, papel: target.value } })}
        >
          <option value="">{t('lista.todos')}</option>
          {PAPEIS.map((um) => (
            <option key={um} value={um}>
              {t(`papeis.${um}`)}
            </option>
          ))}
        </Escolha>
        <Botao type="submit">{t('lista.procurar')}</Botao>
      </form>
      <Lista<Conta>
        titulo={t('titulos.pessoas')}
        consulta={['pessoas', papel, busca.texto]}
        pedir={async (cursor) =>
          (
            await api('GET /v1/usuarios', {
              consulta: { cursor, limite: 50, papel, ...(busca.texto && { email: busca.texto }) },
            })
          ).body
        }
        vazio={t('pessoas.nenhuma')}
        chave={({ id }) => id}
        colunas={[
          { nome: t('pessoas.nome'), titulo: true, celula: ({ nome }) => nome },
          { nome: t('entrar.email'), celula: (conta) => conta.email },
          { nome: t('pessoas.papeis'), celula: ({ papeis }) => papeis.map((um) => t(`papeis.${um}`)).join(', ') },
          {
            nome: t('sagas.situacao'),
            celula: ({ desativadoEm }) =>
              desativadoEm === null ? (
                <Etiqueta tom="livre">{t('pessoas.ativa')}</Etiqueta>
              ) : (
                <Etiqueta tom="perigo">{t('pessoas.desativada')}</Etiqueta>
              ),
          },
          { nome: t('pessoas.desde'), celula: ({ criadoEm }) => <Instante em={criadoEm} /> },
          {
            nome: t('acao.acoes'),
            celula: (conta) => (
              <span className={estilo['linha']}>
                <BotaoDe
                  direito="usuarios.administrar"
                  impedido={conta.id === usuario?.id && t('pessoas.eVoce')}
                  onClick={() => setMudada(conta)}
                >
                  {t('pessoas.mudarPapeis')}
                </BotaoDe>
                {conta.id !== usuario?.id && (
                  <BotaoDe direito="usuarios.administrar" forma="perigo" onClick={() => setTravada(conta)}>
                    {t(conta.desativadoEm === null ? 'pessoas.desativar' : 'pessoas.reativar')}
                  </BotaoDe>
                )}
              </span>
            ),
          },
        ]}
      />
      {mudada && <Papeis conta={mudada} feito={reler} fechar={() => setMudada(undefined)} />}
      {travada && (
        <Acao
          titulo={t(travada.desativadoEm === null ? 'pessoas.desativar' : 'pessoas.reativar')}
          rotulo={t(travada.desativadoEm === null ? 'pessoas.desativar' : 'pessoas.reativar')}
          perigo={travada.desativadoEm === null}
          agir={() =>
            travada.desativadoEm === null
              ? api('POST /v1/usuarios/:id/desativacao', { parametros: { id: travada.id } })
              : api('POST /v1/usuarios/:id/reativacao', { parametros: { id: travada.id } })
          }
          feito={reler}
          fechar={() => setTravada(undefined)}
        >
          <p>
            {t(travada.desativadoEm === null ? 'pessoas.efeitoDeDesativar' : 'pessoas.efeitoDeReativar', {
              nome: travada.nome,
            })}
          </p>
        </Acao>
      )}
    </div>
  );
}

function Papeis({ conta, feito, fechar }: { conta: Conta; feito: () => void; fechar: () => void }) {
  const t = useTextos();
  const [papeis, setPapeis] = useState<readonly Papel[]>(conta.papeis);
  return (
    <Acao
      titulo={t('pessoas.mudarPapeis')}
      rotulo={t('pessoas.mudarPapeis')}
      impedida={papeis.length === 0}
      agir={() => api('PUT /v1/usuarios/:id/papeis', { parametros: { id: conta.id }, corpo: { papeis: [...papeis] } })}
      feito={feito}
      fechar={fechar}
    >
      <fieldset className={estilo['pilha']}>
        <legend>{t('pessoas.papeisDe', { nome: conta.nome })}</legend>
        {PAPEIS.map((um) => (
          <label key={um} className={estilo['linha']}>
            <input
              type="checkbox"
              checked={papeis.includes(um)}
              onChange={({ target }) =>
                setPapeis(target.checked ? [...papeis, um] : papeis.filter((outro) => outro !== um))
              }
            />
            {t(`papeis.${um}`)}
          </label>
        ))}
      </fieldset>
      <p>{t('pessoas.efeitoDosPapeis')}</p>
    </Acao>
  );
}
