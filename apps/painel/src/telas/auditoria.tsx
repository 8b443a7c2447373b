import { useState } from 'react';
import type { AuditoriaHttp } from '@plataforma/contracts';
import { Escolha, instanteDe, fusoDaqui, Campo } from '@plataforma/kit';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api } from '../api.js';
import { Dados, ehId, Instante } from '../componentes/ditos.js';
import estilo from '../componentes/painel.module.css';
import { Lista } from '../componentes/tabela.js';
import { useTextos } from '../textos/index.js';

const SERVICOS = ['auth', 'reservas', 'pagamentos', 'notificacoes'] as const;
type Registro = AuditoriaHttp['itens'][number];

/** Who did what to whom, service by service, the newest first. */
export function Auditoria() {
  const t = useTextos();
  const navegar = useNavigate();
  const busca = useSearch({ strict: false });
  const servico = SERVICOS.find((um) => um === busca.servico) ?? 'auth';
  const [aberto, setAberto] = useState<string>();
  const buscar = (mudanca: typeof busca) =>
    void navegar({ to: '/auditoria', search: { ...busca, ...mudanca }, replace: true });
  const fuso = fusoDaqui();
  const { pessoa, de, ate } = busca;
  // What is only half written is nobody yet.
  const quem = pessoa && ehId(pessoa) ? pessoa : undefined;
  return (
    <div className={estilo['tela']}>
      <h1>{t('titulos.auditoria')}</h1>
      <div className={estilo['filtros']}>
        <Escolha
          rotulo={t('auditoria.servico')}
          value={servico}
          onChange={({ target }) => buscar({ servico: target.value })}
        >
          {SERVICOS.map((um) => (
            <option key={um}>{um}</option>
          ))}
        </Escolha>
        <Campo
          rotulo={t('auditoria.pessoa')}
          dica={t('auditoria.comoPessoa')}
          erro={pessoa && !ehId(pessoa) ? t('auditoria.naoEPessoa') : undefined}
          value={pessoa ?? ''}
          onChange={({ target }) => buscar({ pessoa: target.value.trim() })}
        />
        <Campo
          rotulo={t('lista.de')}
          type="date"
          value={de ?? ''}
          onChange={({ target }) => buscar({ de: target.value })}
        />
        <Campo
          rotulo={t('lista.ate')}
          type="date"
          value={ate ?? ''}
          onChange={({ target }) => buscar({ ate: target.value })}
        />
      </div>
      <Lista<Registro>
        titulo={t('titulos.auditoria')}
        consulta={['auditoria', servico, quem, de, ate]}
        pedir={async (cursor) =>
          (
            await api(`GET /v1/auditoria/${servico}`, {
              consulta: {
                cursor,
                limite: 50,
                ...(quem && { pessoa: quem }),
                ...(de && { de: instanteDe(de, '00:00', fuso) }),
                ...(ate && { ate: instanteDe(ate, '23:59', fuso) }),
              },
            })
          ).body
        }
        vazio={t('auditoria.nada')}
        chave={({ id }) => id}
        colunas={[
          { nome: t('auditoria.quando'), celula: ({ ocorridoEm }) => <Instante em={ocorridoEm} /> },
          {
            nome: t('auditoria.que'),
            titulo: true,
            celula: ({ id, tipo }) => (
              <button
                type="button"
                className={estilo['abrir']}
                aria-expanded={aberto === id}
                onClick={() => setAberto(aberto === id ? undefined : id)}
              >
                {tipo}
              </button>
            ),
          },
          { nome: t('auditoria.quem'), celula: ({ autorId }) => autorId ?? t('auditoria.plataforma') },
          { nome: t('auditoria.aQue'), celula: ({ alvo, pessoaId }) => alvo ?? pessoaId ?? '—' },
          {
            nome: t('auditoria.dados'),
            celula: ({ id, dados }) => (id === aberto ? <Dados dados={dados} /> : resumo(dados)),
          },
        ]}
      />
    </div>
  );
}

/** What changed, on one line: from and to, where the record has both. */
function resumo({ de, para, ...resto }: Registro['dados']): string {
  const dito = (valor: unknown): string => (typeof valor === 'string' ? valor : JSON.stringify(valor));
  if (de !== undefined && para !== undefined) return `${dito(de)} → ${dito(para)}`;
  const texto = dito(resto);
  return texto.length > 80 ? `${texto.slice(0, 79)}…` : texto;
}
