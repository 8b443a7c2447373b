import { useState } from 'react';
import { Campo, Escolha } from '@plataforma/kit';
import { useTextos } from '../textos/index.js';
import { Texto } from './acao.js';
import { CampoDeNumero, CampoDeTexto } from './campos-do-espaco.js';
import type { ParteDaEdicao } from './edicao.js';
import estilo from './painel.module.css';

const TIPOS = ['SALA', 'MESA', 'QUADRA', 'AUDITORIO', 'ESTUDIO'] as const;
const FUSOS = [
  'America/Sao_Paulo',
  'America/Manaus',
  'America/Recife',
  'America/Cuiaba',
  'America/Rio_Branco',
  'America/Noronha',
];

/** What a space is, and where. */
export function OQueE(parte: ParteDaEdicao) {
  const t = useTextos();
  const { edicao, mudar, erros } = parte;
  return (
    <div className={estilo['folha']}>
      <h2>{t('espacos.oQueE')}</h2>
      <CampoDeTexto campo="nome" {...parte} />
      <Escolha
        rotulo={t('mortas.tipo')}
        value={edicao.tipo}
        onChange={({ target }) => mudar({ tipo: TIPOS.find((um) => um === target.value) ?? 'SALA' })}
      >
        {TIPOS.map((um) => (
          <option key={um} value={um}>
            {t(`tipos.${um}`)}
          </option>
        ))}
      </Escolha>
      <CampoDeTexto campo="cidade" {...parte} />
      <CampoDeTexto campo="endereco" {...parte} />
      <Escolha rotulo={t('espacos.fuso')} value={edicao.fuso} onChange={({ target }) => mudar({ fuso: target.value })}>
        {[...new Set([edicao.fuso, ...FUSOS])].map((um) => (
          <option key={um}>{um}</option>
        ))}
      </Escolha>
      <CampoDeNumero campo="capacidade" {...parte} />
      {edicao.partes.length === 0 && <CampoDeNumero campo="quantidadeUnidades" {...parte} />}
      <Texto
        rotulo={t('cupons.descricao')}
        maximo={2_000}
        valor={edicao.descricao}
        mudar={(descricao) => mudar({ descricao })}
      />
      <Recursos recursos={edicao.recursos} mudar={(recursos) => mudar({ recursos })} erro={erros['recursos']} />
    </div>
  );
}

/** What is there, as filters of the site name it: words with hyphens, between commas. */
function Recursos({
  recursos,
  mudar,
  erro,
}: {
  recursos: readonly string[];
  mudar: (recursos: string[]) => void;
  erro: string | undefined;
}) {
  const t = useTextos();
  const [escrito, setEscrito] = useState(recursos.join(', '));
  const lidos = recursosDe(escrito);
  return (
    <Campo
      id="recursos"
      rotulo={t('espacos.recursos')}
      dica={t('espacos.comoRecursos')}
      erro={erro}
      // What was written stays as it was written, until somebody else's version comes.
      value={lidos.join() === recursos.join() ? escrito : recursos.join(', ')}
      onChange={({ target }) => {
        setEscrito(target.value);
        mudar(recursosDe(target.value));
      }}
    />
  );
}

const recursosDe = (escrito: string): string[] => [
  ...new Set(
    escrito
      .split(',')
      .map((um) =>
        um
          .normalize('NFD')
          .replace(/[\u0300-\u036f]/g, '')
          .toLowerCase()
          .replace(/[^a-z0-9]+/g, '-')
          .replace(/^-|-$/g, ''),
      )
      .filter(Boolean),
  ),
];
